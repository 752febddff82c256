"""The part of the board that a model works on, cut to the size it knows, and what comes back, put in its place. No Qt."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from studio.media import MediaError, Picture, PictureSelection
from studio.ui.canvas import raster
from studio.ui.canvas.board import Board, Layer, new_id
from studio.ui.canvas.edits import AddLayer, Edit
from studio.ui.canvas.geometry import Rect
from studio.ui.canvas.pixel_edits import painted


@dataclass(frozen=True)
class Region:
    """`picture` is what the board shows within `rect`, `mask` the selected pixels of it; `layer_id` is the layer that takes the result."""

    rect: Rect
    picture: Picture
    mask: PictureSelection
    layer_id: str | None

    def filled(self, board: Board, result: Picture) -> Edit | None:
        """The edit that puts `result` into the selected pixels: of the layer it was cut from, or as a layer of its own."""
        if result.pixels.shape[:2] != (self.rect.h, self.rect.w):
            raise MediaError("What came back has another size than the part of the board that it was made for.")
        if self.layer_id is not None and self.layer_id in board:
            layer = board.layer(self.layer_id)
            before = raster.region(layer, self.rect)
            return painted(layer, self.rect, before, np.where(self.mask.mask[..., None], result.pixels, before), "Fill selection")
        cut = raster.cut_out(result.pixels, self.mask.mask)
        return AddLayer(Layer(new_id(), "Fill", self.rect.x, self.rect.y, cut), name="Fill selection")


def selected(board: Board, size: int) -> Region:
    """The `size` × `size` pixels of the board around its selection; raises MediaError when nothing, or too much, is selected.

    A layer of just that size is taken whole, since its edges are the picture's own.
    """
    selection = board.selection
    if selection is None:
        raise MediaError("Nothing is selected. Select the part to fill with the rectangle (M) or the lasso (L) first.")
    around = selection.rect
    if around.w > size or around.h > size:
        raise MediaError(f"The selection is {around.w}×{around.h} pixels; this model fills at most {size}×{size}. Select a smaller part.")
    owner = _owner(board, around)
    if owner is not None and (owner.rect.w, owner.rect.h) == (size, size):
        rect = owner.rect
    else:
        rect = Rect(around.x + (around.w - size) // 2, around.y + (around.h - size) // 2, size, size)
    return Region(rect, Picture(raster.composite(board, rect)), PictureSelection(selection.within(rect)), owner.id if owner else None)


def _owner(board: Board, around: Rect) -> Layer | None:
    """The layer that is meant: the active one where it holds the selection, else the topmost that does."""
    holding = [layer for layer in board.layers if layer.visible and layer.rect.covers(around)]
    if board.active_layer in holding:
        return board.active_layer
    return holding[-1] if holding else None
