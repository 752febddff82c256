"""The torch side of the band: what the shelf loads and the loop starts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor

from studio.generators.band import BandConfig
from studio.generators.band.networks import Band
from studio.generators.band.training import start
from studio.generators.parts.loaded import loaded

__all__ = ["config_of", "load", "start"]


def config_of(values: Mapping[str, Any]) -> BandConfig:
    return BandConfig(**values)


def load(config: Mapping[str, Any], tensors: Mapping[str, Tensor], files: Mapping[str, Any], device: torch.device) -> Band:
    """The network from its card's config and its weights."""
    del files
    return loaded(Band(config_of(config)), tensors, device)
