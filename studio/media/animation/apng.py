"""APNG: how a project keeps animations, without loss. PNG (Third Edition, W3C 2025), chunks acTL, fcTL and fdAT.

Written here: Pillow's own writer joins frames that look alike, and their times are lost.
"""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Iterator

import numpy as np
from PIL import Image, PngImagePlugin

from studio.media.animation.model import Animation
from studio.media.picture.files import LARGE, NOTE_KEY, PARAMETERS_KEY
from studio.media.picture.reading import PNG

LONGEST_EXACT = 65_535  # milliseconds; a longer time is told in hundredths of a second
KEPT_AS_IT_WAS, REPLACES = 0, 0  # what becomes of a frame behind the next one, and how that one lies over it


def encode_apng(animation: Animation, note: str = "", parameters: str = "") -> bytes:
    """Every frame and every time; `note` and `parameters` go into the chunks that a PNG has for them."""
    level = 1 if animation.frames.size > 4 * LARGE else 6
    texts = PngImagePlugin.PngInfo()
    for key, text in ((NOTE_KEY, note), (PARAMETERS_KEY, parameters)):
        if text:
            texts.add_itxt(key, text)
    parts, number = [PNG], 0
    for place, frame in enumerate(animation.frames):
        x, y, pixels = (0, 0, frame) if place == 0 else _changed(animation.frames[place - 1], frame)
        chunks = list(_chunks(_png(pixels, level, texts if place == 0 else None)))
        if place == 0:
            parts += [_chunk(kind, data) for kind, data in chunks if kind not in (b"IDAT", b"IEND")]
            parts.append(_chunk(b"acTL", struct.pack(">II", len(animation), animation.loops)))
        parts.append(_chunk(b"fcTL", _control(number, pixels.shape, x, y, animation.milliseconds[place])))
        number += 1
        for kind, data in chunks:
            if kind == b"IDAT" and place == 0:
                parts.append(_chunk(kind, data))
            elif kind == b"IDAT":
                parts.append(_chunk(b"fdAT", struct.pack(">I", number) + data))
                number += 1
    return b"".join([*parts, _chunk(b"IEND", b"")])


def _changed(before: np.ndarray, now: np.ndarray) -> tuple[int, int, np.ndarray]:
    """The least rectangle of a frame that differs from the one before it, and where it lies; one pixel where nothing differs."""
    differs = (before != now).any(axis=2)
    rows, columns = np.flatnonzero(differs.any(axis=1)), np.flatnonzero(differs.any(axis=0))
    if not len(rows):
        return 0, 0, now[:1, :1]
    return int(columns[0]), int(rows[0]), now[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]


def _control(number: int, shape: tuple[int, ...], x: int, y: int, milliseconds: int) -> bytes:
    exact = milliseconds <= LONGEST_EXACT
    time = (milliseconds, 1000) if exact else (round(milliseconds / 10), 100)
    return struct.pack(">IIIIIHHBB", number, shape[1], shape[0], x, y, *time, KEPT_AS_IT_WAS, REPLACES)


def _png(pixels: np.ndarray, level: int, texts: PngImagePlugin.PngInfo | None) -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(np.ascontiguousarray(pixels)).save(buffer, "PNG", pnginfo=texts, compress_level=level)
    return buffer.getvalue()


def _chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    at = len(PNG)
    while at < len(data):
        length = int.from_bytes(data[at : at + 4], "big")
        yield data[at + 4 : at + 8], data[at + 8 : at + 8 + length]
        at += 12 + length


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
