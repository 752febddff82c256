"""A finished network as a model holds it: with its shipped weights at full precision, on its device, never to learn again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

import torch
from torch import Tensor, nn

from studio.generators.parts.former_keys import renamed

Network = TypeVar("Network", bound=nn.Module)


def loaded(
    network: Network, tensors: Mapping[str, Tensor], device: torch.device, layout: torch.memory_format = torch.preserve_format
) -> Network:
    """`network` itself, with weights of any version. Raises RuntimeError where they are those of another network."""
    network.load_state_dict({key: value.float() for key, value in renamed(tensors).items()})
    network.to(device, memory_format=layout)  # type: ignore[call-overload]
    return network.eval().requires_grad_(False)


def memory_of(network: nn.Module) -> int:
    """Bytes of its parameters."""
    return sum(parameter.numel() * parameter.element_size() for parameter in network.parameters())
