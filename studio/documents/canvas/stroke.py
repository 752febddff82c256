"""One stroke of pencil or eraser while the pen is down: it keeps only the pixels near the stroke, not the layer. No Qt."""

from __future__ import annotations

import numpy as np

from studio.documents.canvas import render
from studio.documents.canvas.edits import AddLayer, Edit
from studio.documents.canvas.geometry import Rect
from studio.documents.canvas.model import Layer, Selection, new_id
from studio.documents.canvas.pixel_edits import stroked
from studio.media import Picture
from studio.media.picture.model import PIXELS_LIMIT

ROOM = 128  # pixels a side: room around the stroke is made in squares of this size
RESERVE = 1024  # pixels around a stroke beyond its layer that are set aside at once


class Stroke:
    """`layer` is None where the board has none to paint on: the stroke then becomes a layer of its own.

    Every pixel is painted once however often the brush passes, so that opacity does not add up within one stroke.
    """

    def __init__(
        self,
        layer: Layer | None,
        selection: Selection | None,
        colour: render.Colour,
        shape: np.ndarray,
        opacity: float,
        erase: bool = False,
    ) -> None:
        self.layer = layer
        self.rect = Rect(0, 0, 0, 0)
        self.pixels = np.zeros((0, 0, 4), np.uint8)
        self.painted = Rect(0, 0, 0, 0)
        self._held, self._memory = Rect(0, 0, 0, 0), self.pixels  # set aside: the system gives memory only where it is written
        self._selection, self._colour, self._shape, self._opacity, self._erase = selection, colour, shape, opacity, erase
        self._last: tuple[int, int] | None = None

    def to(self, x: int, y: int) -> Rect:
        """Draw on to (x, y); gives the rectangle that changed."""
        points = list(render.line(*(self._last or (x, y)), x, y))
        self._last = (x, y)
        mask, rect = render.stamped(points, self._shape)
        if self._selection is not None:
            mask &= self._selection.within(rect)
        if self._erase:  # there is nothing to take away outside the layer, and it should not grow
            inside = rect.intersected(self.layer.rect) if self.layer else Rect(0, 0, 0, 0)
            mask, rect = mask[inside.moved(-rect.x, -rect.y).slices], inside
        if rect.empty or not mask.any():
            return Rect(0, 0, 0, 0)
        self._make_room(rect)
        here = rect.moved(-self.rect.x, -self.rect.y).slices
        before = render.region(self.layer, rect)[mask]
        self.pixels[here][mask] = render.erased(before, self._opacity) if self._erase else render.blend(before, self._colour, self._opacity)
        self.painted = self.painted.united(rect)
        return rect

    @property
    def patch(self) -> render.Patch:
        return render.Patch(self.layer.id if self.layer else None, self.rect, self.pixels)

    def edit(self, name: str) -> Edit | None:
        """The whole stroke as one edit, None where it changed nothing."""
        if self.painted.empty:
            return None
        here = self.painted.moved(-self.rect.x, -self.rect.y).slices
        after = self.pixels[here]
        if self.layer is not None:
            return stroked(self.layer, self.painted, render.region(self.layer, self.painted), after, name)
        tight = Selection.of(after[..., 3] > 0, self.painted.x, self.painted.y)
        if tight is None:
            return None
        picture = Picture(after[tight.rect.moved(-self.painted.x, -self.painted.y).slices])
        return AddLayer(Layer(new_id(), "Drawing", tight.x, tight.y, picture, edited=True), name=name)

    def _make_room(self, rect: Rect) -> None:
        """Take in the squares that `rect` touches; only what was not there yet is copied, so that no move of the hand waits long."""
        if self.rect.covers(rect):
            return
        wanted = self.rect.united(rect)
        grown = Rect.between(
            wanted.x // ROOM * ROOM, wanted.y // ROOM * ROOM, -(-wanted.right // ROOM) * ROOM, -(-wanted.bottom // ROOM) * ROOM
        )
        if not self._held.covers(grown):
            self._set_aside(grown)
        for part in grown.without(self.rect):
            self._memory[part.moved(-self._held.x, -self._held.y).slices] = render.region(self.layer, part)
        self.rect, self.pixels = grown, self._memory[grown.moved(-self._held.x, -self._held.y).slices]

    def _set_aside(self, grown: Rect) -> None:
        """Room for the layer and a long way around, or where that is too much for half as much again."""
        held = grown.united(self.layer.rect) if self.layer else grown
        held = held.grown(max(RESERVE, max(held.w, held.h) // 2))
        if held.w * held.h > PIXELS_LIMIT:
            held = grown.grown(max(grown.w, grown.h) // 4)
        memory = np.empty((held.h, held.w, 4), np.uint8)
        if not self.rect.empty:
            memory[self.rect.moved(-held.x, -held.y).slices] = self.pixels
        self._held, self._memory = held, memory
