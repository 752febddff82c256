"""Training of a normalizing flow: the exact likelihood of dequantised pictures, Adam with a warm-up, clipped gradients, EMA."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from studio.generators.capabilities import Batch
from studio.generators.parts import directions, flows, state
from studio.generators.parts.attributes import AttributeShares, count_shares
from studio.generators.parts.forgetting import forget
from studio.generators.parts.palette import Palette
from studio.media import Picture

DECAY_FROM = 0.6
WARM_UP = 150
SLOWEST = 0.999
CLIP = 50.0  # norm of the gradient of the bits a picture's number takes, times 100
PREVIEW_TEMPERATURE = 0.7
DIRECTION_PICTURES, DIRECTIONS = 1024, 12


class FlowTrainer:
    """Implements `Trainer`. `build` makes the network; it is called twice, the second for the average."""

    def __init__(
        self, build: Callable[[], Any], bits: int, device: torch.device, shares: AttributeShares | None, learning_rate: float
    ) -> None:
        torch.manual_seed(0)
        self.bits, self.device, self.shares, self.learning_rate = bits, device, shares, learning_rate
        self.network = build().to(device)
        self.averaged = build().to(device).requires_grad_(False)
        self.averaged.load_state_dict(self.network.state_dict())
        self.optimiser = torch.optim.Adam(self.network.parameters(), learning_rate, (0.9, 0.99))
        self.counts = torch.zeros(2, dtype=torch.float64)  # steps, steps since the optimiser was fresh

    def step(self, batch: Batch, progress: float) -> dict[str, float]:
        numbers = flows.quantised(batch.pictures, self.bits, self.device)
        x = flows.dequantised(numbers, self.bits, torch.rand_like(numbers))
        if self.counts[0] == 0:
            self._set_scales(x)
        self._set_learning_rate(progress)
        z, change = self.network(x)
        nats = self.network.prior(z, self._heard(batch)) + change
        loss = flows.bits_a_dimension(nats, z.shape[1], self.bits).mean()
        self.optimiser.zero_grad(set_to_none=True)
        (100 * loss).backward()
        norm = nn.utils.clip_grad_norm_(self.network.parameters(), CLIP)
        if torch.isfinite(norm):
            self.optimiser.step()
        self.counts += 1
        state.average(self.averaged, self.network, min(SLOWEST, 1 - 1 / (self.counts[0].item() * 0.05 + 1)))
        return {"bits_per_dimension": loss.item()}

    @torch.no_grad()
    def _set_scales(self, x: Tensor) -> None:
        flows.await_first_batch(self.network)
        self.network(x)
        self.averaged.load_state_dict(self.network.state_dict())

    def _heard(self, batch: Batch) -> Tensor | None:
        return None if self.shares is None else forget(torch.from_numpy(batch.attributes.astype(np.int64)).to(self.device))

    def _set_learning_rate(self, progress: float) -> None:
        warm = min(1.0, (self.counts[1].item() + 1) / WARM_UP)
        falling = 1.0 if progress < DECAY_FROM else max(0.02, (1 - progress) / (1 - DECAY_FROM))
        for group in self.optimiser.param_groups:
            group["lr"] = self.learning_rate * warm * falling

    @torch.no_grad()
    def preview(self, seed: int, count: int) -> list[Picture]:
        source = torch.Generator().manual_seed(seed)
        chosen = None if self.shares is None else torch.tensor([self.shares.choose(source) for _ in range(count)], device=self.device)
        noise = torch.randn(count, self.averaged.prior.numbers, generator=source).to(self.device)
        *_, values = self.averaged.states(self.averaged.prior.draw(noise, PREVIEW_TEMPERATURE, chosen))
        return flows.painted(values, self.bits)

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


@torch.no_grad()
def extras(network: Any, bits: int, attributes: Mapping[str, Any], palette: Palette, data: Batch) -> dict[str, Any]:
    """What ships beside the weights: principal directions of the training pictures' points, the palette, and how often attributes occur."""
    points = []
    chosen = data.pictures[:: max(1, len(data) // DIRECTION_PICTURES)]
    for first in range(0, len(chosen), 64):
        numbers = flows.quantised(chosen[first : first + 64], bits, torch.device("cpu"))
        points.append(network(flows.dequantised(numbers, bits))[0].numpy())
    found = {
        "directions": directions.to_tensors(directions.principal("z", np.concatenate(points), DIRECTIONS)),
        "palette": ({"colours": palette.colours}, {}),
    }
    return found | ({"attributes": ({"shares": count_shares(data.attributes, attributes)}, {})} if attributes else {})
