"""Training of the judge: cross-entropy summed over the attributes, on pictures shifted by up to two pixels."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from studio.generators.batches import Batch
from studio.generators.judge import JudgeConfig
from studio.generators.judge.networks import Judge
from studio.generators.parts import state
from studio.generators.parts.pixels import as_tensor
from studio.media import Picture

LEARNING_RATE = 2e-3


class JudgeTrainer:
    """Implements `Trainer` for pictures with attributes."""

    def __init__(self, config: JudgeConfig, device: torch.device) -> None:
        torch.manual_seed(0)
        self.config, self.device = config, device
        self.network = Judge(config).to(device)
        self.optimiser = torch.optim.AdamW(self.network.parameters(), LEARNING_RATE, weight_decay=1e-3)

    def step(self, batch: Batch, progress: float) -> dict[str, float]:
        for group in self.optimiser.param_groups:
            group["lr"] = LEARNING_RATE * max(0.01, 0.5 + 0.5 * np.cos(np.pi * min(1.0, progress)))
        self.network.train()
        shift = tuple(int(each) for each in torch.randint(-2, 3, (2,)))
        pictures = torch.roll(as_tensor(batch.pictures, self.device), shift, dims=(2, 3))
        answers = torch.from_numpy(batch.attributes.astype(np.int64)).to(self.device)
        logits = self.network(pictures)
        loss = sum((F.cross_entropy(each, answers[:, k]) for k, each in enumerate(logits)), torch.zeros((), device=self.device))
        self.optimiser.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_(self.network.parameters(), 5.0)
        self.optimiser.step()
        right = torch.stack([(each.argmax(1) == answers[:, k]).float().mean() for k, each in enumerate(logits)]).mean()
        return {"loss": loss.item(), "accuracy": right.item()}

    def preview(self, seed: int, count: int) -> list[Picture]:
        """A judge draws nothing."""
        return []

    def state(self) -> dict[str, Tensor]:
        return state.gather({"network": self.network, "optimiser": self.optimiser})

    def restore(self, flat: Mapping[str, Tensor]) -> None:
        state.scatter({"network": self.network, "optimiser": self.optimiser}, flat)

    def weights(self) -> dict[str, Tensor]:
        return {key: value.cpu() for key, value in self.network.state_dict().items()}


def start(config: Mapping[str, Any], data: Batch, device: torch.device) -> JudgeTrainer:
    """A trainer for the attributes that the config names."""
    del data
    return JudgeTrainer(JudgeConfig(**{**config, "names": tuple(config["names"]), "answers": tuple(config["answers"])}), device)
