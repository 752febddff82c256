"""A BigGAN, loaded: generates kinds with truncation, as tiles where asked, varies, searches, decodes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import torch
from torch import Tensor

from studio.generators.biggan import BigGanConfig
from studio.generators.biggan.networks import Generator
from studio.generators.biggan.training import export_artifacts, start
from studio.generators.parts.point_model import Files, LoadedPointModel, Points

__all__ = ["LoadedBigGan", "config_of", "export_artifacts", "load", "start"]

config_of = BigGanConfig.of


def load(config: Mapping[str, Any], tensors: Mapping[str, Tensor], files: Files, device: torch.device) -> LoadedBigGan:
    """The model from its card's config, its weights, and the files `directions`, `palette` and `attributes`."""
    return LoadedBigGan(config_of(config), tensors, files, device)


class LoadedBigGan(LoadedPointModel):
    """A latent carries, beside z, the `embedding` of its kind: mixing two kinds goes through what lies between them."""

    def __init__(self, config: BigGanConfig, tensors: Mapping[str, Tensor], files: Files, device: torch.device) -> None:
        super().__init__(Generator(config), config.size, config.latent, config.attributes, tensors, files, device)
        self.config = config
        self.colours = config.colours

    def given(self, chosen: Sequence[int] | None) -> dict[str, np.ndarray]:
        wanted = None if chosen is None else torch.tensor([list(chosen)], device=self.device)
        return {"embedding": self.network.embed(wanted, 1)[0].cpu().numpy()}

    def paint(self, points: Points, settings: Any) -> Tensor:
        return self.network(points["z"], points["embedding"], getattr(settings, "tileable", False))
