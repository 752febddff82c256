"""Training state as one flat dict of tensors, so that it can live in safetensors and never in a pickle."""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor, nn


def gather(parts: Mapping[str, nn.Module | torch.optim.Optimizer]) -> dict[str, Tensor]:
    """`{part}.{key}` → tensor, for modules and optimisers."""
    flat: dict[str, Tensor] = {}
    for name, part in parts.items():
        if isinstance(part, nn.Module):
            flat |= {f"{name}.{key}": value.detach().clone() for key, value in part.state_dict().items()}
        else:
            for index, entries in part.state_dict()["state"].items():
                flat |= {f"{name}.{index}.{key}": torch.as_tensor(value).clone() for key, value in entries.items()}
    return flat


def scatter(parts: Mapping[str, nn.Module | torch.optim.Optimizer], flat: Mapping[str, Tensor]) -> None:
    """Give each part its tensors back. An optimiser without any starts afresh."""
    for name, part in parts.items():
        own = {key.removeprefix(f"{name}."): value for key, value in flat.items() if key.startswith(f"{name}.")}
        if isinstance(part, nn.Module):
            part.load_state_dict({key: value.float() if value.is_floating_point() else value for key, value in own.items()})
        elif own:
            state = part.state_dict()
            for key, value in own.items():
                index, entry = key.split(".", 1)
                state["state"].setdefault(int(index), {})[entry] = value
            part.load_state_dict(state)


@torch.no_grad()
def average(averaged: nn.Module, module: nn.Module, decay: float) -> None:
    """Exponential moving average of parameters: averaged ← decay · averaged + (1 − decay) · module."""
    for slow, fast in zip(averaged.parameters(), module.parameters(), strict=True):
        slow.lerp_(fast, 1 - decay)
