"""A number field is dragged, wheeled, typed and reset."""

import pytest
from PySide6.QtCore import QLocale, QPoint, QPointF, Qt
from PySide6.QtGui import QGuiApplication, QWheelEvent
from PySide6.QtWidgets import QDialog, QPushButton, QVBoxLayout

from studio.ui.widgets.number import NumberField


@pytest.fixture
def field(qtbot) -> NumberField:
    made = NumberField("Strength", 0.5, 0.0, 1.0, 0.05)
    qtbot.addWidget(made)
    made.resize(200, 28)
    made.show()
    return made


def test_dragging_sideways_changes_it(qtbot, field) -> None:
    qtbot.mousePress(field, Qt.MouseButton.LeftButton, pos=QPoint(50, 10))
    qtbot.mouseMove(field, QPoint(110, 10))
    qtbot.mouseRelease(field, Qt.MouseButton.LeftButton, pos=QPoint(110, 10))
    assert field.value() == pytest.approx(0.75)


def test_arrows_step_and_home_and_end_go_to_the_ends(qtbot, field) -> None:
    qtbot.keyClick(field, Qt.Key.Key_Up)
    assert field.value() == pytest.approx(0.55)
    qtbot.keyClick(field, Qt.Key.Key_End)
    assert field.value() == 1.0
    qtbot.keyClick(field, Qt.Key.Key_Right)
    assert field.value() == 1.0
    qtbot.keyClick(field, Qt.Key.Key_Home)
    assert field.value() == 0.0


def test_a_double_press_resets_it(qtbot, field) -> None:
    field.set_value(0.9)
    qtbot.mouseDClick(field, Qt.MouseButton.LeftButton)
    assert field.value() == 0.5


def test_typing_puts_in_a_number_within_the_range(qtbot, field) -> None:
    field.setFocus()
    qtbot.keyClicks(field, "0")
    editor = field._editor
    qtbot.keyClicks(editor, ".2")
    qtbot.keyClick(editor, Qt.Key.Key_Return)
    assert field.value() == pytest.approx(0.2)


def test_a_notch_in_many_parts_is_one_step(qtbot, field) -> None:
    def wheel(part: int) -> None:
        at = QPointF(50, 10)
        buttons, keys, phase = Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase
        field.wheelEvent(QWheelEvent(at, at, QPoint(), QPoint(0, part), buttons, keys, phase, False))

    for _ in range(8):
        wheel(15)
    assert field.value() == pytest.approx(0.55)
    wheel(-120)
    assert field.value() == pytest.approx(0.5)


@pytest.fixture(params=["de_DE", "fr_FR", "en_GB", "ar_EG"])
def locale(request):
    before = QLocale()
    QLocale.setDefault(QLocale(request.param))
    yield request.param
    QLocale.setDefault(before)


def type_in(qtbot, field: NumberField, text: str) -> None:
    field.setFocus()
    qtbot.keyClicks(field, text[0])
    qtbot.keyClicks(field._editor, text[1:])
    qtbot.keyClick(field._editor, Qt.Key.Key_Return)


@pytest.mark.parametrize("text", ["0.85", "0,85", ".85", ",85"])
def test_both_separators_are_taken_in_every_locale(qtbot, locale, text: str) -> None:
    made = NumberField("Strength", 0.5, 0.0, 1.5, 0.05)
    qtbot.addWidget(made)
    made.show()
    type_in(qtbot, made, text)
    assert made.value() == pytest.approx(0.85)


@pytest.mark.parametrize("text", ["-", ".", "1.2.3", "-,"])
def test_what_is_no_number_changes_nothing(qtbot, field, text: str) -> None:
    type_in(qtbot, field, text)
    assert field.value() in (0.5, 1.0)  # a second separator cannot be typed: 1.23 is what stands there


def test_select_all_selects_the_number(qtbot, field) -> None:
    field.setFocus()
    qtbot.keyClick(field, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    assert field._editor.selectedText() == "0.50"
    qtbot.keyClicks(field._editor, "0.7")
    qtbot.keyClick(field._editor, Qt.Key.Key_Return)
    assert field.value() == pytest.approx(0.7)


def test_a_number_is_copied_and_pasted_with_either_separator(qtbot, field) -> None:
    field.setFocus()
    qtbot.keyClick(field, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().text() == "0.50"
    QGuiApplication.clipboard().setText(" 0,15 ")
    qtbot.keyClick(field, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    assert field.value() == pytest.approx(0.15)


def test_enter_takes_the_number_and_presses_no_button_of_the_dialog(qtbot) -> None:
    dialog = QDialog()
    qtbot.addWidget(dialog)
    field, button = NumberField("Scale", 8, 1, 32, 1, whole=True), QPushButton("Export")
    column = QVBoxLayout(dialog)
    column.addWidget(field)
    column.addWidget(button)
    button.setDefault(True)
    pressed: list[bool] = []
    button.clicked.connect(lambda: pressed.append(True))
    dialog.show()
    type_in(qtbot, field, "12")
    assert field.value() == 12
    assert not pressed
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert len(pressed) == 1
