"""The ruler over the notes: bars to choose, the playhead to set, tempo, metre, key, markers and chords to read and change."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent, QPixmap, QPolygonF, QWheelEvent
from PySide6.QtWidgets import QWidget

from studio.media import Score
from studio.media.score.maps import changes_of_metre, metre_at, tempo_at
from studio.media.score.theory import chord_of
from studio.ui import theme
from studio.ui.pianoroll.grid import turn_wheel
from studio.ui.pianoroll.painting import every_bar
from studio.ui.pianoroll.snap import bar_line
from studio.ui.pianoroll.state import RollState

BARS, MAPS, CHORDS = 22, 18, 16
HEIGHT = BARS + MAPS + CHORDS
MAJOR_KEYS = ("C♭", "G♭", "D♭", "A♭", "E♭", "B♭", "F", "C", "G", "D", "A", "E", "B", "F♯", "C♯")  # from seven flats to seven sharps
MINOR_KEYS = ("A♭", "E♭", "B♭", "F", "C", "G", "D", "A", "E", "B", "F♯", "C♯", "G♯", "D♯", "A♯")
NUMBER_GAP = 34
HELD_WIDTH = 110  # pixels at the left edge that say what holds there


def _keys(score: Score) -> Iterator[tuple[int, str]]:
    """Where each key begins; one that only says again what holds is left out."""
    before = ""
    for each in score.keys:
        name = key_name(each.sharps, each.minor)
        if name != before:
            yield each.tick, name
        before = name


def key_name(sharps: int, minor: bool) -> str:
    """`B♭ minor` for five flats and minor."""
    names = MINOR_KEYS if minor else MAJOR_KEYS
    return f"{names[sharps + 7]} {'minor' if minor else 'major'}"


class RulerLabels(QWidget):
    """What the three lines of the ruler are, left of it."""

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, t = QPainter(self), theme.tokens()
        painter.setFont(theme.font(10))
        painter.setPen(t.color("disabled"))
        for top, height, text in ((0, BARS, "Bar"), (BARS, MAPS, "Tempo"), (BARS + MAPS, CHORDS, "Chord")):
            painter.drawText(QRectF(0, top, self.width() - 6, height), Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, text)


class Ruler(QWidget):
    """Press to set the playhead, drag to choose bars. `change_wanted` asks for tempo and metre to be changed at a tick."""

    seeked = Signal(float)
    change_wanted = Signal(int)

    def __init__(self, state: RollState, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.state = state
        self._from: float | None = None
        self._all_tracks = False
        self._chords: dict[tuple[int, int], str] = {}
        self._chords_of: object = None
        self._drawn = QPixmap()
        self._drawn_of: tuple[object, ...] = ()
        self._drawn_score: Score | None = None
        self.setFixedHeight(HEIGHT)
        self.setAccessibleName("Bars, tempo and metre")
        self.setToolTip("Press to set the playhead, drag to choose bars (Shift: of all tracks), double press to change tempo, metre or key")
        for signal in (state.view_changed, state.sheet_changed, state.selection_changed):
            signal.connect(self.update)
        state.playhead_moved.connect(lambda before, after: self.update())
        theme.current().changed.connect(self.update)

    def paintEvent(self, event: QPaintEvent) -> None:
        state, view, ratio = self.state, self.state.view, self.devicePixelRatioF()
        told = (
            view.left,
            view.scale,
            self.width(),
            state.bars,
            state.all_tracks,
            state.beside,
            state.sheet.loop,
            theme.tokens().name,
            ratio,
        )
        if told != self._drawn_of or state.score is not self._drawn_score:  # while it plays only the playhead moves
            self._drawn = QPixmap(round(self.width() * ratio), round(HEIGHT * ratio))
            self._drawn.setDevicePixelRatio(ratio)
            drawing = QPainter(self._drawn)
            self._draw(drawing)
            drawing.end()
            self._drawn_of, self._drawn_score = told, state.score
        painter = QPainter(self)
        painter.drawPixmap(0, 0, self._drawn)
        x = view.x(state.playhead)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.tokens().color("accent"))
        painter.drawPolygon(QPolygonF([QPointF(x - 5, 4), QPointF(x + 5, 4), QPointF(x, 13)]))

    def _draw(self, painter: QPainter) -> None:
        """All but the playhead."""
        t, view = theme.tokens(), self.state.view
        painter.fillRect(self.rect(), t.color("raised"))
        loop = self.state.sheet.loop
        if loop is not None:
            painter.fillRect(QRectF(view.x(loop[0]), 0, (loop[1] - loop[0]) * view.scale, 4), t.color("good"))
        self._paint_bars(painter, self._paint_chosen(painter))
        self._paint_maps(painter)
        self._paint_chords(painter)
        for y in (BARS, BARS + MAPS, HEIGHT - 1):
            painter.fillRect(0, y, self.width(), 1, t.color("line"))

    def _paint_chosen(self, painter: QPainter) -> QRectF:
        """The chosen bars, and whose they are; gives the place that these words take."""
        if self.state.bars is None:
            return QRectF()
        t, view = theme.tokens(), self.state.view
        start, stop = self.state.bars
        chosen = QRectF(view.x(start), 4, (stop - start) * view.scale, BARS - 4)
        painter.fillRect(chosen, t.color("accent", 0.25))
        count = f"{len(self.state.beside) + 1}" if self.state.beside else ""
        words = ("all tracks", "all") if self.state.all_tracks else (f"{count} tracks", count) if count else ("",)
        painter.setFont(theme.font(10))
        room = chosen.width() - 10
        whose = next((each for each in words if painter.fontMetrics().horizontalAdvance(each) <= room), "")
        painter.setPen(t.color("accent"))
        where = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(chosen.adjusted(0, 0, -6, 0), where, whose)
        return painter.boundingRect(chosen.adjusted(0, 0, -6, 0), where, whose) if whose else QRectF()

    def _paint_bars(self, painter: QPainter, taken: QRectF) -> None:
        """A line at every bar, or every few, and its number where that does not lie on what is `taken`."""
        t, view, state = theme.tokens(), self.state.view, self.state
        lines = state.bar_lines(view.tick(self.width()))
        every = every_bar(state, view, NUMBER_GAP)
        first = max(0, int(np.searchsorted(lines, view.tick(0), side="right")) - 1)
        painter.setFont(theme.font(11))
        painter.setPen(t.color("quiet"))
        offset = 1 - state.score.first_number  # a pickup is bar 0
        for number in range(first - (first - offset) % every, int(np.searchsorted(lines, view.tick(self.width()))), every):
            if number < 0:
                continue
            x = view.x(int(lines[number]))
            painter.fillRect(QRectF(x, 6, 1, BARS - 6), t.color("line"))
            told = str(number + state.score.first_number)
            if not taken.intersects(QRectF(x + 4, 3, painter.fontMetrics().horizontalAdvance(told), BARS - 4)):
                painter.drawText(QRectF(x + 4, 3, 60, BARS - 4), Qt.AlignmentFlag.AlignVCenter, told)

    def _paint_maps(self, painter: QPainter) -> None:
        """Tempo, metre, key and markers, each where it begins; what would lie on the one before is left out."""
        t, view, score = theme.tokens(), self.state.view, self.state.score
        tags = [(each.tick, f"♩ {60e6 / each.microseconds:.4g}", "text") for each in score.tempos]
        tags += [(each.tick, f"{each.beats}/{each.unit}", "text") for each in changes_of_metre(score)]
        tags += [(tick, name, "quiet") for tick, name in _keys(score)]
        tags += [(each.tick, each.text, "accent") for each in score.markers]
        painter.setFont(theme.font(11))
        left = view.tick(0)
        free = 0.0
        if left > 0 and all(not 0 <= view.x(tick) < HELD_WIDTH for tick, _, _ in tags):
            held = [f"♩ {tempo_at(score, round(left)):.4g}", f"{metre_at(score, round(left)).beats}/{metre_at(score, round(left)).unit}"]
            painter.setPen(t.color("quiet"))
            painter.drawText(QRectF(5, BARS, HELD_WIDTH, MAPS), Qt.AlignmentFlag.AlignVCenter, "   ".join(held))
            free = float(HELD_WIDTH)
        for tick, text, role in sorted(tags, key=lambda tag: tag[0]):
            x = max(view.x(tick), free)
            if tick < left or x > self.width() or x - view.x(tick) > 120 or not text:
                continue
            width = painter.fontMetrics().horizontalAdvance(text) + 12
            if x + width > 0:
                painter.setPen(t.color(role))
                painter.drawText(QRectF(x + 5, BARS, width, MAPS), Qt.AlignmentFlag.AlignVCenter, text)
            free = x + width

    def _paint_chords(self, painter: QPainter) -> None:
        """The chord of each bar, or half bar where there is room, named from all tracks but drums."""
        t, view, state = theme.tokens(), self.state.view, self.state
        if self._chords_of is not state.score:
            self._chords_of, self._chords = state.score, {}
        if view.scale * state.score.bar_ticks(state.score.metres[0]) < 12:
            return
        lines = state.bar_lines(view.tick(self.width()))
        shown = lines[max(0, int(np.searchsorted(lines, view.tick(0))) - 1) : int(np.searchsorted(lines, view.tick(self.width())))]
        shown = shown[shown < state.score.end]
        if len(shown) > 128:
            return
        painter.setFont(theme.font(10))
        painter.setPen(t.color("quiet"))
        before, free = "", -1e9
        for start in shown.tolist():
            bar = state.score.bar_ticks(next(each for each in reversed(state.score.metres) if each.tick <= start))
            parts = 2 if bar * view.scale > 90 else 1
            for part in range(parts):
                begin, end = start + part * bar // parts, start + (part + 1) * bar // parts
                name = self._chord(begin, end)
                x = view.x(begin) + 4
                if name and name != before and x >= free:
                    painter.drawText(QRectF(x, BARS + MAPS, 80, CHORDS), Qt.AlignmentFlag.AlignVCenter, name)
                    free = x + painter.fontMetrics().horizontalAdvance(name) + 8
                    before = name

    def _chord(self, start: int, stop: int) -> str:
        found = self._chords.get((start, stop))
        if found is None:
            sounding: dict[int, int] = {}
            for track in self.state.score.tracks:
                if not track.drums:
                    columns = self.state.columns.of(track.notes)
                    rows = columns.within(start, stop)
                    ticks = np.minimum(columns.end[rows], stop) - np.maximum(columns.tick[rows], start)
                    ticks = np.minimum(ticks, (stop - start) // 8)  # a held note counts no more than a played one
                    for pitch, length in zip(columns.pitch[rows].tolist(), ticks.tolist(), strict=True):
                        sounding[pitch] = sounding.get(pitch, 0) + length
            found = self._chords[(start, stop)] = chord_of(sounding)
        return found

    # Mouse.

    def mousePressEvent(self, event: QMouseEvent) -> None:
        tick = self.state.view.tick(event.position().x())
        if event.button() == Qt.MouseButton.LeftButton:
            self._from = event.position().x()
            self._all_tracks = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
            self.seeked.emit(float(self.state.snapped(tick)))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._from is None or abs(event.position().x() - self._from) < 6:
            return
        ticks = sorted(self.state.view.tick(x) for x in (self._from, event.position().x()))
        lines = self.state.score.bar_starts(int(max(ticks[1], 0)) + 1)
        start, stop = bar_line(self.state.score, max(0.0, ticks[0])), int(lines[min(len(lines) - 1, int(np.searchsorted(lines, ticks[1])))])
        if stop > start:
            self.state.choose_bars((start, stop), self._all_tracks)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._from is not None and abs(event.position().x() - self._from) < 6:
            self.state.choose_bars(None)
        self._from = None

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self._from = None
        self.change_wanted.emit(bar_line(self.state.score, max(0.0, self.state.view.tick(event.position().x()))))

    def wheelEvent(self, event: QWheelEvent) -> None:
        turn_wheel(self.state, event)
