"""Training of the autoencoder: absolute error of pixels and of their edges at two sizes, and a slightly weighed KL divergence.

Edges are weighed extra, because a drawing lives by its lines; the critic of the paper is left out at this size.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor

from studio.generators.autoencoder import AutoencoderConfig
from studio.generators.autoencoder.networks import Autoencoder
from studio.generators.batches import Batch
from studio.generators.parts.optim import Optimisation
from studio.generators.parts.palette import Palette
from studio.generators.parts.pixels import as_pictures, as_tensor, opaque
from studio.media import Picture

LEARNING_RATE = 2e-3
EDGES = 1.0
MANY = 4096


class AutoencoderTrainer:
    """Implements `Trainer` and `BeginsFrom`. A preview is pictures of the last batch, each beside what came back."""

    def __init__(self, config: AutoencoderConfig, device: torch.device, some: Batch) -> None:
        torch.manual_seed(0)
        self.config, self.device, self.some = config, device, some.pictures[:100]
        layout = torch.channels_last
        self.network = Autoencoder(config).to(device, memory_format=layout)  # type: ignore[call-overload]
        self.averaged = Autoencoder(config).to(device, memory_format=layout)  # type: ignore[call-overload]
        optimiser = torch.optim.AdamW(self.network.parameters(), LEARNING_RATE, (0.9, 0.99), weight_decay=1e-4)
        self.optimisation = Optimisation(self.network, self.averaged, optimiser, warm_up=200, decay_from=0.5, slowest=0.999, clip=1.0)

    def begin_from(self, weights: Mapping[str, Tensor], files: Mapping[str, Any]) -> None:
        del files
        self.optimisation.begin_from(weights)

    def step(self, batch: Batch, progress: float) -> dict[str, float]:
        pictures = as_tensor(batch.pictures, self.device)[:, : self.config.channels]
        means, log_variances = self.network.encode(pictures)
        decoded = self.network.decoder(means + torch.randn_like(means) * (log_variances / 2).exp())
        pixels, edges = (decoded - pictures).abs().mean(), _edges(decoded, pictures)
        divergence = 0.5 * (means.square() + log_variances.exp() - 1 - log_variances).mean()
        self.optimisation.descend(pixels + EDGES * edges + self.config.divergence * divergence, progress)
        return {"pixels": pixels.item(), "edges": edges.item(), "divergence": divergence.item()}

    @torch.no_grad()
    def preview(self, seed: int, count: int) -> list[Picture]:
        chosen = (torch.arange((count + 1) // 2) + seed * count).remainder(len(self.some)).numpy()
        pictures = as_tensor(self.some[chosen], self.device)[:, : self.config.channels]
        decoded = self.averaged.decoder(self.averaged.encode(pictures)[0])
        pairs = zip(as_pictures(opaque(pictures)), as_pictures(opaque(decoded)), strict=True)
        return [each for pair in pairs for each in pair][:count]

    def state(self) -> dict[str, Tensor]:
        return self.optimisation.state()

    def restore(self, flat: Mapping[str, Tensor]) -> None:
        self.optimisation.restore(flat)

    def weights(self) -> dict[str, Tensor]:
        return self.optimisation.weights()


def _edges(a: Tensor, b: Tensor) -> Tensor:
    """Mean absolute difference of the steps from a pixel to its neighbours, at full and at half size."""
    total = torch.zeros((), device=a.device)
    for k in (1, 2):
        difference = F.avg_pool2d(a, k) - F.avg_pool2d(b, k) if k > 1 else a - b
        total = total + difference.diff(dim=2).abs().mean() + difference.diff(dim=3).abs().mean()
    return total / 2


def start(config: Mapping[str, Any], data: Batch, device: torch.device) -> AutoencoderTrainer:
    return AutoencoderTrainer(AutoencoderConfig.of(config), device, data)


@torch.no_grad()
def export_artifacts(config: AutoencoderConfig, weights: Mapping[str, Tensor], palette: Palette, data: Batch) -> dict[str, Any]:
    """What ships beside the weights: `scale`, mean and standard deviation of each number of the map over the set."""
    del palette
    network = Autoencoder(config)
    network.load_state_dict(dict(weights))
    some = data.pictures[:: max(1, len(data.pictures) // MANY)]
    cpu = torch.device("cpu")
    parts = [network.encode(as_tensor(some[k : k + 64], cpu)[:, : config.channels])[0] for k in range(0, len(some), 64)]
    numbers = torch.cat(parts).transpose(0, 1).flatten(1)
    return {"scale": ({"mean": numbers.mean(1).numpy(), "deviation": numbers.std(1).numpy()}, {})}
