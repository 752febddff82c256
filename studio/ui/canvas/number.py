"""A small number for narrow places: drag sideways or up, wheel, arrow keys, double-click to reset; the range is a bar behind it."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QWheelEvent
from PySide6.QtWidgets import QWidget

from studio.ui import theme

PIXELS_A_STEP = 4
STEPS = {
    Qt.Key.Key_Up: 1,
    Qt.Key.Key_Right: 1,
    Qt.Key.Key_Down: -1,
    Qt.Key.Key_Left: -1,
    Qt.Key.Key_PageUp: 4,
    Qt.Key.Key_PageDown: -4,
}


class SmallNumber(QWidget):
    """`caption` stands under the number. `changed` is sent for what a person did, not for `set_value`."""

    changed = Signal(int)

    def __init__(self, caption: str, minimum: int, maximum: int, default: int, unit: str = "", step: int = 1) -> None:
        super().__init__()
        self.caption, self.minimum, self.maximum, self.default, self.unit, self.step = caption, minimum, maximum, default, unit, step
        self.value = default
        self._from: tuple[QPointF, int] | None = None
        self._wheel = 0
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.SizeHorCursor)
        self.setFixedSize(self.sizeHint())
        self._describe()

    def sizeHint(self) -> QSize:
        return QSize(theme.TOOL_BUTTON + 7 * theme.SPACE, theme.CONTROL_HEIGHT + theme.LABEL_SIZE + 2 * theme.SPACE)

    def set_value(self, value: int) -> None:
        self.value = min(max(value, self.minimum), self.maximum)
        self._describe()
        self.update()

    def _describe(self) -> None:
        self.setAccessibleName(f"{self.caption}, {self.value}{self.unit}")
        self.setToolTip(f"{self.caption}: drag or use the arrow keys; double-click for {self.default}{self.unit}")

    def _chosen(self, value: int) -> None:
        before = self.value
        self.set_value(value)
        if self.value != before:
            self.changed.emit(self.value)

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens, painter = theme.tokens(), QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF(2 * theme.SPACE + 0.5, 0.5, self.width() - 4 * theme.SPACE - 1, theme.CONTROL_HEIGHT - 1)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(tokens.color("ground"))
        painter.drawRoundedRect(box, theme.CORNER, theme.CORNER)
        share = (self.value - self.minimum) / (self.maximum - self.minimum)
        painter.save()
        painter.setClipRect(QRectF(box.left(), 0, box.width() * share, theme.CONTROL_HEIGHT))
        painter.setBrush(tokens.color("line"))
        painter.drawRoundedRect(box, theme.CORNER, theme.CORNER)
        painter.restore()
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(tokens.color("accent" if self.hasFocus() else "line"), 1))
        painter.drawRoundedRect(box, theme.CORNER, theme.CORNER)
        painter.setPen(tokens.color("text"))
        painter.setFont(theme.font(theme.LABEL_SIZE))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, f"{self.value}{self.unit}")
        painter.setPen(tokens.color("quiet"))
        painter.setFont(theme.font(theme.LABEL_SIZE))
        below = QRect(0, theme.CONTROL_HEIGHT + 2, self.width(), theme.LABEL_SIZE + theme.SPACE)
        painter.drawText(below, Qt.AlignmentFlag.AlignCenter, self.caption)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._from = (event.position(), self.value)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._from is not None:
            moved = event.position() - self._from[0]
            self._chosen(self._from[1] + self.step * round((moved.x() - moved.y()) / PIXELS_A_STEP))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._from = None

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self._chosen(self.default)

    def wheelEvent(self, event: QWheelEvent) -> None:
        self._wheel += event.angleDelta().y()
        steps = int(self._wheel / 120)
        self._wheel -= steps * 120
        self._chosen(self.value + steps * self.step)
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        keys = Qt.Key
        by = STEPS.get(keys(event.key()))
        if by is not None:
            self._chosen(self.value + by * self.step)
        elif event.key() == keys.Key_Home:
            self._chosen(self.minimum)
        elif event.key() == keys.Key_End:
            self._chosen(self.maximum)
        else:
            super().keyPressEvent(event)
