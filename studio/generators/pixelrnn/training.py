"""Training of the row LSTM; the steps are those of every model that paints pixel by pixel (`parts/autoregressive_training.py`)."""

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
from studio.generators.pixelrnn import PixelRnnConfig
from studio.generators.pixelrnn.networks import PixelRnn


def start(config: Mapping[str, Any], data: Batch, device: torch.device) -> AutoregressiveTrainer:
    """A trainer with a palette fitted to the pictures of `data`."""
    made = PixelRnnConfig(**config)
    palette = Palette.fitted(data.pictures, made.colours)
    shares = shares_of(data.attributes, made.attributes)
    return AutoregressiveTrainer(
        lambda: PixelRnn(made), palette, device, shares, SamplingParams(made.temperature, made.top_p), made.guidance
    )


def export_artifacts(config: PixelRnnConfig, weights: Mapping[str, Tensor], palette: Palette, data: Batch) -> dict[str, Any]:
    """What ships beside the weights."""
    del weights
    return extra_files(palette, data, config.attributes)
