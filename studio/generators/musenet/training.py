"""Training of MuseNet: cross-entropy of every field of every note, Muon for the matrices, an average of the weights."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import Any

import numpy as np
import torch
from torch import Tensor

from studio.generators.batches import Piece, ScoreBatch
from studio.generators.capabilities import Call
from studio.generators.events import Result
from studio.generators.musenet import FAMILY, MuseNetConfig
from studio.generators.musenet.excerpts import Lessons
from studio.generators.musenet.model import LoadedMuseNet
from studio.generators.musenet.naming import ensemble_name
from studio.generators.musenet.networks import FIELD_NAMES, MuseNet
from studio.generators.musenet.steps import COLUMN
from studio.generators.parts.muon import Muon
from studio.generators.parts.note_decoder import padded
from studio.generators.parts.optim import Optimisation
from studio.generators.parts.step_rows import CONTEXT, NONE
from studio.media import Picture, Score
from studio.media.score.drawing import SHADE, drawn

LEARNING_RATE = 0.02
DECAY_FROM = 0.5
WARM_UP = 60
BEGUN_SHARE = 0.2  # of the rate, where a finished model goes on
SLOWEST = 0.998
PREVIEWS, PREVIEW_BARS = 6, 8
ROLL = (176, 88)  # pixels
CONTEXT_WEIGHT = 0.5  # of what is only read: it costs nothing more, and the trunk learns from it


class MuseNetTrainer:
    """Implements `Trainer` and `BeginsFrom`. Previews are written for those ensembles of the config that play in `pieces`."""

    def __init__(self, config: MuseNetConfig, pieces: Sequence[Piece], device: torch.device) -> None:
        torch.manual_seed(0)
        self.config, self.device = config, device
        heard = {tuple(piece.bars.programs) for piece in pieces}
        self.ensembles = [each for each in config.ensembles if tuple(each) in heard] or list(config.ensembles)
        self.network, self.averaged = MuseNet(config).to(device), MuseNet(config).to(device).eval()
        matrices = [p for p in self.network.decoder.parameters() if p.dim() == 2]
        known = {id(p) for p in matrices}
        others = [p for p in self.network.parameters() if id(p) not in known]
        optimiser = Muon(matrices, others, LEARNING_RATE)
        self.optimisation = Optimisation(
            self.network, self.averaged, optimiser, warm_up=WARM_UP, decay_from=DECAY_FROM, slowest=SLOWEST, clip=1.0
        )
        self.lessons = Lessons.of(config)
        self.chance = np.random.default_rng(0)

    def step(self, batch: ScoreBatch, progress: float) -> dict[str, float]:
        lessons = [self.lessons.lesson(piece, self.chance) for piece in batch.pieces]
        fields, places, targets = (each.to(self.device) for each in padded(lessons, NONE))
        seen = self.network(fields, places)
        asked = targets[..., 0] >= 0
        nats = self.network.surprise(seen[asked], targets[asked])  # (N, 4)
        written = fields[..., COLUMN["segment"]][asked] != CONTEXT
        weight = torch.where(written, 1.0, CONTEXT_WEIGHT)[:, None]
        notes = targets[..., 1][asked] >= 0
        loss = (nats * weight).sum() / (weight[:, 0] * notes).sum().clamp(min=1)
        self.optimisation.descend(loss, progress)
        bits = (nats.detach()[written].sum(0) / max(1, int((notes & written).sum())) / math.log(2)).tolist()
        return {"bits_per_note": sum(bits), **dict(zip(FIELD_NAMES, bits, strict=True))}

    def begin_from(self, weights: Mapping[str, Tensor], files: Mapping[str, Any]) -> None:
        del files
        self.optimisation.begin_from(weights, BEGUN_SHARE)

    def preview(self, seed: int, count: int) -> Iterator[Picture | None]:
        """Up to six pieces of eight bars, drawn as rolls; each seed has other instruments."""
        ensembles = [ensemble_name(each) for each in self.ensembles]
        model, action = LoadedMuseNet(self.config, self.averaged), FAMILY.action(asdict(self.config), "generate")
        for index in range(min(count, PREVIEWS)):
            settings = action.checked({"bars": PREVIEW_BARS, "ensemble": ensembles[(seed * count + index) % len(ensembles)]})
            for event in model.perform(Call("generate", settings, seed, (index,))):
                yield drawn(event.media, *ROLL, SHADE) if isinstance(event, Result) and isinstance(event.media, Score) else None

    def state(self) -> dict[str, Tensor]:
        return self.optimisation.state()

    def restore(self, flat: Mapping[str, Tensor]) -> None:
        self.optimisation.restore(flat)
        self.chance = np.random.default_rng(int(self.optimisation.counts[0]))

    def weights(self) -> dict[str, Tensor]:
        return self.optimisation.weights()


def start(config: Mapping[str, Any], data: ScoreBatch, device: torch.device) -> MuseNetTrainer:
    return MuseNetTrainer(MuseNetConfig(**config), data.pieces, device)
