"""Training of the WGAN: the losses of WGAN-GP (`parts/adversarial_losses.py`) and of an encoder.

The metric `critic` is the estimate of the Wasserstein distance, E[D(x)] − E[D(x̂)]: the lab draws it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor

from studio.generators.batches import Batch
from studio.generators.parts import directions
from studio.generators.parts.adversarial import AdversarialTrainer
from studio.generators.parts.adversarial_losses import Wasserstein
from studio.generators.parts.attributes import extra_files
from studio.generators.parts.palette import Palette
from studio.generators.parts.point_model import found_directions
from studio.generators.wgan import WganConfig
from studio.generators.wgan.networks import Critic, Generator


class WganTrainer(AdversarialTrainer):
    """The shared trainer with the paper's losses and an encoder's."""

    def __init__(self, config: WganConfig, device: torch.device) -> None:
        super().__init__(config, Generator, Critic, Wasserstein(config.penalty), device)
        self._add_guide(config.widths)

    def _fakes(self, count: int, chosen: Tensor | None) -> Tensor:
        del chosen
        return self.generator(torch.randn(count, self.config.latent, device=self.device))

    def _auxiliary_losses(self, fake: Tensor, real: Tensor, chosen: Tensor | None, progress: float) -> dict[str, tuple[float, Tensor]]:
        del fake, chosen
        return self._guide_losses(self.generator, real, progress)

    def _samples(self, count: int, source: torch.Generator) -> Tensor:
        return self.averaged(torch.randn(count, self.config.latent, generator=source).to(self.device))


def start(config: Mapping[str, Any], data: Batch, device: torch.device) -> WganTrainer:
    """A trainer for pictures of the config's size."""
    del data
    return WganTrainer(WganConfig.of(config), device)


def export_artifacts(config: WganConfig, weights: Mapping[str, Tensor], palette: Palette, data: Batch) -> dict[str, Any]:
    """What ships beside the weights: directions of z, and the set's palette."""
    generator = Generator(config)
    generator.load_state_dict(dict(weights))
    found = found_directions(lambda z, _: generator(z), config.latent)
    return {"directions": directions.to_tensors(found)} | extra_files(palette, data, {})
