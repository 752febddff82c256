"""Training of the energy: λ(σ) ‖∇E(x + σε) − σε‖² + w (E[E(x)] − E[E(x̂)]) / d, x̂ the ends of its own chains, d numbers of a picture.

The first is denoising score matching over many strengths of noise (Vincent 2011; Li et al. 2019, arXiv:1910.07762), which needs no
chains and teaches the whole way down; until most of the time has passed only the network in the energy learns, to take noise away,
which is nearly the same and costs a third. The second is contrastive divergence with a replay buffer: chains go on from it, one in
twenty begins at noise again (Du & Mordatch 2019, §3.2); it lifts resting places that are like no picture.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import torch
from torch import Tensor

from studio.generators.batches import Batch
from studio.generators.ebm import EbmConfig
from studio.generators.ebm.networks import Energy, langevin_dynamics
from studio.generators.parts.optim import Optimisation
from studio.generators.parts.palette import Palette
from studio.generators.parts.pixels import as_pictures, as_tensor, opaque
from studio.media import Picture

LEARNING_RATE = 1e-3
RESTORING_UNTIL = 0.6  # share of the training in which the network learns to take noise away, three times as fast as the slope
DECAY_FROM = 0.75
STEEPEST = 1.0
SLOWEST = 0.999
MIDDLE, SPREAD = -0.7, 1.0  # of the logarithm of the noise's strength
WEAKEST, STRONGEST = 0.05, 2.0
FINE = 0.15  # noise weaker than that counts little: what it hides, the palette brings back
CONTRAST = 0.01  # what contrastive divergence counts for, a number of the picture
CHAINS = 4  # that go on in one step
BEGIN_ANEW = 0.05
LOST = 4 * STRONGEST  # a number farther from 0 than that belongs to a chain that ran away
PREVIEW_STEPS = 40
LOOKED_AT = 512  # pictures whose slopes say what is usual


class EbmTrainer:
    """Implements `Trainer` and `BeginsFrom`."""

    def __init__(self, config: EbmConfig, device: torch.device) -> None:
        torch.manual_seed(0)
        self.config, self.device = config, device
        self.energy = Energy(config).to(device)
        self.averaged = Energy(config).to(device)
        optimiser = torch.optim.Adam(self.energy.parameters(), LEARNING_RATE, (0.9, 0.99))
        self.optimisation = Optimisation(
            self.energy, self.averaged, optimiser, warm_up=200, decay_from=DECAY_FROM, slowest=SLOWEST, clip=STEEPEST, lowest=0.05
        )
        self.restoring = True
        self.chains = noise((config.kept, config.channels, config.size, config.size)).half()

    def begin_from(self, weights: Mapping[str, Tensor], files: Mapping[str, Any]) -> None:
        """Go on from a finished energy; its chains begin at noise. Raises ValueError for one of another shape."""
        del files
        self.optimisation.check(weights)
        self.optimisation.begin_from(weights)

    def step(self, batch: Batch, progress: float) -> dict[str, float]:
        real = as_tensor(batch.pictures, self.device)[:, : self.config.channels].contiguous()
        strength = (MIDDLE + SPREAD * torch.randn(len(real), 1, 1, 1)).exp().clamp(WEAKEST, STRONGEST).to(self.device)
        shift = strength * torch.randn_like(real)
        noisy, weight = real + shift, 1 / (strength**2 + FINE**2)
        self.restoring = progress < RESTORING_UNTIL
        if self.restoring:
            restoring = (weight * (self.energy.restored(noisy) - real).square()).mean()
            self.optimisation.descend(restoring, progress)
            return {"restoring": restoring.item()}
        matching = (weight * (self.energy.slope(noisy, keep=True) - shift).square()).mean()
        drawn = self._chained()
        at_real, at_drawn = self.energy(torch.cat([real[: len(drawn)], drawn])).split([min(len(real), len(drawn)), len(drawn)])
        gap = (at_drawn.mean() - at_real.mean()) / real[0].numel()
        self.optimisation.descend(matching - CONTRAST * gap, progress)
        return {"matching": matching.item(), "gap": gap.item()}

    def _chained(self) -> Tensor:
        """(CHAINS, channels, size, size): chains of the buffer after some more steps, put back into it."""
        rows = torch.randperm(len(self.chains))[:CHAINS]
        begun = self.chains[rows].float()
        anew = torch.rand(len(rows)) < BEGIN_ANEW
        lost = ~torch.isfinite(begun).all((1, 2, 3)) | (begun.abs().amax((1, 2, 3)) > LOST)
        begun = torch.where((anew | lost)[:, None, None, None], noise(begun.shape), begun).to(self.device)
        self.energy.requires_grad_(False)
        *_, pictures = langevin_dynamics(self.energy.slope, begun, self.config.steps, self.config, lambda: torch.randn_like(begun))
        self.energy.requires_grad_(True)
        self.chains[rows] = pictures.cpu().half()
        return pictures

    def preview(self, seed: int, count: int) -> list[Picture]:
        source = torch.Generator().manual_seed(seed)
        shape = (count, self.config.channels, self.config.size, self.config.size)

        def shaken() -> Tensor:
            return torch.randn(shape, generator=source)

        # While the network learns to restore, only what it takes for noise leads anywhere: the slope is still to be learnt.
        slope = (lambda pictures: pictures - self.averaged.restored(pictures)) if self.restoring else self.averaged.slope
        *_, pictures = langevin_dynamics(slope, noise(shape, source).to(self.device), PREVIEW_STEPS, self.config, shaken)
        return as_pictures(opaque(pictures))

    def state(self) -> dict[str, Tensor]:
        return self.optimisation.state() | {"chains": self.chains.clone(), "restoring": torch.tensor(self.restoring)}

    def restore(self, flat: Mapping[str, Tensor]) -> None:
        self.optimisation.restore(flat)
        self.restoring = bool(flat.get("restoring", False))
        if "chains" in flat:
            self.chains = flat["chains"].clone()

    def weights(self) -> dict[str, Tensor]:
        return self.optimisation.weights()


def noise(shape: Any, source: torch.Generator | None = None) -> Tensor:
    """Where chains begin: as far from any picture as the training goes."""
    return STRONGEST * torch.randn(shape, generator=source)


def steepness(energy: Energy, pictures: Tensor) -> Tensor:
    """(B, channels, h, w) → (B, h, w): ‖∂E/∂pixel‖₂."""
    return energy.slope(pictures).square().sum(1).sqrt()


def start(config: Mapping[str, Any], data: Batch, device: torch.device) -> EbmTrainer:
    """A trainer for pictures of the config's size."""
    del data
    return EbmTrainer(EbmConfig.of(config), device)


def export_artifacts(config: EbmConfig, weights: Mapping[str, Tensor], palette: Palette, data: Batch) -> dict[str, Any]:
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
