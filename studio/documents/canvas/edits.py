"""What a hand can do to a board, as named data: each edit makes a board from a board and knows what takes it back. No Qt."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from typing import ClassVar

from studio.documents.canvas import render
from studio.documents.canvas.codec import from_bytes, to_bytes
from studio.documents.canvas.geometry import Rect
from studio.documents.canvas.laying import is_blank, laid
from studio.documents.canvas.model import Board, Layer, Selection, around, checked
from studio.media import MediaError, Picture


@dataclass(frozen=True)
class Edit(ABC):
    """`label` is what the undo menu says, `stored` its name in project files, which never changes.

    Edits raise MediaError where the board has not what they need.
    """

    title: ClassVar[str] = "Edit"
    stored: ClassVar[str]

    @property
    def label(self) -> str:
        return self.title

    @abstractmethod
    def apply(self, board: Board) -> Board:
        """The board after the edit."""

    @abstractmethod
    def inverse(self, board: Board) -> Edit:
        """The edit that leads back to `board`; the document itself brings back which layer was active."""

    def touched(self, board: Board) -> Rect | None:
        """The board pixels that may look different after it, None for anything at all."""
        return None

    def pictures(self) -> tuple[Picture, ...]:
        """The pictures that it keeps alive."""
        return tuple(value for value in (getattr(self, field.name) for field in fields(self)) if isinstance(value, Picture))

    def to_bytes(self, active: str | None = None) -> bytes:
        """The edit, and which layer was active when it was made: choosing one is no edit, and undo brings it back."""
        return to_bytes("edit", self, active)

    @staticmethod
    def from_bytes(data: bytes) -> Edit:
        """Raise MediaError when `data` is not an edit written by `to_bytes`."""
        edit = from_bytes(data, {"edit": Edit, **EDITS})
        assert isinstance(edit, Edit)
        return edit


@dataclass(frozen=True)
class AddLayer(Edit):
    """`index` counts from the bottom, -1 means on top. The new layer becomes the active one."""

    stored = "layer.add"
    layer: Layer
    index: int = -1
    name: str = "Add layer"

    @property
    def label(self) -> str:
        return self.name

    def apply(self, board: Board) -> Board:
        if self.layer.id in board:
            raise MediaError("That layer is on the board already.")
        at = len(board.layers) if self.index < 0 else min(self.index, len(board.layers))
        return replace(board, layers=(*board.layers[:at], self.layer, *board.layers[at:]), active=self.layer.id)

    def inverse(self, board: Board) -> Edit:
        return RemoveLayer(self.layer.id)

    def pictures(self) -> tuple[Picture, ...]:
        return (self.layer.picture,)


@dataclass(frozen=True)
class RemoveLayer(Edit):
    stored = "layer.remove"
    title = "Delete layer"
    layer_id: str

    def apply(self, board: Board) -> Board:
        at = board.index(self.layer_id)
        layers = (*board.layers[:at], *board.layers[at + 1 :])
        active = board.active
        if active == self.layer_id:
            active = layers[max(at - 1, 0)].id if layers else None
        return replace(board, layers=layers, active=active)

    def inverse(self, board: Board) -> Edit:
        return AddLayer(board.layer(self.layer_id), board.index(self.layer_id))


@dataclass(frozen=True)
class MoveLayer(Edit):
    stored = "layer.move"
    title = "Move layer"
    layer_id: str
    dx: int
    dy: int

    def apply(self, board: Board) -> Board:
        layer = board.layer(self.layer_id)
        return board.with_layer(replace(layer, x=layer.x + self.dx, y=layer.y + self.dy))

    def inverse(self, board: Board) -> Edit:
        return MoveLayer(self.layer_id, -self.dx, -self.dy)


@dataclass(frozen=True)
class DuplicateLayer(Edit):
    """A copy of a layer right above it, under a new id."""

    stored = "layer.duplicate"
    title = "Duplicate layer"
    layer_id: str
    copy_id: str
    dx: int = 0
    dy: int = 0

    def apply(self, board: Board) -> Board:
        layer = board.layer(self.layer_id)
        copy = replace(layer, id=self.copy_id, name=copy_name(layer.name), x=layer.x + self.dx, y=layer.y + self.dy)
        return AddLayer(copy, board.index(self.layer_id) + 1).apply(board)

    def inverse(self, board: Board) -> Edit:
        return RemoveLayer(self.copy_id)


@dataclass(frozen=True)
class SetVisible(Edit):
    stored = "layer.visible"
    layer_id: str
    visible: bool

    @property
    def label(self) -> str:
        return "Show layer" if self.visible else "Hide layer"

    def apply(self, board: Board) -> Board:
        return board.with_layer(replace(board.layer(self.layer_id), visible=self.visible))

    def inverse(self, board: Board) -> Edit:
        return SetVisible(self.layer_id, board.layer(self.layer_id).visible)


@dataclass(frozen=True)
class SetOpacity(Edit):
    stored = "layer.opacity"
    title = "Change opacity"
    layer_id: str
    opacity: float

    def apply(self, board: Board) -> Board:
        return board.with_layer(replace(board.layer(self.layer_id), opacity=self.opacity))

    def inverse(self, board: Board) -> Edit:
        return SetOpacity(self.layer_id, board.layer(self.layer_id).opacity)


@dataclass(frozen=True)
class RenameLayer(Edit):
    stored = "layer.rename"
    title = "Rename layer"
    layer_id: str
    name: str

    def apply(self, board: Board) -> Board:
        return board.with_layer(replace(board.layer(self.layer_id), name=self.name))

    def inverse(self, board: Board) -> Edit:
        return RenameLayer(self.layer_id, board.layer(self.layer_id).name)


@dataclass(frozen=True)
class ReorderLayer(Edit):
    """Put a layer at place `index`, counted from the bottom in the order that follows."""

    stored = "layer.reorder"
    title = "Reorder layers"
    layer_id: str
    index: int

    def apply(self, board: Board) -> Board:
        layer = board.layer(self.layer_id)
        others = [each for each in board.layers if each.id != self.layer_id]
        others.insert(min(max(self.index, 0), len(others)), layer)
        return replace(board, layers=tuple(others))

    def inverse(self, board: Board) -> Edit:
        return ReorderLayer(self.layer_id, board.index(self.layer_id))


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
class FlipLayer(Edit):
    stored = "layer.flip"
    layer_id: str
    horizontal: bool
    edited: bool = True

    @property
    def label(self) -> str:
        return "Flip horizontally" if self.horizontal else "Flip vertically"

    def apply(self, board: Board) -> Board:
        layer = board.layer(self.layer_id)
        pixels = layer.picture.pixels
        flipped = Picture(pixels[:, ::-1] if self.horizontal else pixels[::-1])
        return board.with_layer(replace(layer, picture=flipped, edited=self.edited))

    def inverse(self, board: Board) -> Edit:
        return FlipLayer(self.layer_id, self.horizontal, board.layer(self.layer_id).edited)


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


EDITS: dict[str, type[Edit]] = {
    kind.stored: kind
    for kind in (
        AddLayer, RemoveLayer, MoveLayer, DuplicateLayer, SetVisible, SetOpacity, RenameLayer, ReorderLayer, PaintPixels, FlipLayer,
        MergeDown, Select, Together,
    )
}  # fmt: skip


def copy_name(name: str) -> str:
    return name if name.endswith(" copy") else f"{name[:180]} copy"


def changed_rect(before: Board, after: Board) -> Rect | None:
    """The board pixels where two boards may look different, None for anything at all (another order, another active layer)."""
    same_order = [layer.id for layer in before.layers] == [layer.id for layer in after.layers]
    if not same_order or before.active != after.active or before.selection != after.selection:
        return None
    pairs = zip(before.layers, after.layers, strict=True)
    return around(rect for old, new in pairs if old is not new for rect in (old.rect, new.rect))
