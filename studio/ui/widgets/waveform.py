"""A sound as a line from left to right: press to put the playhead there, drag to select, or do either with the keyboard."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from studio.media import SoundSelection
from studio.ui import theme

HEIGHT, WIDTH = 140, 640
STEP, LARGE_STEP = 100, 10  # arrow keys go a hundredth of the sound, with Ctrl a tenth
SLACK = 3  # pixels that a press may slip before it is a drag


class Waveform(QWidget):
    """`seeked` with a second, `selected` with a SoundSelection or None."""

    seeked = Signal(float)
    selected = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.setMinimumHeight(HEIGHT)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.IBeamCursor)
        self.setAccessibleName("Waveform")
        self._envelope = np.zeros((0, 2), np.float32)
        self._seconds = 0.0
        self._at = 0.0
        self._selection: SoundSelection | None = None
        self._pressed: float | None = None  # the x where the mouse went down
        theme.current().changed.connect(self.update)
        self._tell()

    @property
    def selection(self) -> SoundSelection | None:
        return self._selection

    @property
    def position(self) -> float:
        """The second at which the playhead stands."""
        return self._at

    def show_sound(self, envelope: np.ndarray, seconds: float) -> None:
        """`envelope` is (columns, 2) float32, the lowest and the highest sample of each of so many equal stretches."""
        self._envelope, self._seconds, self._at, self._selection = envelope, seconds, 0.0, None
        self._tell()

    def show_position(self, seconds: float) -> None:
        self._at = seconds
        self.update()

    def select(self, selection: SoundSelection | None) -> None:
        """Select that part, or (None) nothing."""
        self._selection = selection if selection is not None and selection.end > selection.start else None
        self.selected.emit(self._selection)
        self._tell()

    def sizeHint(self) -> QSize:
        return QSize(WIDTH, HEIGHT)

    # By mouse.

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._pressed = event.position().x()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._pressed is not None and abs(event.position().x() - self._pressed) > SLACK:
            self.select(self._between(self._second(self._pressed), self._second(event.position().x())))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._pressed is None:
            return
        if abs(event.position().x() - self._pressed) <= SLACK:
            self.select(None)
            self._seek(self._second(event.position().x()))
        elif self._selection is not None:
            self._seek(self._selection.start)
        self._pressed = None

    # By keyboard.

    def keyPressEvent(self, event: QKeyEvent) -> None:
        keys = event.modifiers()
        step = self._seconds / (LARGE_STEP if keys & Qt.KeyboardModifier.ControlModifier else STEP)
        places = {
            Qt.Key.Key_Left: self._at - step, Qt.Key.Key_Right: self._at + step, Qt.Key.Key_Home: 0.0, Qt.Key.Key_End: self._seconds,
        }  # fmt: skip
        place = places.get(Qt.Key(event.key()))
        if place is not None:
            place = min(self._seconds, max(0.0, place))
            if keys & Qt.KeyboardModifier.ShiftModifier:
                self.select(self._between(self._anchor(), place))
            self._seek(place)
        elif event.key() == Qt.Key.Key_A and keys & Qt.KeyboardModifier.ControlModifier:
            self.select(SoundSelection(0.0, self._seconds))
        elif event.key() == Qt.Key.Key_Escape and self._selection is not None:
            self.select(None)
        else:
            super().keyPressEvent(event)

    def _anchor(self) -> float:
        """The end of the selection that stays when the other one is moved by the keyboard: that at which the playhead is not."""
        chosen = self._selection
        if chosen is None:
            return self._at
        return chosen.end if abs(self._at - chosen.start) < abs(self._at - chosen.end) else chosen.start

    # Inside.

    def _seek(self, seconds: float) -> None:
        self.show_position(seconds)
        self.seeked.emit(seconds)

    def _between(self, one: float, other: float) -> SoundSelection:
        return SoundSelection(min(one, other), max(one, other))

    def _second(self, x: float) -> float:
        return min(1.0, max(0.0, x / max(1, self.width()))) * self._seconds

    def _x(self, second: float) -> float:
        return second / self._seconds * self.width() if self._seconds else 0.0

    def _tell(self) -> None:
        chosen = self._selection
        self.setAccessibleDescription(f"Selected: {chosen.start:.2f} to {chosen.end:.2f} seconds" if chosen else "Nothing is selected")
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, t = QPainter(self), theme.tokens()
        painter.fillRect(self.rect(), t.color("ground"))
        middle, reach = self.height() / 2, self.height() / 2 - 6
        if self._selection is not None:
            left, right = self._x(self._selection.start), self._x(self._selection.end)
            painter.fillRect(QRectF(left, 0, max(1.0, right - left), self.height()), t.color("accent", 0.25))
        painter.setPen(QPen(t.color("line"), 1))
        painter.drawLine(QPointF(0, middle), QPointF(self.width(), middle))
        painter.setPen(QPen(t.tracks()[1], 1))
        for x, (low, high) in enumerate(self._columns()):
            painter.drawLine(QPointF(x + 0.5, middle - high * reach), QPointF(x + 0.5, middle - low * reach))
        painter.setPen(QPen(t.color("text"), 1.5))
        painter.drawLine(QPointF(self._x(self._at), 0), QPointF(self._x(self._at), self.height()))
        if self.hasFocus():
            painter.setPen(QPen(t.color("accent"), 1))
            painter.drawRect(self.rect().adjusted(0, 0, -1, -1))

    def _columns(self) -> list[list[float]]:
        """The lowest and the highest of each column of pixels."""
        count, width = len(self._envelope), self.width()
        if not count or not width:
            return []
        edges = np.linspace(0, count, width + 1).astype(np.int64)[:-1]
        edges = np.minimum(edges, count - 1)
        low, high = np.minimum.reduceat(self._envelope[:, 0], edges), np.maximum.reduceat(self._envelope[:, 1], edges)
        return np.clip(np.stack([low, high], axis=1), -1, 1).tolist()
