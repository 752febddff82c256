"""A model that paints pixel by pixel, loaded: generates, continues, infills, and says how likely each pixel is."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from studio.generators.capabilities import Call
from studio.generators.events import Event, Preview, Progress, Result
from studio.generators.parts import autoregressive, conditioning
from studio.generators.parts.attributes import AttributeShares
from studio.generators.parts.condition_embedding import NULL_LABEL
from studio.generators.parts.inputs import picture_of, selection_of
from studio.generators.parts.loaded import loaded, memory_of
from studio.generators.parts.noise import item_generator
from studio.generators.parts.nucleus import SamplingParams
from studio.generators.parts.palette import Palette
from studio.generators.parts.pixels import heatmap
from studio.media import Picture

Files = Mapping[str, tuple[Mapping[str, np.ndarray], Mapping[str, str]]]
Attributes = Mapping[str, Sequence[str]]
TOGETHER = 16  # pictures painted at once, always: a smaller batch would round differently, and item 7 is to be the same alone
PREVIEW_ROWS = 2
RED_BITS = 8.0  # a pixel as unlikely as 1 in 256 is fully red


class LoadedAutoregressive:
    """Implements Performs, Conditions and ScoresPictures. `network` is as `parts/autoregressive.py` says."""

    def __init__(
        self, network: Any, size: int, attributes: Attributes, tensors: Mapping[str, Tensor], files: Files, device: torch.device
    ) -> None:
        self.size, self.device = size, device
        self.network = loaded(network, tensors, device)
        self.palette = Palette(files["palette"][0]["colours"])
        self._attributes = attributes
        self.attributes = AttributeShares(files["attributes"][0]["shares"], attributes) if attributes else None

    def perform(self, call: Call) -> Iterator[Event]:
        actions = {"generate": self._generate, "continue": self._continue, "infill": self._infill, "surprise": self._surprise}
        return actions[call.action](call)

    def memory(self) -> int:
        return memory_of(self.network)

    def conditions(self) -> Attributes:
        return self._attributes

    def bits_per_pixel(self, pictures: np.ndarray) -> np.ndarray:
        """(n, h, w, 4) uint8 → (n,): the mean of −log₂ p over pixels, exact, with NULL_LABEL for the attributes."""
        parts = [self._bits(pictures[first : first + TOGETHER], None).mean((1, 2)) for first in range(0, len(pictures), TOGETHER)]
        return np.concatenate(parts)

    @torch.no_grad()
    def _bits(self, pictures: np.ndarray, chosen: Tensor | None) -> np.ndarray:
        """(n, h, w): −log₂ p(pixel | those before it, chosen)."""
        indices = torch.from_numpy(self.palette.index(pictures)).to(self.device)
        nats = F.cross_entropy(self.network(indices, chosen), indices, reduction="none")
        return (nats / math.log(2)).cpu().numpy()

    def _generate(self, call: Call) -> Iterator[Event]:
        blank = Picture.empty(self.size, self.size)
        return self._painted(call, blank, np.ones((self.size, self.size), bool), drawn=True)

    def _continue(self, call: Call) -> Iterator[Event]:
        picture = picture_of(call, "picture").fitted(self.size, self.size)
        mask = np.zeros((self.size, self.size), bool)
        mask[min(call.settings.row, self.size - 1) :] = True
        return self._painted(call, picture, mask)

    def _infill(self, call: Call) -> Iterator[Event]:
        picture = picture_of(call, "picture")
        chosen = selection_of(call, "selection", picture).to_picture()
        mask = chosen.fitted(self.size, self.size).pixels[..., 3] > 0
        return self._painted(call, picture.fitted(self.size, self.size), mask)

    def _surprise(self, call: Call) -> Iterator[Event]:
        picture = picture_of(call, "picture").fitted(self.size, self.size)
        yield Progress(0, 1, "reading")
        bits = self._bits(picture.pixels[None], self._asked(call.settings, 1))[0]
        yield Result(0, heatmap(picture, bits / RED_BITS))

    def _painted(self, call: Call, picture: Picture, mask: np.ndarray, *, drawn: bool = False) -> Iterator[Event]:
        """`picture` once an item with the pixels of `mask` painted. What nobody asked for is `drawn` as it occurs, or left open."""
        if not mask.any():
            yield from (Result(index, picture) for index in call.indices)
            return
        start = torch.from_numpy(self.palette.index(picture.pixels[None])).to(self.device)
        for first in range(0, len(call.indices), TOGETHER):
            items = list(call.indices[first : first + TOGETHER])
            chances, choices = self._noise(call, items)
            chosen = choices if drawn else self._asked(call.settings, TOGETHER)
            indices = start.repeat(TOGETHER, 1, 1)
            network = autoregressive.Guided(self.network, getattr(call.settings, "guidance", 1.0))
            params = SamplingParams(call.settings.temperature, call.settings.top_p)
            for done in autoregressive.paint(network, indices, torch.from_numpy(mask), chosen, chances, params, self.palette.transparent):
                yield Progress(first + len(items) * done / self.size**2, len(call.indices), "painting")
                rows, rest = divmod(done, self.size)
                if rest == 0 and rows and rows % PREVIEW_ROWS == 0 and mask[:rows].any():
                    shown = mask & (np.arange(self.size) < rows)[:, None]
                    yield from map(Preview, items, self._joined(picture, indices[: len(items)], shown, mask))
            yield from map(Result, items, self._joined(picture, indices[: len(items)], mask, mask))

    def _joined(self, picture: Picture, indices: Tensor, painted: np.ndarray, mask: np.ndarray) -> list[Picture]:
        """The given picture with what is `painted` so far; the rest of the `mask` is still empty."""
        colours = self.palette.rgba()[np.minimum(indices.cpu().numpy(), self.palette.transparent)]
        kept = np.where(mask[..., None], np.uint8(0), picture.pixels)
        return [Picture(np.where(painted[..., None], each, kept)) for each in colours]

    def _noise(self, call: Call, items: Sequence[int]) -> tuple[Tensor, Tensor | None]:
        """Chances (TOGETHER, h, w) and values (TOGETHER, attributes) of the items; what fills the batch up is never shown."""
        wanted = conditioning.wanted(call.settings, self._attributes)
        chances = torch.zeros(TOGETHER, self.size, self.size)
        choices = torch.zeros(TOGETHER, len(self._attributes), dtype=torch.long)
        for place, index in enumerate(items):
            source = item_generator(call.seed, index)
            if self.attributes is not None:
                choices[place] = torch.tensor(self.attributes.choose(source, wanted))
            chances[place] = torch.rand(self.size, self.size, generator=source)
        return chances.to(self.device), choices.to(self.device) if self._attributes else None

    def _asked(self, settings: Any, count: int) -> Tensor | None:
        """The values that were asked for, (count, attributes), −1 where nothing was."""
        if not self._attributes:
            return None
        wanted = conditioning.wanted(settings, self._attributes)
        row = [list(values).index(wanted[name]) if name in wanted else NULL_LABEL for name, values in self._attributes.items()]
        return torch.tensor([row] * count, device=self.device)
