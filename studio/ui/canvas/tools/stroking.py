"""What all brushes share: one live stroke that becomes one edit. A brush of its own kind has its own `settings` and `shape`."""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from studio.documents.canvas.render import brush
from studio.documents.canvas.stroke import Stroke
from studio.ui.canvas.tool_context import Pointer, ToolContext
from studio.ui.canvas.tools.settings import BrushSettings
from studio.ui.canvas.tools.tool import Tool, refusal


class Stroking(Tool):
    erases: ClassVar[bool] = False
    settings: ClassVar[type[BrushSettings]] = BrushSettings

    def __init__(self) -> None:
        self._last: tuple[int, int] | None = None

    def touches(self, context: ToolContext) -> np.ndarray:
        return self.shape(context.brush.settings(self.settings))

    @staticmethod
    def shape(settings: BrushSettings) -> np.ndarray:
        """The pixels that one touch covers: (h, w) bool."""
        return brush(settings.size, settings.tip == "circle")

    def press(self, context: ToolContext, at: Pointer) -> None:
        board, settings = context.document.board, context.brush.settings(self.settings)
        layer = board.active_layer
        if reason := refusal(layer):
            context.on_problem(reason)
            return
        context.stroke = Stroke(layer, board.selection, context.brush.colour, self.shape(settings), settings.opacity / 100, self.erases)
        if at.shift and self._last is not None:  # a straight line from where the last stroke ended
            context.stroke.to(*self._last)
            context.on_touched(context.stroke.painted)
        self.drag(context, at)

    def drag(self, context: ToolContext, at: Pointer) -> None:
        if context.stroke is not None:
            self._last = (at.x, at.y)
            context.on_touched(context.stroke.to(at.x, at.y))

    def release(self, context: ToolContext, at: Pointer) -> None:
        stroke, context.stroke = context.stroke, None
        if stroke is None:
            return
        if not context.apply(stroke.edit(self.label)):
            context.on_touched(stroke.painted)
        elif not self.erases:
            context.brush.used()
