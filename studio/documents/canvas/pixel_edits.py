"""Edits that are made from the pixels of a board as it stands: what differs, what is selected. No Qt."""

from __future__ import annotations

import numpy as np

from studio.documents.canvas import render
from studio.documents.canvas.edits import Edit, PaintPixels, Select, Together
from studio.documents.canvas.geometry import Rect
from studio.documents.canvas.model import Board, Layer, checked
from studio.media import Picture

TILE = 128


def clear_selection(board: Board, name: str = "Delete") -> PaintPixels | None:
    """The edit that makes the selected pixels of the active layer transparent; None where there is nothing to delete."""
    layer, selection = board.active_layer, board.selection
    if layer is None or selection is None:
        return None
    rect = selection.rect.intersected(layer.rect)
    before = render.region(layer, rect)
    after = np.where(selection.within(rect)[..., None], np.uint8(0), before)
    return painted(layer, rect, before, after, name)


def stroked(layer: Layer, rect: Rect, before: np.ndarray, after: np.ndarray, name: str) -> Edit | None:
    """As `painted`, for a thin line over a large rectangle: square by square, so that what lies between is neither copied nor stored."""
    if rect.w * rect.h <= 4 * TILE**2:
        return painted(layer, rect, before, after, name)
    parts = []
    for tile in rect.tiles(TILE):
        here = tile.moved(-rect.x, -rect.y).slices
        part = painted(layer, tile, before[here], after[here], name)
        if part is not None:
            parts.append(part)
    if len(parts) > 1:
        return Together(tuple(parts), name)
    return parts[0] if parts else None


def painted(layer: Layer, rect: Rect, before: np.ndarray, after: np.ndarray, name: str) -> PaintPixels | None:
    """The edit from `before` to `after`, cut to the pixels that differ; None where none does."""
    if rect.empty:
        return None
    differs = render.differing(before, after)
    rows, columns = np.flatnonzero(differs.any(axis=1)), np.flatnonzero(differs.any(axis=0))
    if not len(rows):
        return None
    tight = Rect.between(int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1)
    return PaintPixels(layer.id, rect.x + tight.x, rect.y + tight.y, Picture(after[tight.slices]), name)


def move_selected(board: Board, dx: int, dy: int) -> Together | None:
    """The edit that lifts the selected pixels of the active layer and sets them down elsewhere, selection and all."""
    layer, selection = board.active_layer, board.selection
    if layer is None or selection is None or selection.rect.intersected(layer.rect).empty:
        return None
    source = selection.rect.intersected(layer.rect)
    target = source.moved(dx, dy)
    rect = checked(source.united(target), "The layer")
    before = render.region(layer, rect)
    after, chosen = before.copy(), selection.within(source)
    lifted = render.cut_out(render.region(layer, source), chosen)
    after[source.moved(-rect.x, -rect.y).slices][chosen] = 0
    part = after[target.moved(-rect.x, -rect.y).slices]
    below, above = Layer("-", "-", 0, 0, Picture(part.copy())), Layer("+", "+", 0, 0, lifted)
    part[:] = render.flatten((below, above), below.rect)
    paint = painted(layer, rect, before, after, "Move selection")
    steps: tuple[Edit, ...] = (Select(selection.moved(dx, dy)),)
    return Together((paint, *steps) if paint else steps, "Move selection")
