"""Training of the denoiser: E[λ(σ) ‖D(x + σε; σ) − x‖²] with ln σ ~ N(−0.8, 1.4²) and λ(σ) = (σ² + σ_d²) / (σ σ_d)² (EDM, table 1).

Condition dropout, of all attributes or some, makes one network of both the conditional and the unconditional model.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor

from studio.generators.batches import Batch
from studio.generators.diffusion import DiffusionConfig
from studio.generators.diffusion.networks import Denoiser
from studio.generators.parts import samplers
from studio.generators.parts.attributes import AttributeShares, extra_files, sampled, shares_of
from studio.generators.parts.condition_embedding import dropped_conditions
from studio.generators.parts.optim import Optimisation
from studio.generators.parts.palette import Palette
from studio.generators.parts.pixels import as_pictures
from studio.generators.parts.space import Space, space_of
from studio.media import Picture

LEARNING_RATE = 1e-3
DECAY_FROM = 0.65
NOISE_MEAN, NOISE_DEVIATION = -0.8, 1.4  # of ln σ
SLOWEST = 0.9995
PREVIEW_STEPS = 12


class DiffusionTrainer:
    """Implements `Trainer` and `BeginsFrom`."""

    def __init__(self, config: DiffusionConfig, device: torch.device, shares: AttributeShares | None, space: Space) -> None:
        torch.manual_seed(0)
        self.config, self.device, self.shares, self.space = config, device, shares, space
        layout = torch.channels_last
        self.network = Denoiser(config).to(device, memory_format=layout)  # type: ignore[call-overload]
        self.averaged = Denoiser(config).to(device, memory_format=layout)  # type: ignore[call-overload]
        optimiser = torch.optim.AdamW(self.network.parameters(), LEARNING_RATE, (0.9, 0.99), weight_decay=1e-3)
        self.optimisation = Optimisation(
            self.network, self.averaged, optimiser, warm_up=200, decay_from=DECAY_FROM, slowest=SLOWEST, clip=1.0
        )

    def begin_from(self, weights: Mapping[str, Tensor], files: Mapping[str, Any]) -> None:
        """Go on from a finished denoiser; its conditions are left behind where this one has others."""
        del files
        self.optimisation.begin_from(weights)

    def step(self, batch: Batch, progress: float) -> dict[str, float]:
        clean = self.space.of(batch.pictures)
        sigma = (torch.randn(len(clean), device=self.device) * NOISE_DEVIATION + NOISE_MEAN).exp()
        noisy = clean + sigma.view(-1, 1, 1, 1) * torch.randn_like(clean)
        weight = (sigma.square() + self.config.deviation**2) / (sigma * self.config.deviation).square()
        errors = (self.network(noisy, sigma, self._conditions(batch)) - clean).square()
        loss = (weight.view(-1, 1, 1, 1) * errors).mean()
        self.optimisation.descend(loss, progress)
        return {"loss": loss.item()}

    def _conditions(self, batch: Batch) -> Tensor | None:
        return None if self.shares is None else dropped_conditions(batch.attributes, self.device)

    @torch.no_grad()
    def preview(self, seed: int, count: int) -> list[Picture]:
        source = torch.Generator().manual_seed(seed)
        shape = (count, *self.space.shape)
        chosen = sampled(self.shares, count, source, self.device)
        noise = torch.randn(shape, generator=source).to(self.device)
        sigmas = samplers.karras(PREVIEW_STEPS)
        modulations = self.averaged.embed_conditioning(sigmas.to(self.device), count, chosen)
        *_, last = samplers.dpm_solver(lambda x, sigma: self.averaged.denoise(x, sigma, modulations[sigma.item()]), noise, sigmas)
        return as_pictures(self.space.pixels(last.sample))

    def state(self) -> dict[str, Tensor]:
        return self.optimisation.state()

    def restore(self, flat: Mapping[str, Tensor]) -> None:
        self.optimisation.restore(flat)

    def weights(self) -> dict[str, Tensor]:
        return self.optimisation.weights()


def start(config: Mapping[str, Any], data: Batch, device: torch.device, required: Mapping[str, Any] | None = None) -> DiffusionTrainer:
    """A trainer for pictures of the config's size; the config's codec is among the `required` models."""
    made = DiffusionConfig.of(config)
    return DiffusionTrainer(made, device, shares_of(data.attributes, made.attributes), space_of(made, device, required or {}))


def export_artifacts(config: DiffusionConfig, weights: Mapping[str, Tensor], palette: Palette, data: Batch) -> dict[str, Any]:
    """What ships beside the weights: the set's palette, and how often attributes occur."""
    del weights
    return extra_files(palette, data, config.attributes)
