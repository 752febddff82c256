"""All that a hand can do to a board, by the names under which project files keep it. No Qt."""

from __future__ import annotations

from collections.abc import Sequence

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
    SetBlend,
    SetOpacity,
    SetVisible,
    copy_name,
)
from studio.documents.canvas.model import Board, Layer, around
from studio.documents.canvas.paint_edits import MergeDown, PaintPixels, Select, Together

__all__ = [
    "EDITS", "AddLayer", "DuplicateLayer", "Edit", "FlipLayer", "MergeDown", "MoveLayer", "PaintPixels", "RemoveLayer", "RenameLayer",
    "ReorderLayer", "Select",
    "SetBlend", "SetOpacity", "SetVisible", "Together", "changed_rect", "copy_name", "differences", "edit_from_bytes",
]  # fmt: skip

EDITS: dict[str, type[Edit]] = {
    kind.stored: kind
    for kind in (
        AddLayer, RemoveLayer, MoveLayer, DuplicateLayer, SetVisible, SetOpacity, SetBlend, RenameLayer, ReorderLayer, PaintPixels,
        FlipLayer,
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


def differences(before: Sequence[Layer], after: Sequence[Layer]) -> list[Rect]:
    """The board rectangles where two stacks of layers may look different: of layers that came, went, changed or stand in another order."""
    old, new = {layer.id: layer for layer in before}, {layer.id: layer for layer in after}
    found = [layer.rect for layer in before if layer.id not in new] + [layer.rect for layer in after if layer.id not in old]
    both = [(old[layer.id], layer) for layer in after if layer.id in old]
    found += [rect for one, other in both if not _looks_alike(one, other) for rect in (one.rect, other.rect)]
    stayed = [layer for layer in before if layer.id in new]
    found += [layer.rect for layer, (one, _) in zip(stayed, both, strict=True) if layer.id != one.id]
    return found


def _looks_alike(one: Layer, other: Layer) -> bool:
    def looks(layer: Layer) -> tuple[object, ...]:
        return layer.x, layer.y, layer.visible, layer.opacity, layer.blend

    return one is other or (one.picture is other.picture and looks(one) == looks(other))
