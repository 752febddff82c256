"""Pictures laid into a layer, which grows to hold them. No Qt."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from studio.documents.canvas.geometry import Rect
from studio.documents.canvas.model import Layer, around, checked
from studio.media import Picture


def is_blank(layer: Layer) -> bool:
    """A layer that was added empty: one transparent pixel that holds its place until something is painted anywhere."""
    return layer.picture.width == layer.picture.height == 1 and not layer.picture.pixels[0, 0, 3]


def laid(layer: Layer, parts: Sequence[tuple[Rect, Picture]], bounds: Rect | None, edited: bool) -> Layer:
    """The layer with each picture in its place, with one copy of the pixels however many there are; then cut to `bounds`.

    Raises MediaError where it would become too large.
    """
    kept = [] if is_blank(layer) else [layer.rect]
    rect = around([*kept, *(part for part, _ in parts)])
    if rect == layer.rect:
        pixels = layer.picture.pixels.copy()
    else:
        checked(rect, f"The layer “{layer.name}”")
        pixels = np.zeros((rect.h, rect.w, 4), np.uint8)
        for place in kept:
            pixels[place.moved(-rect.x, -rect.y).slices] = layer.picture.pixels
    for part, picture in parts:
        pixels[part.moved(-rect.x, -rect.y).slices] = picture.pixels
    if bounds is not None:
        left = bounds.intersected(rect)
        pixels, rect = pixels[left.moved(-rect.x, -rect.y).slices], left
    return replace(layer, x=rect.x, y=rect.y, picture=_assembled(pixels), edited=edited)


def _assembled(pixels: np.ndarray) -> Picture:
    """A picture put together from the pixels of pictures: clean already, and looking again costs a second at 64 megapixels."""
    picture = object.__new__(Picture)
    pixels = np.ascontiguousarray(pixels)
    pixels.setflags(write=False)
    object.__setattr__(picture, "pixels", pixels)
    return picture
