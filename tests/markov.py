"""A small real family that makes scores: a first-order Markov chain over the steps of a melody, its table the weights.

It exists so that what the studio does with scores is tried with a model that truly loads, samples and grows note by note.
"""

from __future__ import annotations

import dataclasses
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest

from studio import generators
from studio.generators import Action, Capability, Family, Input, setting
from studio.generators.capabilities import Call
from studio.generators.events import Delta, Event, Progress, Result
from studio.generators.parts.inputs import bars_of, score_of
from studio.media import Score
from studio.media.score import NOTE, Track


def between_notes(made: int) -> None:
    """Called after each note; a test may wait here for the window."""


STEPS = (-5, -2, -1, 1, 2, 4)
EIGHTH = 240


@dataclass(frozen=True)
class Settings:
    notes: int = setting(16, "How many notes are played", low=1, high=400, step=1)
    temperature: float = setting(1.0, "Higher is wilder", low=0.1, high=2.0, step=0.1)


def actions(config: Mapping[str, Any]) -> tuple[Action, ...]:
    del config
    score = Input("score", "score", "Score")
    return (
        Action("generate", "Generate", "A melody", Capability.GENERATES, "score", Settings),
        Action("continue", "Continue", "More notes behind the last", Capability.CONTINUES, "score", Settings, (score,)),
        Action(
            "infill", "Rewrite bars", "The selected bars anew", Capability.INFILLS, "score", Settings,
            (score, Input("bars", "selection", "Bars")),
        ),
    )  # fmt: skip


FAMILY = Family("markov", "Markov melody", "Markov 1906", actions, "tests.markov")


def load(config: Mapping[str, Any], tensors: Mapping[str, Any], files: Mapping[str, Any], device: Any) -> Markov:
    del config, files, device
    return Markov(tensors["table"].float().numpy())


class Markov:
    """`table` is (6, 6): how likely each step follows each, in logits."""

    def __init__(self, table: np.ndarray) -> None:
        self._table = table

    def memory(self) -> int:
        return int(self._table.nbytes)

    def perform(self, call: Call) -> Iterator[Event]:
        for index in call.indices:
            yield from self._one(call, index)

    def _one(self, call: Call, index: int) -> Iterator[Event]:
        begun, start, stop = self._beginning(call)
        yield Delta(index, begun)
        notes = begun.tracks[0].notes
        chance = np.random.default_rng((call.seed, index))
        pitch, step, tick = int(notes["pitch"][-1]) if len(notes) else 60, 2, start
        made: list[tuple[int, int, int, int]] = []
        while len(made) < call.settings.notes and (stop is None or tick < stop):
            weights = np.exp(self._table[step] / call.settings.temperature)
            step = int(chance.choice(len(STEPS), p=weights / weights.sum()))
            pitch = int(np.clip(pitch + STEPS[step], 36, 84))
            made.append((tick, EIGHTH, pitch, 80))
            yield Progress(len(made), call.settings.notes, "notes")
            yield Delta(index, Score((Track(notes=np.array(made[-1:], NOTE)),)))
            tick += EIGHTH
            between_notes(len(made))
        track = begun.tracks[0].with_notes(np.concatenate([notes, np.array(made, NOTE)]))
        yield Result(index, dataclasses.replace(begun, tracks=(track, *begun.tracks[1:])))

    def _beginning(self, call: Call) -> tuple[Score, int, int | None]:
        """What an item begins from, where its first new note lies, and where the last may."""
        if call.action == "generate":
            return Score((Track("Melody"),)), 0, None
        score = score_of(call, "score").resampled(480)
        if call.action == "continue":
            return score, score.end, None
        start, stop = score.span(bars_of(call, "bars", score))
        notes = score.tracks[0].notes
        kept = notes[(notes["tick"] < start) | (notes["tick"] >= stop)]
        return dataclasses.replace(score, tracks=(score.tracks[0].with_notes(kept), *score.tracks[1:])), start, stop


def on_shelf(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the studio know this family."""
    monkeypatch.setattr(generators, "FAMILIES", (*generators.FAMILIES, "markov"))
    monkeypatch.setitem(sys.modules, "studio.generators.markov", sys.modules[__name__])
