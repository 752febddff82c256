"""Notes that fall on a keyboard and light its keys as they land: the roll as one learns a piece from it."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent, QWheelEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from studio.ui import theme
from studio.ui.pianoroll.painting import BLACK_KEYS, note_colour
from studio.ui.pianoroll.state import RollState

SECONDS = 4.0  # from the upper edge to the keys
KEYS_HEIGHT = 96
BLACK_WIDTH = 0.62
WHEEL_SECONDS = 0.25


class FallingNotes(QWidget):
    """`seeked` carries the tick that the wheel wants the playhead at."""

    seeked = Signal(float)
    pressed = Signal(int, int)
    released = Signal(int)

    def __init__(self, state: RollState, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.state = state
        self._held: int | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName("Falling notes")
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        state.playhead_moved.connect(lambda before, after: self.update())
        for signal in (state.sheet_changed, state.settings_changed):
            signal.connect(self.update)
        theme.current().changed.connect(self.update)

    def _span(self) -> tuple[int, int]:
        """The lowest and highest key shown: those of the score with some air, whole octaves."""
        pitches = [track.notes["pitch"] for track in self.state.score.tracks if len(track.notes) and not track.drums]
        low = min((int(each.min()) for each in pitches), default=48)
        high = max((int(each.max()) for each in pitches), default=84)
        low, high = (low - 2) // 12 * 12, (high + 3) // 12 * 12 + 11
        return max(0, min(low, 60)), min(127, max(high, 71))

    def key_rect(self, pitch: int) -> tuple[float, float]:
        """(left, width) of a key in pixels."""
        low, high = self._span()
        whites = [each for each in range(low, high + 1) if each % 12 not in BLACK_KEYS]
        width = self.width() / max(1, len(whites))
        before = sum(each < pitch for each in whites)
        if pitch % 12 in BLACK_KEYS:
            return before * width - width * BLACK_WIDTH / 2, width * BLACK_WIDTH
        return before * width, width

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, t = QPainter(self), theme.tokens()
        floor = self.height() - KEYS_HEIGHT
        painter.fillRect(self.rect(), t.color("ground"))
        low, high = self._span()
        painter.setPen(t.color("line", 0.5))
        for pitch in range(low, high + 1):
            if pitch % 12 in (0, 5):
                left, _ = self.key_rect(pitch)
                painter.drawLine(QPointF(left, 0), QPointF(left, floor))
        now = float(self.state.score.seconds_at(self.state.playhead))
        self._paint_bars(painter, now, floor)
        lit = self._paint_notes(painter, now, floor, {pitch: self.key_rect(pitch) for pitch in range(low, high + 1)})
        self._paint_keys(painter, floor, lit)

    def _paint_bars(self, painter: QPainter, now: float, floor: int) -> None:
        score, t = self.state.score, theme.tokens()
        lines = score.bar_starts(max(score.end, 1))
        seconds = score.seconds_at(lines)
        painter.setFont(theme.font(10))
        for number in np.flatnonzero((seconds >= now) & (seconds <= now + SECONDS)):
            y = floor - (seconds[number] - now) / SECONDS * floor
            painter.setPen(t.color("line"))
            painter.drawLine(QPointF(0, y), QPointF(self.width(), y))
            painter.setPen(t.color("disabled"))
            painter.drawText(QRectF(6, y - 15, 60, 14), Qt.AlignmentFlag.AlignVCenter, str(int(number) + 1))

    def _paint_notes(self, painter: QPainter, now: float, floor: int, keys: dict[int, tuple[float, float]]) -> dict[int, int]:
        """The notes of all tracks that are heard but drums; gives the colour of each key that is down."""
        sheet, score = self.state.sheet, self.state.score
        lit: dict[int, int] = {}
        until = float(score.ticks_at(now + SECONDS))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for number, audible in enumerate(sheet.audible()):
            if not audible or score.tracks[number].drums:
                continue
            columns = self.state.columns.of(score.tracks[number].notes)
            rows = columns.within(self.state.playhead, until)
            start, stop = score.seconds_at(columns.tick[rows]), score.seconds_at(columns.end[rows])
            colour = sheet.colour(number)
            for row, begin, end in zip(rows.tolist(), start.tolist(), stop.tolist(), strict=True):
                pitch = int(columns.pitch[row])
                if pitch not in keys:
                    continue
                left, width = keys[pitch]
                bottom = floor - max(0.0, begin - now) / SECONDS * floor
                top = floor - (end - now) / SECONDS * floor
                painter.setBrush(note_colour(colour, int(columns.velocity[row])))
                painter.drawRoundedRect(QRectF(left + 1, top, max(2.0, width - 2), max(3.0, bottom - top - 1)), 3, 3)
                if begin <= now < end:
                    lit[pitch] = colour
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        return lit

    def _paint_keys(self, painter: QPainter, floor: int, lit: dict[int, int]) -> None:
        t = theme.tokens()
        ivory, ebony = t.color("text" if t.name == "dark" else "panel"), t.color("ground" if t.name == "dark" else "text")
        low, high = self._span()
        for black in (False, True):
            for pitch in range(low, high + 1):
                if (pitch % 12 in BLACK_KEYS) is not black:
                    continue
                left, width = self.key_rect(pitch)
                key = QRectF(left, floor, width, KEYS_HEIGHT * (0.62 if black else 1))
                painter.fillRect(key, note_colour(lit[pitch], 127) if pitch in lit else ebony if black else ivory)
                painter.setPen(t.color("disabled", 0.6))
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.drawRect(key)
                if pitch % 12 == 0 and width > 9:
                    painter.setPen(ebony)
                    painter.setFont(theme.font(10))
                    name = QRectF(left, floor + KEYS_HEIGHT - 18, width, 16)
                    painter.drawText(name, Qt.AlignmentFlag.AlignCenter, f"C{pitch // 12 - 1}" if width > 16 else str(pitch // 12 - 1))
        painter.fillRect(QRectF(0, floor - 2, self.width(), 2), t.color("accent"))

    # Mouse.

    def _pitch_at(self, x: float, y: float) -> int | None:
        low, high = self._span()
        floor = self.height() - KEYS_HEIGHT
        if y < floor:
            return None
        for black in (True, False):
            for pitch in range(low, high + 1):
                left, width = self.key_rect(pitch)
                if (pitch % 12 in BLACK_KEYS) is black and left <= x < left + width and (not black or y < floor + KEYS_HEIGHT * 0.62):
                    return pitch
        return None

    def mousePressEvent(self, event: QMouseEvent) -> None:
        pitch = self._pitch_at(event.position().x(), event.position().y())
        if pitch is not None:
            self._held = pitch
            self.pressed.emit(pitch, 90)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._held is not None:
            self.released.emit(self._held)
        self._held = None

    def wheelEvent(self, event: QWheelEvent) -> None:
        score = self.state.score
        seconds = float(score.seconds_at(self.state.playhead)) + event.angleDelta().y() / 120 * WHEEL_SECONDS
        self.seeked.emit(max(0.0, float(score.ticks_at(max(0.0, seconds)))))
        event.accept()
