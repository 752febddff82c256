"""What models that write into scores share: the base, its bars and ticks, and how a score is told while it grows. No torch."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from studio.generators.events import Delta, Event, Progress, Result
from studio.generators.parts.bars import GRID, Bars, notes_of
from studio.media import Score
from studio.media.score import Track, appended

TELL_SECONDS = 0.02
LOUDNESS = 80
SILENT = Track()


@dataclass(frozen=True)
class Base:
    """The score that is begun from, the track of each slot, and the bar lines in grid steps."""

    score: Score
    tracks: tuple[int, ...]
    starts: np.ndarray

    def grown(self, rows: np.ndarray) -> Score:
        """A score of the notes `rows` alone, on the tracks and ticks of the base's."""
        tracks: list[Track] = [SILENT] * len(self.score.tracks)
        for slot in np.unique(rows["slot"]):
            notes = notes_of(rows[rows["slot"] == slot], self.starts, self.score.ticks_per_beat)
            tracks[self.tracks[slot]] = SILENT.with_notes(notes)
        return Score(tuple(tracks), self.score.ticks_per_beat)


def told_as_it_grows(index: int, base: Base, bars: int, events: Iterator[np.ndarray | int]) -> Iterator[Event]:
    """One item: `events` are notes as arrays of ROW, and between them how many of `bars` are done."""
    yield Delta(index, base.score)
    fresh: list[np.ndarray] = []
    score, told = base.score, time.monotonic()
    for event in events:
        if isinstance(event, int):
            yield Progress(event, bars, "writing")
        else:
            fresh.append(event)
        if fresh and time.monotonic() - told > TELL_SECONDS:
            more = base.grown(np.concatenate(fresh))
            score, fresh, told = appended(score, more), [], time.monotonic()
            yield Delta(index, more)
    if fresh:
        more = base.grown(np.concatenate(fresh))
        score = appended(score, more)
        yield Delta(index, more)
    yield Result(index, score)


def ticks_of_bars(score: Score, first: int, last: int) -> tuple[int, int]:
    """Where bar `first` begins and bar `last` does, also beyond the last note."""
    lines = score.bar_starts()
    length = score.bar_ticks(score.metres[-1])

    def tick(number: int) -> int:
        return int(lines[number]) if number < len(lines) else int(lines[-1]) + (number - len(lines) + 1) * length

    return tick(first), tick(last)


def bars_between(bars: Bars, ticks_per_beat: int, start: int, end: int) -> list[int]:
    """The bars on the grid that begin between two ticks, give or take what rounding moves them."""
    at = bars.starts[:-1] * ticks_per_beat + ticks_per_beat // 2
    return [int(number) for number in np.flatnonzero((at >= start * GRID) & (at < end * GRID))]


def without_notes(
    score: Score, tracks: tuple[int, ...], start: int, end: int, chance: np.random.Generator | None = None, kept: float = 0.0
) -> Score:
    """The score without the notes that begin between two ticks in these tracks; a share of them stays, half a beat as a whole."""
    changed = list(score.tracks)
    spare = None if chance is None else chance.random(2 + 2 * (end - start) // score.ticks_per_beat) < kept
    for number in tracks:
        notes = score.tracks[number].notes
        goes = (notes["tick"] >= start) & (notes["tick"] < end)
        if spare is not None:
            goes &= ~spare[np.clip(2 * (notes["tick"] - start) // score.ticks_per_beat, 0, len(spare) - 1)]
        changed[number] = score.tracks[number].with_notes(notes[~goes])
    return replace(score, tracks=tuple(changed))


def window(costs: np.ndarray, number: int, room: int, both: bool) -> tuple[int, int]:
    """The bars to read before bar `number` is written, from it outwards while their `costs` (bars,) fit into `room` steps.

    With `both` what comes later is read too, and the bar itself; without, only what comes before it.
    """
    first, last = number, number
    if both:
        last += 1
        room -= int(costs[number])
    while True:
        before = first > 0 and costs[first - 1] <= room
        if before:
            first -= 1
            room -= int(costs[first])
        after = both and last < len(costs) and costs[last] <= room
        if after:
            room -= int(costs[last])
            last += 1
        if not before and not after:
            return first, last


def loudness(track: Track) -> int:
    """The median velocity of a track's notes."""
    return int(np.median(track.notes["velocity"])) if len(track.notes) else LOUDNESS
