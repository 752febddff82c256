"""Training: cross-entropy of every field of every note, Muon for the matrices, an average of the weights."""

from __future__ import annotations

import math
import time
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import torch
from torch import Tensor

from studio.generators.band import BandConfig
from studio.generators.band.lessons import Lessons
from studio.generators.band.measuring import HeldOut
from studio.generators.band.networks import FIELD_NAMES, Band
from studio.generators.band.steps import COLUMN, TARGETS
from studio.generators.batches import ScoreBatch
from studio.generators.parts.muon import Muon
from studio.generators.parts.note_decoder import padded
from studio.generators.parts.optim import Optimisation
from studio.generators.parts.step_rows import CONTEXT, NONE, Steps
from studio.media import Picture

LEARNING_RATE = 0.02
DECAY_FROM = 0.75  # of the whole time, over all sessions: until then the rate stays
WARM_UP = 60
BEGUN_SHARE = 0.2  # of the rate, where a finished model goes on
SLOWEST = 0.998
CONTEXT_WEIGHT = 0.5  # of what is only read: it costs nothing more, and the trunk learns from it
MEASURED_SECONDS = 1800.0


class BandTrainer:
    """Implements `Trainer` and `BeginsFrom`."""

    def __init__(self, config: BandConfig, data: ScoreBatch, device: torch.device) -> None:
        torch.manual_seed(0)
        self.config, self.device = config, device
        self.network, self.averaged = Band(config).to(device), Band(config).to(device).eval()
        matrices = [p for p in self.network.decoder.parameters() if p.dim() == 2]
        known = {id(p) for p in matrices}
        others = [p for p in self.network.parameters() if id(p) not in known]
        optimiser = Muon(matrices, others, LEARNING_RATE)
        self.optimisation = Optimisation(
            self.network, self.averaged, optimiser, warm_up=WARM_UP, decay_from=DECAY_FROM, slowest=SLOWEST, clip=1.0
        )
        self.lessons = Lessons.of(config)
        self.chance = np.random.default_rng(0)
        self.held_out = HeldOut(data.held, self.lessons)
        self.measuring: Iterator[dict[str, float]] = iter(())
        self.measured = time.monotonic() - MEASURED_SECONDS * 0.8  # first soon after the beginning

    def step(self, batch: ScoreBatch, progress: float) -> dict[str, float]:
        lessons = [self.lessons.lesson(piece, self.chance) for piece in batch.pieces]
        notes = sum(_weights(each)[1] for each in lessons)
        bits = np.zeros(5)
        self.optimisation.descend_over(self._losses(lessons, max(1.0, notes), bits), progress)
        means = dict(zip(FIELD_NAMES, (bits[:4] / max(1.0, bits[4])).tolist(), strict=True))
        return {"bits_per_note": sum(means.values()), **means, **self._held_out()}

    def _losses(self, lessons: Sequence[Steps], notes: float, bits: np.ndarray) -> Iterator[Tensor]:
        """The shares of the loss; `bits` gathers (4,) and how many notes were written.

        A processor takes one lesson after another: nothing is padded, and what a layer makes of 768 steps stays in its cache (2.06 s a
        step of six, against 2.74 s padded at once).
        """
        together = 1 if self.device.type == "cpu" else len(lessons)
        for first in range(0, len(lessons), together):
            fields, places, targets = (each.to(self.device) for each in padded(lessons[first : first + together], NONE))
            seen = self.network(fields, places)
            asked = targets[..., 0] >= 0
            nats = self.network.surprise(seen[asked], targets[asked])  # (N, 4)
            written = fields[..., COLUMN["segment"]][asked] != CONTEXT
            weight = torch.where(written, 1.0, CONTEXT_WEIGHT)[:, None]
            counted = (targets[..., 1][asked] >= 0) & written
            bits += [*(nats.detach()[written].sum(0) / math.log(2)).tolist(), int(counted.sum())]
            yield (nats * weight).sum() / notes

    def _held_out(self) -> dict[str, float]:
        """One more piece measured where it is time; the figures once all have been."""
        now = time.monotonic()
        if now - self.measured > MEASURED_SECONDS:
            self.measured = now
            self.measuring = self.held_out.measured(self.averaged)
        return next(self.measuring, {})

    def begin_from(self, weights: Mapping[str, Tensor], files: Mapping[str, Any]) -> None:
        del files
        self.optimisation.begin_from(weights, BEGUN_SHARE)

    def preview(self, seed: int, count: int) -> Iterator[Picture | None]:
        """Nothing yet: the family learns and measures, and does not write."""
        del seed, count
        return iter(())

    def state(self) -> dict[str, Tensor]:
        return self.optimisation.state()

    def restore(self, flat: Mapping[str, Tensor]) -> None:
        self.optimisation.restore(flat)
        self.chance = np.random.default_rng(int(self.optimisation.counts[0]))

    def weights(self) -> dict[str, Tensor]:
        return self.optimisation.weights()


def _weights(lesson: Steps) -> tuple[int, float]:
    """How many notes a lesson asks for, and the same with those weighed less that are only read."""
    notes = lesson.targets[:, TARGETS.index("slot")] >= 0
    read = notes & (lesson.fields[:, COLUMN["segment"]] == CONTEXT)
    return int(notes.sum()), float(notes.sum() - (1 - CONTEXT_WEIGHT) * read.sum())


def start(config: Mapping[str, Any], data: ScoreBatch, device: torch.device) -> BandTrainer:
    return BandTrainer(BandConfig(**config), data, device)
