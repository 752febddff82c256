"""What a hand does to whole layers of a board. No Qt."""

from __future__ import annotations

from dataclasses import dataclass, replace

from studio.documents.canvas.edit import Edit
from studio.documents.canvas.model import Board, Layer
from studio.media import MediaError, Picture


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
class SetBlend(Edit):
    """`blend` is one of `blending.MODES`."""

    stored = "layer.blend"
    title = "Change how it blends"
    layer_id: str
    blend: str

    def apply(self, board: Board) -> Board:
        return board.with_layer(replace(board.layer(self.layer_id), blend=self.blend))

    def inverse(self, board: Board) -> Edit:
        return SetBlend(self.layer_id, board.layer(self.layer_id).blend)


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


def copy_name(name: str) -> str:
    return name if name.endswith(" copy") else f"{name[:180]} copy"
