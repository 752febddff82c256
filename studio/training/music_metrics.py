"""How near made music is to real music. Plain numpy over ROWs of bars; every function says its units."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from studio.generators.parts.bars import GRID, LENGTHS, SLOTS, Bars, nearest_length

RUN = 8  # notes: shorter runs are common property


def _fields(bars: Bars) -> np.ndarray:
    """(n, 4) onset (a place in this bar, in the next, later, or together), part, pitch, length: the symbols of an n-gram."""
    rows = bars.rows
    ahead = np.minimum(2, np.diff(rows["bar"], prepend=0))
    together = (ahead == 0) & (np.diff(rows["position"].astype(int), prepend=-1) == 0)
    onset = np.where(together, 0, 1 + ahead * 12 * GRID + rows["position"])
    return np.stack([onset, rows["slot"], rows["pitch"], nearest_length(rows["length"])], axis=1).astype(np.int64)


class NGram:
    """Each field of a note by how often it occurs (order 1), or occurs after the same field of the note before (order 2)."""

    sizes = (1 + 3 * 12 * GRID, SLOTS, 128, len(LENGTHS))

    def __init__(self, pieces: Iterable[Bars], order: int) -> None:
        self.order = order
        self.single = [np.ones(size) for size in self.sizes]
        self.pairs = [np.zeros((size, size), np.float32) for size in self.sizes]
        for bars in pieces:
            fields = _fields(bars)
            for column, size in enumerate(self.sizes):
                self.single[column] += np.bincount(fields[:, column], minlength=size)
                if order > 1:
                    np.add.at(self.pairs[column], (fields[:-1, column], fields[1:, column]), 1)

    def bits(self, bars: Bars) -> np.ndarray:
        """(n, 4) bits of each field; what was never seen after its neighbour falls back on how often it occurs."""
        fields = _fields(bars)
        found = np.zeros((len(fields), 4))
        for column in range(4):
            now = fields[:, column]
            share = self.single[column][now] / self.single[column].sum()
            if self.order > 1:
                before = self.pairs[column][fields[:-1, column]]
                trust = before.sum(1) / (before.sum(1) + 8)
                seen = before[np.arange(len(now) - 1), now[1:]] / np.maximum(1, before.sum(1))
                share[1:] = trust * seen + (1 - trust) * share[1:]
            found[:, column] = -np.log2(share)
        return found


def pitch_classes(rows: np.ndarray) -> np.ndarray:
    """(12,) shares of the pitch classes."""
    found = np.bincount(rows["pitch"].astype(int) % 12, minlength=12).astype(float)
    return found / max(1.0, found.sum())


def durations(rows: np.ndarray) -> np.ndarray:
    """(lengths,) shares of the note lengths."""
    found = np.bincount(nearest_length(rows["length"]), minlength=len(LENGTHS)).astype(float)
    return found / max(1.0, found.sum())


def overlap(a: np.ndarray, b: np.ndarray) -> float:
    """What two histograms have in common, 0 to 1."""
    return float(np.minimum(a, b).sum())


def overlap_in_any_key(a: np.ndarray, b: np.ndarray) -> float:
    """The best overlap of two pitch-class histograms over the twelve transpositions."""
    return max(overlap(np.roll(a, shift), b) for shift in range(12))


class Runs:
    """Knows every run of eight notes of a part in train, by interval and length, so that transposed copies are found too."""

    def __init__(self, pieces: Iterable[Bars]) -> None:
        self.known = np.unique(np.concatenate([np.zeros(0, np.uint64), *(run for bars in pieces for run in _runs(bars))]))

    def longest(self, bars: Bars) -> int:
        """The longest run of notes in one part whose every eight are in train; 0 where not even eight are."""
        best = 0
        for run in _runs(bars):
            at = np.minimum(np.searchsorted(self.known, run), max(0, len(self.known) - 1))
            shared = self.known[at] == run if len(self.known) else np.zeros(len(run), bool)
            edges = np.flatnonzero(np.diff(np.concatenate([[0], shared.astype(int), [0]])))
            if len(edges):
                best = max(best, int((edges[1::2] - edges[::2]).max()) + RUN - 1)
        return best


def _runs(bars: Bars) -> list[np.ndarray]:
    """One array of hashes a part: (n − 7,) of the intervals and lengths of eight notes on end."""
    found = []
    for slot in np.unique(bars.rows["slot"]):
        rows = bars.rows[bars.rows["slot"] == slot]
        if len(rows) < RUN:
            continue
        steps = (np.diff(rows["pitch"].astype(np.int64)) + 128).astype(np.uint64)
        lengths = nearest_length(rows["length"]).astype(np.uint64)
        hashes = np.zeros(len(rows) - RUN + 1, np.uint64)
        for number in range(RUN):
            hashes = hashes * np.uint64(1_000_003) + lengths[number : number + len(hashes)]
            if number:
                hashes = hashes * np.uint64(998_244_353) + steps[number - 1 : number - 1 + len(hashes)]
        found.append(hashes)
    return found


def onset_pitch_f1(made: Sequence[tuple[int, int]], real: Sequence[tuple[int, int]]) -> float:
    """2 · hits / (made + real) over (onset, pitch) pairs; 1 where both are empty."""
    a, b = set(made), set(real)
    return 2 * len(a & b) / (len(a) + len(b)) if a or b else 1.0


def onsets(bars: Bars, numbers: Sequence[int]) -> list[tuple[int, int]]:
    """(grid step, pitch) of the notes in some bars, with the part told apart."""
    rows = bars.rows[np.isin(bars.rows["bar"], numbers)]
    steps, pitches = bars.starts[rows["bar"]] + rows["position"], rows["slot"].astype(int) * 128 + rows["pitch"]
    return list(zip(steps.tolist(), pitches.tolist(), strict=True))
