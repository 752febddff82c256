"""Ctrl+K finds commands, models, actions, settings, works and pages, and says when it finds nothing."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from studio.generators import settings_of
from studio.ui.widgets.palette import CommandPalette
from tests.ui.conftest import idle


@pytest.fixture
def find(qtbot, studio_window):
    """Type into the palette; what it lists, or press Enter on the first."""

    def typed(text: str, press: bool = False) -> list[tuple[str, str]]:
        studio_window.actions_by_id["palette"].trigger()
        palette = [each for each in QApplication.topLevelWidgets() if isinstance(each, CommandPalette) and each.isVisible()][-1]
        palette._text.setText(text)
        rows = [palette._list.item(row).data(Qt.ItemDataRole.UserRole) for row in range(palette._list.count())]
        if press:
            qtbot.keyClick(palette._text, Qt.Key.Key_Return)
        else:
            palette.close()
        return [(row.label, row.kind) for row in rows]

    return typed


def test_a_model_is_found_and_taken_in_hand(qtbot, studio_window, find) -> None:
    studio_window.go("lab")
    assert find("tiny-diff", press=True)[0] == ("tiny-diffusion", "Model")
    assert studio_window.context.model == "tiny-diffusion"
    assert studio_window.current == "canvas"
    idle(qtbot, studio_window)


def test_an_action_is_found_with_its_model_and_shown(qtbot, studio_window, find) -> None:
    assert find("redraw", press=True)[0] == ("Redraw — tiny-diffusion", "Action")
    assert studio_window.context.model == "tiny-diffusion"
    assert studio_window.inspector.action().id == "redraw"
    idle(qtbot, studio_window)


def test_a_setting_is_found_unfolded_and_has_the_keyboard(qtbot, studio_window, find) -> None:
    studio_window.context.choose_model("tiny-diffusion")
    idle(qtbot, studio_window)
    studio_window.activateWindow()
    action = studio_window.inspector.action()
    last = sorted(settings_of(action.settings), key=lambda each: each.advanced)[-1]
    label = f"{last.label} — {action.label}"
    assert find(label, press=True)[0] == (label, "Setting")
    field = studio_window.inspector._form._fields[last.name]
    qtbot.waitUntil(field.isVisible, timeout=5000)


def test_a_work_is_found_by_its_title_and_opened(qtbot, studio_window, find, project) -> None:
    studio_window.inspector._count.set_value(2)
    studio_window.actions_by_id["generate"].trigger()
    idle(qtbot, studio_window)
    asset = project.asset(studio_window.workspaces["canvas"].drawer.sheet.assets()[1])
    assert find(asset.title, press=True)[0] == (asset.title, "Picture")
    assert studio_window.workspaces["canvas"].active_layer().asset == asset.id


def test_a_page_is_found_and_opened(studio_window, find) -> None:
    writing = studio_window.workspaces["writing"]
    writing.open_page(None)
    first = writing.sheet.pages.number
    writing.sheet.apply("Write", 0, 0, "The lighthouse\n\nText.")
    writing.open_page(None)
    studio_window.go("canvas")
    assert find("lighthouse", press=True)[0] == ("The lighthouse", "Page")
    assert studio_window.current == "writing"
    assert writing.sheet.pages.number == first


def test_commands_come_first_where_they_fit_as_well(find) -> None:
    assert find("export")[0] == ("Export…", "Ctrl+E")


def test_an_empty_answer_says_so(qtbot, studio_window, find) -> None:
    assert find("xyzzy qqq") == []
    studio_window.actions_by_id["palette"].trigger()
    palette = [each for each in QApplication.topLevelWidgets() if isinstance(each, CommandPalette) and each.isVisible()][-1]
    palette._text.setText("xyzzy qqq")
    assert palette._nothing.isVisible()
    assert "xyzzy qqq" in palette._nothing.text()
    qtbot.keyClick(palette._text, Qt.Key.Key_Return)
    assert palette.isVisible()
    palette.close()


def test_strong_emphasis_and_write_carry_icons_of_their_own(studio_window) -> None:
    icons = {command.id: command.icon for command in studio_window.dispatch.commands}
    assert len({icons[name] for name in ("strong", "emphasis", "go_writing")} | {"type"}) == 4
