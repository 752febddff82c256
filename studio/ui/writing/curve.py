"""The surprise of the whole page as a thin strip; press in it to go there."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from studio.ui import theme
from studio.ui.writing.bits import MOST_BITS, Bits

HEIGHT = 28
SMOOTHED = 5


class SurpriseCurve(QWidget):
    """`pressed` carries the share of the page, from 0 to 1."""

    pressed = Signal(float)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._bits, self._length, self._seen = Bits(), 0, (0.0, 0.0)
        self.setAccessibleName("Surprise along the page")
        self.setToolTip("How much each part of the page surprises the model; press to go there")
        self.setFixedHeight(HEIGHT)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def sizeHint(self) -> QSize:
        return QSize(400, HEIGHT)

    def show_bits(self, bits: Bits, length: int, seen: tuple[float, float]) -> None:
        """`seen` is the part of the page in sight."""
        self._bits, self._length, self._seen = bits, length, seen
        self.setAccessibleDescription(f"{bits.mean():.1f} bits a token on average, {len(bits)} tokens known")
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        t = theme.tokens()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        first, last = (share * self.width() for share in self._seen)
        painter.fillRect(QRectF(first, 0, max(2.0, last - first), HEIGHT), t.color("raised"))
        values = self._bits.curve(self._length, max(1, self.width() // 2))
        known = np.flatnonzero(~np.isnan(values))
        if not len(known):
            return
        smooth = np.convolve(np.interp(np.arange(len(values)), known, values[known]), np.ones(SMOOTHED) / SMOOTHED, "same")
        path = QPainterPath()
        begun = False
        for column in range(int(known[0]), int(known[-1]) + 1):
            point = QPointF(column * 2, HEIGHT - 3 - min(1.0, float(smooth[column]) / MOST_BITS) * (HEIGHT - 6))
            path.lineTo(point) if begun else path.moveTo(point)
            begun = True
        painter.setPen(QPen(t.color("accent"), 1.2))
        painter.drawPath(path)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.pressed.emit(min(1.0, max(0.0, event.position().x() / max(1, self.width()))))
