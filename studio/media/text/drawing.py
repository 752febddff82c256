"""A text as a small page: for thumbnails."""

from __future__ import annotations

import textwrap

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from studio.media.picture.model import Picture
from studio.media.text.model import Text

SIDE, MARGIN, SIZE, LINE = 128, 10, 11, 14
PAPER, INK = (246, 243, 236, 255), (52, 48, 44, 255)
LETTERS = 20  # in a line, about


def drawn(text: Text) -> Picture:
    """The first lines on paper."""
    image = Image.new("RGBA", (SIDE, SIDE), PAPER)
    pen, font = ImageDraw.Draw(image), ImageFont.load_default(SIZE)
    lines: list[str] = []
    for line in text.content[:2000].split("\n"):
        lines += textwrap.wrap(line.strip().lstrip("#").strip(), LETTERS) or [""]
    while lines and not lines[0]:
        lines.pop(0)
    for row, line in enumerate(lines[: (SIDE - 2 * MARGIN) // LINE]):
        pen.text((MARGIN, MARGIN + row * LINE), line, INK, font)
    return Picture(np.asarray(image))
