"""What the selection tools share: Shift adds to the selection, Ctrl takes from it, a click without a drag deselects."""

from __future__ import annotations

from abc import ABC, abstractmethod

from studio.documents.canvas.edits import Select
from studio.documents.canvas.model import Selection
from studio.ui.canvas.desk import Desk, Pointer
from studio.ui.canvas.tools.tool import Tool


class Selecting(Tool, ABC):
    def __init__(self) -> None:
        self._points: list[tuple[int, int]] = []

    @abstractmethod
    def shape(self, points: list[tuple[int, int]]) -> Selection | None:
        """The selection that these points make."""

    @abstractmethod
    def path(self, points: list[tuple[int, int]]) -> tuple[tuple[float, float], ...]:
        """The line to draw meanwhile."""

    def press(self, desk: Desk, at: Pointer) -> None:
        self._points = [(at.x, at.y)]

    def drag(self, desk: Desk, at: Pointer) -> None:
        if self._points and self._points[-1] != (at.x, at.y):
            self._points.append((at.x, at.y))
            desk.outline = self.path(self._points)
            desk.on_touched(None)

    def release(self, desk: Desk, at: Pointer) -> None:
        self.drag(desk, at)
        points, self._points = self._points, []
        desk.outline = ()
        before = desk.document.board.selection
        made = self.shape(points) if len(points) > 1 else None
        if made is not None and before is not None and at.shift:
            made = before.joined(made)
        elif made is not None and at.control:
            made = before.without(made) if before is not None else None
        elif made is None and (at.shift or at.control):
            made = before
        if made != before:
            desk.apply(Select(made))
        desk.on_touched(None)

    def cancel(self, desk: Desk) -> None:
        self._points = []
        super().cancel(desk)
