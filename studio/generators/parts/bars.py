"""A score cut into bars on a grid of 24 steps a beat, as the models of music see it, and back. Knows no model and no torch.

24 holds semiquaver triplets and demisemiquavers alike, and is the resolution of the shared scores themselves.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from studio.media.score import NOTE, Key, Metre, Score, Tempo, Track

GRID = 24
COARSE = 12  # steps a beat, where music was played and its timing wanders
LONGEST_BAR = 12 * GRID  # a longer bar is cut into several
SLOTS = 16
KEYS = 30  # −7 to 7 sharps, major and minor
DRUMS = 128  # the program of a part whose pitches are the pieces of a drum kit

LENGTHS = np.array(
    [*range(1, 25), *range(26, 49, 2), *range(52, 97, 4), 102, 108, 120, 132, 144, 156, 168, 180, 192, 216, 240, 288, 336, 384]
)
"""The lengths that the models can say, in grid steps: exact up to a beat, then ever coarser."""

ROW = np.dtype([("bar", "<i4"), ("position", "<i2"), ("slot", "u1"), ("pitch", "u1"), ("length", "<i2"), ("velocity", "u1")])
"""One note: position in its bar and length in grid steps; `slot` counts the parts from the top."""


@dataclass(frozen=True)
class Bars:
    """`starts` (n + 1,) are bar lines in grid steps; `metres` (n, 2) beats and unit; `keys` (n,) 1 … 30, 0 where none is said.

    `rows` is an array of ROW in the order (bar, position, slot, falling pitch); `programs` names each slot's instrument, DRUMS a kit.
    """

    starts: np.ndarray
    metres: np.ndarray
    keys: np.ndarray
    rows: np.ndarray
    programs: tuple[int, ...]
    microseconds: int = 500_000

    def __len__(self) -> int:
        return len(self.starts) - 1

    @property
    def lengths(self) -> np.ndarray:
        """(n,) grid steps of each bar."""
        return np.diff(self.starts)

    def between(self, first: int, last: int) -> Bars:
        """Bars `first` up to but without `last`."""
        low, high = np.searchsorted(self.rows["bar"], [first, last])
        rows = self.rows[low:high].copy()
        rows["bar"] -= first
        return replace(self, starts=self.starts[first : last + 1], metres=self.metres[first:last], keys=self.keys[first:last], rows=rows)

    @property
    def drums(self) -> np.ndarray:
        """(rows,) which notes are played on a kit."""
        return (np.array([*self.programs, 0]) == DRUMS)[self.rows["slot"]]

    def transposed(self, semitones: int) -> Bars:
        """Everything but drums moved, the keys too; the same bars where a note would leave MIDI's range."""
        pitches = self.rows["pitch"].astype(int) + np.where(self.drums, 0, semitones)
        if len(pitches) and (pitches.min() < 0 or pitches.max() > 127):
            return self
        rows = self.rows.copy()
        rows["pitch"] = pitches
        return replace(self, rows=rows, keys=transposed_keys(self.keys, semitones))


def key_number(sharps: int, minor: bool) -> int:
    return 1 + (sharps + 7) * 2 + int(minor)


def transposed_keys(keys: np.ndarray, semitones: int) -> np.ndarray:
    """Each key so many semitones higher: a semitone is seven fifths, and a fifth one sharp more; written with −6 to 5 sharps."""
    if semitones == 0:
        return keys
    sharps, minor = (keys - 1) // 2 - 7, (keys - 1) % 2
    moved = (sharps + 7 * semitones + 6) % 12 - 6
    return np.where(keys == 0, 0, 1 + (moved + 7) * 2 + minor)


def nearest_length(lengths: np.ndarray) -> np.ndarray:
    """The index into LENGTHS that comes nearest to each of `lengths` in grid steps, the shorter one of two."""
    above = np.searchsorted(LENGTHS, lengths).clip(1, len(LENGTHS) - 1)
    lower = np.abs(LENGTHS[above - 1] - lengths) <= np.abs(LENGTHS[above] - lengths)
    return np.where(lower, above - 1, above)


def coarse(bars: Bars) -> Bars:
    """The same music on a grid of 12 a beat: each note begins at the step before it, and lasts whole steps."""
    rows = bars.rows.copy()
    step = GRID // COARSE
    rows["position"] -= rows["position"] % step
    rows["length"] = LENGTHS[nearest_length(np.maximum(step, (rows["length"] + 1) // step * step))]
    rows["length"][bars.drums] = LENGTHS[0]
    return replace(bars, rows=ordered(rows))


def windows(bars: Bars, room: int, context: float) -> Iterator[tuple[int, int, int]]:
    """(first, fresh, last): bars `fresh` to `last` are judged, having read those from `first` on. Each bar is fresh once.

    A window costs a step a note and one a bar, at most `room`, of which the share `context` is spent on what was judged before.
    """
    costs = 1 + np.bincount(bars.rows["bar"], minlength=len(bars))
    fresh = 0
    while fresh < len(bars):
        first, spent = fresh, 0
        while first > 0 and spent + costs[first - 1] <= room * context:
            first -= 1
            spent += int(costs[first])
        last = fresh
        while last < len(bars) and (spent + costs[last] <= room or last == fresh):
            spent += int(costs[last])
            last += 1
        yield first, fresh, last
        fresh = last


def bars_of(score: Score, tracks: Sequence[int], until: int | None = None, grid: int = GRID) -> Bars:
    """The bars of `score` with the given tracks as slots 0, 1, …; `until` (in its ticks) asks for bars beyond the last note.

    Notes of drums all have the shortest length: how long a stroke is written says nothing. A coarser `grid` than that of the steps, such
    as COARSE, takes notes that were played to the place that they were meant for.
    """
    onto = score.resampled(GRID) if grid == GRID else score.resampled(grid).resampled(GRID)
    end = None if until is None else -(-until * GRID // score.ticks_per_beat)
    starts, metres, keys = _lines(onto, end)
    found = []
    for slot, track in enumerate(tracks):
        notes = onto.tracks[track].notes
        bars = np.searchsorted(starts, notes["tick"], side="right") - 1
        rows = np.zeros(len(notes), ROW)
        rows["bar"], rows["position"], rows["slot"] = bars, notes["tick"] - starts[bars], slot
        rows["pitch"], rows["velocity"] = notes["pitch"], notes["velocity"]
        rows["length"] = LENGTHS[0] if onto.tracks[track].drums else LENGTHS[nearest_length(notes["length"])]
        found.append(rows)
    rows = ordered(np.concatenate(found)) if found else np.zeros(0, ROW)
    programs = tuple(DRUMS if onto.tracks[track].drums else onto.tracks[track].program for track in tracks)
    return Bars(starts, metres, keys, rows, programs, onto.tempos[0].microseconds)


def _lines(score: Score, until: int | None) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Bar lines, metres and keys; bars that are too long are cut."""
    lines = score.bar_starts(None if until is None else max(until, score.end))
    cut = [np.arange(first, last, LONGEST_BAR) for first, last in itertools.pairwise(lines)]
    starts = np.concatenate([*cut, lines[-1:]]).astype(np.int64)
    at = np.searchsorted([each.tick for each in score.metres], starts[:-1], side="right") - 1
    metres = np.array([(each.beats, each.unit) for each in score.metres])[at]
    keys = np.zeros(len(starts) - 1, np.int64)
    for key in score.keys:
        keys[starts[:-1] >= key.tick] = key_number(key.sharps, key.minor)
    if score.keys and len(keys) and score.keys[0].tick < starts[1]:
        keys[0] = keys[0] or key_number(score.keys[0].sharps, score.keys[0].minor)
    return starts, metres, keys


def ordered(rows: np.ndarray) -> np.ndarray:
    """In the order that the models read, without a second note of the same part, position and pitch (the longest stays)."""
    rows = rows[np.lexsort([-rows["length"], 127 - rows["pitch"].astype(int), rows["slot"], rows["position"], rows["bar"]])]
    same = np.ones(len(rows), bool)
    for name in ("bar", "position", "slot", "pitch"):
        same[1:] &= rows[name][1:] == rows[name][:-1]
    same[:1] = False
    return rows[~same]


def notes_of(rows: np.ndarray, starts: np.ndarray, ticks_per_beat: int) -> np.ndarray:
    """ROWs as an array of NOTE in a score's own ticks; `starts` are bar lines in grid steps."""
    notes = np.zeros(len(rows), NOTE)
    begin = starts[rows["bar"]] + rows["position"]
    notes["tick"] = _ticks(begin, ticks_per_beat)
    notes["length"] = np.maximum(1, _ticks(begin + rows["length"], ticks_per_beat) - notes["tick"])
    notes["pitch"], notes["velocity"] = rows["pitch"], rows["velocity"]
    return notes


def _ticks(steps: np.ndarray, ticks_per_beat: int) -> np.ndarray:
    return (steps.astype(np.int64) * ticks_per_beat * 2 + GRID) // (2 * GRID)


def score_of(bars: Bars, ticks_per_beat: int = 480, names: Sequence[str] = ()) -> Score:
    """A score of its own, one track a slot."""
    tracks = []
    for slot, program in enumerate(bars.programs):
        rows = bars.rows[bars.rows["slot"] == slot]
        name = names[slot] if slot < len(names) else ""
        notes = notes_of(rows, bars.starts - bars.starts[0], ticks_per_beat)
        tracks.append(Track(name, 0 if program == DRUMS else program, program == DRUMS, notes))
    return Score(tuple(tracks), ticks_per_beat, (Tempo(0, bars.microseconds),), _metres(bars, ticks_per_beat), _keys(bars, ticks_per_beat))


def _metres(bars: Bars, ticks_per_beat: int) -> tuple[Metre, ...]:
    found: list[Metre] = []
    for number, (beats, unit) in enumerate(bars.metres.tolist()):
        tick = int(_ticks(bars.starts[number : number + 1] - bars.starts[0], ticks_per_beat)[0])
        short = number and bars.lengths[number - 1] < _whole(found[-1])  # a bar cut short begins its metre anew
        if not found or short or (beats, unit) != (found[-1].beats, found[-1].unit):
            found.append(Metre(tick, beats, unit))
    return tuple(found)


def _whole(metre: Metre) -> int:
    return min(LONGEST_BAR, GRID * 4 * metre.beats // metre.unit)


def _keys(bars: Bars, ticks_per_beat: int) -> tuple[Key, ...]:
    found: list[Key] = []
    last = 0
    for number, key in enumerate(bars.keys.tolist()):
        if key and key != last:
            tick = int(_ticks(bars.starts[number : number + 1] - bars.starts[0], ticks_per_beat)[0])
            found.append(Key(tick, (key - 1) // 2 - 7, bool((key - 1) % 2)))
        last = key or last
    return tuple(found)
