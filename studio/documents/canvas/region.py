"""What a model is given of the board, as it looks now, and what comes back, put in its place. No Qt."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from studio.documents.canvas import render
from studio.documents.canvas.edits import AddLayer, Edit, FlipLayer, MergeDown, MoveLayer, Together
from studio.documents.canvas.geometry import Rect
from studio.documents.canvas.laying import is_blank
from studio.documents.canvas.model import Board, Layer, new_id
from studio.documents.canvas.pixel_edits import painted
from studio.documents.seen import Seen
from studio.media import MediaError, Picture, PictureSelection

NOTHING_THERE = "Nothing is drawn there yet. Pick a layer with something on it, or drop a picture on the place in the inspector."
PLACE_GONE = "The layer that this was made for is gone from the board. Drag the picture there to place it as a layer of its own."


@dataclass(frozen=True)
class Region:
    """A place of the board that a result is for. `picture` is what the board showed within `rect`, `mask` the selected pixels of it.

    `layers` is the layer that takes the result, and behind it those that it was merged into since; none where the selection lay on no
    layer. `asset` is what that layer came from. The place belongs to its layer: `follows` says where it is after an edit; in a layer
    that was flipped since it is `mirrored` (across, down).
    """

    rect: Rect
    picture: Picture
    mask: PictureSelection
    layers: tuple[str, ...]
    asset: int | None = None
    mirrored: tuple[bool, bool] = (False, False)

    @property
    def seen(self) -> Seen:
        return Seen(self.picture, self.asset)

    def owner(self, board: Board) -> Layer | None:
        """The layer that takes the result, where it is still there."""
        return next((board.layer(each) for each in self.layers if each in board), None)

    def follows(self, edit: Edit, before: Board) -> Region:
        """The place once `edit` has been made to the board `before`."""
        if isinstance(edit, Together):
            if not any(isinstance(each, MoveLayer | FlipLayer | MergeDown | Together) for each in edit.edits):
                return self  # nothing moves; a stroke's many squares would each be painted for nothing
            place = self
            for each in edit.edits:
                place = place.follows(each, before)
                before = each.apply(before)
            return place
        owner = self.owner(before)
        if owner is None or getattr(edit, "layer_id", None) != owner.id:
            return self
        match edit:
            case MoveLayer():
                return replace(self, rect=self.rect.moved(edit.dx, edit.dy))
            case FlipLayer():
                return self._flipped(owner.rect, edit.horizontal)
            case MergeDown():  # undone, the layer of old is there again and goes before
                return replace(self, layers=(*self.layers, before.layers[before.index(owner.id) - 1].id))
        return self

    def _flipped(self, layer: Rect, horizontal: bool) -> Region:
        across, down = self.mirrored
        if horizontal:
            rect = self.rect._replace(x=layer.x + layer.right - self.rect.right)
            return replace(self, rect=rect, mirrored=(not across, down))
        rect = self.rect._replace(y=layer.y + layer.bottom - self.rect.bottom)
        return replace(self, rect=rect, mirrored=(across, not down))

    def filled(self, board: Board, result: Picture) -> Edit | None:
        """The edit that puts `result` into the selected pixels: of the layer it was cut from, or as a layer of its own.

        Raises MediaError where that layer is gone.
        """
        if result.pixels.shape[:2] != (self.rect.h, self.rect.w):
            raise MediaError("What came back has another size than the part of the board that it was made for.")
        ways = tuple(slice(None, None, -1 if each else 1) for each in reversed(self.mirrored))
        pixels, mask = result.pixels[ways], self.mask.mask[ways]
        if not self.layers:
            return AddLayer(Layer(new_id(), "Fill", self.rect.x, self.rect.y, render.cut_out(pixels, mask)), name="Fill selection")
        layer = self.owner(board)
        if layer is None:
            raise MediaError(PLACE_GONE)
        before = render.region(layer, self.rect)
        return painted(layer, self.rect, before, np.where(mask[..., None], pixels, before), "Fill selection")


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
    picture, mask = Picture(render.composite(board, rect)), PictureSelection(selection.within(rect))
    return Region(rect, picture, mask, (owner.id,) if owner else (), owner.asset if owner else None)


def seen(board: Board) -> Seen:
    """The selected part of the board as it looks, or without a selection the active layer as it looks.

    Raises MediaError where nothing is drawn.
    """
    selection, layer = board.selection, board.active_layer
    if selection is not None:
        layer = _owner(board, selection.rect)
        picture = render.cut_out(render.composite(board, selection.rect), selection.mask)
    elif layer is None or is_blank(layer):
        raise MediaError(NOTHING_THERE)
    elif layer.opacity == 1:
        picture = layer.picture
    else:
        picture = Picture(render.flatten((replace(layer, visible=True),), layer.rect))
    if not picture.pixels[..., 3].any():
        raise MediaError(NOTHING_THERE)
    return Seen(picture, layer.asset if layer is not None else None)


def owner_of(board: Board) -> Layer | None:
    """The layer that the selection lies on, or without one the active layer."""
    return board.active_layer if board.selection is None else _owner(board, board.selection.rect)


def _owner(board: Board, around: Rect) -> Layer | None:
    """The layer that is meant: the active one where it holds the selection, else the topmost that does."""
    holding = [layer for layer in board.layers if layer.visible and layer.rect.covers(around)]
    if board.active_layer in holding:
        return board.active_layer
    return holding[-1] if holding else None
