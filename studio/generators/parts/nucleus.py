"""Sampling one of V values by its logits: temperature, top p (nucleus, Holtzman et al. 2019, arXiv:1904.09751) and min p (2407.01082)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from torch import Tensor

Values = TypeVar("Values", np.ndarray, Tensor)


@dataclass(frozen=True)
class SamplingParams:
    """`top_p` keeps the likeliest values whose probabilities first sum to it, `min_p` those of at least this share of the likeliest's."""

    temperature: float = 1.0
    top_p: float = 1.0
    min_p: float = 0.0


def nucleus(ordered: Values, top_p: float, min_p: float = 0.0) -> Values:
    """Falling probabilities (…, V) → a mask (…, V) of those that may be sampled: Σ of all before < p, and ≥ min_p · the first."""
    return (ordered.cumsum(-1) - ordered < top_p) & (ordered >= min_p * ordered[..., :1])


def probabilities(logits: np.ndarray, allowed: np.ndarray | None = None, temperature: float = 1.0) -> np.ndarray:
    """(V,) logits → softmax(logits / temperature), float64; 0 for what is not `allowed`. At least one must be allowed."""
    scaled = logits.astype(np.float64) / temperature
    if allowed is not None:
        scaled = np.where(allowed, scaled, -np.inf)
    likely = np.exp(scaled - scaled.max())
    return likely / likely.sum()


def sample(logits: np.ndarray, uniform: float, params: SamplingParams, allowed: np.ndarray | None = None) -> int:
    """Inverse transform sampling: the value in whose interval `uniform`, in [0, 1), falls when all that are kept lie likeliest first."""
    likely = probabilities(logits, allowed, params.temperature)
    order = np.argsort(-likely, kind="stable")
    row = likely[order]
    kept = nucleus(row, params.top_p, params.min_p) & (row > 0)
    row = np.cumsum(np.where(kept, row, 0.0))
    return int(order[min(int(np.searchsorted(row, uniform * row[-1], side="right")), int(np.flatnonzero(kept)[-1]))])
