"""Where a latent stands along the named directions, and latents moved along them. Plain numpy, no Qt."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from studio.generators.capabilities import Directions
from studio.media import Latent, Media, Picture, medium_of


def coordinates(latent: Latent, directions: Directions) -> np.ndarray:
    """(k,) positions in standard deviations: how much of each direction the point is made of, beside what none of them reaches.

    Directions that are not orthogonal share what they have in common as their Gram matrix says, so that a step along one leaves the
    others' positions where they are. A latent with a style a layer stands where its layers' mean does.
    """
    values = latent.values
    flat = values if values.ndim == 1 else values.mean(0, dtype=np.float64)
    vectors = directions.vectors.astype(np.float64)
    shares = np.linalg.lstsq(vectors @ vectors.T, vectors @ (flat - directions.mean), rcond=None)[0]
    return np.asarray(shares / directions.scales)


def moved(latent: Latent, directions: Directions, targets: dict[int, float]) -> Latent:
    """The latent with direction k at `targets[k]` standard deviations, everything else as it was."""
    here = coordinates(latent, directions)
    values = latent.values.astype(np.float64)
    for k, target in targets.items():
        values += (target - here[k]) * directions.scales[k] * directions.vectors[k]
    return Latent(latent.space, {**latent.arrays, latent.space: values})


def looks(media: Sequence[Media]) -> list[Picture]:
    """How each thing looks: a picture as it is, a score as a small roll."""
    drawings = [(medium_of(each).drawing, each) for each in media]
    return [drawing(each) for drawing, each in drawings if drawing is not None]


def average(latent: Latent, directions: Directions) -> Latent:
    """The mean point of the space, with what else the latent carries (its noise)."""
    values = np.broadcast_to(directions.mean, latent.values.shape)
    return Latent(latent.space, {**latent.arrays, latent.space: values})


def fits(latent: Latent, directions: Directions) -> bool:
    """Whether the latent's numbers are of the directions' length."""
    values = latent.arrays.get(latent.space)
    return values is not None and values.ndim in (1, 2) and values.shape[-1] == len(directions.mean)
