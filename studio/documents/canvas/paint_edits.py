"""What a hand does to the pixels of a board, and several edits as one step. No Qt."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from studio.documents.canvas import render
from studio.documents.canvas.edit import Edit
from studio.documents.canvas.geometry import Rect
from studio.documents.canvas.layer_edits import AddLayer, RemoveLayer
from studio.documents.canvas.laying import is_blank, laid
from studio.documents.canvas.model import Board, Layer, Selection, around, checked
from studio.media import MediaError, Picture


@dataclass(frozen=True)
class PaintPixels(Edit):
    """`after` is what stands at (x, y) of the board in one layer afterwards; the layer grows to hold it, or is cut to `bounds`.

    What stood there before is read from the board when the way back is made, so that the two can never disagree.
    """

    stored = "pixels.paint"
    layer_id: str
    x: int
    y: int
    after: Picture
    name: str = "Paint"
    bounds: Rect | None = None
    edited: bool = True

    @property
    def label(self) -> str:
        return self.name

    @property
    def rect(self) -> Rect:
        return Rect(self.x, self.y, self.after.width, self.after.height)

    def touched(self, board: Board) -> Rect | None:
        return self.rect

    def apply(self, board: Board) -> Board:
        layer = board.layer(self.layer_id)
        return board.with_layer(laid(layer, [(self.rect, self.after)], self.bounds, self.edited))

    def inverse(self, board: Board) -> Edit:
        layer = board.layer(self.layer_id)
        if is_blank(layer):
            return Together((RemoveLayer(layer.id), AddLayer(layer, board.index(layer.id))), self.name)
        before = Picture(render.region(layer, self.rect))
        bounds = None if layer.rect.covers(self.rect) else layer.rect
        return PaintPixels(self.layer_id, self.x, self.y, before, self.name, bounds, layer.edited)


@dataclass(frozen=True)
class MergeDown(Edit):
    """Layer and the one below become one that looks the same, under the lower one's name."""

    stored = "layer.merge"
    title = "Merge down"
    layer_id: str

    def apply(self, board: Board) -> Board:
        upper, lower = self._pair(board)
        rect = upper.rect.united(lower.rect)
        picture = Picture(render.flatten((lower, upper), checked(rect, "The merged layer")))
        merged = replace(lower, x=rect.x, y=rect.y, picture=picture, opacity=1.0, edited=True)
        layers = tuple(merged if each.id == lower.id else each for each in board.layers if each.id != upper.id)
        return replace(board, layers=layers, active=lower.id)

    def inverse(self, board: Board) -> Edit:
        upper, lower = self._pair(board)
        at = board.index(lower.id)
        return Together((RemoveLayer(lower.id), AddLayer(lower, at), AddLayer(upper, at + 1)), self.title)

    def _pair(self, board: Board) -> tuple[Layer, Layer]:
        at = board.index(self.layer_id)
        if at == 0:
            raise MediaError("There is no layer below to merge into.")
        upper, lower = board.layers[at], board.layers[at - 1]
        if not (upper.visible and lower.visible):
            raise MediaError("Show both layers before you merge them.")
        return upper, lower


@dataclass(frozen=True)
class Select(Edit):
    stored = "select"
    selection: Selection | None

    @property
    def label(self) -> str:
        return "Select" if self.selection else "Deselect"

    def apply(self, board: Board) -> Board:
        return replace(board, selection=self.selection)

    def inverse(self, board: Board) -> Edit:
        return Select(board.selection)


@dataclass(frozen=True)
class Together(Edit):
    """Several edits that are one step of undo. Those that paint on one layer are made at once, with one copy of it."""

    stored = "together"
    edits: tuple[Edit, ...]
    name: str

    @property
    def label(self) -> str:
        return self.name

    def apply(self, board: Board) -> Board:
        for edits in self._runs(board):
            board = _apply_run(edits, board)
        return board

    def inverse(self, board: Board) -> Edit:
        back: list[Edit] = []
        runs = self._runs(board)
        for number, edits in enumerate(runs):
            back[:0] = _unpaint(edits, board) if len(edits) > 1 else [edits[0].inverse(board)]
            board = _apply_run(edits, board) if number < len(runs) - 1 else board
        return Together(tuple(back), self.name)

    def touched(self, board: Board) -> Rect | None:
        rects = [edit.touched(board) for edit in self.edits]
        return around(rect for rect in rects if rect is not None) if None not in rects else None

    def pictures(self) -> tuple[Picture, ...]:
        return tuple(picture for edit in self.edits for picture in edit.pictures())

    def _runs(self, board: Board) -> list[list[Edit]]:
        """The edits one after the other, those that may be made at once in one list: they paint on one layer, which is not blank.

        One that cuts the layer ends its run.
        """
        runs: list[list[Edit]] = []
        for edit in self.edits:
            last = runs[-1][-1] if runs else None
            alike = isinstance(edit, PaintPixels) and isinstance(last, PaintPixels) and edit.layer_id == last.layer_id
            if alike and isinstance(last, PaintPixels) and last.bounds is None and not is_blank(board.layer(last.layer_id)):
                runs[-1].append(edit)
            else:
                runs.append([edit])
        return runs


def _apply_run(edits: Sequence[Edit], board: Board) -> Board:
    if len(edits) == 1:
        return edits[0].apply(board)
    paints = [edit for edit in edits if isinstance(edit, PaintPixels)]
    last = paints[-1]
    parts = [(paint.rect, paint.after) for paint in paints]
    return board.with_layer(laid(board.layer(last.layer_id), parts, last.bounds, last.edited))


def _unpaint(edits: Sequence[Edit], board: Board) -> list[Edit]:
    """What takes back paints that were made at once: what stood there before, and a cut to the layer's old size at the end."""
    paints = [edit for edit in edits if isinstance(edit, PaintPixels)]
    layer = board.layer(paints[0].layer_id)
    rect = around(paint.rect for paint in paints)
    bounds = None if layer.rect.covers(rect) else layer.rect
    back: list[Edit] = [
        PaintPixels(layer.id, paint.x, paint.y, Picture(render.region(layer, paint.rect)), paint.name, None, layer.edited)
        for paint in reversed(paints)
    ]
    back[-1] = replace(back[-1], bounds=bounds)  # type: ignore[call-arg]
    return back
