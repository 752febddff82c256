"""A score as a row of steps, as all models of scores lay it out: a mark for each bar, then its notes, one step a note. No torch.

What fields a step has, and what else is a target, a family says (`musenet/steps.py`, `band/steps.py`). T steps, n bars, m notes.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from studio.generators.parts.bars import LONGEST_BAR

HEAD, TRACK, BAR, NOTE = 1, 2, 3, 4  # kinds of steps
PLAIN, CONTEXT, FILL = 1, 2, 3  # segments: FILL marks the parts of a hole in their track steps; its notes are PLAIN
BEATS, UNITS = 17, 6  # of metres
SAME, END_BAR, END = 0, 1 + LONGEST_BAR, 2 + LONGEST_BAR  # onsets beside 1 + position
ONSETS = 3 + LONGEST_BAR
NONE = -1  # no target


@dataclass(frozen=True)
class Steps:
    """`fields` (T, F), `places` (T, 3) index, bar and position, `targets` (T, G): the next step's onset first, NONE where none is asked."""

    fields: np.ndarray
    places: np.ndarray
    targets: np.ndarray = field(default_factory=lambda: np.zeros((0, 0), np.int64))

    def __len__(self) -> int:
        return len(self.fields)

    @property
    def rows(self) -> np.ndarray:
        """(T, F + 3) fields and places side by side, as a `Reader` takes them."""
        return np.concatenate([self.fields, self.places], axis=1)


@dataclass(frozen=True)
class Layout:
    """Which steps the marks of some bars (n,) and their notes (m,) are; `places` (T, 3) without indices, `onsets` (m,) as targets are."""

    marks: np.ndarray
    notes: np.ndarray
    places: np.ndarray
    onsets: np.ndarray

    @classmethod
    def of(cls, numbers: np.ndarray, rows: np.ndarray) -> Layout:
        """Of the bars `numbers` (rising) with the notes `rows` (an array of ROW) in them."""
        order = np.searchsorted(numbers, rows["bar"])  # which of these bars each note lies in
        marks = np.arange(len(numbers)) + np.searchsorted(order, np.arange(len(numbers)))
        notes = np.arange(len(rows)) + order + 1
        places = np.zeros((len(numbers) + len(rows), 3), np.int64)
        places[marks, 1], places[notes, 1], places[notes, 2] = numbers, rows["bar"], rows["position"]
        together = np.zeros(len(rows), bool)
        together[1:] = (order[1:] == order[:-1]) & (rows["position"][1:] == rows["position"][:-1])
        return cls(marks, notes, places, np.where(together, SAME, 1 + rows["position"]))

    def __len__(self) -> int:
        return len(self.places)

    def targets(self, count: int, ends: bool) -> np.ndarray:
        """(T, count) targets with the onsets filled in, the rest NONE. With `ends` the last step's is END.

        The step before the first mark is outside: the mark itself is given, never predicted.
        """
        found = np.full((len(self), count), NONE, np.int64)
        found[self.marks[1:] - 1, 0] = END_BAR
        found[self.notes - 1, 0] = self.onsets
        if ends and len(self):
            found[-1, 0] = END
        return found


def joined(head: np.ndarray, *parts: Steps) -> Steps:
    """The prefix (H, F), which has no targets, and the passages after it as one row of steps, indexed from 0."""
    fields = np.concatenate([head, *(part.fields for part in parts)])
    places = np.concatenate([np.zeros((len(head), 3), np.int64), *(part.places for part in parts)])
    places[:, 0] = np.arange(len(places))
    none = np.full((len(head), parts[0].targets.shape[1]), NONE, np.int64)
    return Steps(fields, places, np.concatenate([none, *(part.targets for part in parts)]))


def metre_number(metres: np.ndarray) -> np.ndarray:
    """(n, 2) beats and unit → 1 …; metres of more than 17 beats or finer than 32 share a number with their neighbours."""
    beats = np.clip(metres[:, 0], 1, BEATS) - 1
    units = np.clip(np.log2(metres[:, 1]).astype(int), 0, UNITS - 1)
    return 1 + beats * UNITS + units
