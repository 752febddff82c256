"""What the selection tools share: Shift adds to the selection, Ctrl takes from it, a click without a drag deselects."""

from __future__ import annotations

from abc import ABC, abstractmethod

from studio.documents.canvas.edits import Select
from studio.documents.canvas.model import Selection
from studio.ui.canvas.tool_context import Pointer, ToolContext
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

    def press(self, context: ToolContext, at: Pointer) -> None:
        self._points = [(at.x, at.y)]

    def drag(self, context: ToolContext, at: Pointer) -> None:
        if self._points and self._points[-1] != (at.x, at.y):
            self._points.append((at.x, at.y))
            context.outline = self.path(self._points)
            context.on_touched(None)

    def release(self, context: ToolContext, at: Pointer) -> None:
        self.drag(context, at)
        points, self._points = self._points, []
        context.outline = ()
        before = context.document.board.selection
        made = self.shape(points) if len(points) > 1 else None
        if made is not None and before is not None and at.shift:
            made = before.joined(made)
        elif made is not None and at.control:
            made = before.without(made) if before is not None else None
        elif made is None and (at.shift or at.control):
            made = before
        if made != before:
            context.apply(Select(made))
        context.on_touched(None)

    def cancel(self, context: ToolContext) -> None:
        self._points = []
        super().cancel(context)
