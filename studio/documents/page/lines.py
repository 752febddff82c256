"""What may stand on a page: no line so long that laying it out would hold the window up. No Qt."""

from __future__ import annotations

import re

LONGEST_LINE = 6000  # characters; a keystroke lays its whole line out again
_FRAMES = re.compile("[\ufdd0-\ufdef\ufffc]")  # Qt keeps these to itself


def clean(content: str) -> str:
    """Without what Qt would change by itself, and with overlong lines broken; nothing else differs."""
    return broken(_FRAMES.sub("", content))


def counted_twice(text: str) -> int:
    """How many characters lie beyond the basic plane: Qt's positions count each of them twice."""
    return 0 if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2 - len(text)


def broken(content: str) -> str:
    """Break lines that are too long to be edited, behind a space where there is one."""
    if len(content) <= LONGEST_LINE:
        return content
    return "\n".join(line if len(line) <= LONGEST_LINE else "\n".join(_pieces(line)) for line in content.split("\n"))


def _pieces(line: str) -> list[str]:
    pieces, at = [], 0
    while len(line) - at > LONGEST_LINE:
        space = line.rfind(" ", at + LONGEST_LINE // 2, at + LONGEST_LINE)
        stop = space + 1 if space >= 0 else at + LONGEST_LINE
        pieces.append(line[at:stop])
        at = stop
    return [*pieces, line[at:]]
