"""Selects what a freely drawn line goes around."""

from __future__ import annotations

from studio.documents.canvas import render
from studio.documents.canvas.model import Selection
from studio.ui.canvas.tools.selecting import Selecting


class Lasso(Selecting):
    name, label, icon, shortcut = "lasso", "Lasso", "lasso", "L"

    def shape(self, points: list[tuple[int, int]]) -> Selection | None:
        return render.lasso(points)

    def path(self, points: list[tuple[int, int]]) -> tuple[tuple[float, float], ...]:
        return tuple((x + 0.5, y + 0.5) for x, y in points)
