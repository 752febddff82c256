"""Where a latent stands along the named directions, and latents moved along them. Plain numpy, no Qt."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from studio.generators.capabilities import Directions
from studio.media import Latent, Media, Picture, medium_of


def coordinates(latent: Latent, directions: Directions) -> np.ndarray:
    """(k,) positions in standard deviations; a latent with a style a layer stands where its layers' mean does."""
    values = latent.values
    flat = values if values.ndim == 1 else values.mean(0)
    return ((flat - directions.mean) @ directions.vectors.T) / directions.scales


def moved(latent: Latent, directions: Directions, targets: dict[int, float]) -> Latent:
    """The latent with direction k at `targets[k]` standard deviations, everything else as it was."""
    here = coordinates(latent, directions)
    values = latent.values.copy()
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
