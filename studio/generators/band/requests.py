"""From a person's score, selection and settings to an Infill: which bars and parts are to be written, given what. No torch."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from studio.generators.band import BandConfig, knobs
from studio.generators.band.form import FURTHEST, NEAR, NOTHING, form
from studio.generators.band.knobs import KNOBS, ROLES
from studio.generators.band.naming import AS_USUAL, KEY_NAMES, ensemble_name, heard_as, instrument_name, signature
from studio.generators.band.steps import SLOTS, Labels, tempo_bin
from studio.generators.band.templates import FormPlan, FormTemplates
from studio.generators.band.writing import Infill
from studio.generators.errors import GeneratorError
from studio.generators.parts.bars import DRUMS, Bars, bars_of, coarse
from studio.generators.parts.conditioning import ANY
from studio.generators.parts.harmony import NO_CHORD, estimated_chords, estimated_keys, parse_chord
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
    """Makes requests for one model, which knows its composers, styles and instruments by `config`, and plans of form by `templates`."""

    def __init__(self, config: BandConfig, templates: FormTemplates | None = None) -> None:
        self.config, self.templates = config, templates

    def composed(self, settings: Any, chance: np.random.Generator) -> InfillRequest:
        """A new piece, in what is left open like one of the style."""
        plan = self._chosen_plan(settings, chance, settings.bars)
        programs = self._ensemble(settings.ensemble, plan)
        metre = settings.metre.split("/") if settings.metre != AS_USUAL else plan.metre if plan is not None else (4, 4)
        microseconds = round(60e6 / max(20, settings.tempo)) if settings.tempo or plan is None else plan.microseconds
        keys = (Key(0, *signature(KEY_NAMES.index(settings.key))),) if settings.key != ANY else ()
        base = Score(tuple(map(_track, programs)), 480, (Tempo(0, microseconds),), (Metre(0, int(metre[0]), int(metre[1])),), keys)
        return self._after(base, settings, tuple(range(len(programs))), 0, plan)

    def continued(self, score: Score, settings: Any, chance: np.random.Generator) -> InfillRequest:
        """The bars after the last note."""
        first = len(score.bar_starts()) - 1
        return self._after(score, settings, read_tracks(score), first, self._chosen_plan(settings, chance, first + settings.bars))

    def _after(self, score: Score, settings: Any, read: tuple[int, ...], first: int, plan: FormPlan | None) -> InfillRequest:
        start, end = ticks_of_bars(score, first, first + settings.bars)
        bars = self.bars(score, read, end)
        numbers = bars_between(bars, score.ticks_per_beat, start, end)
        slots = tuple(range(len(read)))
        labels = self._labels(settings, bars, bars, numbers, slots)
        known = np.arange(len(bars)) < (numbers[0] if numbers else 0)
        labels = replace(labels, left=0 if settings.ending else None, form=None if plan is None else _after_plan(plan, bars, known))
        return self._request(score, bars, read, numbers, slots, labels, settings, holes=False)

    def filled(self, score: Score, selection: ScoreSelection, settings: Any) -> InfillRequest:
        """The selected bars of the selected tracks, written anew."""
        chosen = tuple(sorted(selection.tracks or range(len(score.tracks))))[:SLOTS]
        start, end = ticks_of_bars(score, selection.first, selection.last)
        return self._hole(score, without_notes(score, chosen, start, end), chosen, start, end, settings)

    def added(self, score: Score, selection: ScoreSelection | None, settings: Any) -> InfillRequest:
        """One more part, over the selected bars or all."""
        program = next((each for each in self.config.programs if instrument_name(each) == settings.instrument), 0)
        return self._joined(score, read_tracks(score)[: SLOTS - 1], (program,), selection, settings)

    def accompanied(self, score: Score, selection: ScoreSelection | None, settings: Any, chance: np.random.Generator) -> InfillRequest:
        """A band around the selected tracks, or the first one; the ensemble's first part is taken for the melody that is there."""
        read = tuple(sorted(selection.tracks or (0,)))[:4] if selection is not None else read_tracks(score)[:1]
        programs = self._ensemble(settings.ensemble, self._chosen_plan(settings, chance, 1))
        return self._joined(score, read, programs[1:], selection, settings)

    def _joined(
        self, score: Score, read: tuple[int, ...], programs: Sequence[int], selection: ScoreSelection | None, settings: Any
    ) -> InfillRequest:
        """New tracks for `programs`, written to the tracks that are `read`."""
        if not any(len(score.tracks[track].notes) for track in read):
            raise GeneratorError("There are no notes to write a part to. Write or record some first.")
        room = programs[: SLOTS - len(read)]
        grown = replace(score, tracks=(*score.tracks, *map(_track, room)))
        added = tuple(range(len(score.tracks), len(grown.tracks)))
        last = len(score.bar_starts()) - 1
        start, end = ticks_of_bars(score, *((selection.first, selection.last) if selection is not None else (0, last)))
        return self._hole(grown, grown, added, start, end, settings, (*read, *added))

    def _hole(
        self, before: Score, kept: Score, chosen: tuple[int, ...], start: int, end: int, settings: Any, read: tuple[int, ...] = ()
    ) -> InfillRequest:
        """`before` has what stood there, whose form is kept; `kept` what stays."""
        read = read or tuple(sorted({*read_tracks(kept, chosen), *chosen}))
        slots = tuple(read.index(track) for track in chosen)
        bars, whole = self.bars(kept, read, end), self.bars(before, read, end)
        numbers = bars_between(bars, kept.ticks_per_beat, start, end)
        labels = replace(self._labels(settings, bars, whole, numbers, slots), form=form(whole))
        return self._request(kept, bars, read, numbers, slots, labels, settings, holes=True)

    def _request(
        self, score: Score, bars: Bars, read: tuple[int, ...], numbers: Sequence[int], slots: tuple[int, ...], labels: Labels,
        settings: Any, *, holes: bool,
    ) -> InfillRequest:  # fmt: skip
        if settings.lowest > settings.highest:
            raise GeneratorError("The lowest note is above the highest one. Turn one of the two.")
        params = SamplingParams(settings.temperature, settings.top_p, settings.min_p)
        compasses = np.tile([settings.lowest, settings.highest], (len(read), 1))
        loud = [loudness(score.tracks[track]) for track in read]
        return InfillRequest(Base(score, read, bars.starts), Infill(bars, numbers, slots, labels, holes, params, compasses, loud))

    def bars(self, score: Score, read: tuple[int, ...], until: int | None = None) -> Bars:
        """The bars of these tracks on the model's grid, with instruments that it has heard."""
        bars = coarse(bars_of(score, read, until))
        return replace(bars, programs=tuple(heard_as(program, self.config.programs) for program in bars.programs))

    def _labels(self, settings: Any, bars: Bars, whole: Bars, numbers: Sequence[int], slots: tuple[int, ...]) -> Labels:
        """What is said: of the bars that stand what is estimated, of those that are written what is asked for."""
        key = KEY_NAMES.index(settings.key) if getattr(settings, "key", ANY) != ANY else None
        keys = estimated_keys(whole)
        if key is not None:
            keys[list(numbers)] = key
        bins = np.array([_number(getattr(settings, name, ANY), choices) for name, choices in KNOBS.items()])
        parts, own = np.zeros((SLOTS, len(KNOBS)), np.int64), np.zeros((len(bars), len(KNOBS)), np.int64)
        if len(slots) == 1:
            parts[slots[0]] = bins
        else:
            own[list(numbers)] = bins
        roles = knobs.roles(whole)
        if getattr(settings, "role", ANY) != ANY:
            roles[list(slots)] = 1 + ROLES.index(settings.role)
        roles[[slot for slot in slots if whole.programs[slot] == DRUMS]] = knobs.KIT
        return Labels(
            _number(getattr(settings, "composer", ANY), self.config.composers),
            _number(getattr(settings, "style", ANY), self.config.styles),
            tempo_bin(whole.microseconds), key=0 if key is None else 1 + key, keys=keys if (keys >= 0).all() else None,
            chords=self._chords(settings, bars, numbers), first=0, roles=roles, slots=parts, bars=own,
        )  # fmt: skip

    def _chords(self, settings: Any, bars: Bars, numbers: Sequence[int]) -> np.ndarray | None:
        """(n, 2) those that were asked for, else those of what stands around; None where neither says anything of what is written."""
        asked = chords_of_text(getattr(settings, "chords", ""))
        found = estimated_chords(bars)
        if asked:
            found[list(numbers)] = [asked[place % len(asked)] for place in range(len(numbers))]
            return found
        silent = (found[list(numbers)] == NO_CHORD).mean() if len(numbers) else 1.0
        return None if silent > 0.5 else found

    def _chosen_plan(self, settings: Any, chance: np.random.Generator, bars: int) -> FormPlan | None:
        """The plan of a real piece of the style, one that is long enough where there are such."""
        plans = self.templates.plans(_number(settings.style, self.config.styles)) if self.templates is not None else []
        if not plans:
            return None
        fits = [plan for plan in plans if len(plan.like) >= bars] or [max(plans, key=lambda plan: len(plan.like))]
        return fits[int(chance.integers(len(fits)))]

    def _ensemble(self, name: str, plan: FormPlan | None) -> tuple[int, ...]:
        if name == AS_USUAL:
            return plan.programs if plan is not None else tuple(self.config.ensembles[0])
        return next(tuple(each) for each in self.config.ensembles if ensemble_name(each) == name)


def _after_plan(plan: FormPlan, bars: Bars, known: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(like, likeness) of every bar: of those that stand, `known`, as they are, of the others after the plan."""
    like, likeness = form(bars)
    length = len(plan.like)
    for bar in np.flatnonzero(~known).tolist():
        if bar >= length:  # a plan that is too short is gone through once more: the same piece again
            like[bar], likeness[bar] = (length, NEAR) if length <= FURTHEST else (0, NOTHING)
        else:
            like[bar], likeness[bar] = plan.like[bar], plan.likeness[bar]
    return like, likeness


def chords_of_text(text: str) -> list[tuple[int, int]]:
    """`C | Am7 | F G` → the chords of both halves of each bar; raises GeneratorError saying in which bar one cannot be read."""
    if not text.strip():
        return []
    found = []
    for number, bar in enumerate(text.strip().strip("|").split("|"), start=1):
        symbols = bar.split()
        if not 1 <= len(symbols) <= 2:
            raise GeneratorError(f"Bar {number} of the chords holds {len(symbols)} of them; write one or two, and | between bars.")
        try:
            found.append((parse_chord(symbols[0]), parse_chord(symbols[-1])))
        except ValueError as error:
            raise GeneratorError(f"Bar {number} of the chords: {error}") from error
    return found


def read_tracks(score: Score, besides: tuple[int, ...] = ()) -> tuple[int, ...]:
    """The tracks that the model reads: those with notes, as many as it has slots for beside those of `besides`."""
    found = [number for number, track in enumerate(score.tracks) if len(track.notes) and number not in besides]
    if not found and not besides:
        found = list(range(len(score.tracks)))
    if not found and not besides:
        raise GeneratorError("This score has no track. Add one first.")
    return tuple(found[: SLOTS - len(besides)])


def _track(program: int) -> Track:
    return Track(instrument_name(program).capitalize(), 0 if program == DRUMS else program, program == DRUMS)


def _number(value: str, choices: Sequence[str]) -> int:
    """1 for the first of `choices`; 0 for what is left open."""
    return list(choices).index(value) + 1 if value in choices else 0
