"""How fast a training would go here and how much memory it would take, measured on a few real steps."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from studio.training.data import TrainingSet

STEPS = 4  # the first is slow everywhere and is not counted
ENOUGH_SECONDS = 2.0
SHARES = (0.5, 0.9)  # of a training: some families learn otherwise, and with more, at the end


@dataclass(frozen=True)
class Estimate:
    """`bytes` are those of weights, optimisers, gradients and what a step keeps for the way back."""

    pictures_a_second: float
    bytes: int


def measure(family: str, config: Mapping[str, Any], data: TrainingSet, batch_size: int, device: str) -> Iterator[Estimate | None]:
    """Take a few steps on `data`, which may be noise; yields None after each and the Estimate at last. Imports torch."""
    import numpy as np
    import torch

    from studio.training.loop import begun

    feed = data.feed(lambda works, chance: works)
    batch = feed.batch(batch_size, np.random.default_rng(0))
    trainer = begun(family, config, feed.everything, device)
    kept: dict[int, int] = {}

    def count(tensor: Any) -> Any:
        kept[tensor.untyped_storage().data_ptr()] = tensor.untyped_storage().nbytes()
        return tensor

    taken: list[float] = []
    most = 0
    for share in SHARES:
        kept.clear()
        with torch.autograd.graph.saved_tensors_hooks(count, lambda tensor: tensor):
            trainer.step(batch, share)
        most = max(most, sum(kept.values()))
        yield None
        here: list[float] = []
        while len(here) < STEPS and sum(here) < ENOUGH_SECONDS:
            began = time.monotonic()
            trainer.step(batch, share)
            here.append(time.monotonic() - began)
            yield None
        taken.append(sum(here) / len(here))
    state = sum(value.numel() * value.element_size() for value in trainer.state().values())
    weights = sum(value.numel() * value.element_size() for value in trainer.weights().values())
    yield Estimate(batch_size / (sum(taken) / len(taken)), state + weights + most)
