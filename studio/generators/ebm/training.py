"""Training of the energy: lower at real pictures, higher where its own chains come to rest.

Chains go on from a replay buffer; one in twenty begins at noise again (Du & Mordatch 2019, §3.2). Energies are kept near 0 (§3.3).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import torch
from torch import Tensor

from studio.generators.capabilities import Batch
from studio.generators.ebm import EbmConfig
from studio.generators.ebm.networks import Energy, walk
from studio.generators.parts.learning import Learning
from studio.generators.parts.palette import Palette
from studio.generators.parts.pixels import as_pictures, as_tensor, opaque
from studio.media import Picture

LEARNING_RATE = 3e-4
DECAY_FROM = 0.7
BEGIN_ANEW = 0.05
NEAR_ZERO = 0.1
STEEPEST = 0.5
REAL_NOISE = 0.01
SLOWEST = 0.999
PREVIEW_STEPS = 60
LOOKED_AT = 512  # pictures whose slopes say what is usual


class EbmTrainer:
    """Implements `Trainer` and `BeginsFrom`."""

    def __init__(self, config: EbmConfig, device: torch.device) -> None:
        torch.manual_seed(0)
        self.config, self.device = config, device
        self.energy = Energy(config).to(device)
        self.averaged = Energy(config).to(device)
        optimiser = torch.optim.Adam(self.energy.parameters(), LEARNING_RATE, (0.0, 0.999))
        self.learning = Learning(
            self.energy, self.averaged, optimiser, warm_up=200, decay_from=DECAY_FROM, slowest=SLOWEST, clip=STEEPEST, lowest=0.05
        )
        self.chains = _bytes(noise((config.kept, config.channels, config.size, config.size)))

    def begin_from(self, weights: Mapping[str, Tensor], files: Mapping[str, Any]) -> None:
        """Go on from a finished energy; its chains begin at noise."""
        del files
        self.learning.begin_from(weights)

    def step(self, batch: Batch, progress: float) -> dict[str, float]:
        real = as_tensor(batch.pictures, self.device)[:, : self.config.channels].contiguous()
        real = real + REAL_NOISE * torch.randn_like(real)
        drawn = self._chained(len(real))
        at_real, at_drawn = self.energy(torch.cat([real, drawn])).chunk(2)
        loss = (at_real - at_drawn).mean() + NEAR_ZERO * (at_real.square() + at_drawn.square()).mean()
        self.learning.descend(loss, progress)
        return {"loss": loss.item(), "gap": float((at_drawn - at_real).detach().mean())}

    def _chained(self, count: int) -> Tensor:
        """(count, channels, size, size): chains of the buffer after some more steps, put back into it."""
        rows = torch.randperm(len(self.chains))[:count]
        if len(rows) < count:
            rows = torch.randint(len(self.chains), (count,))
        begun = _floats(self.chains[rows])
        anew = torch.rand(count, 1, 1, 1) < BEGIN_ANEW
        begun = torch.where(anew, noise(begun.shape), begun).to(self.device)
        self.energy.requires_grad_(False)
        *_, pictures = walk(self.energy, begun, self.config.steps, self.config, lambda: torch.randn_like(begun))
        self.energy.requires_grad_(True)
        self.chains[rows] = _bytes(pictures.cpu())
        return pictures

    def preview(self, seed: int, count: int) -> list[Picture]:
        source = torch.Generator().manual_seed(seed)
        shape = (count, self.config.channels, self.config.size, self.config.size)

        def shaken() -> Tensor:
            return torch.randn(shape, generator=source).to(self.device)

        *_, pictures = walk(self.averaged, noise(shape, source).to(self.device), PREVIEW_STEPS, self.config, shaken)
        return as_pictures(opaque(pictures))

    def state(self) -> dict[str, Tensor]:
        return self.learning.state() | {"chains": self.chains.clone()}

    def restore(self, flat: Mapping[str, Tensor]) -> None:
        self.learning.restore(flat)
        if "chains" in flat:
            self.chains = flat["chains"].clone()

    def weights(self) -> dict[str, Tensor]:
        return self.learning.weights()


def noise(shape: Any, source: torch.Generator | None = None) -> Tensor:
    """Where chains begin: every number anywhere in [-1, 1]."""
    return torch.rand(shape, generator=source) * 2 - 1


def _bytes(pictures: Tensor) -> Tensor:
    return ((pictures + 1) * 127.5).round().clamp(0, 255).to(torch.uint8)


def _floats(chains: Tensor) -> Tensor:
    return chains.float() / 127.5 - 1


def steepness(energy: Energy, pictures: Tensor) -> Tensor:
    """(B, channels, h, w) → (B, h, w): how steeply the energy changes with each pixel."""
    return energy.slope(pictures).square().sum(1).sqrt()


def start(config: Mapping[str, Any], data: Batch, device: torch.device) -> EbmTrainer:
    """A trainer for pictures of the config's size."""
    del data
    return EbmTrainer(EbmConfig.of(config), device)


def finish(config: EbmConfig, weights: Mapping[str, Tensor], palette: Palette, data: Batch) -> dict[str, Any]:
    """What ships beside the weights: the set's palette, and how steep the energy is at its pixels (half and 99 of 100 are below)."""
    energy = Energy(config)
    energy.load_state_dict(dict(weights))
    energy.requires_grad_(False)
    found = []
    for first in range(0, min(LOOKED_AT, len(data)), 64):
        pictures = as_tensor(data.pictures[first : first + 64], torch.device("cpu"))[:, : config.channels].contiguous()
        found.append(steepness(energy, pictures).flatten())
    usual = np.quantile(torch.cat(found).numpy(), [0.5, 0.99]).astype(np.float32)
    return {"palette": ({"colours": palette.colours}, {}), "usual": ({"steepness": usual}, {})}
