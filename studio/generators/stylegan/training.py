"""Training of the StyleGAN: relativistic pairing loss with R1 and R2 penalties every fourth step, EMA of the generator.

Non-saturating loss with R1 alone collapsed at this size; this recipe (R3GAN, Huang et al. 2025, arXiv:2501.05441) does not.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor

from studio.generators.batches import Batch
from studio.generators.parts import directions
from studio.generators.parts.adversarial import AdversarialTrainer, nearness
from studio.generators.parts.adversarial_losses import RelativisticPairing
from studio.generators.parts.attributes import AttributeShares, extra_files, sampled, shares_of
from studio.generators.parts.palette import Palette
from studio.generators.parts.space import Space, space_of
from studio.generators.stylegan import ConditionalSettings, StyleGanConfig
from studio.generators.stylegan.networks import Discriminator, Generator

TRUNCATION_SAMPLES = 10_000


class StyleGanTrainer(AdversarialTrainer):
    """The shared trainer, with styles and a hint, in the config's space."""

    def __init__(
        self, config: StyleGanConfig, device: torch.device, shares: AttributeShares | None = None, space: Space | None = None
    ) -> None:
        super().__init__(config, Generator, Discriminator, RelativisticPairing(config.penalty), device, shares)
        self.space = space or space_of(config, device, {})

    def _real(self, batch: Batch) -> Tensor:
        return self.space.of(batch.pictures)

    def _fakes(self, count: int, chosen: Tensor | None) -> Tensor:
        return self.generator(torch.randn(count, self.config.latent, device=self.device), chosen)

    def _auxiliary_losses(self, fake: Tensor, real: Tensor, chosen: Tensor | None, progress: float) -> dict[str, tuple[float, Tensor]]:
        # Without attributes the real picture is any other one, and would only pull towards the mean of all.
        return {} if chosen is None else nearness(fake, real, self.config.hint, progress)

    def _samples(self, count: int, source: torch.Generator) -> Tensor:
        z = torch.randn(count, self.config.latent, generator=source).to(self.device)
        w = self.averaged.broadcast(self.averaged.mapping(z, self._conditions(count, source)))
        return self.space.pixels(self.averaged.synthesis(w, self.averaged.fresh_noise(count, source)))


def start(config: Mapping[str, Any], data: Batch, device: torch.device, required: Mapping[str, Any] | None = None) -> StyleGanTrainer:
    """A trainer for pictures of the config's size; the config's codec is among the `required` models."""
    made = StyleGanConfig(**{**config, "widths": tuple(config["widths"])})
    return StyleGanTrainer(made, device, shares_of(data.attributes, made.attributes), space_of(made, device, required or {}))


@torch.no_grad()
def export_artifacts(config: StyleGanConfig, weights: Mapping[str, Tensor], palette: Palette, data: Batch) -> dict[str, Any]:
    """What ships beside the weights: the mean of w with its principal directions, the set's palette, and how often attributes occur."""
    generator = Generator(config)
    generator.load_state_dict(dict(weights))
    source = torch.Generator().manual_seed(0)
    z = torch.randn(TRUNCATION_SAMPLES, config.latent, generator=source)
    shares = shares_of(data.attributes, config.attributes)
    w = generator.mapping(z, sampled(shares, len(z), source, torch.device("cpu")), ConditionalSettings.strictness)
    found = directions.to_tensors(directions.principal("w", w.numpy(), 12))
    return {"directions": found} | extra_files(palette, data, config.attributes)
