"""What can be done where: each workspace offers its own commands, and the window those that are done everywhere."""

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication, QLabel, QScrollArea

from studio.media import Picture
from studio.ui import theme
from studio.ui.widgets.palette import ShortcutsSheet, commands


def draw(window) -> None:
    window.workspaces["canvas"].placing.lay(Picture.empty(8, 8), "Layer", None, QPoint(0, 0))


def menus(window) -> dict[str, list[str]]:
    """The labels in each menu that is shown."""
    shown = [action for action in window._top.menus.actions() if action.isVisible()]
    return {action.text(): [each.text().partition("\t")[0] for each in action.menu().actions()] for action in shown}


def test_no_shortcut_and_no_id_is_given_twice_where_one_stands(studio_window) -> None:
    everywhere = [*studio_window._before(), *studio_window._after()]
    for name, workspace in studio_window.workspaces.items():
        here = [*everywhere, *workspace.commands()]
        ids = [command.id for command in here]
        assert len(ids) == len(set(ids)), name
        keys = [key for command in here for key in (command.shortcut, command.also) if key]
        assert len(keys) == len(set(keys)), (name, sorted(key for key in keys if keys.count(key) > 1))


def test_a_command_of_several_workspaces_is_called_the_same_in_all(studio_window) -> None:
    words: dict[str, tuple[str, ...]] = {}
    for workspace in studio_window.workspaces.values():
        for command in workspace.commands():
            said = (command.label, command.menu, command.icon, command.shortcut, command.help)
            assert words.setdefault(command.id, said) == said


def test_every_icon_of_a_command_is_there(studio_window) -> None:
    for command in studio_window.dispatch.commands:
        assert not command.icon or not theme.icon(command.icon).isNull(), command.id


def test_menus_that_make_no_sense_here_are_not_shown(studio_window) -> None:
    assert list(menus(studio_window)) == ["File", "Edit", "Make", "View", "Help"]
    assert "Fill the selection" in menus(studio_window)["Make"]
    studio_window.go("pianoroll")
    assert list(menus(studio_window)) == ["File", "Edit", "Make", "Notes", "Play", "View", "Help"]
    assert menus(studio_window)["File"] == ["New project…", "Open project, picture, score or text…", "Export…", "Quit"]
    studio_window.go("writing")
    assert list(menus(studio_window)) == ["File", "Edit", "Make", "Text", "View", "Help"]
    studio_window.go("lab")
    assert menus(studio_window)["Edit"] == ["Undo", "Redo"]
    assert "About the models and their makers" in menus(studio_window)["Help"]


def test_the_palette_and_the_sheet_of_shortcuts_list_what_is_done_elsewhere(qtbot, studio_window) -> None:
    found = {each.label for each in commands(studio_window.actions_by_id.values())}
    assert {"Quantise", "Strong", "Random point", "Fill the selection"} <= found
    studio_window.actions_by_id["shortcuts"].trigger()
    (sheet,) = [each for each in QApplication.topLevelWidgets() if isinstance(each, ShortcutsSheet) and each.isVisible()]
    listed = {label.text() for label in sheet.findChildren(QLabel)}
    assert {"Notes", "Quantise", "Q", "Text", "Strong", "Ctrl+B", "Tools", "Pencil"} <= listed
    assert [area.horizontalScrollBar().maximum() for area in sheet.findChildren(QScrollArea)] == [0]  # no key is cut off
    sheet.close()


def test_a_command_of_another_workspace_goes_there(studio_window) -> None:
    studio_window.actions_by_id["select_all"].trigger()
    assert studio_window.current == "canvas"
    studio_window.go("lab")
    studio_window.actions_by_id["about"].trigger()
    assert studio_window.current == "shelf"
    studio_window.actions_by_id["quantise"].trigger()
    assert studio_window.current == "pianoroll"


def test_undo_and_redo_are_greyed_where_there_is_no_step(studio_window) -> None:
    undo, redo = studio_window.actions_by_id["undo"], studio_window.actions_by_id["redo"]
    assert not undo.isEnabled()
    draw(studio_window)
    assert undo.isEnabled()
    assert not redo.isEnabled()
    undo.trigger()
    assert not undo.isEnabled()
    assert redo.isEnabled()
    redo.trigger()
    assert (undo.isEnabled(), redo.isEnabled()) == (True, False)
    studio_window.go("pianoroll")
    assert not undo.isEnabled()
    studio_window.workspaces["pianoroll"].tracks.add()
    assert undo.isEnabled()
    undo.trigger()
    assert (undo.isEnabled(), redo.isEnabled()) == (False, True)


def test_what_is_typed_can_be_undone_from_the_menu_at_once(qtbot, studio_window) -> None:
    studio_window.go("writing")
    writing = studio_window.workspaces["writing"]
    writing.open_page(None)
    undo = studio_window.actions_by_id["undo"]
    assert not undo.isEnabled()
    qtbot.keyClicks(writing.edit, "a lamp")
    assert undo.isEnabled()
    undo.trigger()
    assert writing.sheet.content == ""
    assert studio_window.actions_by_id["redo"].isEnabled()


@pytest.mark.parametrize("place", ["lab", "shelf"])
def test_a_key_for_undo_does_nothing_where_there_is_no_document(qtbot, studio_window, place) -> None:
    draw(studio_window)
    board = studio_window.workspaces["canvas"].view.context.document.board
    studio_window.go(place)
    qtbot.keyClick(studio_window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    studio_window.dispatch.do("undo")
    assert studio_window.workspaces["canvas"].view.context.document.board is board
