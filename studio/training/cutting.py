"""From pictures of any size to the small squares that a model sees: cut, scaled, and painted in the set's own colours."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from PIL import Image

from studio.generators.parts.palette import Palette
from studio.media import Picture
from studio.training.augmentation import Augmentation

SIZES = (16, 32, 64)
BLOCKS = range(16, 1, -1)
BLOCK_PIXELS = 4 * 10**6  # larger pictures are not searched for enlarged pixels
SMALLEST = 8
PIXEL_ART_COLOURS = 128
MANY_TILES = 4


@dataclass(frozen=True)
class Choices:
    """How pictures become squares of `size` pixels.

    `crop` is centre (the middle square), whole (padded with transparency) or tiles (a grid of squares, unscaled); `scaling` is
    area (photographs) or nearest (pixel art); `colours` of the set's own palette, 0 to leave them as they are.
    """

    size: int = 32
    crop: str = "centre"
    scaling: str = "area"
    colours: int = 0
    mirror: bool = False
    shift: int = 0

    @property
    def augmentation(self) -> Augmentation:
        return Augmentation(self.mirror, self.shift)

    def to_dict(self) -> dict[str, Any]:
        return asdict(self)


def guess(samples: Sequence[Picture], count: int, size: int = 32) -> Choices:
    """Choices that suit what is there: pixel art is not smoothed, sprites keep their surroundings, a few large sheets are cut up.

    `size` is for pictures larger than any that can be trained on; smaller ones keep their own.
    """
    if not samples:
        return Choices(size)
    pixel_art = float(np.median([_colours(unenlarged(each)) for each in samples])) <= PIXEL_ART_COLOURS
    sides = [min(each.width, each.height) for each in (map(unenlarged, samples) if pixel_art else samples)]
    own = next((each for each in SIZES if np.median(sides) <= each), size)
    clear = float(np.mean([(each.pixels[..., 3] < 128).any() for each in samples])) > 0.5
    if pixel_art and count < 20 and np.median(sides) >= MANY_TILES * size:
        return Choices(size, "tiles", "nearest")
    return Choices(own, "whole" if clear else "centre", "nearest" if pixel_art else "area", mirror=not pixel_art)


def cut(picture: Picture, choices: Choices) -> list[np.ndarray]:
    """The squares of one picture, (size, size, 4) uint8 each; tiles without a drawing are left out."""
    if choices.scaling == "nearest":
        picture = unenlarged(picture)
    if choices.crop == "tiles":
        return _tiles(picture, choices.size)
    if choices.crop == "centre":
        side = min(picture.width, picture.height)
        picture = picture.fitted(side, side)
    small = choices.scaling == "nearest" and max(picture.width, picture.height) <= choices.size
    scaled = picture if small else _scaled(picture, choices)
    return [scaled.fitted(choices.size, choices.size).pixels]


def painted(pictures: np.ndarray, colours: int) -> np.ndarray:
    """(n, s, s, 4) in at most `colours` colours found in them, every pixel clear or solid; unchanged for 0."""
    if colours == 0 or not (pictures[..., 3] >= 128).any():
        return pictures
    palette = Palette.fitted(pictures, colours)
    return palette.rgba()[palette.index(pictures)]


def unenlarged(picture: Picture) -> Picture:
    """Pixel art that was saved enlarged, at its own size: every block of one colour becomes one pixel again."""
    pixels = picture.pixels
    height, width = pixels.shape[:2]
    if height * width > BLOCK_PIXELS:
        return picture
    for block in BLOCKS:
        if height % block or width % block or min(height, width) // block < SMALLEST:
            continue
        small = pixels[::block, ::block]
        if all(np.array_equal(pixels[y::block, x::block], small) for y in range(block) for x in range(block)):
            return Picture(small)
    return picture


def _colours(picture: Picture) -> int:
    return len(np.unique(picture.pixels.reshape(-1, 4).view(np.uint32)))


def _scaled(picture: Picture, choices: Choices) -> Picture:
    """The longer side becomes `choices.size`. Colours are averaged as they cover: a clear pixel's colour counts nothing."""
    longest = max(picture.width, picture.height)
    width, height = (max(1, round(side * choices.size / longest)) for side in (picture.width, picture.height))
    shape = (width, height)
    if shape == (picture.width, picture.height):
        return picture
    if choices.scaling == "nearest":
        return Picture(np.asarray(Image.fromarray(picture.pixels).resize(shape, Image.Resampling.NEAREST)))
    way = Image.Resampling.BOX if longest > choices.size else Image.Resampling.BILINEAR
    return Picture(np.asarray(Image.fromarray(picture.pixels).convert("RGBa").resize(shape, way).convert("RGBA")))


def _tiles(picture: Picture, size: int) -> list[np.ndarray]:
    if picture.width < size or picture.height < size:
        picture = picture.fitted(max(size, picture.width), max(size, picture.height))
    rows, columns = picture.height // size, picture.width // size
    found = []
    for row in range(rows):
        for column in range(columns):
            tile = picture.pixels[row * size : (row + 1) * size, column * size : (column + 1) * size]
            if (tile != tile[0, 0]).any():
                found.append(tile)
    return found
