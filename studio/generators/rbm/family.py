"""A Boltzmann machine, loaded: dreams from chance, from a picture, and around what is held still; every few rounds are shown."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import torch
from torch import Tensor

from studio.generators.capabilities import Call
from studio.generators.events import Event, Preview, Progress, Result
from studio.generators.parts.filling import hole_in, only_within
from studio.generators.parts.inputs import picture_of, selection_of
from studio.generators.parts.loaded import loaded, memory_of
from studio.generators.parts.noise import item_generator
from studio.generators.parts.palette import Palette
from studio.generators.rbm import RbmConfig
from studio.generators.rbm.networks import Rbm
from studio.generators.rbm.training import begun, binarised, export_artifacts, gibbs_step, painted, start
from studio.media import Picture

__all__ = ["LoadedRbm", "config_of", "export_artifacts", "load", "start"]

Files = Mapping[str, tuple[Mapping[str, np.ndarray], Mapping[str, str]]]
TOGETHER = 8  # chains at once, always: a smaller batch would round differently, and item 7 is to be the same alone
PREVIEW_EVERY = 8

config_of = RbmConfig.of


def load(config: Mapping[str, Any], tensors: Mapping[str, Tensor], files: Files, device: torch.device) -> LoadedRbm:
    """The machine from its card's config, its weights, and the file `palette`."""
    return LoadedRbm(config_of(config), tensors, files, device)


class LoadedRbm:
    """Implements Performs."""

    def __init__(self, config: RbmConfig, tensors: Mapping[str, Tensor], files: Files, device: torch.device) -> None:
        self.config, self.device = config, device
        self.palette = Palette(files["palette"][0]["colours"])
        self.machine = loaded(Rbm(config), tensors, device)

    def perform(self, call: Call) -> Iterator[Event]:
        actions = {"generate": self._generate, "dream": self._dream, "infill": self._infill}
        return actions[call.action](call)

    def memory(self) -> int:
        return memory_of(self.machine)

    def _generate(self, call: Call) -> Iterator[Event]:
        return self._chains(call, None, None)

    def _dream(self, call: Call) -> Iterator[Event]:
        return self._chains(call, self._bits(picture_of(call, "picture")), None)

    def _infill(self, call: Call) -> Iterator[Event]:
        """Gibbs sampling given what surrounds the hole; outside it the picture stays as it is, to the pixel."""
        picture = picture_of(call, "picture")
        hole = hole_in(selection_of(call, "mask", picture).mask, self.config.size)
        return only_within(self._chains(call, self._bits(picture), torch.from_numpy(hole.ravel()).to(self.device)), picture, hole)

    def _chains(self, call: Call, known: Tensor | None, hole: Tensor | None) -> Iterator[Event]:
        """Chains that begin at chance, at the bits `known` (1, size²), or at chance in the `hole` (size²,) of them alone."""
        steps, total, size = call.settings.steps, len(call.indices), self.config.size
        for first in range(0, total, TOGETHER):
            indices = list(call.indices[first : first + TOGETHER])
            sources = [item_generator(call.seed, index) for index in indices]
            sources += [torch.Generator().manual_seed(0) for _ in range(TOGETHER - len(indices))]  # they fill up, and are never shown
            pixels = begun(self.machine, sources)
            if known is not None:
                pixels = known.expand_as(pixels) if hole is None else torch.where(hole, pixels, known)
            for step in range(1, steps + 1):
                pixels, chances = gibbs_step(self.machine, pixels, sources, call.settings.temperature)
                if known is not None and hole is not None:
                    pixels, chances = torch.where(hole, pixels, known), torch.where(hole, chances, known)
                yield Progress(first + len(indices) * step / steps, total, "dreaming")
                if step == steps:
                    yield from map(Result, indices, painted(chances[: len(indices)], size, call.settings.inks))
                elif step % PREVIEW_EVERY == 0:
                    yield from map(Preview, indices, painted(pixels[: len(indices)], size, call.settings.inks))

    def _bits(self, picture: Picture) -> Tensor:
        """(1, size²)."""
        fitted = picture.fitted(self.config.size, self.config.size)
        return torch.from_numpy(binarised(fitted.pixels[None], self.config.threshold)).float().to(self.device)
