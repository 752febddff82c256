"""What a training makes by now as one thing to look at: pictures and rolls in a grid, passages of text one below the other."""

from __future__ import annotations

from collections.abc import Sequence

from studio.media import Picture, Text
from studio.media.picture import sheet

BETWEEN = "\n\n* * *\n\n"
ACROSS = 10


def arranged(samples: Sequence[Picture | Text], columns: int, small: bool) -> tuple[Picture | Text, bytes, str]:
    """The grid of samples of one medium, its file's bytes and the ending of its name; `small` pictures are not enlarged."""
    pictures = [each for each in samples if isinstance(each, Picture)]
    if pictures:
        made = sheet.arrange(pictures, columns=min(columns, ACROSS), scale=1 if small else 3, gap=small)
        return made, sheet.encode(made), ".png"
    text = Text(BETWEEN.join(each.content.strip() for each in samples if isinstance(each, Text)))
    return text, text.content.encode(), ".txt"
