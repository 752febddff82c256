"""Rectangles of whole board pixels. No Qt."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple


class Rect(NamedTuple):
    """Left, top, width and height in board pixels."""

    x: int
    y: int
    w: int
    h: int

    @classmethod
    def between(cls, left: int, top: int, right: int, bottom: int) -> Rect:
        """From its edges, right and bottom not included; empty where they cross."""
        return cls(left, top, max(0, right - left), max(0, bottom - top))

    @property
    def right(self) -> int:
        return self.x + self.w

    @property
    def bottom(self) -> int:
        return self.y + self.h

    @property
    def empty(self) -> bool:
        return self.w <= 0 or self.h <= 0

    @property
    def slices(self) -> tuple[slice, slice]:
        """Rows and columns of this rectangle in an array that begins at the board's origin."""
        return slice(self.y, self.bottom), slice(self.x, self.right)

    def united(self, other: Rect) -> Rect:
        if self.empty or other.empty:
            return other if self.empty else self
        return Rect.between(min(self.x, other.x), min(self.y, other.y), max(self.right, other.right), max(self.bottom, other.bottom))

    def intersected(self, other: Rect) -> Rect:
        return Rect.between(max(self.x, other.x), max(self.y, other.y), min(self.right, other.right), min(self.bottom, other.bottom))

    def moved(self, dx: int, dy: int) -> Rect:
        return Rect(self.x + dx, self.y + dy, self.w, self.h)

    def grown(self, by: int) -> Rect:
        return Rect(self.x - by, self.y - by, self.w + 2 * by, self.h + 2 * by)

    def without(self, hole: Rect) -> tuple[Rect, ...]:
        """What is left of it without `hole`, as at most four rectangles."""
        hole = hole.intersected(self)
        if hole.empty:
            return (self,)
        parts = (
            Rect.between(self.x, self.y, self.right, hole.y),
            Rect.between(self.x, hole.bottom, self.right, self.bottom),
            Rect.between(self.x, hole.y, hole.x, hole.bottom),
            Rect.between(hole.right, hole.y, self.right, hole.bottom),
        )
        return tuple(part for part in parts if not part.empty)

    def tiles(self, side: int) -> Iterator[Rect]:
        """It, cut along the lines of a grid of squares that begins at the board's origin."""
        for top in range(self.y // side * side, self.bottom, side):
            for left in range(self.x // side * side, self.right, side):
                yield self.intersected(Rect(left, top, side, side))

    def contains(self, x: int, y: int) -> bool:
        return self.x <= x < self.right and self.y <= y < self.bottom

    def covers(self, other: Rect) -> bool:
        return self.intersected(other) == other
