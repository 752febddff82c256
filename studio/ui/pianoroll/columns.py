"""Notes as columns, so that those within sight are found in a table of 100,000 by two binary searches. No Qt."""

from __future__ import annotations

from collections import OrderedDict

import numpy as np

from studio.media import Score

REMEMBERED = 512


class Columns:
    """The columns of one table of NOTE: `tick`, `end`, `pitch`, `velocity`, and `reach`, the latest end up to each row."""

    def __init__(self, notes: np.ndarray) -> None:
        self.notes = notes
        self.tick = np.ascontiguousarray(notes["tick"]).astype(np.int64)
        self.end = self.tick + notes["length"]
        self.pitch = notes["pitch"].astype(np.int64)
        self.velocity = notes["velocity"].astype(np.int64)
        self.reach = np.maximum.accumulate(self.end) if len(notes) else self.end

    def within(self, start: float, stop: float) -> np.ndarray:
        """The rows of the notes that sound at any time in [start, stop)."""
        first = int(np.searchsorted(self.reach, start, side="right"))
        last = int(np.searchsorted(self.tick, stop, side="left"))
        if first >= last:
            return np.zeros(0, np.int64)
        return first + np.flatnonzero(self.end[first:last] > start)

    def at(self, tick: float, pitch: int) -> int | None:
        """The row of the note there, the last begun where several sound."""
        rows = self.within(tick, tick + 1)
        rows = rows[(self.pitch[rows] == pitch) & (self.tick[rows] <= tick)]
        return int(rows[-1]) if len(rows) else None


class ColumnCache:
    """Columns of the tables that were asked for last. A table is known by itself: tables of a score never change."""

    def __init__(self) -> None:
        self._held: OrderedDict[int, Columns] = OrderedDict()

    def of(self, notes: np.ndarray) -> Columns:
        found = self._held.get(id(notes))
        if found is not None and found.notes is notes:
            self._held.move_to_end(id(notes))
            return found
        made = self._held[id(notes)] = Columns(notes)
        while len(self._held) > REMEMBERED:
            self._held.popitem(last=False)
        return made

    def of_score(self, score: Score) -> list[Columns]:
        return [self.of(track.notes) for track in score.tracks]
