"""Training of RealNVP; the steps are those of every flow (`parts/flow_training.py`)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor

from studio.generators.batches import Batch
from studio.generators.parts.flow_training import FlowTrainer, extras
from studio.generators.parts.palette import Palette
from studio.generators.realnvp import RealNvpConfig
from studio.generators.realnvp.networks import realnvp

LEARNING_RATE = 1e-3


def config_of(values: Mapping[str, Any]) -> RealNvpConfig:
    return RealNvpConfig.of(values)


def start(config: Mapping[str, Any], data: Batch, device: torch.device) -> FlowTrainer:
    """A trainer for pictures of the config's size."""
    made = config_of(config)
    return FlowTrainer(lambda: realnvp(made), made.bits, device, None, LEARNING_RATE)


def export_artifacts(config: RealNvpConfig, weights: Mapping[str, Tensor], palette: Palette, data: Batch) -> dict[str, Any]:
    """What ships beside the weights."""
    network = realnvp(config)
    network.load_state_dict(dict(weights))
    return extras(network, config.bits, {}, palette, data)
