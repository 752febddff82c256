"""Models in the roll, drawn from their actions: notes appear as they come, candidates are heard and kept, stop keeps what is there."""

import threading

import numpy as np
import pytest
from PySide6.QtCore import Qt

from studio.engine import Delta
from studio.media import Score
from studio.media.score import NOTE, Track
from studio.project import Recipe
from tests import markov

PATIENCE = 60_000


def idle(qtbot, window) -> None:
    qtbot.waitUntil(lambda: not window.context.bridge.busy(), timeout=PATIENCE)


def press(qtbot, window, action: str, count: int = 1) -> None:
    assert window.inspector.choose_action(action)
    window.inspector._count.set_value(count)
    qtbot.keyClick(window, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    idle(qtbot, window)


def melody() -> Score:
    return Score((Track("Flute", 73, notes=np.array([(480 * n, 480, 60 + n, 80) for n in range(16)], NOTE)),))


def test_generate_fills_the_roll_as_one_step(qtbot, window, roll, project) -> None:
    grown = []
    window.context.bridge.heard.connect(lambda job, event: grown.append(len(roll.state.notes)) if isinstance(event, Delta) else None)
    press(qtbot, window, "generate")
    assert len(roll.state.document.sheet.score.tracks[0].notes) == 16
    assert grown == sorted(grown) and grown[-1] > 0
    assert roll.candidates.isHidden()
    assert project.assets(0, 1)[0].medium == "score"
    assert Recipe.from_json(roll.state.document.sheet.origin.recipe).model == "tiny-markov"
    assert roll.undo()
    assert not len(roll.state.document.sheet.score.tracks[0].notes)


def test_continue_takes_the_score_of_the_roll(qtbot, window, roll) -> None:
    roll.open_score(melody())
    press(qtbot, window, "continue")
    after = roll.state.document.sheet.score.tracks[0].notes
    assert after[:16].tolist() == melody().tracks[0].notes.tolist()
    assert len(after) == 32


def test_rewriting_changes_only_the_chosen_bars(qtbot, window, roll) -> None:
    roll.open_score(melody())
    press(qtbot, window, "infill")
    assert "No bars are chosen" in window.notice.text()
    roll.state.choose_bars((1920, 3840))
    press(qtbot, window, "infill")
    before, after = melody().tracks[0].notes, roll.state.document.sheet.score.tracks[0].notes
    assert after[after["tick"] < 1920].tolist() == before[:4].tolist()
    assert after[after["tick"] >= 3840].tolist() == before[8:].tolist()


def test_candidates_are_shown_in_place_and_one_is_kept(qtbot, window, roll) -> None:
    roll.open_score(melody())
    press(qtbot, window, "continue", count=3)
    candidates = roll.candidates
    assert not candidates.isHidden()
    assert roll.state.document.sheet.score == melody()
    shown = []
    for index in (0, 1, 2):
        candidates.choose(index)
        shown.append(roll.state.score)
    assert len(set(shown)) == 3
    candidates.choose(-1)
    assert roll.state.score == melody()
    candidates.choose(1)
    candidates.keep()
    assert roll.state.document.sheet.score == shown[1]
    assert roll.undo()
    assert roll.state.document.sheet.score == melody()


def test_drawing_into_a_candidate_keeps_it(qtbot, window, roll) -> None:
    press(qtbot, window, "generate", count=2)
    shown = roll.state.score
    roll.notes.transpose(1)
    assert roll.candidates.isHidden()
    assert roll.undo()
    assert roll.state.document.sheet.score == shown


def test_escape_lets_go_of_candidates(qtbot, window, roll) -> None:
    roll.open_score(melody())
    press(qtbot, window, "continue", count=2)
    window.actions_by_id["stop"].trigger()
    assert roll.candidates.isHidden()
    assert roll.state.score == melody()


def test_stop_keeps_the_notes_that_are_there(qtbot, window, roll, project, monkeypatch) -> None:
    window.inspector._form.set_values({"notes": 400})
    stopped = threading.Event()
    monkeypatch.setattr(markov, "between_notes", lambda made: stopped.wait(60) if made == 20 else None)

    def hear(job, event) -> None:
        if isinstance(event, Delta) and not stopped.is_set():
            window.actions_by_id["stop"].trigger()
            stopped.set()

    window.context.bridge.heard.connect(hear)
    press(qtbot, window, "generate")
    assert 0 < len(roll.state.document.sheet.score.tracks[0].notes) < 400
    assert project.assets(0, 1)[0].title.endswith("stopped")


def test_the_inspector_offers_what_has_to_do_with_the_medium(qtbot, window) -> None:
    offered = [action.id for action in window.context.actions()]
    assert offered == ["generate", "continue", "infill"]
    window.go("canvas")
    assert window.context.actions() == []
    window.go("pianoroll")
    assert window.context.model == "tiny-markov"


def test_the_other_workspaces_take_a_model_of_scores_calmly(qtbot, window) -> None:
    for name in ("explorer", "lab", "shelf", "canvas", "explorer", "pianoroll"):
        window.go(name)
        idle(qtbot, window)
    assert window.notice.text() == ""


@pytest.mark.parametrize("size", [(1280, 800), (1000, 640)])
def test_everything_can_be_reached_and_has_a_name(qtbot, window, size) -> None:
    from PySide6.QtWidgets import QAbstractButton, QComboBox, QLineEdit

    window.resize(*size)
    for kind in (QAbstractButton, QComboBox, QLineEdit):
        for widget in [each for each in window.findChildren(kind) if each.isVisible()]:
            assert widget.accessibleName() or (isinstance(widget, QAbstractButton) and widget.text()), widget
