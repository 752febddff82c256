"""What the autoregressive families share: p(x) = Π p(xᵢ | x₁ … xᵢ₋₁, c) over pixels in raster order, each one of a palette's colours.

A network gives `forward(indices, chosen) → logits` for training and `cache(count, chosen)` for sampling: a `Cache` of what
later pixels need of earlier ones, so that a new pixel costs one column of each layer and not a whole picture.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Protocol

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from studio.generators.parts.condition_embedding import NULL_LABEL, ConditionEmbedding
from studio.generators.parts.former_keys import renamed
from studio.generators.parts.nucleus import SamplingParams, nucleus
from studio.generators.parts.palette import Palette

GIVE_WAY = 4  # pixels between two yields, some milliseconds each
STEM = 64  # channels of the condition map at its smallest


class Cache(Protocol):
    """Rows from the top, in each row pixels from the left."""

    def start_row(self, row: int, above: Tensor | None) -> None:
        """`above` (B, w) are the colours of the row before, None at the top."""
        ...

    def pixel(self, column: int, left: Tensor | None) -> Tensor:
        """`left` (B,) are the colours to the left, None at the edge → (B, colours + 1) logits."""
        ...


class Embedding(nn.Module):
    """Palette indices (…) → (…, width): a learnt vector a colour, plus a linear map of its red, green, blue and alpha in [-1, 1]."""

    rgba: Tensor

    def __init__(self, colours: int, width: int) -> None:
        super().__init__()
        self.learnt = nn.Embedding(colours + 1, width)
        self.mixed = nn.Linear(4, width)
        self.register_buffer("rgba", torch.zeros(colours + 1, 4))

    def show(self, palette: Palette) -> None:
        """Take the colours of `palette`, which may be fewer than there is room for."""
        unit = torch.from_numpy(palette.rgba().astype(np.float32)) / 127.5 - 1
        self.rgba[: len(unit)] = unit

    def forward(self, indices: Tensor) -> Tensor:
        return self.learnt(indices) + self.mixed(self.rgba[indices])


class ConditionMap(nn.Module):
    """Attributes c (B, k) → s = m(c), (B, width, size, size): a condition of its own at every pixel, since our pictures are aligned.

    That is the location-dependent conditioning of the Gated PixelCNN (van den Oord et al. 2016, arXiv:1606.05328, equation 5). `counts` are
    how many values each attribute has; without any, s is a learnt bias a pixel.
    """

    def __init__(self, size: int, width: int, counts: Sequence[int]) -> None:
        super().__init__()
        self.start, self.attributes = size // 4, len(counts)
        self.place = nn.Parameter(torch.zeros(1, width, size, size))
        self.condition_embedding = ConditionEmbedding(counts, STEM) if counts else None
        self.stem = nn.Linear(STEM, STEM * self.start**2)
        self.grow = nn.Conv2d(STEM, width, 3, 1, 1)
        self.grow_again = nn.Conv2d(width, width, 3, 1, 1)

    def forward(self, count: int, chosen: Tensor | None = None) -> Tensor:
        """`chosen` (B, attributes), NULL_LABEL for any value; None is NULL_LABEL throughout."""
        if self.condition_embedding is None:
            return self.place.expand(count, -1, -1, -1)
        if chosen is None:
            chosen = torch.full((count, self.attributes), NULL_LABEL, device=self.place.device)
        hidden = self.stem(F.silu(self.condition_embedding(chosen))).view(-1, STEM, self.start, self.start)
        hidden = self.grow(F.interpolate(F.silu(hidden), scale_factor=2))
        return self.place + self.grow_again(F.interpolate(F.silu(hidden), scale_factor=2))


@torch.no_grad()
def unconditional_weights(config: Any, weights: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """The weights of a conditional network with this config → those of one without conditions with the same p(x | NULL_LABEL).

    The condition map of NULL_LABEL is added to the unconditional one, (1, width, size, size).
    """
    weights = renamed(weights)
    kept = {key: value for key, value in weights.items() if not key.startswith("condition_map.condition_embedding.")}
    if len(kept) == len(weights):
        return kept
    condition_map = ConditionMap(config.size, config.width, [len(values) for values in config.attributes.values()])
    start = "condition_map."
    condition_map.load_state_dict({key.removeprefix(start): value.float() for key, value in weights.items() if key.startswith(start)})
    return kept | {"condition_map.place": condition_map(1)}


class Guided:
    """Classifier-free guidance (Ho & Salimans 2022, arXiv:2207.12598) of log-probabilities: log p(x | ∅) + g (log p(x | c) − log p(x | ∅)).

    g is `guidance`. At 1 it is the network itself; beyond, the condition counts for more, at twice the work.
    """

    def __init__(self, network: Any, guidance: float) -> None:
        self.network, self.guidance = network, guidance

    def cache(self, count: int, chosen: Tensor | None) -> Cache:
        if chosen is None or self.guidance == 1 or bool((chosen == NULL_LABEL).all()):
            return self.network.cache(count, chosen)  # type: ignore[no-any-return]
        return _GuidedCache(self.network.cache(2 * count, torch.cat([chosen, torch.full_like(chosen, NULL_LABEL)])), self.guidance)


class _GuidedCache:
    """Implements `Cache` for B pictures over `both`, the cache of 2B: the first half conditional, the second unconditional."""

    def __init__(self, both: Cache, guidance: float) -> None:
        self.both, self.guidance = both, guidance

    def start_row(self, row: int, above: Tensor | None) -> None:
        self.both.start_row(row, None if above is None else above.repeat(2, 1))

    def pixel(self, column: int, left: Tensor | None) -> Tensor:
        conditional, unconditional = self.both.pixel(column, None if left is None else left.repeat(2)).log_softmax(1).chunk(2)
        return unconditional + self.guidance * (conditional - unconditional)


def sample(logits: Tensor, uniforms: Tensor, params: SamplingParams, colours: int) -> Tensor:
    """(B, n) logits and uniform numbers (B,) in [0, 1) → (B,) indices; the first `colours` of n are colours, the rest transparent.

    `params` shape p(colour | opaque) alone. p(opaque) is the network's own: after a transparent pixel another is likeliest, so that a
    nucleus over both would never begin to draw.
    """
    plain = logits.softmax(1)
    likely = (logits[:, :colours] / params.temperature).softmax(1)
    if params.top_p < 1 or params.min_p > 0:
        ordered, order = likely.sort(dim=1, descending=True)
        likely = torch.zeros_like(likely).scatter(1, order, ordered * nucleus(ordered, params.top_p, params.min_p))
    likely = likely * (plain[:, :colours].sum(1) / likely.sum(1))[:, None]
    reached = torch.cat([likely, plain[:, colours:]], 1).cumsum(1)
    return (reached <= (uniforms * reached[:, -1])[:, None]).sum(1).clamp(max=logits.shape[1] - 1)


@torch.no_grad()
def paint(
    network: Any, indices: Tensor, open_pixels: Tensor, chosen: Tensor | None, chances: Tensor, params: SamplingParams, colours: int
) -> Iterator[int]:
    """Fill `indices` (B, h, w) in place where `open_pixels` (h, w) is True; yields how many pixels are done, GIVE_WAY at a time."""
    count, _, width = indices.shape
    cache: Cache = network.cache(count, chosen)
    yield 0
    opened = open_pixels.cpu().numpy()
    for row in range(int(np.flatnonzero(opened.any(1)).max()) + 1):
        cache.start_row(row, indices[:, row - 1] if row else None)
        for column in range(width):
            logits = cache.pixel(column, indices[:, row, column - 1] if column else None)
            if opened[row, column]:
                indices[:, row, column] = sample(logits, chances[:, row, column], params, colours)
            if column % GIVE_WAY == GIVE_WAY - 1:
                yield row * width + column + 1
