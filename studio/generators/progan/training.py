"""Training of the progressive GAN: the shared trainer, at a size that grows with the share of time that has passed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor

from studio.generators.batches import Batch
from studio.generators.parts import directions
from studio.generators.parts.adversarial import AdversarialTrainer
from studio.generators.parts.adversarial_losses import Wasserstein
from studio.generators.parts.attributes import extra_files
from studio.generators.parts.palette import Palette
from studio.generators.parts.point_model import found_directions
from studio.generators.progan import ProGanConfig
from studio.generators.progan.networks import Discriminator, Generator, stage

FADING = 0.5  # of a size's time, it fades in; then it settles


class ProGanTrainer(AdversarialTrainer):
    """Real pictures are shrunk to the size that was reached; while a size fades in, their detail fades in with it."""

    def __init__(self, config: ProGanConfig, device: torch.device) -> None:
        super().__init__(config, Generator, Discriminator, Wasserstein(config.penalty), device)
        self._add_guide(config.widths[:-1])  # half the size is enough to encode

    def begin_from(self, weights: Mapping[str, Tensor], files: Mapping[str, Any]) -> None:
        """Go on from a finished generator, at the size that it had reached."""
        super().begin_from(weights, files)
        self.discriminator.grown.copy_(self.generator.grown)

    def step(self, batch: Batch, progress: float) -> dict[str, float]:
        reached = max(grown(progress, len(self.config.widths) - 1, self.config.grown), self.generator.grown.item())
        for network in (self.generator, self.averaged, self.discriminator):
            network.grown.fill_(reached)
        return super().step(batch, progress) | {"pixels": 4.0 * 2 ** stage(self.generator.grown)[0]}

    def _real(self, batch: Batch) -> Tensor:
        """(B, channels, side, side) at the side that was reached."""
        level, fade = stage(self.generator.grown)
        real = F.adaptive_avg_pool2d(super()._real(batch), 4 * 2**level)
        if fade == 1:
            return real
        return torch.lerp(F.interpolate(F.avg_pool2d(real, 2), scale_factor=2), real, fade)

    def _fakes(self, count: int, chosen: Tensor | None) -> Tensor:
        del chosen
        return self.generator.small(torch.randn(count, self.config.latent, device=self.device))

    def _auxiliary_losses(self, fake: Tensor, real: Tensor, chosen: Tensor | None, progress: float) -> dict[str, tuple[float, Tensor]]:
        del fake, chosen
        return self._guide_losses(self.generator.small, real, progress)

    def _samples(self, count: int, source: torch.Generator) -> Tensor:
        return self.averaged(torch.randn(count, self.config.latent, generator=source).to(self.device))


def grown(progress: float, sizes: int, share: float) -> float:
    """How many sizes beyond 4×4 are there at `progress`: `sizes` by `share` of the time, each fading in and then settling."""
    part = min(progress / max(share, 1e-6), 1.0) * (sizes + 1)  # a part for 4×4, and one for each further size
    level = min(int(part), sizes)
    return 0.0 if level == 0 else level - 1 + min(1.0, (part - level) / FADING + 1e-3)


def start(config: Mapping[str, Any], data: Batch, device: torch.device) -> ProGanTrainer:
    """A trainer for pictures of the config's size."""
    del data
    return ProGanTrainer(ProGanConfig.of(config), device)


def export_artifacts(config: ProGanConfig, weights: Mapping[str, Tensor], palette: Palette, data: Batch) -> dict[str, Any]:
    """What ships beside the weights: directions of z, and the set's palette."""
    generator = Generator(config)
    generator.load_state_dict(dict(weights))
    found = found_directions(lambda z, _: generator(z), config.latent)
    return {"directions": directions.to_tensors(found)} | extra_files(palette, data, {})
