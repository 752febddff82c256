"""Training of the BigGAN: WGAN-GP losses, the weight of the condition raised from 0 to 1, orthogonality, an encoder's losses, EMA.

The paper's hinge loss with spectral norms wants batches of 2,048. At 16, a relativistic critic soon separated all 3,800 tiles from any
generated one, and its gradient vanished; one whose gradient has norm 1 keeps it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor

from studio.generators.batches import Batch
from studio.generators.biggan import BigGanConfig
from studio.generators.biggan.augmentation import augment
from studio.generators.biggan.networks import Discriminator, Generator
from studio.generators.parts import directions
from studio.generators.parts.adversarial import AdversarialTrainer
from studio.generators.parts.adversarial_losses import Wasserstein
from studio.generators.parts.attributes import AttributeShares, extra_files, sampled, shares_of
from studio.generators.parts.palette import Palette
from studio.generators.parts.point_model import found_directions

UNCONDITIONAL_UNTIL, CONDITIONAL_FROM = 0.3, 0.6  # shares of the training; the condition's weight rises from 0 to 1 between them


class BigGanTrainer(AdversarialTrainer):
    """The shared trainer, with vectors for kinds, tiles and augmentation.

    Both networks begin unconditional, and the condition is scaled by a weight v that rises from 0 to 1: conditional from the start, a
    generator with few pictures of each kind collapses to one (Shahbazi et al. 2022, Collapse by Conditioning, arXiv:2201.06578).
    """

    def __init__(self, config: BigGanConfig, device: torch.device, shares: AttributeShares | None = None) -> None:
        super().__init__(config, Generator, Discriminator, Wasserstein(config.penalty), device, shares)
        self._add_guide(config.widths)
        self.discriminator.condition_weight.zero_()

    def step(self, batch: Batch, progress: float) -> dict[str, float]:
        share, weight = (progress - UNCONDITIONAL_UNTIL) / (CONDITIONAL_FROM - UNCONDITIONAL_UNTIL), self.discriminator.condition_weight
        weight.fill_(min(1.0, max(weight.item(), share)))  # it never falls, also where more time is given
        return super().step(batch, progress)

    def weights(self) -> dict[str, Tensor]:
        """Those of the average, its condition vectors scaled by the weight v."""
        found = super().weights()
        return {
            key: value * self.discriminator.condition_weight.cpu() if key.startswith("condition_embedding.") else value
            for key, value in found.items()
        }

    def _fakes(self, count: int, chosen: Tensor | None) -> Tensor:
        z = torch.randn(count, self.config.latent, device=self.device)
        tileable = bool(torch.rand(()) < self.config.circular)
        return self.generator(z, self._embedded(self.generator, chosen, count), tileable)

    def _embedded(self, generator: Generator, chosen: Tensor | None, count: int) -> Tensor:
        return self.discriminator.condition_weight * generator.embed(chosen, count)

    def _augmented(self, pictures: Tensor) -> Tensor:
        return augment(pictures, self.config.augmentation)

    def _auxiliary_losses(self, fake: Tensor, real: Tensor, chosen: Tensor | None, progress: float) -> dict[str, tuple[float, Tensor]]:
        upright = {"orthogonality": (self.config.orthogonal, self.generator.orthogonality())} if self.config.orthogonal else {}
        return upright | self._guide_losses(lambda z: self.generator(z, self._embedded(self.generator, chosen, len(z))), real, progress)

    def _samples(self, count: int, source: torch.Generator) -> Tensor:
        z = torch.randn(count, self.config.latent, generator=source).to(self.device)
        return self.averaged(z, self._embedded(self.averaged, self._conditions(count, source), count))


def start(config: Mapping[str, Any], data: Batch, device: torch.device) -> BigGanTrainer:
    """A trainer for pictures of the config's size."""
    made = BigGanConfig.of(config)
    return BigGanTrainer(made, device, shares_of(data.attributes, made.attributes))


def export_artifacts(config: BigGanConfig, weights: Mapping[str, Tensor], palette: Palette, data: Batch) -> dict[str, Any]:
    """What ships beside the weights: directions of z that hold for every kind, the set's palette, and how often attributes occur."""
    generator = Generator(config)
    generator.load_state_dict(dict(weights))
    shares = shares_of(data.attributes, config.attributes)

    def paint(z: Tensor, k: int) -> Tensor:
        chosen = sampled(shares, len(z), torch.Generator().manual_seed(k), torch.device("cpu"))
        return generator(z, generator.embed(chosen, len(z)))

    return {"directions": directions.to_tensors(found_directions(paint, config.latent))} | extra_files(palette, data, config.attributes)
