"""A tree as dots and the lines between them, as the walk and the branches show what was."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from PySide6.QtCore import QPointF
from PySide6.QtGui import QPainter, QPen

from studio.ui import theme

NEAR = 10


def paint_dots(painter: QPainter, places: Mapping[int, QPointF], lines: Iterable[tuple[int, int]], here: int | None) -> None:
    """Dots at their places, a line for each pair of numbers, and `here` in the accent colour."""
    t = theme.tokens()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(t.color("line"), 1.5))
    for first, last in lines:
        if first in places and last in places:
            painter.drawLine(places[first], places[last])
    for number, place in places.items():
        painter.setPen(QPen(t.color("accent" if number == here else "quiet"), 2 if number == here else 1))
        painter.setBrush(t.color("accent" if number == here else "panel"))
        painter.drawEllipse(place, 5 if number == here else 4, 5 if number == here else 4)


def dot_at(places: Mapping[int, QPointF], point: QPointF) -> int | None:
    """The number of the dot under a point."""
    return next((number for number, place in places.items() if (place - point).manhattanLength() < NEAR), None)
