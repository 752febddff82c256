"""Pictures in time: animated GIF with the note as its comment. The same pictures give the same bytes."""

from __future__ import annotations

import struct
from collections.abc import Sequence

import numpy as np
from PIL import GifImagePlugin, Image

from studio.media.errors import MediaError
from studio.media.picture.model import Picture
from studio.media.picture.reading import NOTE_LIMIT

FRAMES_LIMIT = 2000
TRANSPARENT = 255
_LOOPS = b"\x21\xff\x0bNETSCAPE2.0\x03\x01%s\0"  # without it, once
COLOURS = 255  # one of GIF's 256 is kept for transparency


def encode_gif(pictures: Sequence[Picture], milliseconds: int | Sequence[int], note: str = "", loops: int = 0) -> bytes:
    """A GIF that is played `loops` times, 0 for ever. Frames have one size, the largest.

    GIF knows no half transparency: alpha from 128 up is opaque.

    `milliseconds` is one duration for all frames or one a frame; GIF counts in hundredths of a second.
    """
    durations = [milliseconds] * len(pictures) if isinstance(milliseconds, int) else list(milliseconds)
    if not pictures or len(durations) != len(pictures) or len(pictures) > FRAMES_LIMIT:
        raise MediaError(f"An animation has from 1 to {FRAMES_LIMIT} frames, each with a duration.")
    if min(durations) < 10 or max(durations) > 655350:
        raise MediaError("A frame of a GIF stays between 10 milliseconds and 655 seconds.")
    width, height = max(each.width for each in pictures), max(each.height for each in pictures)
    if max(width, height) > 65535:
        raise MediaError(f"A GIF is at most 65535 pixels wide and high, not {width}×{height}.")
    frames = [_indexed(each if (each.width, each.height) == (width, height) else each.fitted(width, height)) for each in pictures]
    comment = note.encode()[:NOTE_LIMIT]
    parts = [b"GIF89a", struct.pack("<HHBBB", width, height, 0x70, 0, 0)]
    parts += [_LOOPS % struct.pack("<H", loops)] if loops != 1 else []
    if comment:
        blocks = (comment[at : at + 255] for at in range(0, len(comment), 255))
        parts += [b"\x21\xfe", *(bytes([len(block)]) + block for block in blocks), b"\0"]
    for frame, duration in zip(frames, durations, strict=True):
        # Each frame by itself: Pillow's own animations leave out a frame that looks like the one before it.
        parts += GifImagePlugin.getdata(
            frame, duration=duration, disposal=2, transparency=TRANSPARENT, include_color_table=True, optimize=False
        )
    return b"".join([*parts, b";"])


def _indexed(picture: Picture) -> Image.Image:
    """The picture with a palette of its own: exact where it has few colours, which pixel art has, else the best 255."""
    solid = picture.pixels[..., 3] >= 128
    colours = picture.pixels[..., :3]
    packed = colours[..., 0].astype(np.uint32) << 16 | colours[..., 1].astype(np.uint32) << 8 | colours[..., 2]
    used, places = np.unique(packed[solid], return_inverse=True)
    indices = np.full(solid.shape, TRANSPARENT, np.uint8)
    if len(used) <= COLOURS:
        indices[solid] = places.astype(np.uint8)
        palette = np.stack([used >> 16, used >> 8 & 255, used & 255], axis=1).astype(np.uint8)
    else:
        opaque = Image.fromarray(np.where(solid[..., None], colours, colours[solid][0]))
        reduced = opaque.quantize(COLOURS, Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
        indices = np.where(solid, np.asarray(reduced), TRANSPARENT).astype(np.uint8)
        palette = np.array(reduced.getpalette(), np.uint8).reshape(-1, 3)[:COLOURS]
    full = np.zeros((256, 3), np.uint8)
    full[: len(palette)] = palette
    image = Image.fromarray(indices)
    image.putpalette(full.tobytes())
    return image
