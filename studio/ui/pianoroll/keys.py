"""The keyboard at the left of the notes; for drums the names of what is struck. Keys sound when pressed and light up when heard."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPainterPath, QPaintEvent, QPixmap, QWheelEvent
from PySide6.QtWidgets import QWidget

from studio.media.score.theory import DRUMS, pitch_name
from studio.ui import theme
from studio.ui.pianoroll.grid import turn_wheel
from studio.ui.pianoroll.painting import BLACK_KEYS
from studio.ui.pianoroll.state import RollState
from studio.ui.pianoroll.viewport import PITCHES

WIDTH, DRUM_WIDTH = 64, 104
BLACK_SHARE = 0.6


class Keyboard(QWidget):
    """`pressed` and `released` carry pitches, `pressed` a velocity too: the further to the right, the louder."""

    pressed = Signal(int, int)
    released = Signal(int)

    def __init__(self, state: RollState, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.state = state
        self.lit: frozenset[int] = frozenset()
        self._held: int | None = None
        self._under = -1
        self.setFixedWidth(WIDTH)
        self.setAccessibleName("Keyboard")
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self._shown: tuple[float, int, bool] = (0.0, 0, False)
        self._drawn = QPixmap()
        self._drawn_of: tuple[object, ...] = ()
        for signal in (state.view_changed, state.settings_changed, state.sheet_changed):
            signal.connect(self._changed)
        theme.current().changed.connect(self.update)

    def light(self, pitches: frozenset[int]) -> None:
        """Light up what sounds."""
        if pitches != self.lit:
            self.lit = pitches
            self.update()

    def point_at(self, pitch: int, tick: float = 0) -> None:
        """Mark the key beside the pointer; -1 for none."""
        del tick
        if pitch != self._under:
            self._under = pitch
            self.update()

    def _changed(self) -> None:
        drums = self.state.track is not None and self.state.track.drums
        if self._shown != (self.state.view.top, self.state.view.row, drums):
            self._shown = (self.state.view.top, self.state.view.row, drums)
            self.setFixedWidth(DRUM_WIDTH if drums else WIDTH)
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        told = (self.state.view.row, self.width(), self.lit, self._under, theme.tokens().name, self._shown[2], self.devicePixelRatioF())
        if told != self._drawn_of:
            self._drawn_of, self._drawn = told, self._draw()
        QPainter(self).drawPixmap(0, -round(self.state.view.top), self._drawn)

    def _draw(self) -> QPixmap:
        """All keys; the roll shows a part of them, and scrolling draws none anew."""
        view, t = self.state.view, theme.tokens()
        drums = self.state.track is not None and self.state.track.drums
        ratio = self.devicePixelRatioF()
        pixmap = QPixmap(round(self.width() * ratio), round(PITCHES * view.row * ratio))
        pixmap.setDevicePixelRatio(ratio)
        painter, area = QPainter(pixmap), QRectF(0, 0, self.width(), PITCHES * view.row)
        ivory, ebony = t.color("text" if t.name == "dark" else "panel"), t.color("ground" if t.name == "dark" else "text")
        painter.fillRect(area, t.color("panel") if drums else ivory)
        painter.setFont(theme.font(10))
        for pitch in range(PITCHES):
            row = QRectF(0, (PITCHES - 1 - pitch) * view.row, self.width(), view.row)
            if drums:
                self._paint_drum(painter, row, pitch)
            elif pitch % 12 in BLACK_KEYS:
                black = QRectF(0, row.top(), self.width() * BLACK_SHARE, row.height())
                painter.fillRect(black, t.color("accent") if pitch in self.lit else ebony)
                painter.fillRect(QRectF(black.right(), row.center().y(), self.width() - black.right(), 1), t.color("disabled", 0.5))
            else:
                if pitch in self.lit:
                    painter.fillRect(row, t.color("accent"))
                if pitch % 12 in (0, 5):  # between B and C, and E and F, no black key parts the white ones
                    painter.fillRect(QRectF(0, row.bottom(), self.width(), 1), t.color("disabled", 0.5))
                if pitch % 12 == 0:
                    painter.setPen(ebony)
                    painter.drawText(
                        row.adjusted(0, -4, -5, 4), Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, pitch_name(pitch)
                    )
            if pitch == self._under:
                self._mark(painter, row, pitch, drums)
        painter.fillRect(QRectF(self.width() - 1, 0, 1, area.height()), t.color("line"))
        painter.end()
        return pixmap

    def _paint_drum(self, painter: QPainter, row: QRectF, pitch: int) -> None:
        t = theme.tokens()
        if pitch in self.lit:
            painter.fillRect(row, t.color("accent", 0.6))
        if self.state.view.row >= 10:
            painter.setPen(t.color("text" if pitch in DRUMS else "disabled"))
            painter.drawText(row.adjusted(8, 0, -4, 0), Qt.AlignmentFlag.AlignVCenter, DRUMS.get(pitch, pitch_name(pitch)))
        painter.fillRect(QRectF(0, row.bottom() - 1, self.width(), 1), t.color("line", 0.6))

    def _mark(self, painter: QPainter, row: QRectF, pitch: int, drums: bool) -> None:
        """The key beside the pointer, with its name."""
        t = theme.tokens()
        painter.fillRect(row.adjusted(0, 0, -1, 0), t.color("accent", 0.35))
        if drums:
            return
        label = QRectF(self.width() - 34, row.center().y() - 8, 30, 16)
        shape = QPainterPath()
        shape.addRoundedRect(label, 4, 4)
        painter.fillPath(shape, t.color("accent"))
        painter.setPen(t.color("on_accent"))
        painter.drawText(label, Qt.AlignmentFlag.AlignCenter, pitch_name(pitch))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._press(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if event.buttons() & Qt.MouseButton.LeftButton:
            self._press(event)

    def _press(self, event: QMouseEvent) -> None:
        pitch = self.state.view.pitch(event.position().y())
        if pitch != self._held:
            self.mouseReleaseEvent(event)
            self._held = pitch
            self.pressed.emit(pitch, min(127, max(20, int(127 * event.position().x() / self.width()))))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._held is not None:
            self.released.emit(self._held)
        self._held = None

    def wheelEvent(self, event: QWheelEvent) -> None:
        turn_wheel(self.state, event)
