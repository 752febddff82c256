"""MuseNet, loaded: composes, continues, fills bars and parts, and says of every note how likely it was and what else it might be."""

from __future__ import annotations

import time
from collections.abc import Iterator

import numpy as np
import torch

from studio.generators.capabilities import Call
from studio.generators.events import Delta, Event, Progress, Result
from studio.generators.musenet import MuseNetConfig
from studio.generators.musenet.networks import MuseNet
from studio.generators.musenet.orders import Orders, Task
from studio.generators.musenet.writing import Writer, reader_of
from studio.generators.parts.bars import notes_of
from studio.generators.parts.inputs import bars_of, score_of
from studio.generators.parts.noise import item_generator
from studio.media import Score, ScoreSelection
from studio.media.score import Track, appended

TELL_SECONDS = 0.02
SILENT = Track()


class LoadedMuseNet:
    """Implements Performs, ScoresNotes and PredictsNotes."""

    def __init__(self, config: MuseNetConfig, network: MuseNet) -> None:
        self.config, self.network = config, network
        self.orders = Orders(config)
        self.reader = reader_of(self.network, config.steps)

    def memory(self) -> int:
        return sum(parameter.numel() * parameter.element_size() for parameter in self.network.parameters())

    def perform(self, call: Call) -> Iterator[Event]:
        for place, index in enumerate(call.indices):
            source = item_generator(call.seed, index)
            task = self._task(call, source)
            for event in self._written(task, index, source):
                if isinstance(event, Progress):
                    event = Progress(place + event.done / max(1, event.total), len(call.indices), event.label)
                yield event

    def _task(self, call: Call, source: torch.Generator) -> Task:
        settings, orders = call.settings, self.orders
        if call.action == "generate":
            return orders.composed(settings)
        score = score_of(call, "score")
        if call.action == "continue":
            return orders.continued(score, settings)
        if call.action == "infill":
            return orders.filled(score, bars_of(call, "selection", score), settings)
        if call.action == "vary":
            chance = np.random.default_rng(int(torch.randint(0, 2**31, (), generator=source)))
            return orders.varied(score, bars_of(call, "selection", score), settings, chance)
        selection: ScoreSelection | None = bars_of(call, "selection", score) if "selection" in call.inputs else None
        return orders.added(score, selection, settings) if call.action == "add_track" else orders.harmonised(score, selection, settings)

    def _written(self, task: Task, index: int, source: torch.Generator) -> Iterator[Event]:
        """One item, told as it grows."""

        def chances(count: int) -> list[float]:
            return torch.rand(count, generator=source).tolist()

        writer = Writer(self.network, self.reader, self.config.steps, task.order, chances)
        yield Delta(index, task.base)
        fresh: list[np.ndarray] = []
        score, told = task.base, time.monotonic()
        for event in writer.write():
            if isinstance(event, int):
                yield Progress(event, len(task.order.numbers), "writing")
            else:
                fresh.append(event)
            if fresh and time.monotonic() - told > TELL_SECONDS:
                more = _grown(task, np.concatenate(fresh))
                score, fresh, told = appended(score, more), [], time.monotonic()
                yield Delta(index, more)
        if fresh:
            more = _grown(task, np.concatenate(fresh))
            score = appended(score, more)
            yield Delta(index, more)
        yield Result(index, score)


def _grown(task: Task, rows: np.ndarray) -> Score:
    """A score of the notes `rows` alone, on the tracks and ticks of the task's."""
    tracks: list[Track] = [SILENT] * len(task.base.tracks)
    for slot in np.unique(rows["slot"]):
        notes = notes_of(rows[rows["slot"] == slot], task.order.bars.starts, task.base.ticks_per_beat)
        tracks[task.tracks[slot]] = SILENT.with_notes(notes)
    return Score(tuple(tracks), task.base.ticks_per_beat)
