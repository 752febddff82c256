"""Choosing one of many by their logits: temperature, nucleus (top p, Holtzman et al. 2019, 1904.09751) and min p (2407.01082)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Boldness:
    """`top_p` keeps the likeliest that together have this probability, `min_p` those with this share of the likeliest's."""

    temperature: float = 1.0
    top_p: float = 1.0
    min_p: float = 0.0


def probabilities(logits: np.ndarray, allowed: np.ndarray | None = None, temperature: float = 1.0) -> np.ndarray:
    """(V,) logits → probabilities; what is not `allowed` has none. At least one must be allowed."""
    scaled = logits.astype(np.float64) / temperature
    if allowed is not None:
        scaled = np.where(allowed, scaled, -np.inf)
    likely = np.exp(scaled - scaled.max())
    return likely / likely.sum()


def choose(logits: np.ndarray, chance: float, boldness: Boldness, allowed: np.ndarray | None = None) -> int:
    """The one that `chance` in [0, 1) falls on, when all that may be chosen lie side by side, the likeliest first."""
    likely = probabilities(logits, allowed, boldness.temperature)
    order = np.argsort(-likely, kind="stable")
    row = likely[order]
    kept = (np.cumsum(row) - row < boldness.top_p) & (row >= boldness.min_p * row[0]) & (row > 0)
    row = np.cumsum(np.where(kept, row, 0.0))
    return int(order[min(int(np.searchsorted(row, chance * row[-1], side="right")), int(np.flatnonzero(kept)[-1]))])
