"""The headings of a text, the chapters that they begin, and a chapter put elsewhere."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

_LINE = re.compile(r"^(?:(?P<marks>#{1,6})[ \t]+(?P<title>\S[^\n]*)|(?P<fence>```|~~~)[^\n]*)$", re.MULTILINE)


@dataclass(frozen=True)
class Heading:
    """The chapter that a heading begins: characters `first` up to but without `last`, with all smaller headings in it."""

    level: int
    title: str
    first: int
    last: int


def outline(content: str) -> list[Heading]:
    """The headings in their order. What looks like one within a fenced block of code is none."""
    found: list[tuple[int, str, int]] = []
    fence = ""
    for line in _LINE.finditer(content):
        if line["fence"]:
            fence = "" if fence == line["fence"] else fence or line["fence"]
        elif not fence:
            found.append((len(line["marks"]), line["title"].rstrip("# \t") or line["title"], line.start()))
    ends = [len(content)] * len(found)
    waiting: list[int] = []
    for number, (level, _, first) in enumerate(found):
        while waiting and found[waiting[-1]][0] >= level:
            ends[waiting.pop()] = first
        waiting.append(number)
    return [Heading(level, title, first, last) for (level, title, first), last in zip(found, ends, strict=True)]


def chapter_at(headings: Sequence[Heading], place: int) -> int:
    """Which heading the character at `place` stands under; -1 before the first."""
    return bisect_right([heading.first for heading in headings], place) - 1


def moved(content: str, chapter: Heading, place: int) -> tuple[int, int, str] | None:
    """What changes when a chapter is put at `place`: from where to where, and what stands there then.

    The empty lines between two pieces stay where they are. None where the chapter lies there already.
    """
    if chapter.first <= place <= chapter.last:
        return None
    first, last = min(place, chapter.first), max(place, chapter.last)
    one, other = content[first : chapter.first], content[chapter.first : chapter.last]
    if place > chapter.last:
        one, other = other, content[chapter.last : last]
    return first, last, _exchanged(one, other)


def _exchanged(one: str, other: str) -> str:
    """Two pieces the other way round, each with the line ends that the other had."""
    ends = one[len(one.rstrip("\n")) :], other[len(other.rstrip("\n")) :]
    return other.rstrip("\n") + ends[0] + one.rstrip("\n") + ends[1]
