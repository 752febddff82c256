"""What one lesson is: a passage of a piece in some key, some of what is known of it said, sometimes with a hole to fill. No torch."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from studio.generators.band import BandConfig, knobs
from studio.generators.band.form import form
from studio.generators.band.steps import SLOTS, Copied, Labels, holed, tempo_bin, whole
from studio.generators.batches import Piece
from studio.generators.parts.bars import DRUMS, Bars, coarse
from studio.generators.parts.harmony import chords_of_symbols, estimated_chords, estimated_keys, transposed_chords, transposed_keys
from studio.generators.parts.step_rows import Steps

NOTHING, STYLE = 0.1, 0.4  # of lessons say nothing at all, and up to here composer, style and instruments alone
HOLES = 0.4
DOWN, UP, PACE = 5, 6, 0.15  # semitones, and the share by which the tempo changes
KEPT = {
    "composer": 0.8, "style": 0.8, "tempo": 0.6, "metre": 0.85, "key": 0.6, "chords": 0.6, "form": 0.7, "number": 0.6, "left": 0.5,
    "roles": 0.6, "slots": 0.5, "bars": 0.5,
}  # fmt: skip
"""How often each condition is kept in a lesson that says neither nothing nor the style alone."""
BEGINNINGS = 0.05  # of passages begin with the piece: beginnings are asked for more often than they occur


@dataclass(frozen=True)
class Analysis:
    """A piece of at most twelve parts, and what is estimated of each of its bars or parts."""

    bars: Bars
    keys: np.ndarray
    chords: np.ndarray
    like: np.ndarray
    likeness: np.ndarray
    roles: np.ndarray

    def between(self, first: int, last: int) -> Analysis:
        cut = slice(first, last)
        per_bar = self.keys[cut], self.chords[cut], self.like[cut], self.likeness[cut]
        return Analysis(self.bars.between(first, last), *per_bar, self.roles)

    def moved(self, semitones: int, pace: float) -> Analysis:
        """In another key and tempo; in its own key where a note would leave MIDI's range."""
        bars = self.bars.transposed(semitones)
        by = semitones if bars is not self.bars else 0
        bars = replace(bars, microseconds=max(1, int(bars.microseconds * pace)))
        return replace(self, bars=bars, keys=transposed_keys(self.keys, by), chords=transposed_chords(self.chords, by))


def analysed(piece: Piece) -> Analysis:
    """Keys, form and roles are estimated from the notes; chords too where the piece's set does not name them for every bar.

    Notes are taken to a grid of 12 a beat: on a finer one the wandering of what was played hides that bars are alike.
    """
    bars, names = fewer_parts(coarse(piece.bars), piece.names)
    given = chords_of_symbols(piece.chords) if len(piece.chords) == len(bars) else None
    chords = estimated_chords(bars) if given is None else given
    return Analysis(bars, estimated_keys(bars), chords, *form(bars), knobs.roles(bars, names))


def fewer_parts(bars: Bars, names: tuple[str, ...], most: int = SLOTS) -> tuple[Bars, tuple[str, ...]]:
    """At most so many parts: those with fewest notes are left out, drums last."""
    parts = len(bars.programs)
    if parts <= most:
        return bars, names
    weight = np.bincount(bars.rows["slot"], minlength=parts) + 10**9 * (np.array(bars.programs) == DRUMS)
    kept = np.sort(np.argsort(-weight, kind="stable")[:most])
    rows = bars.rows[np.isin(bars.rows["slot"], kept)].copy()
    rows["slot"] = np.searchsorted(kept, rows["slot"])
    programs = tuple(bars.programs[slot] for slot in kept)
    return replace(bars, rows=rows, programs=programs), tuple(names[slot] for slot in kept if slot < len(names))


class Lessons:
    """Cuts lessons of at most `steps` steps; composers and styles are known by number. A piece is analysed when it is first seen."""

    def __init__(self, steps: int, composers: Mapping[str, int], styles: Mapping[str, int]) -> None:
        self.steps, self.composers, self.styles = steps, composers, styles
        self._analysed: dict[int, tuple[Piece, Analysis]] = {}

    @classmethod
    def of(cls, config: BandConfig) -> Lessons:
        numbered = [{name: number for number, name in enumerate(names, start=1)} for names in (config.composers, config.styles)]
        return cls(config.steps, *numbered)

    def analysis(self, piece: Piece) -> Analysis:
        found = self._analysed.get(id(piece))
        if found is None or found[0] is not piece:
            found = self._analysed[id(piece)] = piece, analysed(piece)
        return found[1]

    def lesson(self, piece: Piece, chance: np.random.Generator) -> Steps:
        pace = float(np.exp(chance.uniform(-PACE, PACE)))
        known = self.analysis(piece).moved(int(chance.integers(-DOWN, UP + 1)), pace)
        holes = chance.random() < HOLES
        first, last, most = _passage(known.bars, self.steps, 2 if holes else 1, chance)
        cut, left = known.between(first, last), len(known.bars) - last
        if len(cut.bars.rows) > most:
            cut = replace(cut, bars=replace(cut.bars, rows=cut.bars.rows[:most]))
        if holes and len(cut.bars.rows) > 8:
            hole, numbers, filled = _hole(cut, chance)
            if hole.any():
                labels = self.condition_dropout(piece, cut, replace(cut.bars, rows=cut.bars.rows[hole]), first, left, chance)
                return holed(cut.bars, labels, hole, numbers, filled, Copied.of(known.bars, first, filled))
        labels = self.condition_dropout(piece, cut, cut.bars, first, left, chance)
        return whole(cut.bars, replace(labels, ends=left == 0), Copied.of(known.bars, first))

    def style(self, piece: Piece) -> Labels:
        """Composer, style and instruments, and nothing else."""
        composer, style = self.composers.get(piece.composer, 0), self.styles.get(piece.collection, 0)
        return Labels(composer, style, metre=False)

    def everything(self, piece: Piece, cut: Analysis, written: Bars, first: int, left: int) -> Labels:
        """All that can be said of a passage; the knobs of each bar are those of what is `written` in it."""
        counted = np.bincount(1 + cut.keys, minlength=25)
        return replace(
            self.style(piece), tempo=tempo_bin(cut.bars.microseconds), metre=True, key=int(counted.argmax()), keys=cut.keys,
            chords=cut.chords, form=(cut.like, cut.likeness), first=first, left=left, roles=cut.roles,
            slots=knobs.of_slots(cut.bars, SLOTS), bars=knobs.of_bars(written),
        )  # fmt: skip

    def condition_dropout(self, piece: Piece, cut: Analysis, written: Bars, first: int, left: int, chance: np.random.Generator) -> Labels:
        """What is left of all that could be said: nothing, the style alone, or each condition by its own chance."""
        kind = chance.random()
        if kind < NOTHING:
            return Labels(instruments=False, metre=False)
        if kind < STYLE:
            return self.style(piece)
        kept = dict(zip(KEPT, chance.random(len(KEPT)) < tuple(KEPT.values()), strict=True))
        known = self.everything(piece, cut, written, first, left)
        return replace(
            known, composer=known.composer * kept["composer"], style=known.style * kept["style"], tempo=known.tempo * kept["tempo"],
            metre=bool(kept["metre"]), key=known.key * kept["key"], keys=known.keys if kept["key"] else None,
            chords=known.chords if kept["chords"] else None, form=known.form if kept["form"] else None,
            first=first if kept["number"] else None, left=left if kept["left"] else None, roles=_some_roles(known.roles, kept, chance),
            slots=_some(known.slots, chance) if kept["slots"] else None, bars=_some(known.bars, chance) if kept["bars"] else None,
        )  # fmt: skip


def _some_roles(roles: np.ndarray | None, kept: Mapping[str, bool], chance: np.random.Generator) -> np.ndarray | None:
    """All roles, or those of some parts."""
    if roles is None or not kept["roles"]:
        return None
    return np.where(chance.random(len(roles)) < chance.choice([0.5, 1.0]), roles, 0)


def _some(bins: np.ndarray | None, chance: np.random.Generator) -> np.ndarray | None:
    """Some of the knobs in some of the rows."""
    if bins is None:
        return None
    shown = (chance.random((1, bins.shape[1])) < 0.6) & (chance.random((len(bins), 1)) < chance.choice([0.4, 1.0]))
    return np.where(shown, bins, 0)


def _passage(bars: Bars, steps: int, marks: int, chance: np.random.Generator) -> tuple[int, int, int]:
    """As many bars as fit, from a bar drawn by chance, and how many notes at most; `marks` are the steps of each bar beside its notes."""
    notes = np.bincount(bars.rows["bar"], minlength=len(bars))
    ends = np.cumsum(notes + marks)
    room = steps - 1 - len(bars.programs)
    latest = int(np.searchsorted(ends, ends[-1] - room)) + 1 if ends[-1] > room else 0
    first = int(chance.integers(0, latest + 1)) if latest else 0
    if latest and chance.random() < BEGINNINGS:
        first = 0
    before = ends[first - 1] if first else 0
    last = max(first + 1, int(np.searchsorted(ends, before + room, side="right")))
    return first, last, room - marks * (last - first)


def _hole(cut: Analysis, chance: np.random.Generator) -> tuple[np.ndarray, np.ndarray, tuple[int, ...]]:
    """A mask of notes to be written again, the bars and the parts that they lie in: bars, parts, or both; sometimes not all of it."""
    bars = cut.bars
    parts = np.unique(bars.rows["slot"])
    kind = chance.random()
    first, last = 0, len(bars)
    if kind < 0.7:
        length = int(chance.integers(1, max(2, len(bars) * 2 // 3)))
        first = int(chance.integers(0, len(bars) - length + 1))
        last = first + length
    filled = _parts(cut, parts, chance) if kind > 0.35 and len(parts) > 1 else parts
    hole = np.isin(bars.rows["slot"], filled) & (bars.rows["bar"] >= first) & (bars.rows["bar"] < last)
    if chance.random() < 0.25:  # some of it stays, as when a selection is varied
        beats = bars.rows["bar"].astype(np.int64) * 4096 + bars.rows["position"] // 12
        _, beat = np.unique(beats, return_inverse=True)
        hole &= (chance.random(beat.max() + 1) < chance.uniform(0.2, 0.8))[beat]
    return hole, np.arange(first, last), tuple(int(slot) for slot in filled)


def _parts(cut: Analysis, parts: np.ndarray, chance: np.random.Generator) -> np.ndarray:
    """The drums, all but the melody, one part, all but one, or some."""
    roles, draw = cut.roles[parts], chance.random()
    drums, melody = parts[roles == knobs.KIT], parts[roles == knobs.MELODY]
    if draw < 0.2 and len(drums) and len(drums) < len(parts):
        return drums
    if draw < 0.45 and len(melody) and len(melody) < len(parts):
        return np.setdiff1d(parts, melody[:1])
    count = int(chance.choice(np.array([1, len(parts) - 1, int(chance.integers(1, len(parts)))])))
    return np.sort(chance.choice(parts, count, replace=False))
