"""Training of a normalizing flow: −ln p(x) = −ln p(f(x)) − ln |det ∂f/∂x| of uniformly dequantised pictures, Adam, clipping, EMA."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import torch
from torch import Tensor

from studio.generators.batches import Batch
from studio.generators.parts import directions, flows
from studio.generators.parts.attributes import AttributeShares, extra_files, sampled
from studio.generators.parts.condition_embedding import dropped_conditions
from studio.generators.parts.optim import FINE_TUNING_RATE, Optimisation
from studio.generators.parts.palette import Palette
from studio.media import Picture

DECAY_FROM = 0.6
WARM_UP = 150
SLOWEST = 0.999
CLIP = 50.0  # norm of the gradient of the bits a picture's number takes, times 100
PREVIEW_TEMPERATURE = 0.7
DIRECTION_PICTURES, DIRECTIONS = 1024, 12


class FlowTrainer:
    """Implements `Trainer` and `BeginsFrom`. `build` makes the network; it is called twice, the second for the average."""

    def __init__(
        self, build: Callable[[], Any], bits: int, device: torch.device, shares: AttributeShares | None, learning_rate: float
    ) -> None:
        torch.manual_seed(0)
        self.bits, self.device, self.shares = bits, device, shares
        self.network = build().to(device)
        self.averaged = build().to(device)
        optimiser = torch.optim.Adam(self.network.parameters(), learning_rate, (0.9, 0.99))
        self.optimisation = Optimisation(
            self.network, self.averaged, optimiser, warm_up=WARM_UP, decay_from=DECAY_FROM, slowest=SLOWEST, clip=CLIP
        )
        self.scaled = False  # whether the network's scales suit pictures; a first batch sets them

    def begin_from(self, weights: Mapping[str, Tensor], files: Mapping[str, Any]) -> None:
        """Go on from a finished flow; its conditions are left behind. Raises ValueError for one of another shape."""
        del files
        self.optimisation.check(weights, but=("prior.",))
        self.optimisation.begin_from(weights, FINE_TUNING_RATE)
        self.scaled = True

    def step(self, batch: Batch, progress: float) -> dict[str, float]:
        numbers = flows.quantised(batch.pictures, self.bits, self.device)
        x = flows.dequantised(numbers, self.bits, torch.rand_like(numbers))
        if not self.scaled:
            self._set_scales(x)
        z, change = self.network(x)
        nats = self.network.prior(z, self._conditions(batch)) + change
        loss = flows.bits_a_dimension(nats, z.shape[1], self.bits).mean()
        self.optimisation.descend(100 * loss, progress)
        return {"bits_per_dimension": loss.item()}

    @torch.no_grad()
    def _set_scales(self, x: Tensor) -> None:
        flows.await_first_batch(self.network)
        self.network(x)
        self.averaged.load_state_dict(self.network.state_dict())
        self.scaled = True

    def _conditions(self, batch: Batch) -> Tensor | None:
        return None if self.shares is None else dropped_conditions(batch.attributes, self.device)

    @torch.no_grad()
    def preview(self, seed: int, count: int) -> list[Picture]:
        source = torch.Generator().manual_seed(seed)
        chosen = sampled(self.shares, count, source, self.device)
        noise = torch.randn(count, self.averaged.prior.numbers, generator=source).to(self.device)
        *_, values = self.averaged.states(self.averaged.prior.draw(noise, PREVIEW_TEMPERATURE, chosen))
        return flows.painted(values, self.bits)

    def state(self) -> dict[str, Tensor]:
        return self.optimisation.state() | {"scaled": torch.tensor(self.scaled)}

    def restore(self, flat: Mapping[str, Tensor]) -> None:
        self.optimisation.restore(flat)
        self.scaled = bool(flat.get("scaled", self.optimisation.counts[0] > 0))

    def weights(self) -> dict[str, Tensor]:
        return self.optimisation.weights()


@torch.no_grad()
def extras(network: Any, bits: int, attributes: Mapping[str, Any], palette: Palette, data: Batch) -> dict[str, Any]:
    """What ships beside the weights: principal directions of the training pictures' points, the palette, and how often attributes occur."""
    points = []
    chosen = data.pictures[:: max(1, len(data) // DIRECTION_PICTURES)]
    for first in range(0, len(chosen), 64):
        numbers = flows.quantised(chosen[first : first + 64], bits, torch.device("cpu"))
        points.append(network(flows.dequantised(numbers, bits))[0].numpy())
    found = directions.to_tensors(directions.principal("z", np.concatenate(points), DIRECTIONS))
    return {"directions": found} | extra_files(palette, data, attributes)
