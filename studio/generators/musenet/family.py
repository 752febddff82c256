"""The torch side of MuseNet: what the shelf loads and the loop starts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor

from studio.generators.musenet import MuseNetConfig
from studio.generators.musenet.model import LoadedMuseNet
from studio.generators.musenet.networks import MuseNet
from studio.generators.musenet.training import start
from studio.generators.parts.loaded import loaded
from studio.generators.parts.packing import pack

__all__ = ["config_of", "load", "start"]


def config_of(values: Mapping[str, Any]) -> MuseNetConfig:
    return MuseNetConfig(**values)


def load(config: Mapping[str, Any], tensors: Mapping[str, Tensor], files: Mapping[str, Any], device: torch.device) -> LoadedMuseNet:
    """The model from its card's config and its weights."""
    del files
    made = config_of(config)
    network = loaded(MuseNet(made), tensors, device)
    pack(network, "fp32")
    return LoadedMuseNet(made, network)
