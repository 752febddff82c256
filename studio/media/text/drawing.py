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


def drawn(text: Text, scale: int = 1) -> Picture:
    """The first lines on paper, 128 pixels a side times `scale`."""
    image = Image.new("RGBA", (SIDE * scale, SIDE * scale), PAPER)
    pen, font = ImageDraw.Draw(image), ImageFont.load_default(SIZE * scale)
    lines: list[str] = []
    for line in text.content[:2000].split("\n"):
        lines += textwrap.wrap(line.strip().lstrip("#").strip(), LETTERS) or [""]
    while lines and not lines[0]:
        lines.pop(0)
    for row, line in enumerate(lines[: (SIDE - 2 * MARGIN) // LINE]):
        pen.text((MARGIN * scale, (MARGIN + row * LINE) * scale), line, INK, font)
    return Picture(np.asarray(image))
