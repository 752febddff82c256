"""What pencil and eraser share: one live stroke that becomes one edit."""

from __future__ import annotations

from typing import ClassVar

from studio.documents.canvas.render import brush
from studio.documents.canvas.stroke import Stroke
from studio.ui.canvas.desk import Desk, Pointer
from studio.ui.canvas.tools.tool import Tool, refusal


class Stroking(Tool):
    erases: ClassVar[bool] = False
    paints = True

    def __init__(self) -> None:
        self._last: tuple[int, int] | None = None

    def press(self, desk: Desk, at: Pointer) -> None:
        board, settings = desk.document.board, desk.brush
        layer = board.active_layer
        if reason := refusal(layer):
            desk.on_problem(reason)
            return
        shape = brush(settings.size, settings.is_round)
        desk.stroke = Stroke(layer, board.selection, settings.colour, shape, settings.opacity, self.erases)
        if at.shift and self._last is not None:  # a straight line from where the last stroke ended
            desk.stroke.to(*self._last)
            desk.on_touched(desk.stroke.painted)
        self.drag(desk, at)

    def drag(self, desk: Desk, at: Pointer) -> None:
        if desk.stroke is not None:
            self._last = (at.x, at.y)
            desk.on_touched(desk.stroke.to(at.x, at.y))

    def release(self, desk: Desk, at: Pointer) -> None:
        stroke, desk.stroke = desk.stroke, None
        if stroke is None:
            return
        if not desk.apply(stroke.edit(self.label)):
            desk.on_touched(stroke.painted)
        elif not self.erases:
            desk.brush.used()
