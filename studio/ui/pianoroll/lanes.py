"""The lane under the notes: velocities, or a control or the pitch bend of the track in hand, drawn by hand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QImage, QMouseEvent, QPainter, QPaintEvent, QPen, QPolygonF, QWheelEvent
from PySide6.QtWidgets import QWidget

from studio.media.score import Track, editing
from studio.media.score.theory import CONTROLS
from studio.ui import theme
from studio.ui.pianoroll.grid import turn_wheel
from studio.ui.pianoroll.painting import note_colour, paint_ground
from studio.ui.pianoroll.state import RollState

VELOCITY, PITCH_BEND = -1, -2
HEIGHT = 92
REACH = 5  # pixels around the pointer within which a note's velocity is taken hold of
MARGIN = 6
MANY = 600


class LaneLabel(QWidget):
    """What the lane shows, and its highest and lowest value, left of it."""

    def __init__(self, lane: Lane) -> None:
        super().__init__()
        self._lane = lane
        lane.renamed.connect(self.update)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, t, area = QPainter(self), theme.tokens(), QRectF(self.rect()).adjusted(4, 4, -6, -4)
        low, high = self._lane.range()
        name = {VELOCITY: "Velocity", PITCH_BEND: "Bend"}.get(self._lane.number) or CONTROLS[self._lane.number]
        painter.setFont(theme.font(10))
        painter.setPen(t.color("disabled"))
        right = Qt.AlignmentFlag.AlignRight
        painter.drawText(area, right | Qt.AlignmentFlag.AlignTop, str(high))
        painter.drawText(area, right | Qt.AlignmentFlag.AlignBottom, str(low))
        painter.setPen(t.color("quiet"))
        painter.drawText(area, right | Qt.AlignmentFlag.AlignVCenter, name)


class Lane(QWidget):
    """`number` is a control's, or VELOCITY, or PITCH_BEND."""

    renamed = Signal()

    def __init__(self, state: RollState, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.state = state
        self.number = VELOCITY
        self._last: QPointF | None = None
        self.setFixedHeight(HEIGHT)
        self.setAccessibleName("Velocity and controls")
        self.setToolTip("Drag over the notes to draw their velocities; with notes chosen only theirs change")
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        for signal in (state.view_changed, state.sheet_changed, state.selection_changed, state.settings_changed):
            signal.connect(self.update)
        theme.current().changed.connect(self.update)

    def set_number(self, number: int) -> None:
        self.number = number
        self.renamed.emit()
        self.update()

    # Between values and pixels.

    def range(self) -> tuple[int, int]:
        return {VELOCITY: (1, 127), PITCH_BEND: (-8192, 8191)}.get(self.number, (0, 127))

    def _y(self, value: float | np.ndarray) -> float | np.ndarray:
        low, high = self.range()
        return MARGIN + (high - value) / (high - low) * (self.height() - 2 * MARGIN)

    def _value(self, y: float) -> int:
        low, high = self.range()
        return int(np.clip(round(high - (y - MARGIN) / (self.height() - 2 * MARGIN) * (high - low)), low, high))

    def _table(self, track: Track) -> np.ndarray:
        """The values of the lane's control, or the bends."""
        return track.bends if self.number == PITCH_BEND else track.controls[track.controls["number"] == self.number]

    # Drawing.

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, t, area = QPainter(self), theme.tokens(), self.rect()
        paint_ground(painter, area, self.state, self.state.view, rows=False)
        middle = float(self._y(0 if self.number == PITCH_BEND else 64))
        painter.fillRect(QRectF(0, middle, self.width(), 1), t.color("line", 0.6))
        if self.number == VELOCITY:
            self._paint_velocities(painter)
        elif self.state.track is not None:
            self._paint_control(painter, self._table(self.state.track))
        painter.fillRect(0, 0, self.width(), 1, t.color("line"))

    def _paint_velocities(self, painter: QPainter) -> None:
        columns, view, t = self.state.own_columns(), self.state.view, theme.tokens()
        rows = columns.within(view.tick(-REACH), view.tick(self.width() + REACH))
        x, y = (columns.tick[rows] - view.left) * view.scale, np.asarray(self._y(columns.velocity[rows]))
        chosen = self.state.mask[rows]
        colour = note_colour(self.state.sheet.colour(self.state.active), 110)
        pixels = np.zeros((self.height(), self.width()), np.uint32)
        _stems(pixels, x[~chosen], y[~chosen], colour.rgba(), knobs=len(rows) <= MANY)
        _stems(pixels, x[chosen], y[chosen], t.color("text").rgba(), knobs=len(rows) <= MANY)
        image = QImage(pixels.tobytes(), self.width(), self.height(), self.width() * 4, QImage.Format.Format_ARGB32_Premultiplied)
        painter.drawImage(0, 0, image)

    def _paint_control(self, painter: QPainter, table: np.ndarray) -> None:
        view = self.state.view
        colour = note_colour(self.state.sheet.colour(self.state.active), 110)
        first = max(0, int(np.searchsorted(table["tick"], view.tick(0))) - 1)
        shown = table[first : int(np.searchsorted(table["tick"], view.tick(self.width()))) + 1]
        if not len(shown):
            return
        x = (shown["tick"].astype(np.float64) - view.left) * view.scale
        y = np.asarray(self._y(shown["value"].astype(np.float64)))
        ends = np.append(x[1:], self.width() + 1.0)
        points = [QPointF(a, b) for left, right, b in zip(x.tolist(), ends.tolist(), y.tolist(), strict=True) for a in (left, right)]
        painter.setPen(QPen(colour, 2))
        painter.drawPolyline(QPolygonF(points))

    # Mouse.

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.state.about_to_edit.emit()
        if self.state.track is None:
            return
        self._last = event.position()
        self._drawn(event.position(), event.position())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._last is not None:
            before, self._last = self._last, event.position()
            self._drawn(before, event.position())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._last is not None:
            self._last = None
            self.state.commit("Change velocities" if self.number == VELOCITY else "Draw a control")

    def _drawn(self, before: QPointF, after: QPointF) -> None:
        if self.number == VELOCITY:
            self._draw_velocities(before, after)
        else:
            self._draw_control(before, after)

    def _draw_velocities(self, before: QPointF, after: QPointF) -> None:
        columns, view = self.state.own_columns(), self.state.view
        left, right = min(before.x(), after.x()) - REACH, max(before.x(), after.x()) + REACH
        touched = (columns.tick >= view.tick(left)) & (columns.tick <= view.tick(right))
        if self.state.mask.any():
            touched &= self.state.mask
        if not touched.any():
            return
        xs = (columns.tick[touched] - view.left) * view.scale
        first, last = sorted((before, after), key=lambda place: place.x())
        ys = np.interp(xs, [first.x(), max(last.x(), first.x() + 1e-6)], [first.y(), last.y()])
        values = np.array([self._value(float(y)) for y in ys])
        chosen = self.state.mask

        def work(notes: np.ndarray, mask: np.ndarray) -> editing.Edited:
            return editing.with_velocity(notes, touched, values)[0], mask

        self.state.show(work, (self.state.notes, chosen))

    def _draw_control(self, before: QPointF, after: QPointF) -> None:
        track, view = self.state.track, self.state.view
        if track is None:
            return
        first, last = sorted((before, after), key=lambda place: place.x())
        start, stop = max(0, round(view.tick(first.x()))), max(0, round(view.tick(last.x())))
        step = max(1, self.state.score.ticks_per_beat // 16)
        values = self._value(first.y()), self._value(last.y())
        drawn = editing.line_of(self._table(track), start, stop, *values, step, max(0, self.number))
        if self.number == PITCH_BEND:
            changed = replace(track, bends=drawn)
        else:
            others = track.controls[track.controls["number"] != self.number]
            changed = replace(track, controls=np.concatenate([others, drawn]))
        self.state.show_track(changed)

    def wheelEvent(self, event: QWheelEvent) -> None:
        turn_wheel(self.state, event)


def _stems(pixels: np.ndarray, x: np.ndarray, y: np.ndarray, colour: int, knobs: bool) -> None:
    """Put stems into (height, width) pixels: two wide, each column as high as its loudest note, with a knob where there is room."""
    height, width = pixels.shape
    column = np.floor(x).astype(np.int64)
    tops = np.full(width + 1, height)
    for beside in (0, 1) if knobs else (0,):
        place = np.clip(column + beside, -1, width)
        np.minimum.at(tops, np.where(place < 0, width, place), y.astype(np.int64))
    pixels[np.arange(height)[:, None] >= tops[None, :width]] = colour
    if knobs:
        down, across = np.meshgrid(np.arange(-1, 2), np.arange(-1, 4), indexing="ij")
        rows = np.clip(y.astype(np.int64)[:, None] + down.ravel(), 0, height - 1)
        columns = column[:, None] + across.ravel()
        inside = (columns >= 0) & (columns < width)
        pixels[rows[inside], columns[inside]] = colour
