"""Principal directions of a latent space, and the file they ship in."""

from __future__ import annotations

import json
from collections.abc import Mapping

import numpy as np

from studio.generators.capabilities import UNIT, Directions


def principal(space: str, points: np.ndarray, count: int) -> Directions:
    """The first `count` principal directions of (n, d) points (GANSpace, Härkönen et al. 2020), sign fixed by the largest entry."""
    mean = points.mean(0)
    _, deviations, vectors = np.linalg.svd(points - mean, full_matrices=False)
    vectors = vectors[:count]
    vectors = vectors * np.sign(vectors[np.arange(len(vectors)), np.abs(vectors).argmax(1)])[:, None]
    scales = deviations[:count] / np.sqrt(len(points) - 1)
    names = tuple(f"Direction {number + 1}" for number in range(len(vectors)))
    return Directions(space, names, vectors.astype(np.float32), scales.astype(np.float32), mean.astype(np.float32))


def unit(vectors: np.ndarray) -> np.ndarray:
    """(k, d) vectors brought to unit length, k at most d. One of no length, along which nothing changes, becomes the axis of its number."""
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.where(lengths > 1e-9, vectors / np.maximum(lengths, 1e-9), np.eye(*vectors.shape))


def to_tensors(directions: Directions) -> tuple[dict[str, np.ndarray], dict[str, str]]:
    """Arrays and metadata for `directions.safetensors`."""
    arrays = {"vectors": directions.vectors, "scales": directions.scales, "mean": directions.mean}
    return arrays, {"space": directions.space, "names": json.dumps(directions.names)}


def from_tensors(arrays: Mapping[str, np.ndarray], metadata: Mapping[str, str]) -> Directions:
    """What `to_tensors` gave; raises GeneratorError for what are no directions.

    Vectors that are of unit length only when they are read column by column are read so: models that were trained here before arrays
    were made contiguous hold them that way.
    """
    names, vectors = tuple(json.loads(metadata["names"])), arrays["vectors"]
    turned = vectors.reshape(vectors.shape[::-1]).T
    if not _are_unit(vectors) and _are_unit(turned):
        vectors = np.ascontiguousarray(turned)
    return Directions(metadata["space"], names, vectors, arrays["scales"], arrays["mean"])


def _are_unit(vectors: np.ndarray) -> bool:
    return bool(np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=UNIT))


def slerp(a: np.ndarray, b: np.ndarray, t: float) -> np.ndarray:
    """Spherical interpolation with the length interpolated too; a straight line where a and b are nearly parallel."""
    length_a, length_b = float(np.linalg.norm(a)), float(np.linalg.norm(b))
    if min(length_a, length_b) < 1e-6:
        return (1 - t) * a + t * b
    unit_a, unit_b = a / length_a, b / length_b
    angle = float(np.arccos(np.clip((unit_a * unit_b).sum(), -1, 1)))
    if angle < 1e-4 or np.pi - angle < 1e-4:
        return (1 - t) * a + t * b
    direction = (np.sin((1 - t) * angle) * unit_a + np.sin(t * angle) * unit_b) / np.sin(angle)
    return direction * ((1 - t) * length_a + t * length_b)
