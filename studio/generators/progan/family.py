"""A progressive GAN, loaded: generates, each picture growing before your eyes, varies, searches, decodes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor

from studio.generators.capabilities import Call
from studio.generators.events import Event, Preview, Progress, Result
from studio.generators.parts.pixels import as_pictures, opaque
from studio.generators.parts.point_model import Files, LoadedPointModel, Points
from studio.generators.progan import ProGanConfig
from studio.generators.progan.networks import Generator
from studio.generators.progan.training import export_artifacts, start

__all__ = ["LoadedProGan", "config_of", "export_artifacts", "load", "start"]

config_of = ProGanConfig.of


def load(config: Mapping[str, Any], tensors: Mapping[str, Tensor], files: Files, device: torch.device) -> LoadedProGan:
    """The model from its card's config, its weights, and the files `directions` and `palette`."""
    return LoadedProGan(config_of(config), tensors, files, device)


class LoadedProGan(LoadedPointModel):
    """The sizes below the last are shown on the way."""

    def __init__(self, config: ProGanConfig, tensors: Mapping[str, Tensor], files: Files, device: torch.device) -> None:
        super().__init__(Generator(config), config.size, config.latent, {}, tensors, files, device)
        self.config = config
        self.snaps = config.channels == 4

    def paint(self, points: Points, settings: Any) -> Tensor:
        del settings
        return self.network(points["z"])

    @torch.no_grad()
    def _generate(self, call: Call) -> Iterator[Event]:
        for done, index in enumerate(call.indices):
            latent = self.sample(call.seed, index, truncation=call.settings.truncation)
            *smaller, _ = self.network.stages(self._points([latent])["z"])
            for k, pixels in enumerate(smaller, start=1):
                yield Preview(index, as_pictures(opaque(F.interpolate(pixels, size=(self.size, self.size))))[0])
                yield Progress(done + k / (len(smaller) + 1), len(call.indices), f"{pixels.shape[-1]} pixels")
            yield Result(index, self.decode([latent], call.settings)[0], latent)
            yield Progress(done + 1, len(call.indices), "drawing")
