"""What hands do in the window: keys that go where they are meant, and nothing that moves under the pointer."""

import pytest
from PySide6.QtCore import QPoint, QPointF, QSize, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication, QComboBox, QFileDialog, QPushButton

from studio.media import Picture
from studio.ui.canvas.export_dialog import ExportDialog
from studio.ui.canvas.layers import LayersPanel
from studio.ui.frame import title_of, within
from studio.ui.widgets.number import NumberField


@pytest.fixture
def window(qtbot, studio_window):
    for number in range(2):
        studio_window.workspaces["canvas"].placing.lay(Picture.empty(16, 16), f"Layer {number}", None, QPoint(20 * number, 0))
    studio_window.activateWindow()
    return studio_window


@pytest.mark.parametrize("where", ["layers", "history", "shelf", "number"])
def test_tool_keys_work_wherever_the_last_press_was(qtbot, window, where: str) -> None:
    pressed = {
        "layers": window.findChild(LayersPanel).list,
        "history": window.filmstrip,
        "shelf": window.models._list,
        "number": window.workspaces["canvas"]._strip.fields["size"],
    }[where]
    pressed.setFocus()
    qtbot.keyClick(pressed, Qt.Key.Key_B)
    assert window.workspaces["canvas"].view.tool.name == "pencil"
    pressed.setFocus()
    qtbot.keyClick(pressed, Qt.Key.Key_E)
    assert window.workspaces["canvas"].view.tool.name == "eraser"


def test_letters_that_are_typed_are_no_tools(qtbot, window) -> None:
    seed = window.inspector.seed._text
    seed.setFocus()
    seed.selectAll()
    tool = window.workspaces["canvas"].view.tool.name
    qtbot.keyClicks(seed, "belg")
    assert seed.text() == "belg"
    assert window.workspaces["canvas"].view.tool.name == tool


def test_select_all_in_a_number_field_leaves_the_board_alone(qtbot, window) -> None:
    field = next(each for each in window.inspector.findChildren(NumberField) if each.isVisible())
    field.setFocus()
    qtbot.keyClick(field, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    assert window.workspaces["canvas"].view.context.document.board.selection is None
    assert field._editor.selectedText() == field._editor.text()


def test_enter_in_the_export_dialog_exports(qtbot, window, monkeypatch) -> None:
    asked: list[str] = []
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *words, **more: (asked.append(words[1]), ("", ""))[1])
    dialog = ExportDialog(window.context, window.workspaces["canvas"].view.context.document.board, window)
    qtbot.addWidget(dialog)
    dialog.show()
    dialog._scale.setFocus()
    qtbot.keyClick(dialog._scale, Qt.Key.Key_Return)
    assert asked == ["Export"]
    assert dialog.isVisible()


def open_more(window) -> None:
    for button in window.inspector.findChildren(QPushButton):
        if button.text() == "More" and not button.isChecked():
            button.click()


@pytest.mark.parametrize("size", [(1600, 1000), (1280, 800), (1024, 640)])
def test_the_layers_stay_where_they_are_when_more_is_opened(qtbot, window, size) -> None:
    window.context.choose_model("tiny-diffusion")
    window.resize(*size)
    panel = window.findChild(LayersPanel)
    before = panel.list.mapTo(window, QPoint(0, 0)), panel.list.height()
    open_more(window)
    QApplication.processEvents()  # for the layouts
    assert (panel.list.mapTo(window, QPoint(0, 0)), panel.list.height()) == before
    assert panel.list.viewport().height() >= 40
    bottom = window.inspector.button.mapTo(window, QPoint(0, window.inspector.button.height()))
    assert bottom.y() <= window.height()
    assert window.inspector.button.isVisible()


def test_every_workspace_fits_1024_by_640(qtbot, window) -> None:
    for name in window.workspaces:
        window.go(name)
        open_more(window)
        QApplication.processEvents()
        hint = window.minimumSizeHint()
        assert hint.width() <= 1024, name
        assert hint.height() <= 640, name


def test_the_share_that_the_layers_were_given_is_remembered(qtbot, window) -> None:
    side = window._panels.side
    side.setSizes([300, side.height() - 300])
    side.splitterMoved.emit(300, 1)
    window.context.project.flush()
    assert window.context.project.setting("side") == pytest.approx(side.sizes()[0] / sum(side.sizes()))


def test_a_notice_moves_nothing(qtbot, window) -> None:
    view = window.workspaces["canvas"].view
    before = view.mapTo(window, QPoint(0, 0)), view.size()
    window.context.problem.emit("Something happened. Do this. " * 8, "details")
    QApplication.processEvents()
    assert (view.mapTo(window, QPoint(0, 0)), view.size()) == before
    assert window.notice.isVisible()
    inside = window.notice.parentWidget().rect()
    assert inside.contains(window.notice.geometry())
    window.resize(1024, 640)
    QApplication.processEvents()
    assert window.notice.parentWidget().rect().contains(window.notice.geometry())


def test_a_notice_lies_above_whichever_workspace_is_in_front(window) -> None:
    window.context.problem.emit("Something happened.", "")
    for name in window.workspaces:
        window.go(name)
        middle = window.notice.mapTo(window, window.notice.rect().center())
        under = window.childAt(middle)
        assert under is window.notice or window.notice.isAncestorOf(under), name


def test_the_title_says_atelier_once(window) -> None:
    assert window.windowTitle() == "test — Atelier"
    assert title_of(None) == "Atelier"


@pytest.mark.parametrize("room", [QSize(1280, 720), QSize(1920, 1080), QSize(1000, 600)])
def test_a_window_is_no_larger_than_its_screen(room: QSize) -> None:
    size = within(QSize(1280, 800), room)
    assert size.width() <= room.width()
    assert size.height() < room.height()
    assert within(QSize(800, 500), room) == QSize(800, 500)


def test_the_wheel_scrolls_the_form_past_a_list_of_words(qtbot, window) -> None:
    window.context.choose_model("tiny-diffusion")
    box = window.inspector._form.findChildren(QComboBox)[0]
    before = box.currentText()
    at = QPointF(5, 5)
    wheel = QWheelEvent(
        at, box.mapToGlobal(at), QPoint(), QPoint(0, -120), Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    box.wheelEvent(wheel)
    assert box.currentText() == before
    assert not wheel.isAccepted()
