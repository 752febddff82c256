"""The piano roll by mouse and keyboard: what is drawn is a note, every gesture is one step back."""

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest

from studio.engine import Session
from studio.media import Score, ScoreSelection
from studio.media.score import NOTE, Metre, Track, load, save
from studio.ui.application import build

BEAT = 480


def at(roll, tick: float, pitch: int) -> QPoint:
    view = roll.state.view
    return QPoint(round(view.x(tick)), round(view.y(pitch) + view.row / 2))


def drag(roll, start: QPoint, stop: QPoint, keys=Qt.KeyboardModifier.NoModifier, button=Qt.MouseButton.LeftButton) -> None:
    QTest.mousePress(roll.grid, button, keys, start)
    for share in (0.5, 1.0):
        from PySide6.QtCore import QEvent, QPointF
        from PySide6.QtGui import QMouseEvent
        from PySide6.QtWidgets import QApplication

        place = QPointF(start + (stop - start) * share)
        QApplication.sendEvent(roll.grid, QMouseEvent(QEvent.Type.MouseMove, place, roll.grid.mapToGlobal(place), button, button, keys))
    QTest.mouseRelease(roll.grid, button, keys, stop)


def notes(roll) -> list:
    return roll.state.document.sheet.score.tracks[roll.state.active].notes.tolist()


def put(roll, *rows: tuple[int, int, int, int]) -> None:
    roll.open_score(Score((Track("Piano", notes=np.array(list(rows), NOTE)),)))
    roll.state.view.fit(0, 8 * 1920, 50, 80)
    roll.state.view_changed.emit()
    roll.grid.set_tool("select")


def test_a_press_draws_a_note_on_the_grid_and_a_drag_a_longer_one(window, roll) -> None:
    QTest.mouseClick(roll.grid, Qt.MouseButton.LeftButton, pos=at(roll, 130, 64))
    drag(roll, at(roll, BEAT + 10, 60), at(roll, 3 * BEAT - 20, 60))
    assert notes(roll) == [(120, 120, 64, 90), (BEAT, 2 * BEAT, 60, 90)]
    window.actions_by_id["undo"].trigger()
    assert len(notes(roll)) == 1
    window.actions_by_id["redo"].trigger()
    assert len(notes(roll)) == 2


def test_notes_move_resize_copy_and_go(roll, window) -> None:
    put(roll, (0, BEAT, 60, 80))
    drag(roll, at(roll, BEAT / 2, 60), at(roll, BEAT / 2 + BEAT, 62))
    assert notes(roll) == [(BEAT, BEAT, 62, 80)]
    end = at(roll, 2 * BEAT, 62) - QPoint(2, 0)
    drag(roll, end, end + QPoint(round(BEAT * roll.state.view.scale), 0))
    assert notes(roll) == [(BEAT, 2 * BEAT, 62, 80)]
    drag(roll, at(roll, 2 * BEAT, 62), at(roll, 6 * BEAT, 62), Qt.KeyboardModifier.ControlModifier)
    assert notes(roll) == [(BEAT, 2 * BEAT, 62, 80), (5 * BEAT, 2 * BEAT, 62, 80)]
    QTest.mouseClick(roll.grid, Qt.MouseButton.RightButton, pos=at(roll, 2 * BEAT, 62))
    assert notes(roll) == [(5 * BEAT, 2 * BEAT, 62, 80)]
    window.actions_by_id["select_all"].trigger()
    window.actions_by_id["delete"].trigger()
    assert notes(roll) == []
    while roll.undo():
        pass
    assert notes(roll) == []
    assert roll.redo()
    assert notes(roll) == [(0, BEAT, 60, 80)]


def test_a_band_chooses_what_it_touches_and_arrows_move_it(roll) -> None:
    put(roll, (0, BEAT, 60, 80), (BEAT, BEAT, 64, 80), (4 * BEAT, BEAT, 60, 80))
    drag(roll, at(roll, 2 * BEAT, 70), at(roll, 10, 58))
    assert roll.state.mask.tolist() == [True, True, False]
    QTest.keyClick(roll.grid, Qt.Key.Key_Up)
    QTest.keyClick(roll.grid, Qt.Key.Key_Right)
    QTest.keyClick(roll.grid, Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    assert notes(roll) == [(120, BEAT, 49, 80), (BEAT + 120, BEAT, 53, 80), (4 * BEAT, BEAT, 60, 80)]
    assert roll.escape()
    assert not roll.state.chosen()


def test_knife_and_eraser(roll) -> None:
    put(roll, (0, 4 * BEAT, 60, 80), (0, BEAT, 64, 80))
    QTest.keyClick(roll.grid, Qt.Key.Key_C)
    QTest.mouseClick(roll.grid, Qt.MouseButton.LeftButton, pos=at(roll, 2 * BEAT, 60))
    assert (0, 2 * BEAT, 60, 80) in notes(roll) and (2 * BEAT, 2 * BEAT, 60, 80) in notes(roll)
    QTest.keyClick(roll.grid, Qt.Key.Key_E)
    drag(roll, at(roll, BEAT, 60), at(roll, 3 * BEAT, 60))
    assert notes(roll) == [(0, BEAT, 64, 80)]


def test_escape_leaves_a_gesture_and_nothing_is_written(roll) -> None:
    put(roll, (0, BEAT, 60, 80))
    position = roll.state.document.history.position
    QTest.mousePress(roll.grid, Qt.MouseButton.LeftButton, pos=at(roll, BEAT / 2, 60))
    QTest.mouseMove(roll.grid, at(roll, 4 * BEAT, 66))
    assert roll.escape()
    assert notes(roll) == [(0, BEAT, 60, 80)]
    assert roll.state.document.history.position == position


def test_copy_and_paste_at_the_playhead(roll, window) -> None:
    put(roll, (0, BEAT, 60, 80), (BEAT, BEAT, 64, 70))
    window.actions_by_id["select_all"].trigger()
    window.actions_by_id["copy"].trigger()
    roll.playing.sounding.seek(8 * BEAT)
    window.actions_by_id["paste"].trigger()
    assert notes(roll)[2:] == [(8 * BEAT, BEAT, 60, 80), (9 * BEAT, BEAT, 64, 70)]
    window.actions_by_id["duplicate"].trigger()
    assert notes(roll)[4:] == [(10 * BEAT, BEAT, 60, 80), (11 * BEAT, BEAT, 64, 70)]


def test_a_scale_holds_new_and_moved_notes(roll) -> None:
    put(roll, (0, BEAT, 60, 80))
    roll.edit_bar.scale.setCurrentText("Major")
    roll.edit_bar.scale.activated.emit(1)
    roll.edit_bar.magnet.setChecked(True)
    drag(roll, at(roll, BEAT / 2, 60), at(roll, BEAT / 2, 61))
    assert notes(roll) == [(0, BEAT, 62, 80)]
    roll.grid.set_tool("draw")
    QTest.mouseClick(roll.grid, Qt.MouseButton.LeftButton, pos=at(roll, 2 * BEAT + 5, 66))
    assert notes(roll)[1][2] in (65, 67)


def test_triplets_snap(roll) -> None:
    roll.edit_bar.snap.setCurrentText("1/8 triplet")
    roll.edit_bar.snap.activated.emit(0)
    QTest.mouseClick(roll.grid, Qt.MouseButton.LeftButton, pos=at(roll, 200, 60))
    assert notes(roll) == [(160, 160, 60, 90)]


def test_velocities_are_drawn_in_the_lane(roll) -> None:
    put(roll, (0, BEAT, 60, 80), (BEAT, BEAT, 62, 80))
    x = round(roll.state.view.x(BEAT))
    QTest.mouseClick(roll.views.lane, Qt.MouseButton.LeftButton, pos=QPoint(x, 6))
    assert [row[3] for row in notes(roll)] == [80, 127]
    assert roll.undo()
    assert [row[3] for row in notes(roll)] == [80, 80]


def test_a_control_is_drawn_in_the_lane(roll) -> None:
    put(roll, (0, BEAT, 60, 80))
    roll.views.lane.set_number(64)
    QTest.mouseClick(roll.views.lane, Qt.MouseButton.LeftButton, pos=QPoint(round(roll.state.view.x(BEAT)), 6))
    drawn = roll.state.document.sheet.score.tracks[0].controls.tolist()
    assert len(drawn) == 1 and drawn[0][1:] == (64, 127)


def test_tracks_are_added_muted_named_and_removed(roll) -> None:
    put(roll, (0, BEAT, 60, 80))
    roll.tracks.add()
    assert roll.state.active == 1
    roll.tracks.change_strip(0, "Mute a track", muted=True)
    roll.tracks.change_setting(1, "Set the volume", 7, 50)
    assert roll.state.sheet.audible() == (False, True)
    roll.tracks._rows[1]._instrument_chosen(42, False)
    assert (roll.state.track.program, roll.state.track.name) == (42, "Cello")
    roll.tracks.remove()
    assert len(roll.state.score.tracks) == 1
    for _ in range(5):
        assert roll.undo()
    assert len(roll.state.score.tracks) == 1 and roll.state.sheet.audible() == (True,)


def test_several_tracks_are_chosen_beside_the_one_in_hand(roll) -> None:
    put(roll, *[(n * BEAT, BEAT, 60, 80) for n in range(32)])
    roll.tracks.add()
    roll.tracks.add()
    roll.state.choose_bars((1920, 5760))
    rows = roll.tracks._rows
    QTest.mouseClick(rows[0], Qt.MouseButton.LeftButton, Qt.KeyboardModifier.ControlModifier, QPoint(3, 3))
    assert roll.state.active == 2 and roll.state.selection() == ScoreSelection(1, 3, (0, 2))
    assert rows[0].property("beside") and not rows[1].property("beside")
    QTest.mouseClick(rows[0], Qt.MouseButton.LeftButton, Qt.KeyboardModifier.ControlModifier, QPoint(3, 3))
    assert roll.state.selection() == ScoreSelection(1, 3, (2,))
    roll.state.choose_beside(1)
    roll.tracks.remove()
    assert not roll.state.beside  # what was chosen beside is in hand now
    roll.state.choose_beside(0)
    QTest.mouseClick(rows[1], Qt.MouseButton.LeftButton, pos=QPoint(3, 3))
    assert roll.state.selection() == ScoreSelection(1, 3, (1,))


def test_bars_are_chosen_in_the_ruler(roll) -> None:
    put(roll, *[(n * BEAT, BEAT, 60, 80) for n in range(32)])
    view = roll.state.view
    QTest.mousePress(roll.views.ruler, Qt.MouseButton.LeftButton, pos=QPoint(round(view.x(2100)), 8))
    from PySide6.QtCore import QEvent, QPointF
    from PySide6.QtGui import QMouseEvent
    from PySide6.QtWidgets import QApplication

    place = QPointF(view.x(5000), 8)
    left = Qt.MouseButton.LeftButton
    moved = QMouseEvent(QEvent.Type.MouseMove, place, roll.views.ruler.mapToGlobal(place), left, left, Qt.KeyboardModifier.NoModifier)
    QApplication.sendEvent(roll.views.ruler, moved)
    QTest.mouseRelease(roll.views.ruler, left, pos=place.toPoint())
    assert roll.state.bars == (1920, 5760)
    assert roll.state.selection() == ScoreSelection(1, 3, (0,))
    roll.state.choose_bars((1920, 5760), all_tracks=True)
    assert roll.state.selection() == ScoreSelection(1, 3)
    roll.notes.loop()
    assert roll.state.sheet.loop == (1920, 5760)


def test_score_and_undo_survive_a_restart(qtbot, window, roll, project, music_shelf) -> None:
    put(roll, (0, BEAT, 60, 80))
    roll.notes.transpose(12)
    roll.undo()
    window.close()
    project.flush()
    with Session(project, music_shelf) as second:
        again = build(project, second)
        qtbot.addWidget(again)
        assert again.workspaces["pianoroll"].state.score.tracks[0].notes.tolist() == [(0, BEAT, 60, 80)]
        assert again.workspaces["pianoroll"].redo()
        assert again.workspaces["pianoroll"].state.score.tracks[0].notes.tolist() == [(0, BEAT, 72, 80)]
        again.workspaces["pianoroll"].settle()


def test_a_midi_file_opens_and_becomes_part_of_the_history(qtbot, window, roll, project, tmp_path) -> None:
    score = Score((Track("Flute", 73, notes=np.array([(0, BEAT, 72, 80)], NOTE)),), metres=(Metre(0, 3, 4),))
    save(score, tmp_path / "tune.mid")
    window.go("canvas")
    with qtbot.waitSignal(window.context.asset_added, timeout=60_000):
        window.open_path(tmp_path / "tune.mid")
    assert window.current == "pianoroll"
    assert roll.state.document.sheet.score == score
    assert project.assets(0, 1)[0].medium == "score"
    roll.open_score(Score())
    window._place(project.assets(0, 1)[0].id)
    assert roll.state.document.sheet.score == score


def test_a_broken_midi_file_is_named_and_nothing_changes(qtbot, window, roll, tmp_path) -> None:
    (tmp_path / "cut.mid").write_bytes(b"MThd\0\0\0\6\0\1\0\1")
    with qtbot.waitSignal(window.context.problem, timeout=60_000):
        window.open_path(tmp_path / "cut.mid")
    assert "cut.mid is cut short" in window.notice.text()
    assert roll.state.document.history.position == 0


@pytest.mark.parametrize("ending", [".mid", ".musicxml"])
def test_the_score_is_written_with_its_ending(roll, tmp_path, ending: str) -> None:
    from studio.documents.score.export import write

    put(roll, (0, BEAT, 60, 80))
    path = tmp_path / f"tune{ending}"
    assert write(roll.state.document.sheet, path) == [path]
    assert load(path)[0].tracks[0].notes.tolist() == [(0, BEAT, 60, 80)]


def test_all_views_draw_a_large_score(qtbot, roll) -> None:
    rows = [(n * 30, 60, 40 + n % 50, 80) for n in range(4000)]
    put(roll, *rows)
    roll.grid.fit()
    image = QImage(roll.grid.size(), QImage.Format.Format_RGB32)
    roll.grid.render(image)
    roll.show_view("falling")
    roll.playing.sounding.seek(1000)
    roll.views.others["falling"].render(image)
    roll.show_view("page")
    roll.show_view("roll")
    assert not image.isNull()


def test_a_free_take_is_laid_on_its_beats_as_one_step(qtbot, window, roll) -> None:
    rows = [(round((0.35 + 0.61 * n + 0.01 * (n % 3)) * 960), 300, 60 + n % 5, 80) for n in range(40)]
    put(roll, *rows)
    before = roll.state.score
    window.actions_by_id["find_beats"].trigger()
    qtbot.waitUntil(lambda: roll.state.score is not before, timeout=30_000)
    score = roll.state.score
    assert len(score.tempos) > 5
    seconds, heard = before.seconds_at(before.tracks[0].notes["tick"]), score.seconds_at(score.tracks[0].notes["tick"])
    assert np.abs(seconds - heard).max() < 0.002
    window.actions_by_id["undo"].trigger()
    assert roll.state.score == before


def test_a_book_of_tunes_opens_its_first_and_keeps_each_in_the_history(qtbot, window, roll, tmp_path) -> None:
    (tmp_path / "book.abc").write_text("X:1\nT:One\nL:1/4\nK:C\nCDEF|\n\nX:2\nT:Two\nL:1/4\nK:C\nGABc|\n")
    window.open_path(tmp_path / "book.abc")
    project = window.context.project
    qtbot.waitUntil(lambda: project.asset_count() == 2, timeout=60_000)
    assert [asset.title for asset in project.assets(0, 2)] == ["One", "Two"]
    assert roll.state.score.title == "One"
    assert "2 tunes" in window.notice.text()


def test_more_than_fifteen_instruments_are_said_when_they_are_saved(qtbot, window, roll, tmp_path) -> None:
    from studio.documents.score.model import Sheet
    from studio.ui.pianoroll.export import export

    rows = np.array([(0, BEAT, 60, 80)], NOTE)
    score = Score(tuple(Track(f"t{number}", number, notes=rows) for number in range(17)))
    with qtbot.waitSignal(window.context.notice, timeout=60_000) as said:
        export(window.context, Sheet(score), tmp_path / "many.mid")
    assert "2 ports" in said.args[0]
