"""Fills an area of one colour, through the selection where there is one."""

from __future__ import annotations

import numpy as np

from studio.documents.canvas import render
from studio.documents.canvas.edits import AddLayer, Edit
from studio.documents.canvas.geometry import Rect
from studio.documents.canvas.model import Board, Layer, new_id
from studio.documents.canvas.pixel_edits import painted
from studio.media import Picture
from studio.ui.canvas.tool_context import Pointer, ToolContext
from studio.ui.canvas.tools.settings import FillSettings
from studio.ui.canvas.tools.tool import Tool, refusal


class Fill(Tool):
    name, label, icon, shortcut = "fill", "Fill", "paint-bucket", "G"
    settings = FillSettings

    def press(self, context: ToolContext, at: Pointer) -> None:
        board, settings = context.document.board, context.brush.settings(FillSettings)
        reason = refusal(board.active_layer) or self._outside(board, at)
        if reason:
            context.on_problem(reason)
            return
        layer, selection = board.active_layer, board.selection
        # A board has no edges for a fill to stop at, so it stops at the selection or at the layer.
        rect = selection.rect if selection else layer.rect if layer else None
        if rect is None:
            return
        before = render.region(layer, rect)
        allowed = selection.within(rect) if selection else None
        mask = render.flood(before, at.x - rect.x, at.y - rect.y, settings.tolerance, allowed)
        after = np.where(mask[..., None], render.blend(before, context.brush.colour, settings.opacity / 100), before)
        edit: Edit | None
        if layer is not None:
            edit = painted(layer, rect, before, after, self.label)
        else:
            edit = AddLayer(Layer(new_id(), "Fill", rect.x, rect.y, Picture(after), edited=True), name=self.label)
        if context.apply(edit):
            context.brush.used()

    def _outside(self, board: Board, at: Pointer) -> str:
        if board.selection is not None:
            chosen = bool(board.selection.within(Rect(at.x, at.y, 1, 1)).any())
            return "" if chosen else "Fill works inside the selection. Click there, or deselect first."
        layer = board.active_layer
        if layer is None or not layer.rect.contains(at.x, at.y):
            return "The board has no edge to fill up to. Click inside the active layer, or select an area first."
        return ""
