"""The gated PixelCNN, loaded: what it does, every model does that paints pixel by pixel (`parts/autoregressive_model.py`)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor

from studio.generators.parts.autoregressive import unconditional_weights
from studio.generators.parts.autoregressive_model import Files, LoadedAutoregressive
from studio.generators.pixelcnn import PixelCnnConfig
from studio.generators.pixelcnn.networks import PixelCnn
from studio.generators.pixelcnn.training import export_artifacts, start

__all__ = ["config_of", "export_artifacts", "load", "start", "unconditional_weights"]


def config_of(values: Mapping[str, Any]) -> PixelCnnConfig:
    return PixelCnnConfig(**values)


def load(config: Mapping[str, Any], tensors: Mapping[str, Tensor], files: Files, device: torch.device) -> LoadedAutoregressive:
    """The model from its card's config, its weights, and the file `palette`."""
    made = config_of(config)
    return LoadedAutoregressive(PixelCnn(made), made.size, made.attributes, tensors, files, device)
