"""A slider whose track is a filmstrip: what the picture becomes along one direction."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRect, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QPixmap, QWheelEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from studio.media import Picture
from studio.ui import theme
from studio.ui.images import to_image

FRAMES = 7
SPAN = 3.0
HEIGHT = 36
LABEL_WIDTH = 108


class StripSlider(QWidget):
    """The value is in standard deviations from −3 to 3. `moved` while a hand holds it, `settled` when it lets go."""

    moved = Signal(float)
    settled = Signal(float)

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._name, self._value = name, 0.0
        self._frames: list[QPixmap] = []
        self._held = False
        self.setAccessibleName(name)
        self.setToolTip("Drag along the pictures, wheel or arrow keys; double press for the middle")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.SizeHorCursor)
        self.setFixedHeight(HEIGHT)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        return QSize(LABEL_WIDTH + FRAMES * 34, HEIGHT)

    @staticmethod
    def stops() -> list[float]:
        """The values that the frames show."""
        return [-SPAN + 2 * SPAN * number / (FRAMES - 1) for number in range(FRAMES)]

    def set_name(self, name: str) -> None:
        self._name = name
        self.setAccessibleName(name)
        self.update()

    def value(self) -> float:
        return self._value

    def held(self) -> bool:
        return self._held

    def set_value(self, value: float) -> None:
        self._value = value
        self.setAccessibleDescription(f"{value:+.1f} standard deviations")
        self.update()

    def show_frames(self, pictures: Sequence[Picture]) -> None:
        self._frames = [QPixmap.fromImage(to_image(picture)) for picture in pictures]
        self.update()

    def _track(self) -> QRect:
        return QRect(LABEL_WIDTH, 0, self.width() - LABEL_WIDTH, self.height())

    def paintEvent(self, event: QPaintEvent) -> None:
        t = theme.tokens()
        painter = QPainter(self)
        track = self._track()
        painter.setPen(t.color("text" if self.hasFocus() or self.underMouse() else "quiet"))
        painter.setFont(theme.font(theme.LABEL_SIZE))
        text = painter.fontMetrics().elidedText(self._name, Qt.TextElideMode.ElideRight, LABEL_WIDTH - 8)
        painter.drawText(QRect(0, 0, LABEL_WIDTH - 8, self.height()), Qt.AlignmentFlag.AlignVCenter, text)
        painter.fillRect(track.adjusted(0, 1, 0, -1), t.color("ground"))
        for number, pixmap in enumerate(self._frames):
            side = min(track.height() - 4, 32)
            middle = self._x_of(self.stops()[number])
            painter.drawPixmap(QRect(middle - side // 2, (self.height() - side) // 2, side, side), pixmap)
        x = self._x_of(min(max(self._value, -SPAN), SPAN))
        painter.setPen(QPen(t.color("accent"), 2))
        painter.drawRoundedRect(QRect(x - 18, 1, 36, self.height() - 3), 4, 4)
        if self.hasFocus():
            painter.setPen(QPen(t.color("accent", 0.6), 1))
            painter.drawRect(track.adjusted(0, 0, -1, -1))

    def _x_of(self, value: float) -> int:
        track = self._track().adjusted(20, 0, -20, 0)
        return round(track.left() + (value + SPAN) / (2 * SPAN) * track.width())

    def _value_at(self, x: float) -> float:
        track = self._track().adjusted(20, 0, -20, 0)
        return min(max((x - track.left()) / max(track.width(), 1) * 2 * SPAN - SPAN, -SPAN), SPAN)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and event.position().x() >= LABEL_WIDTH:
            self._held = True
            self._move(self._value_at(event.position().x()))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._held:
            self._move(self._value_at(event.position().x()))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._held:
            self._held = False
            self.settled.emit(self._value)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self._move(0.0)
        self.settled.emit(0.0)

    def wheelEvent(self, event: QWheelEvent) -> None:
        self._step(0.25 if event.angleDelta().y() > 0 else -0.25)
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = {Qt.Key.Key_Right: 0.25, Qt.Key.Key_Up: 0.25, Qt.Key.Key_Left: -0.25, Qt.Key.Key_Down: -0.25}
        step = steps.get(Qt.Key(event.key()))
        if step is None:
            super().keyPressEvent(event)
        else:
            self._step(step)

    def _step(self, step: float) -> None:
        self._move(min(max(self._value + step, -SPAN), SPAN))
        self.settled.emit(self._value)

    def _move(self, value: float) -> None:
        self.set_value(value)
        self.moved.emit(value)
