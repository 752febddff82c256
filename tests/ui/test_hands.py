"""What hands do in the window: keys that go where they are meant, and nothing that moves under the pointer."""

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QFileDialog

from studio.media import Picture
from studio.ui.canvas.export_dialog import ExportDialog
from studio.ui.widgets.number import NumberField


@pytest.fixture
def window(qtbot, studio_window):
    for number in range(2):
        studio_window.canvas._place(Picture.empty(16, 16), f"Layer {number}", None, QPoint(20 * number, 0))
    studio_window.activateWindow()
    return studio_window


@pytest.mark.parametrize("where", ["layers", "history", "shelf", "number"])
def test_tool_keys_work_wherever_the_last_press_was(qtbot, window, where: str) -> None:
    from studio.ui.canvas.layers import LayersPanel

    pressed = {
        "layers": window.findChild(LayersPanel).list,
        "history": window.filmstrip,
        "shelf": window.models._list,
        "number": window.canvas._strip.size_number,
    }[where]
    pressed.setFocus()
    qtbot.keyClick(pressed, Qt.Key.Key_B)
    assert window.canvas.view.tool.name == "pencil"
    pressed.setFocus()
    qtbot.keyClick(pressed, Qt.Key.Key_E)
    assert window.canvas.view.tool.name == "eraser"


def test_letters_that_are_typed_are_no_tools(qtbot, window) -> None:
    seed = window.inspector.seed._text
    seed.setFocus()
    seed.selectAll()
    tool = window.canvas.view.tool.name
    qtbot.keyClicks(seed, "belg")
    assert seed.text() == "belg"
    assert window.canvas.view.tool.name == tool


def test_select_all_in_a_number_field_leaves_the_board_alone(qtbot, window) -> None:
    field = next(each for each in window.inspector.findChildren(NumberField) if each.isVisible())
    field.setFocus()
    qtbot.keyClick(field, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    assert window.canvas.view.desk.document.board.selection is None
    assert field._editor.selectedText() == field._editor.text()


def test_enter_in_the_export_dialog_exports(qtbot, window, monkeypatch) -> None:
    asked: list[str] = []
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *words: (asked.append(words[1]), ("", ""))[1])
    dialog = ExportDialog(window.desk, window.canvas.view.desk.document.board, window)
    qtbot.addWidget(dialog)
    dialog.show()
    dialog._scale.setFocus()
    qtbot.keyClick(dialog._scale, Qt.Key.Key_Return)
    assert asked == ["Export"]
    assert dialog.isVisible()
