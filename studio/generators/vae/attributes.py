"""A prior that knows the set's attributes: z = mean + one learnt vector for each attribute's value + a Gaussian remainder.

Heroes are composed from parts that were drawn independently, and the encoder lays them out additively: the attributes of a
picture explain about 90 % of its latent's variance. So the prior is a linear regression, sampled value by value.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import torch

from studio.generators.parts.attributes import AttributeShares

RIDGE = 2.0
SWEEPS = 4


class AttributePrior(AttributeShares):
    """`vectors[k]` is (values of attribute k, d), `shares[k]` how often each value occurs, `factor` (d, d) the remainder's."""

    def __init__(self, arrays: Mapping[str, np.ndarray], values: Mapping[str, Sequence[str]]) -> None:
        super().__init__(arrays["attribute_shares"], values)
        self.vectors = np.split(arrays["attribute_vectors"], np.cumsum([len(each) for each in values.values()])[:-1])
        self.mean, self.factor = arrays["attribute_mean"], arrays["attribute_factor"]

    def compose(self, chosen: Sequence[int]) -> np.ndarray:
        """The point of these values (one index an attribute), without a remainder."""
        parts = [vectors[index] for vectors, index in zip(self.vectors, chosen, strict=True)]
        return self.mean + np.sum(parts, axis=0)

    def remainder(self, source: torch.Generator, temperature: float) -> np.ndarray:
        return temperature * (self.factor @ torch.randn(len(self.mean), generator=source).numpy())

    def explain(self, point: np.ndarray) -> list[int]:
        """The values that come nearest to a point: matching pursuit, then coordinate descent over the attributes."""
        rest = point - self.mean
        found: dict[int, int] = {}
        while len(found) < len(self.names):
            gains = {k: ((rest - vectors) ** 2).sum(1) for k, vectors in enumerate(self.vectors) if k not in found}
            best = min(gains, key=lambda k: gains[k].min())
            found[best] = int(gains[best].argmin())
            rest = rest - self.vectors[best][found[best]]
        chosen = [found[k] for k in range(len(self.names))]
        for _ in range(SWEEPS):
            for k, vectors in enumerate(self.vectors):
                without = point - self.compose(chosen) + vectors[chosen[k]]
                chosen[k] = int(((vectors - without) ** 2).sum(1).argmin())
        return chosen

    def neighbour(self, point: np.ndarray, source: torch.Generator, distance: float) -> np.ndarray:
        """The same point with each attribute drawn anew with probability `distance`; what no attribute explains stays."""
        before = self.explain(point)
        drawn = self.choose(source, {})
        again = torch.rand(len(self.names), generator=source).numpy() < distance
        after = [new if change else old for old, new, change in zip(before, drawn, again, strict=True)]
        return point - self.compose(before) + self.compose(after) + self.remainder(source, 0.3 * distance)


def fit(means: np.ndarray, attributes: np.ndarray, counts: Sequence[int]) -> dict[str, np.ndarray]:
    """Ridge regression of (n, d) encodings on (n, k) attributes; `counts` is how many values each attribute has."""
    starts = np.cumsum([0, *counts])
    chosen = np.zeros((len(means), starts[-1]), np.float32)
    for k, first in enumerate(starts[:-1]):
        chosen[np.arange(len(means)), first + attributes[:, k]] = 1
    mean = means.mean(0)
    vectors = np.linalg.solve(chosen.T @ chosen + RIDGE * np.eye(starts[-1]), chosen.T @ (means - mean))
    remainder = means - mean - chosen @ vectors
    factor = np.linalg.cholesky(np.cov(remainder.T) + 1e-5 * np.eye(means.shape[1]))
    found = {
        "attribute_vectors": vectors,
        "attribute_shares": chosen.mean(0),
        "attribute_mean": mean + remainder.mean(0),
        "attribute_factor": factor,
    }
    return {key: value.astype(np.float32) for key, value in found.items()}
