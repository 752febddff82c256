"""Glow, loaded: what it does, every flow does (`parts/flow_model.py`)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor

from studio.generators.glow.networks import glow
from studio.generators.glow.training import config_of, export_artifacts, start
from studio.generators.parts.flow_model import Files, LoadedFlow

__all__ = ["config_of", "export_artifacts", "load", "start"]


def load(config: Mapping[str, Any], tensors: Mapping[str, Tensor], files: Files, device: torch.device) -> LoadedFlow:
    """The model from its card's config, its weights, and the files `directions` and `palette`."""
    made = config_of(config)
    return LoadedFlow(glow(made), made.size, made.bits, made.attributes, tensors, files, device, made.temperature)
