"""Training of an autoregressive model of pixels: E[−ln p(xᵢ | x₁ … xᵢ₋₁, c)] over the palette, Adam with a warm-up, EMA."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from studio.generators.batches import Batch
from studio.generators.parts import autoregressive
from studio.generators.parts.attributes import AttributeShares, sampled
from studio.generators.parts.condition_embedding import dropped_conditions
from studio.generators.parts.nucleus import SamplingParams
from studio.generators.parts.optim import FINE_TUNING_RATE, Optimisation
from studio.generators.parts.palette import Palette
from studio.media import Picture

LEARNING_RATE = 2e-3
DECAY_FROM = 0.6
WARM_UP = 60
SLOWEST = 0.999


class AutoregressiveTrainer:
    """Implements `Trainer` and `BeginsFrom`. `build` makes the network; previews are sampled as by the finished model.

    `mirrored` is the share of pictures that are shown mirrored.
    """

    def __init__(
        self, build: Callable[[], Any], palette: Palette, device: torch.device, shares: AttributeShares | None,
        params: SamplingParams, guidance: float, mirrored: float = 0.0,
    ) -> None:  # fmt: skip
        torch.manual_seed(0)
        self.params, self.guidance = params, guidance
        self.palette, self.device, self.shares, self.mirrored = palette, device, shares, mirrored
        self.network = build().to(device)
        self.network.embedding.show(palette)
        self.averaged = build().to(device).eval()
        optimiser = torch.optim.Adam(self.network.parameters(), LEARNING_RATE, (0.9, 0.99))
        self.optimisation = Optimisation(
            self.network, self.averaged, optimiser, warm_up=WARM_UP, decay_from=DECAY_FROM, slowest=SLOWEST, clip=1.0
        )

    def begin_from(self, weights: Mapping[str, Tensor], files: Mapping[str, Any]) -> None:
        """Go on from a finished model, in its palette: its answers are numbers of its colours. Its conditions are left behind.

        Raises ValueError for one of another shape.
        """
        self.optimisation.check(weights, but=("condition_map.condition_embedding", "condition_map.stem", "condition_map.grow"))
        self.palette = Palette(np.asarray(files["palette"][0]["colours"]))
        self.optimisation.begin_from(weights, FINE_TUNING_RATE)

    def step(self, batch: Batch, progress: float) -> dict[str, float]:
        indices = torch.from_numpy(self.palette.index(batch.pictures)).to(self.device)  # (B, h, w)
        turned = torch.rand(len(indices), 1, 1, device=self.device) < self.mirrored
        indices = torch.where(turned, indices.flip(2), indices)
        loss = F.cross_entropy(self.network(indices, self._conditions(batch)), indices)
        self.optimisation.descend(loss, progress)
        return {"bits_per_pixel": loss.item() / math.log(2)}

    def _conditions(self, batch: Batch) -> Tensor | None:
        return None if self.shares is None else dropped_conditions(batch.attributes, self.device)

    def preview(self, seed: int, count: int) -> list[Picture]:
        source = torch.Generator().manual_seed(seed)
        chosen = sampled(self.shares, count, source, self.device)
        size = self.averaged.condition_map.place.shape[-1]
        indices = torch.zeros(count, size, size, dtype=torch.long, device=self.device)
        chances = torch.rand(count, size, size, generator=source).to(self.device)
        everywhere = torch.ones(indices.shape[1:], dtype=torch.bool)
        network = autoregressive.Guided(self.averaged, self.guidance)
        for _ in autoregressive.paint(network, indices, everywhere, chosen, chances, self.params, self.palette.transparent):
            pass
        return self.palette.paint(np.minimum(indices.cpu().numpy(), self.palette.transparent))

    def state(self) -> dict[str, Tensor]:
        return self.optimisation.state() | {"palette": torch.from_numpy(self.palette.colours.copy())}

    def restore(self, flat: Mapping[str, Tensor]) -> None:
        self.optimisation.restore(flat)
        if "palette" in flat:
            self.palette = Palette(flat["palette"].numpy())

    def weights(self) -> dict[str, Tensor]:
        return self.optimisation.weights()
