"""Training of the gated PixelCNN; the steps are those of every model that paints pixel by pixel (`parts/autoregressive_training.py`)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor

from studio.generators.batches import Batch
from studio.generators.parts.attributes import extra_files, shares_of
from studio.generators.parts.autoregressive_training import AutoregressiveTrainer
from studio.generators.parts.nucleus import SamplingParams
from studio.generators.parts.palette import Palette
from studio.generators.pixelcnn import PixelCnnConfig
from studio.generators.pixelcnn.networks import PixelCnn


def start(config: Mapping[str, Any], data: Batch, device: torch.device) -> AutoregressiveTrainer:
    """A trainer with a palette fitted to the pictures of `data`."""
    made = PixelCnnConfig(**config)
    palette = Palette.fitted(data.pictures, made.colours)
    shares = shares_of(data.attributes, made.attributes)
    params = SamplingParams(made.temperature, made.top_p)
    return AutoregressiveTrainer(lambda: PixelCnn(made), palette, device, shares, params, made.guidance, made.mirrored)


def export_artifacts(config: PixelCnnConfig, weights: Mapping[str, Tensor], palette: Palette, data: Batch) -> dict[str, Any]:
    """What ships beside the weights."""
    del weights
    return extra_files(palette, data, config.attributes)
