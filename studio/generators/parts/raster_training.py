"""Training of a model that paints pixel by pixel: cross-entropy over the palette, Adam with a warm-up, EMA."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from studio.generators.capabilities import Batch
from studio.generators.parts import raster, state
from studio.generators.parts.attributes import AttributeShares, count_shares
from studio.generators.parts.forgetting import forget
from studio.generators.parts.palette import Palette
from studio.media import Picture

LEARNING_RATE = 2e-3
DECAY_FROM = 0.6
WARM_UP = 60
SLOWEST = 0.999


class RasterTrainer:
    """Implements `Trainer`. `build` makes the network; `mirrored` is the share of pictures that are shown mirrored."""

    def __init__(
        self, build: Callable[[], Any], palette: Palette, device: torch.device, shares: AttributeShares | None, mirrored: float = 0.0
    ) -> None:
        torch.manual_seed(0)
        self.palette, self.device, self.shares, self.mirrored = palette, device, shares, mirrored
        self.network = build().to(device)
        self.network.embedding.show(palette)
        self.averaged = build().to(device).eval().requires_grad_(False)
        self.averaged.load_state_dict(self.network.state_dict())
        self.optimiser = torch.optim.Adam(self.network.parameters(), LEARNING_RATE, (0.9, 0.99))
        self.counts = torch.zeros(2, dtype=torch.float64)  # steps, steps since the optimiser was fresh

    def step(self, batch: Batch, progress: float) -> dict[str, float]:
        self._set_learning_rate(progress)
        indices = torch.from_numpy(self.palette.index(batch.pictures)).to(self.device)  # (B, h, w)
        turned = torch.rand(len(indices), 1, 1, device=self.device) < self.mirrored
        indices = torch.where(turned, indices.flip(2), indices)
        loss = F.cross_entropy(self.network(indices, self._heard(batch)), indices)
        self.optimiser.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_(self.network.parameters(), 1.0)
        self.optimiser.step()
        self.counts += 1
        state.average(self.averaged, self.network, min(SLOWEST, 1 - 1 / (self.counts[0].item() * 0.05 + 1)))
        return {"bits_per_pixel": loss.item() / math.log(2)}

    def _heard(self, batch: Batch) -> Tensor | None:
        return None if self.shares is None else forget(torch.from_numpy(batch.attributes.astype(np.int64)).to(self.device))

    def _set_learning_rate(self, progress: float) -> None:
        warm = min(1.0, (self.counts[1].item() + 1) / WARM_UP)
        falling = 1.0 if progress < DECAY_FROM else max(0.02, (1 - progress) / (1 - DECAY_FROM))
        for group in self.optimiser.param_groups:
            group["lr"] = LEARNING_RATE * warm * falling

    def preview(self, seed: int, count: int) -> list[Picture]:
        source = torch.Generator().manual_seed(seed)
        chosen = None if self.shares is None else torch.tensor([self.shares.choose(source) for _ in range(count)], device=self.device)
        size = self.averaged.blueprint.place.shape[-1]
        indices = torch.zeros(count, size, size, dtype=torch.long, device=self.device)
        chances = torch.rand(count, size, size, generator=source).to(self.device)
        for _ in raster.paint(
            self.averaged, indices, torch.ones(indices.shape[1:], dtype=torch.bool), chosen, chances, temperature=1.0, top_p=1.0
        ):
            pass
        return self.palette.paint(np.minimum(indices.cpu().numpy(), self.palette.transparent))

    def state(self) -> dict[str, Tensor]:
        return state.gather(self._parts()) | {"counts": self.counts.clone()}

    def restore(self, flat: Mapping[str, Tensor]) -> None:
        state.scatter(self._parts(), flat)
        self.counts = flat.get("counts", torch.ones(2)).clone().double()
        if not any(key.startswith("optimiser.") for key in flat):
            self.counts[1] = 0

    def weights(self) -> dict[str, Tensor]:
        return {key: value.cpu().contiguous() for key, value in self.averaged.state_dict().items()}

    def _parts(self) -> dict[str, Any]:
        return {"network": self.network, "averaged": self.averaged, "optimiser": self.optimiser}


def extras(attributes: Mapping[str, Any], palette: Palette, data: Batch) -> dict[str, Any]:
    """What ships beside the weights: the set's palette, and how often attributes occur."""
    found: dict[str, Any] = {"palette": ({"colours": palette.colours}, {})}
    return found | ({"attributes": ({"shares": count_shares(data.attributes, attributes)}, {})} if attributes else {})
