"""Filling a selection: the hole in the size that a model knows, and nothing changed outside it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np

from studio.generators.events import Event, Result
from studio.media import Picture, PictureSelection


def hole_in(mask: np.ndarray, size: int) -> np.ndarray:
    """(h, w) bool → (size, size) bool, centred as `Picture.fitted` does."""
    return PictureSelection(mask).to_picture().fitted(size, size).pixels[..., 3] > 0


def only_within(events: Iterable[Event], picture: Picture, hole: np.ndarray) -> Iterator[Event]:
    """`events`, each result cut to the `hole` (size, size): outside it `picture` stays as it is, to the pixel, and so does its size."""
    original = picture.fitted(hole.shape[1], hole.shape[0]).pixels
    for event in events:
        if isinstance(event, Result) and isinstance(event.media, Picture):
            pixels = np.where(hole[..., None], event.media.pixels, original)
            yield Result(event.index, Picture(pixels).fitted(picture.width, picture.height))
        else:
            yield event
