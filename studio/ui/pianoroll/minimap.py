"""The whole score in a band; the frame is what the roll shows. Drag to go there."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QImage, QMouseEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QWidget

from studio.ui import theme
from studio.ui.pianoroll.painting import note_colour
from studio.ui.pianoroll.state import RollState

HEIGHT = 34


class MiniMap(QWidget):
    """The picture of the notes is made anew only when the score has changed."""

    def __init__(self, state: RollState, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.state = state
        self._image: QImage | None = None
        self._drawn_of: object = None
        self.setFixedHeight(HEIGHT)
        self.setAccessibleName("The whole score")
        self.setToolTip("Drag to go to another part of the score")
        for signal in (state.view_changed, state.sheet_changed):
            signal.connect(self.update)
        state.playhead_moved.connect(lambda before, after: self.update())
        theme.current().changed.connect(self._forget)

    def _forget(self) -> None:
        self._drawn_of = None
        self.update()

    def _end(self) -> float:
        score = self.state.score
        return max(score.end, 8 * score.bar_ticks(score.metres[0]), 1) * 1.02

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, t, view = QPainter(self), theme.tokens(), self.state.view
        painter.fillRect(self.rect(), t.color("ground"))
        if self._drawn_of is not self.state.score or self._image is None:
            self._drawn_of, self._image = self.state.score, self._draw()
        painter.drawImage(0, 2, self._image)
        scale = self.width() / self._end()
        left, width = view.left * scale, max(6.0, view.span * scale)
        frame = QRectF(left, 0.5, min(width, self.width() - left - 0.5), self.height() - 1)
        painter.fillRect(frame, t.color("text", 0.10))
        painter.setPen(t.color("quiet"))
        painter.drawRect(frame)
        x = self.state.playhead * scale
        painter.fillRect(QRectF(x, 0, 1, self.height()), t.color("accent"))

    def _draw(self) -> QImage:
        width, height, end = max(1, self.width()), self.height() - 4, self._end()
        pixels = np.zeros((height, width), np.uint32)
        all_columns = self.state.columns.of_score(self.state.score)
        pitches = [(columns.pitch.min(), columns.pitch.max()) for columns in all_columns if len(columns.pitch)]
        low, high = (min(a for a, _ in pitches), max(b for _, b in pitches)) if pitches else (0, 127)
        spread = max(24, high - low + 1)
        for number, columns in enumerate(all_columns):
            if not len(columns.tick):
                continue
            left = np.minimum((columns.tick * width / end).astype(np.int64), width - 1)
            right = np.minimum(np.maximum((columns.end * width / end).astype(np.int64), left + 1), width - 1)
            row = np.clip(((high - columns.pitch) * (height - 1)) // spread, 0, height - 1)
            steps = np.bincount(row * width + left, minlength=height * width) - np.bincount(row * width + right, minlength=height * width)
            pixels[np.cumsum(steps.reshape(height, width), axis=1) > 0] = note_colour(self.state.sheet.colour(number), 100).rgba()
        return QImage(pixels.tobytes(), width, height, width * 4, QImage.Format.Format_ARGB32_Premultiplied).copy()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._go(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if event.buttons() & Qt.MouseButton.LeftButton:
            self._go(event)

    def _go(self, event: QMouseEvent) -> None:
        view = self.state.view
        view.left = event.position().x() / self.width() * self._end() - view.span / 2
        view.hold()
        self.state.view_changed.emit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._forget()
