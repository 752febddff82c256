"""Selects a rectangle."""

from __future__ import annotations

from studio.documents.canvas.geometry import Rect
from studio.documents.canvas.model import Selection
from studio.ui.canvas.tools.selecting import Selecting


class SelectRectangle(Selecting):
    name, label, icon, shortcut = "select-rectangle", "Rectangle select", "square-dashed", "M"

    def shape(self, points: list[tuple[int, int]]) -> Selection | None:
        return Selection.rectangle(_rect(points))

    def path(self, points: list[tuple[int, int]]) -> tuple[tuple[float, float], ...]:
        rect = _rect(points)
        return (rect.x, rect.y), (rect.right, rect.y), (rect.right, rect.bottom), (rect.x, rect.bottom), (rect.x, rect.y)


def _rect(points: list[tuple[int, int]]) -> Rect:
    (x0, y0), (x1, y1) = points[0], points[-1]
    return Rect.between(min(x0, x1), min(y0, y1), max(x0, x1) + 1, max(y0, y1) + 1)
