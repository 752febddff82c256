"""Training of the denoiser: noise of log-normal strength, EDM's weighting, AdamW that falls over the last third, EMA.

Attributes are forgotten at random, all or some, so that one network draws with and without each (Ho & Salimans 2022, arXiv:2207.12598).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from studio.generators.capabilities import Batch
from studio.generators.diffusion import DiffusionConfig
from studio.generators.diffusion.networks import Denoiser
from studio.generators.parts import samplers, state
from studio.generators.parts.attributes import AttributeShares, count_shares
from studio.generators.parts.forgetting import forget
from studio.generators.parts.palette import Palette
from studio.generators.parts.pixels import as_pictures, as_tensor
from studio.media import Picture

LEARNING_RATE = 1e-3
DECAY_FROM = 0.65
NOISE_MEAN, NOISE_DEVIATION = -0.8, 1.4  # of ln σ
SLOWEST = 0.9995
PREVIEW_STEPS = 12


class DiffusionTrainer:
    """Implements `Trainer` and `BeginsFrom`."""

    def __init__(self, config: DiffusionConfig, device: torch.device, shares: AttributeShares | None) -> None:
        torch.manual_seed(0)
        self.config, self.device, self.shares = config, device, shares
        layout = torch.channels_last
        self.network = Denoiser(config).to(device, memory_format=layout)  # type: ignore[call-overload]
        self.averaged = Denoiser(config).to(device, memory_format=layout).requires_grad_(False)  # type: ignore[call-overload]
        self.averaged.load_state_dict(self.network.state_dict())
        self.optimiser = torch.optim.AdamW(self.network.parameters(), LEARNING_RATE, (0.9, 0.99), weight_decay=1e-3)
        self.counts = torch.zeros(2, dtype=torch.float64)  # steps, steps since the optimiser was fresh

    def begin_from(self, weights: Mapping[str, Tensor], files: Mapping[str, Any]) -> None:
        """Go on from a finished denoiser; what it listened to is left behind where this one listens to something else."""
        del files
        own = self.network.state_dict()
        kept = {key: value.float() for key, value in weights.items() if key in own and own[key].shape == value.shape}
        for network in (self.network, self.averaged):
            network.load_state_dict(own | kept)

    def step(self, batch: Batch, progress: float) -> dict[str, float]:
        self._set_learning_rate(progress)
        clean = self.encoded(batch.pictures)
        sigma = (torch.randn(len(clean), device=self.device) * NOISE_DEVIATION + NOISE_MEAN).exp()
        noisy = clean + sigma.view(-1, 1, 1, 1) * torch.randn_like(clean)
        weight = (sigma.square() + self.config.deviation**2) / (sigma * self.config.deviation).square()
        errors = (self.network(noisy, sigma, self._heard(batch)) - clean).square()
        loss = (weight.view(-1, 1, 1, 1) * errors).mean()
        self.optimiser.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_(self.network.parameters(), 1.0)
        self.optimiser.step()
        self.counts += 1
        state.average(self.averaged, self.network, min(SLOWEST, 1 - 1 / (self.counts[0].item() * 0.05 + 1)))
        return {"loss": loss.item()}

    def encoded(self, pictures: np.ndarray) -> Tensor:
        return as_tensor(pictures, self.device)[:, : self.config.channels]

    def _heard(self, batch: Batch) -> Tensor | None:
        """The batch's values with some forgotten (−1)."""
        if self.shares is None:
            return None
        return forget(torch.from_numpy(batch.attributes.astype(np.int64)).to(self.device))

    def _set_learning_rate(self, progress: float) -> None:
        warm = min(1.0, (self.counts[1].item() + 1) / 200)
        falling = 1.0 if progress < DECAY_FROM else max(0.02, (1 - progress) / (1 - DECAY_FROM))
        for group in self.optimiser.param_groups:
            group["lr"] = LEARNING_RATE * warm * falling

    @torch.no_grad()
    def preview(self, seed: int, count: int) -> list[Picture]:
        source = torch.Generator().manual_seed(seed)
        shape = (count, self.config.channels, self.config.size, self.config.size)
        chosen = None if self.shares is None else torch.tensor([self.shares.choose(source) for _ in range(count)], device=self.device)
        noise = torch.randn(shape, generator=source).to(self.device)
        sigmas = samplers.karras(PREVIEW_STEPS)
        *_, last = samplers.dpm_solver(lambda x, sigma: self.averaged(x, sigma.expand(count), chosen), noise, sigmas)
        return as_pictures(last.sample)

    def state(self) -> dict[str, Tensor]:
        return state.gather(self._parts()) | {"counts": self.counts.clone()}

    def restore(self, flat: Mapping[str, Tensor]) -> None:
        state.scatter(self._parts(), flat)
        self.counts = flat.get("counts", torch.zeros(2)).clone().double()
        if not any(key.startswith("optimiser.") for key in flat):
            self.counts[1] = 0

    def weights(self) -> dict[str, Tensor]:
        return {key: value.cpu().contiguous() for key, value in self.averaged.state_dict().items()}

    def _parts(self) -> dict[str, Any]:
        return {"network": self.network, "averaged": self.averaged, "optimiser": self.optimiser}


def start(config: Mapping[str, Any], data: Batch, device: torch.device) -> DiffusionTrainer:
    """A trainer for pictures of the config's size."""
    made = DiffusionConfig.of(config)
    shares = AttributeShares(count_shares(data.attributes, made.attributes), made.attributes) if made.attributes else None
    return DiffusionTrainer(made, device, shares)


def finish(config: DiffusionConfig, weights: Mapping[str, Tensor], palette: Palette, data: Batch) -> dict[str, Any]:
    """What ships beside the weights: the set's palette, and how often attributes occur."""
    del weights
    found: dict[str, Any] = {"palette": ({"colours": palette.colours}, {})}
    return found | ({"attributes": ({"shares": count_shares(data.attributes, config.attributes)}, {})} if config.attributes else {})
