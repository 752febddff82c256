"""From a person's score, selection and settings to an Infill: which bars and parts are to be written, given what. No torch."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from studio.generators.errors import GeneratorError
from studio.generators.musenet import knobs
from studio.generators.musenet.knobs import KNOBS
from studio.generators.musenet.naming import ensemble_name, instrument_name, key_of, nearest_program
from studio.generators.musenet.steps import Labels, tempo_bin
from studio.generators.musenet.writing import Infill
from studio.generators.parts.bars import SLOTS, Bars, bars_of
from studio.generators.parts.conditioning import ANY
from studio.generators.parts.nucleus import SamplingParams
from studio.generators.parts.score_writing import Base, bars_between, loudness, ticks_of_bars, without_notes
from studio.media import Score, ScoreSelection
from studio.media.score import Key, Metre, Tempo, Track


@dataclass(frozen=True)
class InfillRequest:
    """`infill` says what is written into `base`."""

    base: Base
    infill: Infill


class Requests:
    """Makes requests for one model, which knows its composers, collections and instruments by `config`."""

    def __init__(self, config: Any) -> None:
        self.config = config

    def composed(self, settings: Any) -> InfillRequest:
        """A new piece."""
        programs = self._ensemble(settings.ensemble)
        beats, unit = (int(each) for each in settings.metre.split("/"))
        key = key_of(settings.key)
        keys = (Key(0, (key - 1) // 2 - 7, bool((key - 1) % 2)),) if key else ()
        tracks = tuple(Track(instrument_name(program).capitalize(), program) for program in programs)
        tempo = Tempo(0, round(60e6 / settings.tempo))
        base = Score(tracks, 480, (tempo,), (Metre(0, beats, unit),), keys)
        return self._after(base, settings, tuple(range(len(tracks))), 0)

    def tracks(self, score: Score) -> tuple[int, ...]:
        """The tracks of a score that the model reads."""
        return pitched_tracks(score)

    def continued(self, score: Score, settings: Any) -> InfillRequest:
        """The bars after the last note."""
        return self._after(score, settings, pitched_tracks(score), len(score.bar_starts()) - 1)

    def _after(self, score: Score, settings: Any, read: tuple[int, ...], first: int) -> InfillRequest:
        start, end = ticks_of_bars(score, first, first + settings.bars)
        bars = self.bars(score, read, end)
        numbers = bars_between(bars, score.ticks_per_beat, start, end)
        labels = self._labels(settings, score, bars, numbers, tuple(range(len(read))))
        labels = replace(labels, left=0 if settings.ending else None)
        infill = self._infill(score, bars, read, numbers, tuple(range(len(read))), labels, settings, holes=False)
        return InfillRequest(Base(score, read, bars.starts), infill)

    def filled(self, score: Score, selection: ScoreSelection, settings: Any) -> InfillRequest:
        """The selected bars of the selected tracks, written anew."""
        chosen = self._chosen(score, selection)
        start, end = ticks_of_bars(score, selection.first, selection.last)
        return self._hole(without_notes(score, chosen, start, end), chosen, start, end, settings)

    def varied(self, score: Score, selection: ScoreSelection, settings: Any, chance: np.random.Generator) -> InfillRequest:
        """The same, with a share of the notes kept; half a beat is kept or goes as a whole. The rest is to be as what it replaces was."""
        chosen = self._chosen(score, selection)
        start, end = ticks_of_bars(score, selection.first, selection.last)
        request = self._hole(without_notes(score, chosen, start, end, chance, settings.closeness), chosen, start, end, settings)
        before = self.bars(score, request.base.tracks, end)
        goes = np.isin(before.rows["slot"], request.infill.slots) & np.isin(before.rows["bar"], request.infill.numbers)
        goes &= ~np.isin(before.rows, request.infill.bars.rows)
        bins = knobs.of_bars(replace(before, rows=before.rows[goes]))
        own = np.zeros((len(request.infill.bars), len(KNOBS)), np.int64)
        own[: len(bins)] = bins
        return replace(request, infill=replace(request.infill, labels=replace(request.infill.labels, bars=own)))

    def added(self, score: Score, selection: ScoreSelection | None, settings: Any) -> InfillRequest:
        """One more part, over the selected bars or all."""
        program = self._program(settings.instrument)
        return self._joined(score, pitched_tracks(score)[: SLOTS - 1], (program,), selection, settings)

    def harmonised(self, score: Score, selection: ScoreSelection | None, settings: Any) -> InfillRequest:
        """Parts below the first selected track."""
        read = self._chosen(score, selection) if selection is not None else pitched_tracks(score)
        return self._joined(score, read[:1], self._ensemble(settings.ensemble)[1:], selection, settings)

    def _joined(
        self, score: Score, read: tuple[int, ...], programs: Sequence[int], selection: ScoreSelection | None, settings: Any
    ) -> InfillRequest:
        """New tracks for `programs`, written to the tracks that are `read`."""
        if not any(len(score.tracks[track].notes) for track in read):
            raise GeneratorError("There are no notes to write a part to. Write or record some first.")
        new = tuple(Track(instrument_name(program).capitalize(), program) for program in programs)
        grown = replace(score, tracks=(*score.tracks, *new))
        added = tuple(range(len(score.tracks), len(grown.tracks)))
        bars = len(score.bar_starts()) - 1
        start, end = ticks_of_bars(score, *((selection.first, selection.last) if selection is not None else (0, bars)))
        return self._hole(grown, added, start, end, settings, (*read, *added))

    def _hole(self, kept: Score, chosen: tuple[int, ...], start: int, end: int, settings: Any, read: tuple[int, ...] = ()) -> InfillRequest:
        read = read or _with(pitched_tracks(kept, chosen), chosen)
        slots = tuple(read.index(track) for track in chosen)
        bars = self.bars(kept, read, end)
        numbers = bars_between(bars, kept.ticks_per_beat, start, end)
        labels = self._labels(settings, kept, bars, numbers, slots)
        return InfillRequest(Base(kept, read, bars.starts), self._infill(kept, bars, read, numbers, slots, labels, settings, holes=True))

    def _infill(
        self, score: Score, bars: Bars, read: tuple[int, ...], numbers: Sequence[int], slots: tuple[int, ...], labels: Labels,
        settings: Any, *, holes: bool,
    ) -> Infill:  # fmt: skip
        if settings.lowest > settings.highest:
            raise GeneratorError("The lowest note is above the highest one. Turn one of the two.")
        params = SamplingParams(settings.temperature, settings.top_p, settings.min_p)
        loud = [loudness(score.tracks[track]) for track in read]
        return Infill(bars, numbers, slots, labels, holes, params, settings.lowest, settings.highest, loud)

    def bars(self, score: Score, read: tuple[int, ...], until: int | None = None) -> Bars:
        """The bars of these tracks, with instruments that training had."""
        bars = bars_of(score, read, until)
        return replace(bars, programs=tuple(nearest_program(program, self.config.programs) for program in bars.programs))

    def _labels(self, settings: Any, score: Score, bars: Bars, numbers: Sequence[int], slots: tuple[int, ...]) -> Labels:
        """The conditions. Knobs are of the bars, and where one part alone is written of that part too."""
        bins = np.array([_number(getattr(settings, name, ANY), choices) for name, choices in KNOBS.items()])
        parts, own = np.zeros((SLOTS, len(KNOBS)), np.int64), np.zeros((len(bars), len(KNOBS)), np.int64)
        if len(slots) == 1:
            parts[slots[0]] = bins
            bins = knobs.bar_bins(bins)
        own[list(numbers)] = bins
        return Labels(
            _number(getattr(settings, "composer", ANY), self.config.composers),
            _number(getattr(settings, "collection", ANY), self.config.collections),
            tempo_bin(score.tempos[0].microseconds), slots=parts, bars=own,
        )  # fmt: skip

    def _chosen(self, score: Score, selection: ScoreSelection) -> tuple[int, ...]:
        chosen = tuple(track for track in (selection.tracks or range(len(score.tracks))) if not score.tracks[track].drums)
        if not chosen:
            raise GeneratorError("This model writes no drums. Select another track.")
        return tuple(sorted(chosen))[:SLOTS]

    def _ensemble(self, name: str) -> tuple[int, ...]:
        return next(tuple(each) for each in self.config.ensembles if ensemble_name(each) == name)

    def _program(self, name: str) -> int:
        return next(program for program in self.config.programs if instrument_name(program) == name)


def _number(value: str, choices: Sequence[str]) -> int:
    """1 for the first of `choices`; 0 for what is left open."""
    return list(choices).index(value) + 1 if value in choices else 0


def pitched_tracks(score: Score, besides: tuple[int, ...] = ()) -> tuple[int, ...]:
    """The tracks that a model reads: with notes and no drums, as many as it has slots for beside those of `besides`."""
    found = [number for number, track in enumerate(score.tracks) if len(track.notes) and not track.drums and number not in besides]
    if not found and not besides:
        found = [number for number, track in enumerate(score.tracks) if not track.drums]
    if not found and not besides:
        raise GeneratorError("This score has no track that the model could read: it reads no drums.")
    return tuple(found[: SLOTS - len(besides)])


def _with(read: tuple[int, ...], chosen: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(sorted((*read, *chosen)))
