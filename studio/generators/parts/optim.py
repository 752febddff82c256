"""One network's optimisation: learning-rate schedule, clipped gradients, exponential moving average of the weights, and its state."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import torch
from torch import Tensor, nn

from studio.generators.parts import state

FINE_TUNING_RATE = 0.3  # of the usual rate, for a finished model of pictures that is trained on others


class Optimisation:
    """Steps of `optimiser` on `network`, and `averaged` ← d · averaged + (1 − d) · network after each, d = min(slowest, 1 − 1/(n/20 + 1)).

    The rate is the optimiser's own, times a linear warm-up over `warm_up` steps, times a linear decay from 1 at the share `decay_from` of
    the training's time to `lowest` at its end. Gradients are clipped to the norm `clip`.
    """

    def __init__(
        self, network: nn.Module, averaged: nn.Module, optimiser: torch.optim.Optimizer, *,
        warm_up: int, decay_from: float, slowest: float, clip: float, lowest: float = 0.02,
    ) -> None:  # fmt: skip
        self.network, self.averaged, self.optimiser = network, averaged, optimiser
        self.averaged.load_state_dict(network.state_dict())
        self.averaged.requires_grad_(False)
        self.warm_up, self.decay_from, self.slowest, self.clip, self.lowest = warm_up, decay_from, slowest, clip, lowest
        self.counts = torch.zeros(2, dtype=torch.float64)  # steps, steps since the optimiser was fresh
        self.share = 1.0  # of the optimiser's own rate

    def descend(self, loss: Tensor, progress: float) -> None:
        """One step down the scalar `loss` at the share `progress` of the time; a gradient that is not finite changes nothing."""
        self.descend_over((loss,), progress)

    def descend_over(self, losses: Iterable[Tensor], progress: float) -> None:
        """One step down the sum of `losses`. Each is made, and its graph let go, before the next: they may be parts of a large batch."""
        warm = min(1.0, (self.counts[1].item() + 1) / self.warm_up)
        falling = 1.0 if progress < self.decay_from else max(self.lowest, (1 - progress) / (1 - self.decay_from))
        for group in self.optimiser.param_groups:
            group["lr"] = self.optimiser.defaults["lr"] * self.share * warm * falling
        self.optimiser.zero_grad(set_to_none=True)
        for loss in losses:
            loss.backward()  # type: ignore[no-untyped-call]
        if torch.isfinite(nn.utils.clip_grad_norm_(self.network.parameters(), self.clip)):
            self.optimiser.step()
        self.counts += 1
        state.average(self.averaged, self.network, min(self.slowest, 1 - 1 / (self.counts[0].item() * 0.05 + 1)))

    def check(self, weights: Mapping[str, Tensor], but: tuple[str, ...] = ()) -> None:
        """Raises ValueError where `weights` are those of another network; what begins with one of `but` may differ."""
        own = {key: value.shape for key, value in self.network.state_dict().items() if not key.startswith(but)}
        theirs = {key: value.shape for key, value in weights.items() if not key.startswith(but)}
        if own != theirs:
            raise ValueError("its network is built in another way")

    def begin_from(self, weights: Mapping[str, Tensor], share: float = 1.0) -> None:
        """Begin from finished weights; those of another shape, such as another model's conditions, stay as they were initialised.

        The rate is `share` of the usual one: at the whole of it a finished model first loses much of its likelihood.
        """
        self.share = share
        own = self.network.state_dict()
        kept = {key: value.float() for key, value in weights.items() if key in own and own[key].shape == value.shape}
        for each in (self.network, self.averaged):
            each.load_state_dict(own | kept)

    def state(self) -> dict[str, Tensor]:
        return state.gather(self._parts()) | {"counts": self.counts.clone(), "share": torch.tensor(self.share)}

    def restore(self, flat: Mapping[str, Tensor]) -> None:
        if not any(key.startswith("network.") for key in flat):  # a condensed state may have the average alone
            averaged = {key: value for key, value in flat.items() if key.startswith("averaged.")}
            flat = {**flat, **{key.replace("averaged.", "network.", 1): value for key, value in averaged.items()}}
        state.scatter(self._parts(), flat)
        self.counts = flat.get("counts", torch.ones(2)).clone().double()
        self.share = float(flat.get("share", 1.0))
        if not any(key.startswith("optimiser.") for key in flat):
            self.counts[1] = 0

    def weights(self) -> dict[str, Tensor]:
        """Those of the average."""
        return {key: value.cpu().contiguous() for key, value in self.averaged.state_dict().items()}

    def _parts(self) -> dict[str, Any]:
        return {"network": self.network, "averaged": self.averaged, "optimiser": self.optimiser}
