"""Training of the gated PixelCNN; the steps are those of every model that paints pixel by pixel (`parts/raster_training.py`)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor

from studio.generators.capabilities import Batch
from studio.generators.parts.attributes import shares_of
from studio.generators.parts.beside import beside
from studio.generators.parts.nucleus import SamplingParams
from studio.generators.parts.palette import Palette
from studio.generators.parts.raster_training import RasterTrainer
from studio.generators.pixelcnn import PixelCnnConfig
from studio.generators.pixelcnn.networks import PixelCnn


def start(config: Mapping[str, Any], data: Batch, device: torch.device) -> RasterTrainer:
    """A trainer with a palette fitted to the pictures of `data`."""
    made = PixelCnnConfig(**config)
    palette = Palette.fitted(data.pictures, made.colours)
    shares = shares_of(data.attributes, made.attributes)
    params = SamplingParams(made.temperature, made.top_p)
    return RasterTrainer(lambda: PixelCnn(made), palette, device, shares, params, made.guidance, made.mirrored)


def finish(config: PixelCnnConfig, weights: Mapping[str, Tensor], palette: Palette, data: Batch) -> dict[str, Any]:
    """What ships beside the weights."""
    del weights
    return beside(palette, data, config.attributes)
