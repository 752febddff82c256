"""Many pictures as one: contact sheets and sprite sheets."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from studio.media.picture.files import encode_png
from studio.media.picture.model import Picture


def arrange(pictures: Sequence[Picture], columns: int = 0, scale: int = 1, gap: int = 0) -> Picture:
    """Pictures in rows of `columns` (0: about square), each cell as large as the largest, `gap` pixels apart, transparent between."""
    columns = columns or int(np.ceil(np.sqrt(len(pictures))))
    rows = -(-len(pictures) // columns)
    width, height = max(each.width for each in pictures), max(each.height for each in pictures)
    board = np.zeros((rows * (height + gap) - gap, columns * (width + gap) - gap, 4), np.uint8)
    for number, picture in enumerate(pictures):
        top, left = number // columns * (height + gap), number % columns * (width + gap)
        board[top : top + picture.height, left : left + picture.width] = picture.pixels
    return Picture(board).scaled(scale)


def encode(picture: Picture, note: str = "") -> bytes:
    """A sheet as a PNG."""
    return encode_png(picture, note)
