"""A number field is dragged, wheeled, typed and reset."""

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent

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
