"""A picture is RGBA pixels with straight alpha; a selection is a bitmap of the same size."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from studio.media.errors import MediaError

PIXELS_LIMIT = 64 * 10**6
FAINT = 0.5 / 255  # an alpha below that rounds to 0: its colour says nothing


@dataclass(frozen=True, eq=False)
class Picture:
    """`pixels` is (height, width, 4) uint8, straight alpha; fully transparent pixels are 0 in every channel."""

    pixels: np.ndarray

    def __post_init__(self) -> None:
        pixels = np.asarray(self.pixels)
        if pixels.ndim == 2:
            pixels = np.repeat(pixels[..., None], 3, axis=2)
        if pixels.ndim != 3 or pixels.shape[2] not in (3, 4) or pixels.dtype != np.uint8:
            raise MediaError(f"A picture is height × width × 4 bytes; this array is {pixels.dtype} {pixels.shape}.")
        if 0 in pixels.shape:
            raise MediaError("A picture has at least one pixel.")
        if pixels.shape[0] * pixels.shape[1] > PIXELS_LIMIT:
            raise MediaError(f"A picture of {pixels.shape[1]}×{pixels.shape[0]} is larger than the 64 megapixels that Atelier takes.")
        if pixels.shape[2] == 3:
            pixels = np.concatenate([pixels, np.full((*pixels.shape[:2], 1), 255, np.uint8)], axis=2)
        pixels = np.ascontiguousarray(pixels)
        packed = pixels.view("<u4")  # alpha is the highest byte
        if ((packed < 1 << 24) & (packed != 0)).any():
            pixels = np.where(pixels[..., 3:] == 0, np.uint8(0), pixels)
        pixels.setflags(write=False)
        object.__setattr__(self, "pixels", pixels)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Picture) and np.array_equal(self.pixels, other.pixels)

    def __hash__(self) -> int:
        return hash(self.pixels.tobytes())

    @property
    def width(self) -> int:
        return int(self.pixels.shape[1])

    @property
    def height(self) -> int:
        return int(self.pixels.shape[0])

    @classmethod
    def empty(cls, width: int, height: int) -> Picture:
        return cls(np.zeros((height, width, 4), np.uint8))

    @classmethod
    def from_premultiplied(cls, values: np.ndarray) -> Picture:
        """From (height, width, 4) floats in [-1, 1] with premultiplied colours, as the networks speak."""
        return cls(straight_bytes(values))

    def premultiplied(self) -> np.ndarray:
        """(height, width, 4) float32 in [-1, 1], colours multiplied by alpha."""
        unit = self.pixels.astype(np.float32) / 255
        unit[..., :3] *= unit[..., 3:]
        return unit * 2 - 1

    def scaled(self, factor: int) -> Picture:
        """Every pixel as a block of `factor` × `factor`."""
        return self if factor == 1 else Picture(self.pixels.repeat(factor, axis=0).repeat(factor, axis=1))

    def fitted(self, width: int, height: int) -> Picture:
        """Cut or padded with transparency to `width` × `height`, centred; no pixel is resampled."""
        canvas = np.zeros((height, width, 4), np.uint8)
        left, top = (width - self.width) // 2, (height - self.height) // 2
        source = self.pixels[max(0, -top) : max(0, -top) + height, max(0, -left) : max(0, -left) + width]
        canvas[max(0, top) : max(0, top) + source.shape[0], max(0, left) : max(0, left) + source.shape[1]] = source
        return Picture(canvas)


def straight_bytes(values: np.ndarray) -> np.ndarray:
    """(…, 4) floats in [-1, 1] with premultiplied colours → uint8 with straight alpha."""
    unit = values * 0.5  # all else in place: most of the time goes into fresh memory
    unit += 0.5
    np.clip(unit, 0, 1, out=unit)
    colours, alpha = unit[..., :3], unit[..., 3:]
    colours /= np.maximum(alpha, FAINT)
    np.minimum(colours, 1, out=colours)
    colours *= alpha > FAINT
    unit *= 255
    unit += 0.5
    return unit.astype(np.uint8)


@dataclass(frozen=True, eq=False)
class PictureSelection:
    """`mask` is (height, width) bool: the chosen pixels of a picture of that size."""

    mask: np.ndarray

    def __post_init__(self) -> None:
        mask = np.asarray(self.mask)
        if mask.ndim != 2 or mask.dtype != bool:
            raise MediaError("A selection is a height × width array of yes and no.")
        object.__setattr__(self, "mask", mask)

    def to_picture(self) -> Picture:
        """White where selected, transparent elsewhere: how a selection is stored."""
        return Picture(np.where(self.mask[..., None], np.uint8(255), np.uint8(0)).repeat(4, axis=2))

    @classmethod
    def of_picture(cls, picture: Picture) -> PictureSelection:
        """What is opaque and, where nothing is transparent, what is light: a mask as other programs paint it."""
        alpha = picture.pixels[..., 3]
        return cls(alpha >= 128 if (alpha < 128).any() else picture.pixels[..., :3].mean(2) >= 128)

    @classmethod
    def rectangle(cls, width: int, height: int, x: int, y: int, w: int, h: int) -> PictureSelection:
        """The part of the rectangle (x, y, w, h) that lies within width × height."""
        mask = np.zeros((height, width), bool)
        mask[max(0, y) : max(0, y + h), max(0, x) : max(0, x + w)] = True
        return cls(mask)


def block_size(picture: Picture, most: int = 32) -> int:
    """How many pixels wide the equal squares are that the whole picture is made of: 1 where it is not made of larger ones."""
    pixels = picture.pixels
    for size in range(min(most, picture.width, picture.height), 1, -1):
        if picture.width % size or picture.height % size:
            continue
        small = pixels[::size, ::size]
        if small.shape[0] * small.shape[1] > 1 and np.array_equal(small.repeat(size, axis=0).repeat(size, axis=1), pixels):
            return size
    return 1
