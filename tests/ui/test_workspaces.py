"""A workspace is a class and a row of the table: tab, digit, menu and files follow from these."""

from pathlib import Path

import pytest

from studio.generators import Action, Capability, Input
from studio.media import MediaError
from studio.ui.actions import Command
from studio.ui.application import build
from studio.ui.workspace import PlainWorkspace, bound
from studio.ui.workspaces import WORKSPACES, Row
from tests.ui.conftest import idle


class Listening(PlainWorkspace):
    """Opens takes of a bell, and keeps them."""

    name, title, icon = "listening", "Listening", "audio-lines"

    def __init__(self, context) -> None:
        super().__init__()
        self.opened: list[Path] = []
        self.heard = 0

    def commands(self):
        return [Command("hear", "Hear it", "Sound", self._hear, "play", "H")]

    def takes(self, path: Path) -> bool:
        return path.suffix == ".bell"

    def open(self, paths) -> None:
        self.opened += paths

    def _hear(self) -> None:
        self.heard += 1


@pytest.fixture
def window(qtbot, project, session, monkeypatch):
    monkeypatch.setattr("studio.ui.rooms.WORKSPACES", (*WORKSPACES, Row(Listening, 7)))
    made = build(project, session)
    qtbot.addWidget(made)
    made.show()
    made.context.choose_model("tiny-stylegan")
    idle(qtbot, made)
    return made


def test_a_row_brings_a_tab_a_digit_and_a_menu(window) -> None:
    assert window.actions_by_id["go_listening"].shortcuts()[0].toString() == "7"
    window.actions_by_id["go_listening"].trigger()
    assert window.current == "listening"
    assert window._top._tabs["listening"].isChecked()
    shown = [action.text() for action in window._top.menus.actions() if action.isVisible()]
    assert shown == ["File", "Edit", "Make", "Sound", "View", "Help"]
    assert not window.actions_by_id["undo"].isEnabled()
    window.actions_by_id["hear"].trigger()
    assert window.workspaces["listening"].heard == 1


def test_files_that_it_takes_go_there(window, tmp_path) -> None:
    listening = window.workspaces["listening"]
    window.open_path(tmp_path / "large.bell")
    assert window.current == "listening"
    assert listening.opened == [tmp_path / "large.bell"]


def test_a_window_goes_to_its_first_workspace_when_the_one_of_last_time_is_gone(qtbot, window, project, session, monkeypatch) -> None:
    window.go("listening")
    project.flush()
    monkeypatch.undo()
    again = build(project, session)
    qtbot.addWidget(again)
    assert again.current == WORKSPACES[0].kind.name


def test_inputs_are_bound_by_their_medium_and_what_is_given_stays() -> None:
    score, chosen = Input("score", "score", "Score"), Input("bars", "selection", "Bars")
    picture = Input("picture", "picture", "Picture")
    action = Action("fill", "Fill", "", Capability.INFILLS, "score", object, (score, chosen, picture))
    asked: list[str] = []

    def whole(each: Input) -> str:
        asked.append(each.name)
        return "the whole"

    assert bound(action, (), "score", whole, lambda each: "a part") == {"score": "the whole", "bars": "a part"}
    assert bound(action, {"score"}, "score", whole, lambda each: None) == {}
    assert asked == ["score"]

    def nothing_chosen(each: Input) -> None:
        raise MediaError("Choose some bars first.")

    with pytest.raises(MediaError, match="Choose some bars"):
        bound(action, (), "score", whole, nothing_chosen)
