"""A number that is dragged sideways, wheeled, typed, stepped with arrows and reset by a double click."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRectF, QRegularExpression, QSize, Qt, Signal
from PySide6.QtGui import (
    QGuiApplication,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QRegularExpressionValidator,
    QWheelEvent,
)
from PySide6.QtWidgets import QLineEdit, QSizePolicy, QWidget

from studio.ui import theme

DRAG_THRESHOLD = 3
NOTCH = 120  # of a wheel, in eighths of a degree
NUDGES = {
    Qt.Key.Key_Up: 1,
    Qt.Key.Key_Right: 1,
    Qt.Key.Key_Down: -1,
    Qt.Key.Key_Left: -1,
    Qt.Key.Key_PageUp: 10,
    Qt.Key.Key_PageDown: -10,
}
TYPED = frozenset("0123456789.,-")
NUMBER = QRegularExpression(r"-?\d*[.,]?\d*")  # both separators, whatever the locale: a locale's own validator drops the other one
IN_TEXT = (QKeySequence.StandardKey.SelectAll, QKeySequence.StandardKey.Copy, QKeySequence.StandardKey.Paste)
ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
PIXELS_A_RANGE = 240  # a drag this long crosses the whole range
PIXELS_A_STEP = 12  # at most, so that a range of few steps is crossed sooner


class NumberField(QWidget):
    """`changed` carries the value whenever it moves; `settled` when a hand has let go of it, `dragged` when that was a drag's end."""

    changed = Signal(float)
    settled = Signal(float)
    dragged = Signal()

    def __init__(
        self, name: str, default: float, low: float, high: float, step: float, *, unit: str = "", whole: bool = False,
        parent: QWidget | None = None,
    ) -> None:  # fmt: skip
        super().__init__(parent)
        self._default, self._low, self._high, self._step = default, low, high, step
        self._unit, self._whole, self._value = unit, whole, default
        self._pressed_at: float | None = None
        self._dragging, self._drag_from = False, default
        self._wheeled = 0
        self._editor: QLineEdit | None = None
        self.setAccessibleName(name)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.SizeHorCursor)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(theme.CONTROL_HEIGHT)
        self._describe()

    def sizeHint(self) -> QSize:
        return QSize(120, theme.CONTROL_HEIGHT)

    def value(self) -> float:
        return int(self._value) if self._whole else self._value

    def set_value(self, value: float) -> None:
        """Put in `value`, brought into the range and onto the step; tells `changed` when it moved."""
        steps = round((value - self._low) / self._step)
        snapped = min(max(self._low + steps * self._step, self._low), self._high)
        snapped = round(snapped) if self._whole else round(snapped, 6)
        if snapped != self._value:
            self._value = snapped
            self._describe()
            self.update()
            self.changed.emit(float(snapped))

    def reset(self) -> None:
        self.set_value(self._default)
        self.settled.emit(float(self._value))

    def text(self) -> str:
        return f"{self._number()} {self._unit}".strip()

    def _number(self) -> str:
        return f"{int(self._value)}" if self._whole else f"{self._value:.{self._decimals()}f}"

    def _decimals(self) -> int:
        return max(0, len(f"{self._step:g}".partition(".")[2]))

    def _describe(self) -> None:
        self.setAccessibleDescription(f"{self.text()}, from {self._low:g} to {self._high:g}")

    def event(self, event: QEvent) -> bool:
        """Digits, Backspace and what every text takes are this field's, even where they are shortcuts of the window."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.ShortcutOverride:
            plain = not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
            cleared = event.key() in (Qt.Key.Key_Backspace, Qt.Key.Key_Delete)
            if (plain and (event.text() in TYPED or cleared)) or any(event.matches(each) for each in IN_TEXT):
                event.accept()
                return True
        return super().event(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        t = theme.tokens()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        frame = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        shape = QPainterPath()
        shape.addRoundedRect(frame, theme.CORNER, theme.CORNER)
        painter.fillPath(shape, t.color("ground"))
        painter.save()
        painter.setClipPath(shape)
        share = (self._value - self._low) / (self._high - self._low) if self._high > self._low else 0
        painter.fillRect(QRectF(0, 0, frame.width() * share, self.height()), t.color("accent" if self.hasFocus() else "quiet", 0.18))
        painter.restore()
        painter.setPen(t.color("accent" if self.hasFocus() else "quiet" if self.underMouse() else "line"))
        painter.drawPath(shape)
        painter.setPen(t.color("text" if self.isEnabled() else "disabled"))
        margin = min(8, self.width() // 10)
        painter.drawText(
            self.rect().adjusted(margin, 0, -margin, 0), Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, self.text()
        )

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._pressed_at, self._drag_from, self._dragging = event.position().x(), self._value, False

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._pressed_at is None:
            return
        moved = event.position().x() - self._pressed_at
        self._dragging = self._dragging or abs(moved) > DRAG_THRESHOLD
        if self._dragging:
            fine = 0.2 if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 1.0
            a_pixel = max((self._high - self._low) / PIXELS_A_RANGE, self._step / PIXELS_A_STEP)
            self.set_value(self._drag_from + moved * a_pixel * fine)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        dragged = self._dragging
        self._pressed_at, self._dragging = None, False
        if dragged:
            self.settled.emit(float(self._value))
            self.dragged.emit()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.reset()

    def wheelEvent(self, event: QWheelEvent) -> None:
        self._wheeled += event.angleDelta().y() or event.angleDelta().x()
        notches = int(self._wheeled / NOTCH)  # a touchpad sends a notch in many parts
        self._wheeled -= notches * NOTCH
        if notches:
            self._nudge(notches * (10 if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 1))
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        if key in NUDGES:
            self._nudge(NUDGES[key] * (10 if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 1))
        elif key in (Qt.Key.Key_Home, Qt.Key.Key_End):
            self.set_value(self._low if key == Qt.Key.Key_Home else self._high)
        elif key in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self.reset()
        elif event.matches(QKeySequence.StandardKey.Copy):
            QGuiApplication.clipboard().setText(self._number())
        elif event.matches(QKeySequence.StandardKey.Paste):
            self._take(QGuiApplication.clipboard().text())
        elif key == Qt.Key.Key_F2 or event.matches(QKeySequence.StandardKey.SelectAll):
            self._edit("")
        elif event.text() and event.text() in TYPED:
            self._edit(event.text())
        else:
            super().keyPressEvent(event)

    def _take(self, text: str) -> None:
        """Put in a number as a person writes it; what is none changes nothing."""
        try:
            self.set_value(float(text.strip().removesuffix(self._unit).strip().replace(",", ".")))
        except (ValueError, OverflowError):
            self.update()
        self.settled.emit(float(self._value))

    def _nudge(self, steps: int) -> None:
        self.set_value(self._value + steps * self._step)
        self.settled.emit(float(self._value))

    def _edit(self, typed: str) -> None:
        """A text field over the number, until Enter, Escape or a click elsewhere."""
        editor = QLineEdit(typed or self._number(), self)
        editor.setValidator(QRegularExpressionValidator(NUMBER, editor))
        editor.setAccessibleName(self.accessibleName())
        editor.setGeometry(self.rect())
        editor.installEventFilter(self)
        editor.editingFinished.connect(lambda: self._edited(editor))
        self._editor = editor
        editor.show()
        editor.setFocus()
        if not typed:
            editor.selectAll()

    def eventFilter(self, watched: object, event: QEvent) -> bool:
        """Escape leaves the number as it was; Enter takes it, and presses no button of a dialog that this field stands in."""
        editor = self._editor
        if editor is None or watched is not editor or not isinstance(event, QKeyEvent) or event.type() != QEvent.Type.KeyPress:
            return False
        if event.key() == Qt.Key.Key_Escape:
            self._editor = None
            editor.deleteLater()
            self.setFocus()
        elif event.key() in ENTER:
            self._edited(editor)
        return event.key() in (Qt.Key.Key_Escape, *ENTER)

    def _edited(self, editor: QLineEdit) -> None:
        if editor is not self._editor:
            return
        self._editor = None
        editor.deleteLater()
        self.setFocus()
        self._take(editor.text())
