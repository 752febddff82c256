"""What the edit menu does to a board: delete, duplicate, select, flip, merge. No Qt; every one is one step of undo."""

from __future__ import annotations

from dataclasses import replace

from studio.documents.canvas import render
from studio.documents.canvas.edits import (
    AddLayer,
    DuplicateLayer,
    Edit,
    FlipLayer,
    MergeDown,
    MoveLayer,
    RemoveLayer,
    ReorderLayer,
    Select,
    copy_name,
)
from studio.documents.canvas.model import Board, Layer, Selection, new_id
from studio.documents.canvas.pixel_edits import clear_selection
from studio.media import Picture
from studio.ui.canvas.tool_context import ToolContext

NOTHING_ACTIVE = "There is no layer yet. Draw something, drop a picture, or press Ctrl+Enter to generate one."


def active(context: ToolContext) -> Layer | None:
    """The active layer; without one the person is told."""
    layer = context.document.board.active_layer
    if layer is None:
        context.on_problem(NOTHING_ACTIVE)
    return layer


def delete(context: ToolContext, name: str = "Delete") -> bool:
    """The selected pixels of the active layer, or without a selection the layer."""
    layer = active(context)
    if layer is None:
        return False
    if context.document.board.selection is None:
        return context.apply(RemoveLayer(layer.id))
    return context.apply(clear_selection(context.document.board, name))


def delete_layer(context: ToolContext) -> bool:
    """The active layer, whatever is selected."""
    layer = active(context)
    return layer is not None and context.apply(RemoveLayer(layer.id))


def duplicate(context: ToolContext) -> bool:
    """The selected pixels as a layer of their own, or without a selection the layer."""
    layer = active(context)
    if layer is None:
        return False
    selection = context.document.board.selection
    if selection is None:
        return context.apply(DuplicateLayer(layer.id, new_id()))
    part = render.crop(layer, selection)
    if part is None:
        context.on_problem(f"The selection does not touch “{layer.name}”.")
        return False
    copy = replace(layer, id=new_id(), name=copy_name(layer.name), picture=part[0], x=part[1], y=part[2], edited=True)
    return context.apply(AddLayer(copy, context.document.board.index(layer.id) + 1, "Duplicate selection"))


def add_empty_layer(context: ToolContext, x: int, y: int) -> bool:
    """A layer with nothing on it above the active one; it takes its place when it is first painted on."""
    board = context.document.board
    index = board.index(board.active) + 1 if board.active else -1
    return context.apply(AddLayer(Layer(new_id(), free_name(board), x, y, Picture.empty(1, 1), edited=True), index))


def free_name(board: Board) -> str:
    """“Layer 1”, “Layer 2”, … whichever is not taken."""
    taken = {layer.name for layer in board.layers}
    return next(name for name in (f"Layer {number}" for number in range(1, len(taken) + 2)) if name not in taken)


def select_all(context: ToolContext) -> bool:
    """The active layer's rectangle: a board has no edges of its own to select up to."""
    layer = active(context)
    return layer is not None and _select(context, Selection.rectangle(layer.rect))


def deselect(context: ToolContext) -> bool:
    return _select(context, None)


def invert_selection(context: ToolContext) -> bool:
    """What of the active layer is not selected."""
    layer, selection = active(context), context.document.board.selection
    if layer is None:
        return False
    if selection is None:
        return select_all(context)
    return _select(context, Selection.of(~selection.within(layer.rect), layer.x, layer.y))


def nudge(context: ToolContext, dx: int, dy: int) -> bool:
    layer = active(context)
    return layer is not None and context.apply(MoveLayer(layer.id, dx, dy))


def flip(context: ToolContext, horizontal: bool) -> bool:
    layer = active(context)
    return layer is not None and context.apply(FlipLayer(layer.id, horizontal))


def merge_down(context: ToolContext) -> bool:
    layer = active(context)
    return layer is not None and context.apply(MergeDown(layer.id))


def raise_layer(context: ToolContext, by: int) -> bool:
    """Move the active layer up (1) or down (-1) in the stack."""
    layer, board = active(context), context.document.board
    if layer is None or not 0 <= board.index(layer.id) + by < len(board.layers):
        return False
    return context.apply(ReorderLayer(layer.id, board.index(layer.id) + by))


def _select(context: ToolContext, selection: Selection | None) -> bool:
    edit: Edit | None = Select(selection) if selection != context.document.board.selection else None
    return context.apply(edit)
