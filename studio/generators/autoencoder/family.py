"""An autoencoder, loaded: encodes pictures into maps and decodes them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import torch
from torch import Tensor

from studio.generators.autoencoder import AutoencoderConfig
from studio.generators.autoencoder.networks import Autoencoder
from studio.generators.autoencoder.training import export_artifacts, start
from studio.generators.capabilities import Call
from studio.generators.events import Event, Result
from studio.generators.parts.inputs import picture_of
from studio.generators.parts.loaded import loaded, memory_of
from studio.generators.parts.pixels import as_pictures, as_tensor, opaque

__all__ = ["LoadedAutoencoder", "config_of", "export_artifacts", "load", "start"]

TOGETHER = 64
config_of = AutoencoderConfig.of


def load(config: Mapping[str, Any], tensors: Mapping[str, Tensor], files: Mapping[str, Any], device: torch.device) -> LoadedAutoencoder:
    """The model from its card's config, its weights, and the file `scale`."""
    return LoadedAutoencoder(config_of(config), tensors, files, device)


class LoadedAutoencoder:
    """Implements Performs and Codec."""

    def __init__(self, config: AutoencoderConfig, tensors: Mapping[str, Tensor], files: Mapping[str, Any], device: torch.device) -> None:
        self.config, self.device = config, device
        self.network = loaded(Autoencoder(config), tensors, device, torch.channels_last)
        mean, deviation = (torch.from_numpy(np.asarray(files["scale"][0][name], np.float32)) for name in ("mean", "deviation"))
        self._mean, self._deviation = (each.view(1, -1, 1, 1).to(device) for each in (mean, deviation))

    def perform(self, call: Call) -> Iterator[Event]:
        picture = picture_of(call, "picture").fitted(self.config.size, self.config.size)
        yield Result(0, as_pictures(opaque(self.decode(self.encode(picture.pixels[None]))))[0])

    def memory(self) -> int:
        return memory_of(self.network)

    def map_shape(self) -> tuple[int, int, int]:
        return (self.config.latent, self.config.size // 4, self.config.size // 4)

    @torch.no_grad()
    def encode(self, pictures: np.ndarray) -> Tensor:
        found = []
        for first in range(0, len(pictures), TOGETHER):
            pixels = as_tensor(pictures[first : first + TOGETHER], self.device)[:, : self.config.channels]
            found.append((self.network.encode(pixels)[0] - self._mean) / self._deviation)
        return torch.cat(found)

    @torch.no_grad()
    def decode(self, maps: Tensor) -> Tensor:
        return self.network.decoder(maps * self._deviation + self._mean)
