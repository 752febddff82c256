"""What all brushes share: one live stroke that becomes one edit. A brush of its own kind has its own `settings` and `shape`."""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from studio.documents.canvas.render import brush
from studio.documents.canvas.stroke import Stroke
from studio.ui.canvas.desk import Desk, Pointer
from studio.ui.canvas.tools.settings import BrushSettings
from studio.ui.canvas.tools.tool import Tool, refusal


class Stroking(Tool):
    erases: ClassVar[bool] = False
    settings: ClassVar[type[BrushSettings]] = BrushSettings

    def __init__(self) -> None:
        self._last: tuple[int, int] | None = None

    def touches(self, desk: Desk) -> np.ndarray:
        return self.shape(desk.brush.settings(self.settings))

    @staticmethod
    def shape(settings: BrushSettings) -> np.ndarray:
        """The pixels that one touch covers: (h, w) bool."""
        return brush(settings.size, settings.tip == "circle")

    def press(self, desk: Desk, at: Pointer) -> None:
        board, settings = desk.document.board, desk.brush.settings(self.settings)
        layer = board.active_layer
        if reason := refusal(layer):
            desk.on_problem(reason)
            return
        desk.stroke = Stroke(layer, board.selection, desk.brush.colour, self.shape(settings), settings.opacity / 100, self.erases)
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
