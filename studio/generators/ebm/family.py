"""An energy-based model, loaded: walks downhill from noise, from a picture, around a hole, and shows where a picture is steep."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy as np
import torch
from torch import Tensor

from studio.generators.capabilities import Call
from studio.generators.ebm import EbmConfig
from studio.generators.ebm.networks import Around, Energy, langevin_dynamics
from studio.generators.ebm.training import export_artifacts, noise, start, steepness
from studio.generators.events import Event, Preview, Progress, Result
from studio.generators.parts.filling import hole_in, only_within
from studio.generators.parts.inputs import picture_of, selection_of
from studio.generators.parts.loaded import loaded, memory_of
from studio.generators.parts.noise import item_generator
from studio.generators.parts.palette import Palette
from studio.generators.parts.pixels import as_pictures, as_tensor, heatmap, opaque
from studio.media import Picture

__all__ = ["LoadedEbm", "config_of", "export_artifacts", "load", "start"]

Files = Mapping[str, tuple[Mapping[str, np.ndarray], Mapping[str, str]]]
TOGETHER = 8  # chains at once, always: a smaller batch would round differently, and item 7 is to be the same alone
PREVIEW_EVERY = 4
RED = 2.0  # times what 99 of 100 real pixels are below is fully red

config_of = EbmConfig.of


def load(config: Mapping[str, Any], tensors: Mapping[str, Tensor], files: Files, device: torch.device) -> LoadedEbm:
    """The model from its card's config, its weights, and the files `palette` and `usual`."""
    return LoadedEbm(config_of(config), tensors, files, device)


class LoadedEbm:
    """Implements Performs."""

    def __init__(self, config: EbmConfig, tensors: Mapping[str, Tensor], files: Files, device: torch.device) -> None:
        self.config, self.device = config, device
        self.energy = loaded(Energy(config), tensors, device)
        self.palette = Palette(files["palette"][0]["colours"])
        self.usual, self.steep = (float(each) for each in files["usual"][0]["steepness"])

    def perform(self, call: Call) -> Iterator[Event]:
        actions = {"generate": self._generate, "settle": self._settle, "infill": self._infill, "energy_map": self._map}
        return actions[call.action](call)

    def memory(self) -> int:
        return memory_of(self.energy)

    def _generate(self, call: Call) -> Iterator[Event]:
        return self._walked(call)

    def _settle(self, call: Call) -> Iterator[Event]:
        return self._walked(call, begin=self._tensor(picture_of(call, "picture")))

    def _infill(self, call: Call) -> Iterator[Event]:
        picture = picture_of(call, "picture")
        hole = hole_in(selection_of(call, "mask", picture).mask, self.config.size)
        around = Around(self._tensor(picture), torch.from_numpy(hole).to(self.device))
        return only_within(self._walked(call, around=around), picture, hole)

    def _map(self, call: Call) -> Iterator[Event]:
        picture = picture_of(call, "picture").fitted(self.config.size, self.config.size)
        yield Progress(0, 1, "reading")
        found = steepness(self.energy, self._tensor(picture))[0].cpu().numpy()
        yield Result(0, heatmap(picture, (found - self.usual) / max(RED * self.steep - self.usual, 1e-9)))

    def _walked(self, call: Call, begin: Tensor | None = None, around: Around | None = None) -> Iterator[Event]:
        """Chains that begin at noise, or at the picture `begin`; some steps are shown."""
        shape = (self.config.channels, self.config.size, self.config.size)
        steps, total = call.settings.steps, len(call.indices)
        for first in range(0, total, TOGETHER):
            indices = call.indices[first : first + TOGETHER]
            sources = [item_generator(call.seed, index) for index in indices]
            spare = torch.zeros(TOGETHER - len(indices), *shape)
            noises = torch.cat([torch.stack([noise(shape, source) for source in sources]), spare]).to(self.device)
            begun = noises if begin is None else begin.expand_as(noises)
            chain = langevin_dynamics(
                self.energy.slope, begun, steps, self.config, _shaken(sources, spare), call.settings.noise_scale, around
            )
            for step, pictures in enumerate(chain, start=1):
                yield Progress(first + len(indices) * step / steps, total, "walking")
                if step == steps:
                    yield from map(Result, indices, self._painted(pictures[: len(indices)], call.settings))
                elif step % PREVIEW_EVERY == 0:
                    yield from map(Preview, indices, as_pictures(opaque(pictures[: len(indices)])))

    def _tensor(self, picture: Picture) -> Tensor:
        """(1, channels, size, size)."""
        fitted = picture.fitted(self.config.size, self.config.size)
        return as_tensor(fitted.pixels[None], self.device)[:, : self.config.channels].contiguous()

    def _painted(self, pictures: Tensor, settings: Any) -> list[Picture]:
        made = as_pictures(opaque(pictures))
        return self.palette.snap(made, settings.colours) if settings.snap_to_palette else made


def _shaken(sources: list[torch.Generator], spare: Tensor) -> Callable[[], Tensor]:
    """Draws each chain's noise from its own source; what fills the batch up is never shaken."""

    def shaken() -> Tensor:
        return torch.cat([torch.stack([torch.randn(spare.shape[1:], generator=source) for source in sources]), spare])

    return shaken
