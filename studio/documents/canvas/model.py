"""The board as plain data: RGBA layers at whole-pixel positions, one of them active, and a selection. No Qt, no files."""

from __future__ import annotations

import math
import uuid
from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np

from studio.documents.canvas.blending import MODES, NORMAL
from studio.documents.canvas.geometry import Rect
from studio.media import MediaError, Picture
from studio.media.picture.model import PIXELS_LIMIT

REACH = 2**20  # positions are kept within ±1 megapixel, so that sums stay far from any integer's end
NAME_LIMIT = 200
LAYERS_LIMIT = 2000


def new_id() -> str:
    """An id that no other layer has."""
    return uuid.uuid4().hex[:16]


@dataclass(frozen=True)
class Layer:
    """One picture on the board. `asset` is the project asset that it came from; `edited` says that a hand changed it since.

    `blend` is the mode of `blending.MODES` in which its colours meet those below.

    `extra` is what a newer Atelier wrote of it, by name as JSON; it is kept.
    """

    id: str
    name: str
    x: int
    y: int
    picture: Picture
    visible: bool = True
    opacity: float = 1.0
    asset: int | None = None
    edited: bool = False
    blend: str = NORMAL
    extra: tuple[tuple[str, str], ...] = ()

    def __post_init__(self) -> None:
        if self.blend not in MODES:
            raise MediaError(f"The layer “{self.name}” is blended as “{self.blend[:40]}”, which this Atelier does not know.")
        if not self.id or len(self.id) > NAME_LIMIT or len(self.name) > NAME_LIMIT:
            raise MediaError(f"A layer has an id, and a name of at most {NAME_LIMIT} letters.")
        if abs(self.x) > REACH or abs(self.y) > REACH:
            raise MediaError(f"The layer “{self.name}” would lie too far out; the board reaches {REACH} pixels each way.")
        if not (math.isfinite(self.opacity) and 0 <= self.opacity <= 1):
            raise MediaError("A layer's opacity lies between 0 and 1.")

    @property
    def rect(self) -> Rect:
        return Rect(self.x, self.y, self.picture.width, self.picture.height)


@dataclass(frozen=True, eq=False)
class Selection:
    """Chosen board pixels: `mask` is (height, width) bool, its first pixel lies at (x, y). Never empty, always trimmed."""

    mask: np.ndarray
    x: int
    y: int

    def __post_init__(self) -> None:
        mask = np.array(self.mask, dtype=bool)
        if mask.ndim != 2 or not mask.any():
            raise MediaError("A selection holds at least one pixel.")
        if abs(self.x) > REACH or abs(self.y) > REACH:
            raise MediaError("The selection would lie too far out.")
        rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
        mask = np.ascontiguousarray(mask[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1])
        mask.setflags(write=False)
        object.__setattr__(self, "mask", mask)
        object.__setattr__(self, "x", self.x + int(columns[0]))
        object.__setattr__(self, "y", self.y + int(rows[0]))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Selection) and (self.x, self.y) == (other.x, other.y) and np.array_equal(self.mask, other.mask)

    def __hash__(self) -> int:
        return hash((self.x, self.y, self.mask.tobytes()))

    @classmethod
    def of(cls, mask: np.ndarray, x: int, y: int) -> Selection | None:
        """The selection of a mask, None where no pixel is chosen."""
        return cls(mask, x, y) if mask.any() else None

    @classmethod
    def rectangle(cls, rect: Rect) -> Selection | None:
        """All of `rect`; raises MediaError when that is more than a picture may hold."""
        checked(rect, "The selection")
        return None if rect.empty else cls(np.ones((rect.h, rect.w), bool), rect.x, rect.y)

    @property
    def rect(self) -> Rect:
        return Rect(self.x, self.y, int(self.mask.shape[1]), int(self.mask.shape[0]))

    def within(self, rect: Rect) -> np.ndarray:
        """The part of the mask that lies over `rect`, as (h, w) bool."""
        found = np.zeros((rect.h, rect.w), bool)
        shared = self.rect.intersected(rect)
        if not shared.empty:
            found[shared.moved(-rect.x, -rect.y).slices] = self.mask[shared.moved(-self.x, -self.y).slices]
        return found

    def moved(self, dx: int, dy: int) -> Selection:
        return Selection(self.mask, self.x + dx, self.y + dy)

    def joined(self, other: Selection) -> Selection:
        rect = checked(self.rect.united(other.rect), "The selection")
        return Selection(self.within(rect) | other.within(rect), rect.x, rect.y)

    def without(self, other: Selection) -> Selection | None:
        return Selection.of(self.mask & ~other.within(self.rect), self.x, self.y)


@dataclass(frozen=True)
class Board:
    """Layers from bottom to top. `active` is the id of the layer that tools work on, None on an empty board."""

    layers: tuple[Layer, ...] = ()
    active: str | None = None
    selection: Selection | None = None
    extra: tuple[tuple[str, str], ...] = ()

    def __post_init__(self) -> None:
        ids = {layer.id for layer in self.layers}
        if len(ids) != len(self.layers) or len(ids) > LAYERS_LIMIT:
            raise MediaError(f"A board has at most {LAYERS_LIMIT} layers, each with an id of its own.")
        if self.active is not None and self.active not in ids:
            raise MediaError("The active layer is not on the board.")

    def __contains__(self, layer_id: object) -> bool:
        return any(layer.id == layer_id for layer in self.layers)

    @property
    def active_layer(self) -> Layer | None:
        return next((layer for layer in self.layers if layer.id == self.active), None)

    def index(self, layer_id: str) -> int:
        """Where the layer stands, 0 at the bottom; raises MediaError when it is gone."""
        for number, layer in enumerate(self.layers):
            if layer.id == layer_id:
                return number
        raise MediaError("That layer is not on the board any more.")

    def layer(self, layer_id: str) -> Layer:
        return self.layers[self.index(layer_id)]

    def with_layer(self, layer: Layer) -> Board:
        """The board with the layer of the same id replaced."""
        number = self.index(layer.id)
        return replace(self, layers=(*self.layers[:number], layer, *self.layers[number + 1 :]))

    def layer_at(self, x: int, y: int) -> Layer | None:
        """The topmost shown layer with an opaque enough pixel there, else the topmost whose rectangle holds it."""
        over = [layer for layer in reversed(self.layers) if layer.visible and layer.rect.contains(x, y)]
        solid = (layer for layer in over if layer.picture.pixels[y - layer.y, x - layer.x, 3] > 0)
        return next(solid, over[0] if over else None)

    def bounds(self, shown_only: bool = False) -> Rect:
        """The rectangle around all layers, empty on an empty board."""
        return around(layer.rect for layer in self.layers if layer.visible or not shown_only)


def around(rects: Iterable[Rect]) -> Rect:
    """The smallest rectangle that holds all of them."""
    found = Rect(0, 0, 0, 0)
    for rect in rects:
        found = found.united(rect)
    return found


def checked(rect: Rect, what: str) -> Rect:
    """`rect`, or a MediaError before memory is taken for more pixels than a picture may have."""
    if rect.w * rect.h > PIXELS_LIMIT:
        raise MediaError(f"{what} would become {rect.w}×{rect.h}, more than the 64 megapixels that Atelier takes.")
    return rect
