"""A WGAN, loaded: generates with truncation, varies, searches, decodes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor

from studio.generators.parts.point_model import Files, LoadedPointModel, Points
from studio.generators.wgan import WganConfig
from studio.generators.wgan.networks import Generator
from studio.generators.wgan.training import export_artifacts, start

__all__ = ["LoadedWgan", "config_of", "export_artifacts", "load", "start"]

config_of = WganConfig.of


def load(config: Mapping[str, Any], tensors: Mapping[str, Tensor], files: Files, device: torch.device) -> LoadedWgan:
    """The model from its card's config, its weights, and the files `directions` and `palette`."""
    return LoadedWgan(config_of(config), tensors, files, device)


class LoadedWgan(LoadedPointModel):
    """The points are all there is to it."""

    def __init__(self, config: WganConfig, tensors: Mapping[str, Tensor], files: Files, device: torch.device) -> None:
        super().__init__(Generator(config), config.size, config.latent, {}, tensors, files, device)
        self.config = config
        self.colours = config.colours

    def paint(self, points: Points, settings: Any) -> Tensor:
        del settings
        return self.network(points["z"])
