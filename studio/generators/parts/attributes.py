"""How often each value of an attribute occurs, and drawing a combination. Our sets were composed of independently drawn parts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import torch
from torch import Tensor

from studio.generators.batches import Batch
from studio.generators.parts.conditioning import ANY
from studio.generators.parts.palette import Palette


class AttributeShares:
    """`shares[k]` (values of attribute k,) sums to 1."""

    def __init__(self, shares: np.ndarray, values: Mapping[str, Sequence[str]]) -> None:
        self.names = tuple(values)
        self.values = {name: tuple(each) for name, each in values.items()}
        self.shares = np.split(shares, np.cumsum([len(each) for each in values.values()])[:-1])

    def choose(self, source: torch.Generator, wanted: Mapping[str, str] | None = None) -> list[int]:
        """One value an attribute, drawn as often as it occurs, or the one that is wanted."""
        chances = torch.rand(len(self.names), generator=source).numpy()
        chosen = []
        for name, shares, chance in zip(self.names, self.shares, chances, strict=True):
            value = (wanted or {}).get(name, ANY)
            drawn = min(int(np.searchsorted(np.cumsum(shares), chance)), len(shares) - 1)
            chosen.append(drawn if value == ANY else self.values[name].index(value))
        return chosen


def count_shares(attributes: np.ndarray, values: Mapping[str, Sequence[str]]) -> np.ndarray:
    """(n, k) attributes → the shares of all values, end to end."""
    counted = [np.bincount(attributes[:, k], minlength=len(each)) / len(attributes) for k, each in enumerate(values.values())]
    return np.concatenate(counted).astype(np.float32) if counted else np.zeros(0, np.float32)


def shares_of(attributes: np.ndarray, values: Mapping[str, Sequence[str]]) -> AttributeShares | None:
    """The shares of (n, k) attributes, or None for an unconditional model."""
    return AttributeShares(count_shares(attributes, values), values) if values else None


def sampled(shares: AttributeShares | None, count: int, source: torch.Generator, device: torch.device) -> Tensor | None:
    """(count, attributes) int64 values drawn as often as they occur, or None for an unconditional model."""
    return None if shares is None else torch.tensor([shares.choose(source) for _ in range(count)], device=device)


def extra_files(palette: Palette, data: Batch, attributes: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    """What ships beside the weights of a model of pixels, file stem → (arrays, notes): `palette`, and `attributes` of a conditional one."""
    found: dict[str, Any] = {"palette": ({"colours": palette.colours}, {})}
    return found | ({"attributes": ({"shares": count_shares(data.attributes, attributes)}, {})} if attributes else {})
