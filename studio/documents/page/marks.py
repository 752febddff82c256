"""Markdown's marks as a pen sets them: what a command makes of the chosen characters or lines. No Qt."""

from __future__ import annotations

import re
from dataclasses import dataclass

_HEADING = re.compile(r"#{1,6}[ \t]+")
_ITEM = re.compile(r"(\s*)(?:[-*+]|(\d+)[.)])[ \t]+")
_QUOTE = re.compile(r">[ \t]?")


@dataclass(frozen=True)
class Marked:
    """`removed` characters from `at` on become `inserted`; then `first` to `last` are chosen."""

    at: int
    removed: int
    inserted: str
    first: int
    last: int


def emphasised(content: str, first: int, last: int, mark: str) -> Marked:
    """Put `mark` around the chosen characters, or take it away where it is; around the word where nothing is chosen."""
    if first == last:
        first, last = word_at(content, first)
    while first < last and content[first].isspace():
        first += 1
    while last > first and content[last - 1].isspace():
        last -= 1
    inner, size = content[first:last], len(mark)
    if content[first - size : first] == mark and content[last : last + size] == mark and not _longer(content, first, last, mark):
        return Marked(first - size, last - first + 2 * size, inner, first - size, last - size)
    if len(inner) > 2 * size and inner.startswith(mark) and inner.endswith(mark) and not inner.startswith(mark + mark[0]):
        return Marked(first, last - first, inner[size:-size], first, last - 2 * size)
    return Marked(first, last - first, f"{mark}{inner}{mark}", first + size, last + size)


def _longer(content: str, first: int, last: int, mark: str) -> bool:
    """Whether what stands around is a longer mark: the single star of emphasis within the two of strong."""
    stars = first
    while stars > 0 and content[stars - 1] == mark[0]:
        stars -= 1
    return (first - stars - len(mark)) not in (0, 2 if len(mark) == 1 else 1)


def heading(content: str, first: int, last: int, level: int) -> Marked:
    """Make the lines headings of that order, or plain ones where they are; 0 makes them plain."""

    def work(line: str, number: int) -> str:
        del number
        plain = _HEADING.sub("", line, count=1)
        same = level and line.startswith("#" * level + " ")
        return plain if same or not level or not plain.strip() else f"{'#' * level} {plain}"

    return _lines(content, first, last, work, even_empty=level)


def listed(content: str, first: int, last: int, numbered: bool) -> Marked:
    """Make the lines items of a list, or plain ones where they are."""

    def work(line: str, number: int) -> str:
        found = _ITEM.match(line)
        plain = line[found.end() :] if found else line
        if found and bool(found[2]) == numbered:
            return plain
        return f"{number}. {plain}" if numbered else f"- {plain}"

    return _lines(content, first, last, work)


def quoted(content: str, first: int, last: int) -> Marked:
    def work(line: str, number: int) -> str:
        del number
        return _QUOTE.sub("", line, count=1) if line.startswith(">") else f"> {line}"

    return _lines(content, first, last, work)


def line_break(content: str, at: int) -> str | None:
    """What Enter writes at the end of a list's item: the next item; "" where the item is empty and the list ends; None elsewhere."""
    begin = content.rfind("\n", 0, at) + 1
    found = _ITEM.match(content, begin, at)
    if found is None:
        return None
    if not content[found.end() : at].strip():
        return ""
    mark = f"{int(found[2]) + 1}." if found[2] and len(found[2]) < 6 else content[begin:at].strip()[0]
    return f"\n{found[1]}{mark} "


def word_at(content: str, at: int) -> tuple[int, int]:
    """First and last of the word around a place; both the place itself where there is none."""
    first = last = at
    while first > 0 and (content[first - 1].isalnum() or content[first - 1] in "'’-"):
        first -= 1
    while last < len(content) and (content[last].isalnum() or content[last] in "'’-"):
        last += 1
    return first, last


def _lines(content: str, first: int, last: int, work, even_empty: int = 0) -> Marked:  # type: ignore[no-untyped-def]
    begin = content.rfind("\n", 0, first) + 1
    end = content.find("\n", max(first, last - 1 if last > first else last))
    end = len(content) if end < 0 else end
    lines, made, number = content[begin:end].split("\n"), [], 0
    for line in lines:
        number += bool(line.strip())
        if line.strip():
            made.append(work(line, number))
        else:
            made.append(f"{'#' * even_empty} " if even_empty and len(lines) == 1 else work(line, 1) if len(lines) == 1 else line)
    inserted = "\n".join(made)
    shift = len(inserted) - (end - begin)
    if first == last or len(lines) == 1:
        return Marked(begin, end - begin, inserted, max(begin, first + shift), max(begin, last + shift))
    return Marked(begin, end - begin, inserted, begin, begin + len(inserted))
