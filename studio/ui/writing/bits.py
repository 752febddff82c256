"""How much each piece of a page surprises, kept in step with the page while it is edited. No Qt."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from studio.generators.capabilities import TokenBits

LEAST_BITS, MOST_BITS = 1.5, 16.0  # where the tint begins, and where it is at its reddest


def share(bits: float) -> float:
    """Where a surprise lies between nothing and the reddest."""
    return min(1.0, max(0.0, bits - LEAST_BITS) / (MOST_BITS - LEAST_BITS))


class Bits:
    """Tokens in the order of the page; what was edited has none until it is asked for again."""

    def __init__(self) -> None:
        self._spans = np.zeros((0, 2), np.int64)
        self._bits = np.zeros(0, np.float32)

    def __len__(self) -> int:
        return len(self._bits)

    def put(self, tokens: Sequence[TokenBits], offset: int = 0) -> None:
        """What was found out about a stretch of the page takes the place of what was known of it."""
        if not tokens:
            return
        spans = np.array([(each.first + offset, each.last + offset) for each in tokens], np.int64)
        bits = np.array([each.bits for each in tokens], np.float32)
        before = self._spans[:, 1] <= spans[0, 0]
        after = self._spans[:, 0] >= spans[-1, 1]
        self._spans = np.concatenate([self._spans[before], spans, self._spans[after]])
        self._bits = np.concatenate([self._bits[before], bits, self._bits[after]])

    def edit(self, at: int, removed: int, inserted: int) -> None:
        """The page was edited: tokens that it touched are let go of, later ones move along."""
        before, after = self._spans[:, 1] <= at, self._spans[:, 0] >= at + removed
        moved = self._spans[after & ~before] + (inserted - removed)
        self._spans = np.concatenate([self._spans[before], moved])
        self._bits = np.concatenate([self._bits[before], self._bits[after & ~before]])

    def within(self, first: int, last: int) -> Iterator[tuple[int, int, float]]:
        """Span and bits of the tokens that touch these characters, cut to them."""
        begin = int(np.searchsorted(self._spans[:, 1], first, "right"))
        end = int(np.searchsorted(self._spans[:, 0], last, "left"))
        for (start, stop), bits in zip(self._spans[begin:end].tolist(), self._bits[begin:end].tolist(), strict=True):
            yield max(start, first), min(stop, last), bits

    def missing_from(self, first: int, last: int) -> int:
        """Where, between `first` and `last`, the first character is of which nothing is known; `last` where there is none."""
        at = first
        for start, stop, _ in self.within(first, last):
            if start > at:
                return at
            at = max(at, stop)
        return at

    def curve(self, length: int, columns: int) -> np.ndarray:
        """(columns,) mean bits along a page of `length` characters, NaN where nothing is known."""
        if not len(self._bits) or not columns or not length:
            return np.full(columns, np.nan)
        at = np.clip(self._spans.mean(1) / length * columns, 0, columns - 1).astype(int)
        sums, counts = np.bincount(at, self._bits, columns), np.bincount(at, minlength=columns)
        with np.errstate(invalid="ignore"):
            return np.where(counts > 0, sums / counts, np.nan)

    def mean(self) -> float:
        """Bits a token; 0 where nothing is known."""
        return float(self._bits.mean()) if len(self._bits) else 0.0
