"""Moves the layer under the pointer, or the selected pixels when the drag begins inside the selection."""

from __future__ import annotations

from studio.documents.canvas.edits import Edit, MoveLayer, PaintPixels, Select, Together
from studio.documents.canvas.geometry import Rect
from studio.documents.canvas.pixel_edits import move_selected
from studio.documents.canvas.render import Patch
from studio.ui.canvas.tool_context import Pointer, ToolContext
from studio.ui.canvas.tools.tool import Tool


class Move(Tool):
    name, label, icon, shortcut = "move", "Move", "mouse-pointer-2", "V"
    cursor = "arrow"
    lifts = True

    def __init__(self) -> None:
        self._from: Pointer | None = None
        self._layer: str | None = None

    def press(self, context: ToolContext, at: Pointer) -> None:
        board = context.document.board
        self._from, self._layer = at, None
        selection = board.selection
        if selection is not None and selection.within(Rect(at.x, at.y, 1, 1)).any():
            return
        layer = board.layer_at(at.x, at.y)
        if layer is not None:
            self._layer = layer.id
            context.document.activate(layer.id)

    def drag(self, context: ToolContext, at: Pointer) -> None:
        if self._from is None:
            return
        edit = self._edit(context, at)
        if isinstance(edit, Together):
            self._show_lifted(context, edit)
        else:
            context.lifted = None
            context.preview(edit)

    def release(self, context: ToolContext, at: Pointer) -> None:
        edit = self._edit(context, at) if self._from is not None else None
        self._from, context.lifted = None, None
        context.preview(None)
        context.apply(edit)

    def cancel(self, context: ToolContext) -> None:
        self._from = None
        super().cancel(context)

    def _edit(self, context: ToolContext, at: Pointer) -> Edit | None:
        assert self._from is not None
        dx, dy = at.x - self._from.x, at.y - self._from.y
        if at.shift:  # straight along the longer way
            dx, dy = (dx, 0) if abs(dx) >= abs(dy) else (0, dy)
        if dx == 0 and dy == 0:
            return None
        board = context.document.board
        if self._layer is not None:
            return MoveLayer(self._layer, dx, dy) if self._layer in board else None
        chosen = board.selection is not None and board.selection.within(Rect(self._from.x, self._from.y, 1, 1)).any()
        return move_selected(board, dx, dy) if chosen else None

    def _show_lifted(self, context: ToolContext, edit: Together) -> None:
        """Only the pixels near the selection, since doing the edit would copy the whole layer at every move of the mouse."""
        context.lifted = None
        for part in edit.edits:
            if isinstance(part, PaintPixels):
                context.lifted = Patch(part.layer_id, part.rect, part.after.pixels)
            elif isinstance(part, Select):
                context.preview(part)
