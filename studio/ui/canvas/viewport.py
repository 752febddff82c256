"""Where the board stands in the window: zoom and origin. No Qt; every number is a logical pixel of the window or a board pixel."""

from __future__ import annotations

import math

from studio.documents.canvas.geometry import Rect

STEPS = (1 / 4, 1 / 2, 1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64)  # whole above 1, so that pixels stay equal squares
MARGIN = 32


class Viewport:
    """`x`, `y` is where the board's origin stands, kept on whole device pixels."""

    def __init__(self) -> None:
        self.zoom: float = 8
        self.x = self.y = 0.0
        self.ratio = 1.0

    def board(self, px: float, py: float) -> tuple[int, int]:
        """The board pixel under a window position."""
        return math.floor((px - self.x) / self.zoom), math.floor((py - self.y) / self.zoom)

    def window(self, rect: Rect) -> tuple[float, float, float, float]:
        """Left, top, width, height of a board rectangle in the window."""
        return self.x + rect.x * self.zoom, self.y + rect.y * self.zoom, rect.w * self.zoom, rect.h * self.zoom

    def seen(self, px: float, py: float, width: float, height: float) -> Rect:
        """The board pixels that a part of the window shows, those at its edges included."""
        left, top = self.board(px, py)
        return Rect.between(left, top, math.ceil((px + width - self.x) / self.zoom), math.ceil((py + height - self.y) / self.zoom))

    def pan(self, dx: float, dy: float) -> None:
        self.x, self.y = self._whole(self.x + dx), self._whole(self.y + dy)

    def step(self, steps: int, px: float, py: float) -> None:
        """Zoom in or out by so many steps; what lies under (px, py) stays there."""
        nearest = min(range(len(STEPS)), key=lambda number: abs(STEPS[number] - self.zoom))
        self.zoom_to(STEPS[min(max(nearest + steps, 0), len(STEPS) - 1)], px, py)

    def zoom_to(self, zoom: float, px: float, py: float) -> None:
        across, down = (px - self.x) / self.zoom, (py - self.y) / self.zoom
        self.zoom = zoom
        self.x, self.y = self._whole(px - across * zoom), self._whole(py - down * zoom)

    def fit(self, rect: Rect, width: float, height: float) -> None:
        """The largest step at which `rect` is seen whole, in the middle."""
        room = [step for step in STEPS if rect.w * step <= width - 2 * MARGIN and rect.h * step <= height - 2 * MARGIN]
        self.zoom = room[-1] if room else STEPS[0]
        self.centre(rect.x + rect.w / 2, rect.y + rect.h / 2, width, height)

    def centre(self, x: float, y: float, width: float, height: float) -> None:
        """Bring the board position (x, y) to the middle."""
        self.x, self.y = self._whole(width / 2 - x * self.zoom), self._whole(height / 2 - y * self.zoom)

    def _whole(self, value: float) -> float:
        return round(value * self.ratio) / self.ratio
