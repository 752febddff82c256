"""Boards and edits that the tests of the canvas share."""

from __future__ import annotations

import json
import struct

import numpy as np
from hypothesis import strategies as st

from studio.documents.canvas.edits import (
    AddLayer,
    DuplicateLayer,
    Edit,
    FlipLayer,
    MergeDown,
    MoveLayer,
    PaintPixels,
    RemoveLayer,
    RenameLayer,
    ReorderLayer,
    Select,
    SetOpacity,
    SetVisible,
    Together,
)
from studio.documents.canvas.geometry import Rect
from studio.documents.canvas.model import Board, Layer, Selection
from studio.documents.canvas.pixel_edits import clear_selection, move_selected
from studio.media import Picture

HEAD = struct.Struct("<8sI")
RED, BLUE = (200, 30, 40, 255), (30, 60, 220, 255)


def plain(width: int = 8, height: int = 8, colour: tuple[int, int, int, int] = RED) -> Picture:
    return Picture(np.broadcast_to(np.array(colour, np.uint8), (height, width, 4)).copy())


def layer(name: str = "a", x: int = 0, y: int = 0, picture: Picture | None = None, **more: object) -> Layer:
    return Layer(name, name, x, y, picture or plain(), **more)  # type: ignore[arg-type]


def board(*layers: Layer, selection: Rect | None = None) -> Board:
    return Board(layers, layers[-1].id if layers else None, Selection.rectangle(selection) if selection else None)


@st.composite
def pictures(draw: st.DrawFn) -> Picture:
    width, height = draw(st.integers(1, 6)), draw(st.integers(1, 6))
    values = np.random.default_rng(draw(st.integers(0, 2**32 - 1))).integers(0, 256, (height, width, 4), np.uint8)
    values[..., 3] = np.where(values[..., 3] < 80, 0, values[..., 3])
    return Picture(values)


PLACES = st.integers(-12, 12)
IDS = st.sampled_from(["a", "b", "c", "d", "e"])
RECTS = st.builds(Rect, PLACES, PLACES, st.integers(1, 8), st.integers(1, 8))


def selections() -> st.SearchStrategy[Selection]:
    seeds = st.integers(0, 2**32 - 1)

    def made(rect: Rect, seed: int) -> Selection:
        mask = np.random.default_rng(seed).random((rect.h, rect.w)) < 0.6
        mask[0, 0] = True
        return Selection(mask, rect.x, rect.y)

    return st.builds(made, RECTS, seeds)


def layers() -> st.SearchStrategy[Layer]:
    opacity, asset = st.sampled_from([0.0, 0.3, 1.0]), st.none() | st.integers(0, 99)
    return st.builds(Layer, IDS, st.text(max_size=12), PLACES, PLACES, pictures(), st.booleans(), opacity, asset, st.booleans())


def edits() -> st.SearchStrategy[Edit]:
    single = st.one_of(
        st.builds(AddLayer, layers(), st.integers(-1, 5)),
        st.builds(RemoveLayer, IDS),
        st.builds(MoveLayer, IDS, PLACES, PLACES),
        st.builds(DuplicateLayer, IDS, IDS, PLACES, PLACES),
        st.builds(SetVisible, IDS, st.booleans()),
        st.builds(SetOpacity, IDS, st.floats(0, 1)),
        st.builds(RenameLayer, IDS, st.text(max_size=20)),
        st.builds(ReorderLayer, IDS, st.integers(0, 5)),
        st.builds(PaintPixels, IDS, PLACES, PLACES, pictures(), st.text(max_size=9), st.none(), st.booleans()),
        st.builds(FlipLayer, IDS, st.booleans()),
        st.builds(MergeDown, IDS),
        st.builds(Select, st.none() | selections()),
    )
    return single | st.builds(Together, st.lists(single, max_size=3).map(tuple), st.text(max_size=9))


def derived(current: Board, kind: str, dx: int, dy: int) -> Edit | None:
    """An edit that is made from the board as it stands."""
    return {"clear": lambda: clear_selection(current), "lift": lambda: move_selected(current, dx, dy)}[kind]()


def rewritten(data: bytes, change) -> bytes:  # type: ignore[no-untyped-def]
    """Stored bytes with another header, as a newer or an older Atelier would have written it."""
    magic, length = HEAD.unpack_from(data)
    header = json.loads(data[HEAD.size : HEAD.size + length])
    change(header)
    text = json.dumps(header).encode()
    return HEAD.pack(magic, len(text)) + text + data[HEAD.size + length :]
