"""A finished network as a model holds it: with its shipped weights at full precision, on its device, never to learn again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

import torch
from torch import Tensor, nn

Network = TypeVar("Network", bound=nn.Module)


def loaded(
    network: Network, tensors: Mapping[str, Tensor], device: torch.device, layout: torch.memory_format = torch.preserve_format
) -> Network:
    """`network` itself. Raises RuntimeError where the weights are those of another one."""
    network.load_state_dict({key: value.float() for key, value in tensors.items()})
    network.to(device, memory_format=layout)  # type: ignore[call-overload]
    return network.eval().requires_grad_(False)


def memory_of(network: nn.Module) -> int:
    """Bytes of its parameters."""
    return sum(parameter.numel() * parameter.element_size() for parameter in network.parameters())
