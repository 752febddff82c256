"""What else might stand in a note's place: asked of the model in hand, tried out, taken as one step, left without a trace."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from studio.engine import Session
from studio.media import Score
from studio.media.score import NOTE, Track
from studio.media.score.theory import pitch_name
from studio.shelf import Shelf
from studio.ui.application import build
from tests import markov, tiny
from tests.ui.pianoroll.test_roll import at

PATIENCE = 60_000
TUNE = Score((Track("Piano", 0, notes=np.array([(480 * n, 480, 60 + n % 5, 70 + n) for n in range(12)], NOTE)),))


@pytest.fixture
def window(qtbot, project, tmp_path, monkeypatch):  # type: ignore[no-untyped-def]
    """The real window in the roll, with a tiny MuseNet in hand and a model beside it that reads no notes."""
    markov.on_shelf(monkeypatch)
    tiny.make_markov(tmp_path / "models")
    tiny.make_musenet(tmp_path / "models")
    with Session(project, Shelf([tmp_path / "models"]), device="cpu") as session:
        made = build(project, session)
        qtbot.addWidget(made)
        made.resize(1280, 800)
        made.show()
        made.go("pianoroll")
        made.context.choose_model("tiny-musenet")
        idle(qtbot, made)
        made.workspaces["pianoroll"].open_score(TUNE)
        made.workspaces["pianoroll"].grid.set_tool("select")
        yield made
        made.workspaces["pianoroll"].settle()


@pytest.fixture
def roll(window):  # type: ignore[no-untyped-def]
    return window.workspaces["pianoroll"]


def idle(qtbot, window: Any) -> None:
    qtbot.waitUntil(lambda: not window.context.bridge.busy(), timeout=PATIENCE)


def asked(qtbot, window: Any, row: int = 4) -> list[tuple[str, float]]:
    """Press a note, press W; what is offered."""
    roll, note = window.workspaces["pianoroll"], TUNE.tracks[0].notes[row]
    QTest.mouseClick(roll.grid, Qt.MouseButton.LeftButton, pos=at(roll, int(note["tick"]) + 240, int(note["pitch"])))
    assert np.flatnonzero(roll.state.mask).tolist() == [row]
    window.actions_by_id["what_else"].trigger()
    assert roll.what_else.isVisible()
    qtbot.waitUntil(lambda: bool(roll.what_else.offered()), timeout=PATIENCE)
    return [(each.pitch, each.probability) for each in roll.what_else.offered()]


def pitches(sheet: Any) -> list[int]:
    return sheet.score.tracks[0].notes["pitch"].tolist()  # type: ignore[no-any-return]


def other(offered: list[Any]) -> int:
    """The likeliest that is not the note's own pitch."""
    return next(number for number, (pitch, _) in enumerate(offered) if pitch != TUNE.tracks[0].notes["pitch"][4])


def test_the_likeliest_pitches_are_offered_with_their_probabilities(qtbot, window, roll) -> None:
    offered = asked(qtbot, window)
    assert offered == sorted(offered, key=lambda each: -each[1]) and 0 < sum(share for _, share in offered) <= 1.0001
    row = roll.what_else._list.item(0)
    assert row.data(Qt.ItemDataRole.AccessibleTextRole).startswith(pitch_name(offered[0][0]))
    place = roll.what_else.geometry()
    assert roll.grid.rect().contains(place) and place.left() > roll.state.view.x(int(TUNE.tracks[0].notes["tick"][4]) + 240)


def test_a_pitch_that_is_looked_at_is_seen_and_heard_and_escape_leaves_no_trace(qtbot, window, roll) -> None:
    offered, before, heard = asked(qtbot, window), roll.state.document.sheet, []
    roll.state.auditioned.connect(lambda pitch, velocity: heard.append((pitch, velocity)))
    number = other(offered)
    place = QPointF(roll.what_else._list.visualItemRect(roll.what_else._list.item(number)).center())
    nothing = Qt.MouseButton.NoButton
    port = roll.what_else._list.viewport()
    QApplication.sendEvent(
        port, QMouseEvent(QEvent.Type.MouseMove, place, port.mapToGlobal(place), nothing, nothing, Qt.KeyboardModifier.NoModifier)
    )
    assert pitches(roll.state.document.shown)[4] == offered[number][0] and heard == [(offered[number][0], 74)]
    assert roll.state.document.sheet is before
    QTest.keyClick(roll.what_else._list, Qt.Key.Key_Escape)
    assert roll.what_else.isHidden() and roll.state.document.shown is roll.state.document.sheet is before
    assert np.flatnonzero(roll.state.mask).tolist() == [4] and roll.state.document.history.undo_label == "Open a score"


def test_enter_takes_the_pitch_as_one_step(qtbot, window, roll) -> None:
    offered = asked(qtbot, window)
    number = other(offered)
    for _ in range(number + 1):
        QTest.keyClick(roll.what_else._list, Qt.Key.Key_Down)
    QTest.keyClick(roll.what_else._list, Qt.Key.Key_Return)
    assert roll.what_else.isHidden() and roll.state.document.history.undo_label == "Take another pitch"
    assert pitches(roll.state.document.sheet) == [offered[number][0] if n == 4 else 60 + n % 5 for n in range(12)]
    assert np.flatnonzero(roll.state.mask).tolist() == [4]
    window.actions_by_id["undo"].trigger()
    assert pitches(roll.state.document.sheet) == [60 + n % 5 for n in range(12)]


def test_a_press_takes_the_pitch_too(qtbot, window, roll) -> None:
    offered = asked(qtbot, window)
    number, ranked = other(offered), roll.what_else._list
    QTest.mouseClick(ranked.viewport(), Qt.MouseButton.LeftButton, pos=ranked.visualItemRect(ranked.item(number)).center())
    assert pitches(roll.state.document.sheet)[4] == offered[number][0]


def test_another_score_or_the_windows_escape_takes_it_away(qtbot, window, roll) -> None:
    asked(qtbot, window)
    roll.state.document.apply("Other", roll.state.document.sheet.with_score(Score(TUNE.tracks, title="Other")))
    assert roll.what_else.isHidden()
    asked(qtbot, window)
    window.actions_by_id["stop"].trigger()
    assert roll.what_else.isHidden() and roll.state.chosen() == 1


def test_the_newest_question_is_the_one_that_is_answered(qtbot, window, roll) -> None:
    offered = asked(qtbot, window, 4)
    roll.what_else.ask()
    roll.what_else.leave()
    assert roll.what_else.offered() == []
    roll.state.choose(np.arange(12) == 8)
    roll.what_else.ask()
    idle(qtbot, window)
    assert roll.what_else.offered() and [(each.pitch, each.probability) for each in roll.what_else.offered()] != offered
    roll.what_else.take(0)
    changed = np.flatnonzero(np.array(pitches(roll.state.document.sheet)) != TUNE.tracks[0].notes["pitch"])
    assert set(changed.tolist()) <= {8}


@pytest.mark.parametrize("chosen", [0, 2])
def test_it_is_asked_about_one_note(window, roll, chosen: int) -> None:
    roll.state.choose(np.arange(12) < chosen)
    window.actions_by_id["what_else"].trigger()
    assert roll.what_else.isHidden() and "Choose one note" in window.notice.text()


def test_a_model_that_reads_no_notes_is_said(qtbot, window, roll) -> None:
    window.context.choose_model("tiny-markov")
    roll.state.choose(np.arange(12) == 3)
    window.actions_by_id["what_else"].trigger()
    qtbot.waitUntil(lambda: "cannot say what else might stand there" in window.notice.text(), timeout=PATIENCE)
    assert roll.what_else.isHidden() and roll.state.chosen() == 1


def test_a_note_that_the_model_does_not_read_is_said(qtbot, window, roll) -> None:
    roll.open_score(Score((Track("Kit", 0, True, notes=TUNE.tracks[0].notes),)))
    roll.state.choose(np.arange(12) == 3)
    window.actions_by_id["what_else"].trigger()
    qtbot.waitUntil(lambda: "reads no drums" in window.notice.text(), timeout=PATIENCE)
    assert roll.what_else.isHidden()
