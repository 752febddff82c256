"""Sounds and animations in the window: opened from files, in the history, heard, moving, and taken in part."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QMimeData, QPoint, Qt, QUrl
from PySide6.QtWidgets import QWidget

from studio.media import Animation, Picture, Sound, SoundSelection, named, registry
from studio.media.animation.formats import APNG, GIF, WEBP
from studio.media.formats import Format
from studio.media.sound.formats import FLAC, WAV
from studio.player import SoundPlayer
from studio.player.pcm_outputs import Pull
from studio.ui.canvas import mime
from studio.ui.widgets.filmstrip import play_button
from studio.ui.widgets.listen import ListenDialog
from tests.ui.conftest import PATIENCE, idle

RATE = 8000
BEEP = Sound(np.sin(np.arange(2 * RATE) / 9).astype(np.float32) / 2, RATE)
COLOURS = np.array([(200, 30, 30, 255), (20, 160, 60, 255), (30, 40, 220, 255)], np.uint8)
MOVES = Animation(np.broadcast_to(COLOURS[:, None, None], (3, 8, 8, 4)), (20, 20, 20))


class Hand:
    """An output that pulls when the test does."""

    def __init__(self) -> None:
        self.pull: Pull | None = None

    def start(self, pull: Pull, rate: int, channels: int) -> None:
        self.pull = pull

    def stop(self) -> None:
        self.pull = None

    def close(self) -> None: ...


@pytest.fixture
def hand(studio_window) -> Hand:
    output, listening = Hand(), studio_window.filmstrip.listening
    listening._player = SoundPlayer(output, finished=lambda: listening._context.bridge.post(listening._stopped))
    return output


def opened(qtbot, window, path: Path):
    """The asset that came of a file."""
    with qtbot.waitSignal(window.context.asset_added, timeout=PATIENCE) as added:
        window.open_path(path)
    idle(qtbot, window)
    return added.args[0]


def dialog_of(qtbot, window) -> ListenDialog:
    qtbot.waitUntil(lambda: window.findChild(ListenDialog) is not None, timeout=PATIENCE)
    dialog = window.findChild(ListenDialog)
    qtbot.waitUntil(dialog.play_button.isEnabled, timeout=PATIENCE)
    return dialog


def cell(window, row: int = 0):
    strip = window.filmstrip
    return strip.visualRect(strip.model().index(row, 0))


@pytest.mark.parametrize("format", [GIF, WEBP, APNG], ids=lambda each: each.label)
def test_an_animation_lies_on_the_board_and_moves_in_the_history(qtbot, studio_window, project, tmp_path: Path, format) -> None:
    window, path = studio_window, tmp_path / f"flicker{format.ending}"
    named("animation").save(MOVES, path)
    asset = opened(qtbot, window, path)
    assert asset.medium == "animation" and window.current == "canvas"
    assert named("animation").decode(project.blob(asset.sha256), "kept")[0] == MOVES
    assert window.workspaces["canvas"].view.context.document.board.layers[-1].picture == MOVES.picture(0)
    strip = window.filmstrip
    assert strip.moving_frame(asset.id) is None
    for place in (cell(window).topLeft() + QPoint(9, 9), cell(window).center()):  # wherever the pointer was before
        qtbot.mouseMove(strip.viewport(), place)
    seen = set()

    def turned() -> bool:
        frame = strip.moving_frame(asset.id)
        if frame is not None:
            seen.add(frame.toImage().pixelColor(1, 1).name())
        return len(seen) == 3

    qtbot.waitUntil(turned, timeout=PATIENCE)
    window.filmstrip._moving.move(None)
    assert strip.moving_frame(asset.id) is None


def test_the_frames_of_an_animation_become_layers_in_one_step(qtbot, studio_window, tmp_path: Path) -> None:
    window = studio_window
    named("animation").save(MOVES, tmp_path / "a.gif")
    asset = opened(qtbot, window, tmp_path / "a.gif")
    document = window.workspaces["canvas"].view.context.document
    document.undo()
    assert not document.board.layers
    window.filmstrip.opened.emit(asset.id)
    qtbot.waitUntil(lambda: len(document.board.layers) == 3, timeout=PATIENCE)
    assert [layer.picture for layer in document.board.layers] == MOVES.pictures()
    assert len({(layer.x, layer.y) for layer in document.board.layers}) == 1
    document.undo()
    assert not document.board.layers


@pytest.mark.parametrize("format", [WAV, FLAC], ids=lambda each: each.label)
def test_a_sound_is_opened_heard_and_kept_in_part(qtbot, studio_window, hand: Hand, project, tmp_path: Path, format) -> None:
    window, path = studio_window, tmp_path / f"beep{format.ending}"
    named("sound").save(BEEP, path)
    asset = opened(qtbot, window, path)
    dialog = dialog_of(qtbot, window)
    assert asset.medium == "sound" and not dialog.keep_button.isEnabled()
    wave = dialog.waveform
    wave.resize(800, 140)
    qtbot.mousePress(wave, Qt.MouseButton.LeftButton, pos=QPoint(200, 50))
    qtbot.mouseMove(wave, QPoint(400, 50))
    qtbot.mouseRelease(wave, Qt.MouseButton.LeftButton, pos=QPoint(400, 50))
    chosen = wave.selection
    assert chosen is not None and (round(chosen.start, 1), round(chosen.end, 1)) == (0.5, 1.0)
    qtbot.keyClick(dialog, Qt.Key.Key_Space)
    assert hand.pull is not None and dialog.play_button.text() == "Pause"
    heard = hand.pull(10)
    whole = named("sound").decode(project.blob(asset.sha256), "kept")[0]
    first = round(chosen.start * RATE)
    assert heard is not None and np.array_equal(heard, whole.samples[first : first + 10])
    with qtbot.waitSignal(window.context.asset_added, timeout=PATIENCE) as added:
        dialog.keep_button.click()
    part = added.args[0]
    assert part.parents == (asset.id,) and part.medium == "sound"
    assert named("sound").decode(project.blob(part.sha256), "part")[0] == chosen.part(whole)
    dialog.close()
    assert hand.pull is None and window.filmstrip.listening.playing is None


def test_a_sound_is_heard_from_its_cell_by_button_and_by_space(qtbot, studio_window, hand: Hand) -> None:
    window, strip = studio_window, studio_window.filmstrip
    with qtbot.waitSignal(window.context.asset_added, timeout=PATIENCE) as added:
        window.context.add(BEEP, "Beep")
    asset = added.args[0].id
    qtbot.mouseClick(strip.viewport(), Qt.MouseButton.LeftButton, pos=play_button(cell(window)).center())
    qtbot.waitUntil(lambda: strip.listening.playing == asset, timeout=PATIENCE)
    qtbot.keyClick(strip, Qt.Key.Key_Space)
    assert strip.listening.playing is None and hand.pull is None
    qtbot.keyClick(strip, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: strip.listening.playing == asset, timeout=PATIENCE)
    assert hand.pull is not None and hand.pull(10 * RATE) is not None  # to its end
    qtbot.waitUntil(lambda: strip.listening.playing is None, timeout=PATIENCE)


def test_the_waveform_is_walked_and_selected_by_keyboard(qtbot, studio_window, hand: Hand) -> None:
    window = studio_window
    with qtbot.waitSignal(window.context.asset_added, timeout=PATIENCE) as added:
        window.context.add(BEEP, "Beep")
    window.filmstrip.opened.emit(added.args[0].id)
    dialog = dialog_of(qtbot, window)
    wave = dialog.waveform
    for _ in range(3):
        qtbot.keyClick(wave, Qt.Key.Key_Right)
    assert wave.position == pytest.approx(0.06)
    qtbot.keyClick(wave, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.ControlModifier)
    qtbot.keyClick(wave, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    assert wave.selection is not None and wave.selection.start == pytest.approx(0.06) and wave.selection.end == pytest.approx(0.28)
    assert "0.06 to 0.28" in wave.accessibleDescription()
    qtbot.keyClick(wave, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    assert wave.selection == SoundSelection(0, BEEP.seconds)
    qtbot.keyClick(wave, Qt.Key.Key_Escape)
    assert wave.selection is None and dialog.isVisible()
    assert all(
        each.accessibleName() or each.text() for each in dialog.findChildren(QWidget) if each.focusPolicy() & Qt.FocusPolicy.TabFocus
    )


def test_the_board_takes_what_is_at_home_there_and_leaves_the_rest_to_the_window(qapp, tmp_path: Path) -> None:
    named("animation").save(MOVES, tmp_path / "a.gif")
    named("sound").save(BEEP, tmp_path / "a.wav")
    (tmp_path / "song").write_bytes(b"MThd")

    def taken(*names: str) -> bool:
        data = QMimeData()
        data.setUrls([QUrl.fromLocalFile(str(tmp_path / name)) for name in names])
        return mime.can_take(data)

    assert [taken(name) for name in ("a.gif", "a.wav", "song")] == [True, False, False]
    assert taken("a.gif", "a.gif") and not taken("a.gif", "a.wav")


def test_a_broken_sound_is_refused_by_name(qtbot, studio_window, tmp_path: Path) -> None:
    (tmp_path / "broken.wav").write_bytes(b"RIFF\x00\x00\x00\x00WAVEjunk")
    with qtbot.waitSignal(studio_window.context.problem, timeout=PATIENCE) as said:
        studio_window.open_path(tmp_path / "broken.wav")
    assert "broken.wav" in said.args[0] and studio_window.filmstrip.model().rowCount() == 0


def test_a_new_format_of_pictures_opens_on_the_board(qtbot, studio_window, tmp_path: Path, monkeypatch) -> None:
    def load(path: Path) -> tuple[Picture, str]:
        return Picture(np.full((5, 7, 4), path.read_bytes()[2], np.uint8)), ""

    row = Format("Plain colour", (".plain",), load)
    picture = named("picture")
    table = tuple(replace(each, formats=(*each.formats, row)) if each is picture else each for each in registry.MEDIA)
    monkeypatch.setattr(registry, "MEDIA", table)
    (tmp_path / "a.plain").write_bytes(b"\x00\x00\xff")
    with qtbot.waitSignal(studio_window.context.asset_added, timeout=PATIENCE):
        studio_window.open_path(tmp_path / "a.plain")
    board = studio_window.workspaces["canvas"].view.context.document.board
    assert (board.active_layer.picture.width, board.active_layer.picture.height) == (7, 5)
