"""The row LSTM, loaded: what it does, every model does that paints pixel by pixel (`parts/raster_model.py`)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor

from studio.generators.parts.raster import unconditional_weights
from studio.generators.parts.raster_model import Files, LoadedRaster
from studio.generators.pixelrnn import PixelRnnConfig
from studio.generators.pixelrnn.networks import PixelRnn
from studio.generators.pixelrnn.training import finish, start

__all__ = ["config_of", "finish", "load", "start", "unconditional_weights"]


def config_of(values: Mapping[str, Any]) -> PixelRnnConfig:
    return PixelRnnConfig(**values)


def load(config: Mapping[str, Any], tensors: Mapping[str, Tensor], files: Files, device: torch.device) -> LoadedRaster:
    """The model from its card's config, its weights, and the file `palette`."""
    made = config_of(config)
    return LoadedRaster(PixelRnn(made), made.size, made.attributes, tensors, files, device)
