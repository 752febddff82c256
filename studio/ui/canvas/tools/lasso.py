"""Selects what a freely drawn line goes around."""

from __future__ import annotations

from studio.ui.canvas import raster
from studio.ui.canvas.board import Selection
from studio.ui.canvas.tools.selecting import Selecting


class Lasso(Selecting):
    name, label, icon, shortcut = "lasso", "Lasso", "lasso", "L"

    def shape(self, points: list[tuple[int, int]]) -> Selection | None:
        return raster.lasso(points)

    def path(self, points: list[tuple[int, int]]) -> tuple[tuple[float, float], ...]:
        return tuple((x + 0.5, y + 0.5) for x, y in points)
