"""All that a hand can do to a board, by the names under which project files keep it. No Qt."""

from __future__ import annotations

from studio.documents.canvas.codec import from_bytes
from studio.documents.canvas.edit import Edit
from studio.documents.canvas.geometry import Rect
from studio.documents.canvas.layer_edits import (
    AddLayer,
    DuplicateLayer,
    FlipLayer,
    MoveLayer,
    RemoveLayer,
    RenameLayer,
    ReorderLayer,
    SetOpacity,
    SetVisible,
    copy_name,
)
from studio.documents.canvas.model import Board, around
from studio.documents.canvas.paint_edits import MergeDown, PaintPixels, Select, Together

__all__ = [
    "EDITS", "AddLayer", "DuplicateLayer", "Edit", "FlipLayer", "MergeDown", "MoveLayer", "PaintPixels", "RemoveLayer", "RenameLayer",
    "ReorderLayer", "Select", "SetOpacity", "SetVisible", "Together", "changed_rect", "copy_name", "edit_from_bytes",
]  # fmt: skip

EDITS: dict[str, type[Edit]] = {
    kind.stored: kind
    for kind in (
        AddLayer, RemoveLayer, MoveLayer, DuplicateLayer, SetVisible, SetOpacity, RenameLayer, ReorderLayer, PaintPixels, FlipLayer,
        MergeDown, Select, Together,
    )
}  # fmt: skip


def edit_from_bytes(data: bytes) -> Edit:
    """Raise MediaError when `data` is not an edit that was written by `Edit.to_bytes`."""
    edit = from_bytes(data, {"edit": Edit, **EDITS})
    assert isinstance(edit, Edit)
    return edit


def changed_rect(before: Board, after: Board) -> Rect | None:
    """The board pixels where two boards may look different, None for anything at all (another order, another active layer)."""
    same_order = [layer.id for layer in before.layers] == [layer.id for layer in after.layers]
    if not same_order or before.active != after.active or before.selection != after.selection:
        return None
    pairs = zip(before.layers, after.layers, strict=True)
    return around(rect for old, new in pairs if old is not new for rect in (old.rect, new.rect))
