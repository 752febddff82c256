"""What the mouse does on the notes: press, drag, release. Each gesture is one edit, made at release; until then it is shown. No widget."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

import numpy as np
from PySide6.QtCore import QRectF

from studio.media.score import NOTE, editing
from studio.ui.pianoroll.state import RollState

EDGE = 6  # pixels at a note's ends that change its length
LEAST_PIXELS = 4  # a drag shorter than this moves nothing


class Part(Enum):
    """What of a note lies under the pointer."""

    BODY = "body"
    START = "start"
    END = "end"


@dataclass(frozen=True)
class Point:
    """A place of the pointer in pixels of the roll, and the keys that are held."""

    x: float
    y: float
    shift: bool = False
    copy: bool = False  # Ctrl
    free: bool = False  # Alt: the grid does not hold


def hit(state: RollState, at: Point) -> tuple[int, Part] | None:
    """The row of the note under the pointer, and which part of it."""
    view, columns = state.view, state.own_columns()
    row = columns.at(view.tick(at.x), view.pitch(at.y))
    if row is None:
        return None
    left, right = view.x(columns.tick[row]), view.x(columns.end[row])
    edge = min(EDGE, (right - left) / 3)
    if at.x > right - edge:
        return row, Part.END
    return row, Part.START if at.x < left + edge and right - left > 3 * EDGE else Part.BODY


class Gesture:
    """Begun by a press; `drag` shows, `release` makes the edit, `cancel` leaves all as it was."""

    cursor = "arrow"

    def __init__(self, state: RollState, at: Point) -> None:
        self.state, self.first = state, at
        self.base = (state.notes, state.mask)
        self.moved = False

    def drag(self, at: Point) -> None:
        if not self.moved and abs(at.x - self.first.x) + abs(at.y - self.first.y) < LEAST_PIXELS:
            return
        self.moved = True
        self.show(at)

    def show(self, at: Point) -> None: ...

    def release(self, at: Point) -> None: ...

    def cancel(self) -> None:
        self.state.document.preview(None)

    def ticks(self, at: Point, anchor: int) -> int:
        """How far the pointer has gone, so that `anchor` lands on the grid."""
        delta = (at.x - self.first.x) / self.state.view.scale
        if at.free:
            return round(delta)
        if abs(delta) < self.state.step() / 2 and abs(at.x - self.first.x) < 24:
            return 0
        return self.state.snapped(anchor + delta) - anchor


class Move(Gesture):
    """Chosen notes to another time and pitch; with Ctrl copies of them."""

    def __init__(self, state: RollState, at: Point, row: int) -> None:
        super().__init__(state, at)
        self.anchor = int(state.own_columns().tick[row])
        self.pitch = int(state.own_columns().pitch[row])
        self._heard = self.pitch
        self._label = "Move notes"

    def show(self, at: Point) -> None:
        ticks, pitches = self.ticks(at, self.anchor), self.state.view.pitch(at.y) - self.state.view.pitch(self.first.y)
        if self.state.snap_to_scale and self.state.scale:
            while (self.pitch + pitches) % 12 not in self.state.classes() and abs(pitches) < 127:
                pitches += 1 if pitches >= 0 else -1
        if at.shift:  # straight along the longer way
            ticks, pitches = (ticks, 0) if abs(at.x - self.first.x) >= abs(at.y - self.first.y) else (0, pitches)

        def work(notes: np.ndarray, mask: np.ndarray) -> editing.Edited:
            if at.copy:
                notes, mask = _with_copies(notes, mask)
            return editing.moved(notes, mask, ticks, pitches)

        self._label = "Copy notes" if at.copy else "Move notes"
        self.state.show(work, self.base)
        if self.pitch + pitches != self._heard and 0 <= self.pitch + pitches < 128:
            self._heard = self.pitch + pitches
            self.state.auditioned.emit(self._heard, 90)

    def release(self, at: Point) -> None:
        if self.moved:
            self.state.commit(self._label)


def _with_copies(notes: np.ndarray, mask: np.ndarray) -> editing.Edited:
    """The chosen notes twice, the second ones chosen."""
    copies = notes[mask]
    return np.concatenate([notes, copies]), np.concatenate([np.zeros(len(notes), bool), np.ones(len(copies), bool)])


class Resize(Gesture):
    """Chosen notes longer or shorter, at their end or their start."""

    cursor = "wide"

    def __init__(self, state: RollState, at: Point, row: int, part: Part) -> None:
        super().__init__(state, at)
        columns = state.own_columns()
        self.at_start = part is Part.START
        self.anchor = int(columns.tick[row] if self.at_start else columns.end[row])
        self.row_length = int(columns.end[row] - columns.tick[row])

    def show(self, at: Point) -> None:
        ticks = self.ticks(at, self.anchor)
        least = 1 if at.free else min(self.state.step(), self.row_length)
        self.state.show(lambda notes, mask: editing.resized(notes, mask, ticks, least, self.at_start), self.base)
        if not self.at_start:
            self.state.length = max(least, self.row_length + ticks)

    def release(self, at: Point) -> None:
        if self.moved:
            self.state.commit("Change the length")


class Draw(Gesture):
    """A new note from where the pointer was pressed to where it is let go; a mere press takes the length drawn last."""

    cursor = "cross"

    def __init__(self, state: RollState, at: Point) -> None:
        super().__init__(state, at)
        view = state.view
        self.tick = int(view.tick(at.x)) if at.free else state.snapped(view.tick(at.x), down=True)
        self.pitch = view.pitch(at.y)
        if state.snap_to_scale and state.scale and self.pitch % 12 not in state.classes():
            self.pitch = min((p for p in range(128) if p % 12 in state.classes()), key=lambda p: abs(p - self.pitch))
        self.length = state.length or state.step(self.tick) if state.snap != "Off" else state.length or state.score.ticks_per_beat // 4
        state.auditioned.emit(self.pitch, state.velocity)
        self._show()

    def show(self, at: Point) -> None:
        end = self.state.view.tick(at.x)
        step = 1 if at.free else self.state.step(self.tick)
        self.length = max(step, (round(end) if at.free else self.state.snapped(end + step / 2)) - self.tick)
        self._show()

    def _show(self) -> None:
        note = np.array([(self.tick, self.length, self.pitch, self.state.velocity)], NOTE)
        self.state.show(lambda notes, mask: editing.added(notes, mask, note), self.base)

    def release(self, at: Point) -> None:
        self.state.length = self.length
        self.state.commit("Draw a note")


class Band(Gesture):
    """A rectangle that chooses the notes it touches; with Shift they join those that were chosen."""

    cursor = "cross"
    rect: QRectF | None = None

    def show(self, at: Point) -> None:
        self.rect = QRectF(min(self.first.x, at.x), min(self.first.y, at.y), abs(at.x - self.first.x), abs(at.y - self.first.y))
        view, columns = self.state.view, self.state.own_columns()
        rows = columns.within(view.tick(self.rect.left()), view.tick(self.rect.right()))
        high, low = view.pitch(self.rect.top()), view.pitch(self.rect.bottom())
        rows = rows[(columns.pitch[rows] >= low) & (columns.pitch[rows] <= high)]
        mask = self.base[1].copy() if at.shift else np.zeros(len(columns.tick), bool)
        mask[rows] = True
        self.state.choose(mask)

    def release(self, at: Point) -> None:
        if not self.moved and not at.shift:
            self.state.choose(np.zeros(len(self.state.notes), bool))

    def cancel(self) -> None:
        self.state.choose(self.base[1])


class Erase(Gesture):
    """Takes out every note that the pointer touches."""

    cursor = "cross"

    def __init__(self, state: RollState, at: Point) -> None:
        super().__init__(state, at)
        self._gone = np.zeros(len(state.notes), bool)
        self._columns = state.own_columns()
        self.show(at)

    def show(self, at: Point) -> None:
        row = self._columns.at(self.state.view.tick(at.x), self.state.view.pitch(at.y))
        if row is not None and not self._gone[row]:
            self._gone[row] = True
            self.state.show(lambda notes, _: editing.removed(notes, self._gone), self.base)

    def release(self, at: Point) -> None:
        if self._gone.any():
            self.state.commit("Erase notes")


class Cut(Gesture):
    """Splits the note under the pointer."""

    cursor = "wide"

    def release(self, at: Point) -> None:
        row = self.state.own_columns().at(self.state.view.tick(at.x), self.state.view.pitch(at.y))
        if row is not None:
            tick = int(self.state.view.tick(at.x)) if at.free else self.state.snapped(self.state.view.tick(at.x))
            only = np.zeros(len(self.state.notes), bool)
            only[row] = True
            self.state.choose(only)
            self.state.edit("Split a note", lambda notes, mask: editing.split(notes, mask, tick))


def begin(state: RollState, tool: str, at: Point, second_button: bool = False, twice: bool = False) -> Gesture | None:
    """The gesture that a press begins, with the tool in hand and what lies under the pointer."""
    state.about_to_edit.emit()
    found = hit(state, at)
    if second_button or tool == "erase":
        return Erase(state, at)
    if tool == "split":
        return Cut(state, at)
    if found is None:
        return Draw(state, at) if tool == "draw" or twice else Band(state, at)
    row, part = found
    if twice and tool == "select":
        return Erase(state, at)
    mask = state.mask.copy()
    if at.shift:
        mask[row] = not mask[row]
        state.choose(mask)
    elif not mask[row]:
        mask[:] = False
        mask[row] = True
        state.choose(mask)
    columns = state.own_columns()
    state.auditioned.emit(int(columns.pitch[row]), int(columns.velocity[row]))
    state.length = int(columns.end[row] - columns.tick[row])
    return Move(state, at, row) if part is Part.BODY else Resize(state, at, row, part)
