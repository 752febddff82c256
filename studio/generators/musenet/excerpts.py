"""What one lesson is: a passage of a piece, under some of its conditions, sometimes with a hole to fill. No torch."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from studio.generators.batches import Piece
from studio.generators.musenet import MuseNetConfig, knobs
from studio.generators.musenet.steps import Labels, holed, tempo_bin, whole
from studio.generators.parts.bars import Bars
from studio.generators.parts.step_rows import Steps

NOTHING, STYLE = 0.1, 0.4  # of lessons tell nothing at all, and up to here composer and instruments alone
HOLES = 0.4


class Lessons:
    """Cuts lessons of at most `steps` steps; composers and collections are known by number."""

    def __init__(self, steps: int, composers: Mapping[str, int], collections: Mapping[str, int]) -> None:
        self.steps, self.composers, self.collections = steps, composers, collections

    @classmethod
    def of(cls, config: MuseNetConfig) -> Lessons:
        numbered = [{name: number for number, name in enumerate(names, start=1)} for names in (config.composers, config.collections)]
        return cls(config.steps, *numbered)

    def lesson(self, piece: Piece, chance: np.random.Generator) -> Steps:
        holes = chance.random() < HOLES
        bars, first = _passage(piece.bars, self.steps, 2 if holes else 1, chance)
        left = len(piece.bars) - first - len(bars)
        if holes and len(bars.rows) > 8:
            hole, numbers, filled = _hole(bars, chance)
            if hole.any():
                labels = self.condition_dropout(piece, bars, replace(bars, rows=bars.rows[hole]), left, chance)
                return holed(bars, labels, hole, numbers, filled)
        return whole(bars, replace(self.condition_dropout(piece, bars, bars, left, chance), ends=left == 0))

    def style(self, piece: Piece) -> Labels:
        """Composer, collection and instruments, and nothing else."""
        composer, collection = self.composers.get(piece.composer, 0), self.collections.get(piece.collection, 0)
        return Labels(composer, collection, metre=False, key=False)

    def everything(self, piece: Piece, bars: Bars, written: Bars, left: int) -> Labels:
        """All conditions of a passage; those of each bar are of what is `written` in it."""
        return replace(
            self.style(piece), tempo=tempo_bin(piece.bars.microseconds), metre=True, key=True,
            slots=knobs.of_slots(bars), bars=knobs.of_bars(written), left=left,
        )  # fmt: skip

    def condition_dropout(self, piece: Piece, bars: Bars, written: Bars, left: int, chance: np.random.Generator) -> Labels:
        """The conditions that are kept: none, the style alone, or each by chance."""
        kind = chance.random()
        if kind < NOTHING:
            return Labels(instruments=False, metre=False, key=False)
        if kind < STYLE:
            return self.style(piece)
        known = self.everything(piece, bars, written, left)
        slots = _some(known.slots, chance) if chance.random() < 0.6 else None
        own = _some(known.bars, chance) if chance.random() < 0.6 else None
        named = chance.random(6) < (0.8, 0.7, 0.6, 0.85, 0.6, 0.5)
        return replace(
            known, composer=known.composer * named[0], collection=known.collection * named[1], tempo=known.tempo * named[2],
            metre=bool(named[3]), key=bool(named[4]), left=left if named[5] else None, slots=slots, bars=own,
        )  # fmt: skip


def _some(bins: np.ndarray | None, chance: np.random.Generator) -> np.ndarray | None:
    """Some of the knobs in some of the rows."""
    if bins is None:
        return None
    shown = (chance.random((1, bins.shape[1])) < 0.6) & (chance.random((len(bins), 1)) < chance.choice([0.4, 1.0]))
    return np.where(shown, bins, 0)


def _passage(bars: Bars, steps: int, marks: int, chance: np.random.Generator) -> tuple[Bars, int]:
    """As many bars as fit, from a bar drawn by chance; `marks` are the steps of each bar beside its notes."""
    notes = np.bincount(bars.rows["bar"], minlength=len(bars))
    ends = np.cumsum(notes + marks)
    room = steps - 1 - len(bars.programs)
    latest = int(np.searchsorted(ends, ends[-1] - room)) + 1 if ends[-1] > room else 0
    first = int(chance.integers(0, latest + 1)) if latest else 0
    if latest and chance.random() < 0.05:
        first = 0  # beginnings are asked for more often than they occur
    before = ends[first - 1] if first else 0
    last = max(first + 1, int(np.searchsorted(ends, before + room, side="right")))
    cut = bars.between(first, last)
    return replace(cut, rows=cut.rows[: room - 2 * len(cut)] if len(cut) == 1 else cut.rows), first


def _hole(bars: Bars, chance: np.random.Generator) -> tuple[np.ndarray, np.ndarray, tuple[int, ...]]:
    """A mask of notes to be written again, the bars and the parts that they lie in: bars, parts, or both; sometimes not all of it."""
    parts = np.unique(bars.rows["slot"])
    kind = chance.random()
    first, last = 0, len(bars)
    if kind < 0.7:
        length = int(chance.integers(1, max(2, len(bars) * 2 // 3)))
        first = int(chance.integers(0, len(bars) - length + 1))
        last = first + length
    filled = parts
    if kind > 0.35 and len(parts) > 1:
        count = int(chance.choice(np.array([1, len(parts) - 1, int(chance.integers(1, len(parts)))])))
        filled = np.sort(chance.choice(parts, count, replace=False))
    hole = np.isin(bars.rows["slot"], filled) & (bars.rows["bar"] >= first) & (bars.rows["bar"] < last)
    if chance.random() < 0.25:  # some of it stays, as when a selection is varied
        beats = bars.rows["bar"].astype(np.int64) * 4096 + bars.rows["position"] // 12
        _, beat = np.unique(beats, return_inverse=True)
        hole &= (chance.random(beat.max() + 1) < chance.uniform(0.2, 0.8))[beat]
    return hole, np.arange(first, last), tuple(int(slot) for slot in filled)
