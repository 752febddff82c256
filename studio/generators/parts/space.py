"""Where a network draws: in pixels, or in the small maps of an autoencoder (as in latent diffusion, Rombach et al. 2022, 2112.10752)."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any, Protocol

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from studio.generators.capabilities import Codec
from studio.generators.parts.pixels import as_tensor, opaque

REMEMBERED = 30_000  # maps of 4 kB: a whole set is encoded once


class Space(Protocol):
    """`shape` of one map; a preview is worth its time every `every` steps."""

    shape: tuple[int, int, int]
    every: int

    def of(self, pictures: np.ndarray) -> Tensor:
        """(n, size, size, 4) uint8 → maps (n, *shape)."""
        ...

    def pixels(self, maps: Tensor) -> Tensor:
        """Maps → (n, 4, size, size) premultiplied in [-1, 1]."""
        ...

    def memory(self) -> int:
        """Bytes that the way there and back takes, where it is a network's."""
        ...

    def hole(self, hole: np.ndarray) -> Tensor:
        """(size, size) bool → (1, 1, h, w): 1 wherever a place of the map touches the hole."""
        ...


class PixelSpace:
    """The map is the picture itself."""

    every = 1

    def __init__(self, channels: int, size: int, device: torch.device) -> None:
        self.shape, self._device = (channels, size, size), device

    def of(self, pictures: np.ndarray) -> Tensor:
        return as_tensor(pictures, self._device)[:, : self.shape[0]]

    def pixels(self, maps: Tensor) -> Tensor:
        return opaque(maps)

    def memory(self) -> int:
        return 0

    def hole(self, hole: np.ndarray) -> Tensor:
        return torch.from_numpy(hole)[None, None].float().to(self._device)


class CodecSpace:
    """The maps of `codec`. Those of pictures seen before are remembered, so that training encodes each once."""

    every = 4

    def __init__(self, codec: Codec, device: torch.device) -> None:
        self.shape, self._codec, self._device = codec.map_shape(), codec, device
        self._seen: dict[bytes, Tensor] = {}

    def of(self, pictures: np.ndarray) -> Tensor:
        keys = [hashlib.blake2b(each.tobytes(), digest_size=16).digest() for each in pictures]
        new = [row for row, key in enumerate(keys) if key not in self._seen]
        if new:
            if len(self._seen) > REMEMBERED:
                self._seen.clear()
                new = list(range(len(keys)))
            encoded = self._codec.encode(pictures[new])
            self._seen |= {keys[row]: each for row, each in zip(new, encoded, strict=True)}
        return torch.stack([self._seen[key] for key in keys])

    def pixels(self, maps: Tensor) -> Tensor:
        return opaque(self._codec.decode(maps).clamp(-1, 1))

    def memory(self) -> int:
        return self._codec.memory()

    def hole(self, hole: np.ndarray) -> Tensor:
        whole = torch.from_numpy(hole)[None, None].float().to(self._device)
        return F.max_pool2d(whole, hole.shape[0] // self.shape[1])


def space_of(config: Any, device: torch.device, required: Mapping[str, Any]) -> Space:
    """The space of a config with `codec`, `channels` and `size`; the autoencoder that it names is among the `required` models."""
    return CodecSpace(required[config.codec], device) if config.codec else PixelSpace(config.channels, config.size, device)
