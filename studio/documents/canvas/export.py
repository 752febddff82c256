"""The board as files: PNG, sprite sheet with its JSON, animated GIF. No Qt, so that it can run beside the window."""

from __future__ import annotations

import itertools
import json
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from studio.documents.canvas import render
from studio.documents.canvas.geometry import Rect
from studio.documents.canvas.model import Board, Layer, around, checked
from studio.documents.canvas.notes import note_of
from studio.media import MediaError, Picture
from studio.media.files import write_atomically
from studio.media.picture.files import encode_png
from studio.media.picture.gif import encode_gif
from studio.media.picture.model import PIXELS_LIMIT
from studio.media.picture.sheet import arrange
from studio.project import Project

SCALES = range(1, 33)


class Part(Enum):
    """What of the board goes into a file."""

    SELECTION = "Selection"
    LAYER = "Active layer"
    BOARD = "Whole board"


@dataclass(frozen=True)
class Kind:
    """One way to export, `word` is its name on the command line; `part` is set where a single picture is written."""

    word: str
    label: str
    suffix: str
    part: Part | None = None
    columns: bool = False
    time: bool = False


KINDS = (
    Kind("board", "Whole board as PNG", ".png", Part.BOARD),
    Kind("layer", "Active layer as PNG", ".png", Part.LAYER),
    Kind("selection", "Selection as PNG", ".png", Part.SELECTION),
    Kind("sheet", "Sprite sheet with JSON", ".png", columns=True, time=True),
    Kind("frames", "Animated GIF of the layers", ".gif", time=True),
)


def written_by(kind: Kind, path: Path) -> list[Path]:
    """The files that writing to `path` brings."""
    return [path, json_beside(path)] if kind.columns else [path]


def write(project: Project, board: Board, kind: Kind, path: Path, scale: int = 1, columns: int = 0, milliseconds: int = 100) -> list[Path]:
    """Write the board as `kind` with the recipes of what it shows; gives the files. Raises MediaError with the reason."""
    shown = tuple(layer for layer in board.layers if layer.visible)
    note, parameters = note_of(project, (board.active_layer,) if kind.part is Part.LAYER and board.active_layer else shown)
    if kind.part is not None:
        save_png(board, kind.part, path, scale, note, parameters)
    elif kind.columns:
        save_sheet(board, path, columns, scale, milliseconds, note)
    else:
        save_gif(board, path, milliseconds, scale, note, in_place=moves(board))
    return written_by(kind, path)


def picture_of(board: Board, part: Part) -> Picture:
    """What the part looks like; raises MediaError where there is nothing of that kind."""
    if part is Part.LAYER:
        if board.active_layer is None:
            raise MediaError("There is no active layer to export.")
        return board.active_layer.picture
    if part is Part.SELECTION:
        if board.selection is None:
            raise MediaError("Nothing is selected. Select an area with M or L first, or export the whole board.")
        selected = render.composite(board, board.selection.rect)
        return render.cut_out(selected, board.selection.mask)
    bounds = checked(board.bounds(shown_only=True), "The exported picture")
    if bounds.empty:
        raise MediaError("The board shows no layer, so there is nothing to export.")
    return Picture(render.composite(board, bounds))


def shown_layers(board: Board) -> tuple[Layer, ...]:
    """The layers that are exported one by one, bottom first; raises MediaError when there is none."""
    found = tuple(layer for layer in board.layers if layer.visible)
    if not found:
        raise MediaError("The board shows no layer, so there is nothing to export.")
    return found


def save_png(board: Board, part: Part, path: Path, scale: int = 1, note: str = "", parameters: str = "") -> Path:
    """One part of the board, every pixel `scale` × `scale`."""
    write_atomically(path, encode_png(enlarged(picture_of(board, part), scale), note, parameters))
    return path


def save_sheet(board: Board, path: Path, columns: int = 0, scale: int = 1, milliseconds: int = 100, note: str = "") -> Path:
    """The shown layers side by side in `columns` (0: about square), and a JSON of their places; gives the JSON's path."""
    layers = shown_layers(board)
    pictures = [layer.picture for layer in layers]
    columns = min(columns, len(pictures)) or -(-len(pictures) // round(len(pictures) ** 0.5))
    width, height = max(each.width for each in pictures), max(each.height for each in pictures)
    rows = -(-len(pictures) // columns)
    checked(Rect(0, 0, columns * width * _scale(scale), rows * height * scale), "The sprite sheet")
    sheet = arrange(pictures, columns, scale)
    beside = json_beside(path)
    write_atomically(path, encode_png(sheet, note))
    write_atomically(beside, sheet_json(layers, columns, (width, height), scale, sheet, path.name, milliseconds).encode())
    return beside


def json_beside(path: Path) -> Path:
    """Where the places in the sprite sheet at `path` are written down."""
    return path.with_suffix(".json")


def sheet_json(
    layers: Sequence[Layer], columns: int, cell: tuple[int, int], scale: int, sheet: Picture, name: str, milliseconds: int
) -> str:
    """Frames in Aseprite's “hash” form: a name for each, with its rectangle in the sheet."""
    frames: dict[str, object] = {}
    for number, layer in enumerate(layers):
        width, height = layer.picture.width * scale, layer.picture.height * scale
        title, count = layer.name, 2
        while title in frames:  # two layers may bear one name, two frames may not
            title, count = f"{layer.name} {count}", count + 1
        frames[title] = {
            "frame": {"x": number % columns * cell[0] * scale, "y": number // columns * cell[1] * scale, "w": width, "h": height},
            "rotated": False,
            "trimmed": False,
            "spriteSourceSize": {"x": 0, "y": 0, "w": width, "h": height},
            "sourceSize": {"w": width, "h": height},
            "duration": milliseconds,
        }
    meta = {
        "app": "Atelier", "version": "1.0", "image": name, "format": "RGBA8888",
        "size": {"w": sheet.width, "h": sheet.height}, "scale": str(scale), "frameTags": [],
    }  # fmt: skip
    return json.dumps({"frames": frames, "meta": meta}, ensure_ascii=False, indent=1) + "\n"


def save_gif(
    board: Board, path: Path, milliseconds: int | Sequence[int] = 100, scale: int = 1, note: str = "", in_place: bool = False
) -> Path:
    """The shown layers one after another, bottom first: laid over each other's middles, or `in_place` where they lie on the board."""
    layers = shown_layers(board)
    if in_place:
        bounds = checked(around(layer.rect for layer in layers), "The animation")
        pictures = [Picture(render.flatten((layer,), bounds)) for layer in layers]
    else:
        pictures = [Picture(render.flatten((layer,), layer.rect)) for layer in layers]
    write_atomically(path, encode_gif([enlarged(each, scale) for each in pictures], milliseconds, note))
    return path


def moves(board: Board) -> bool:
    """Whether the shown layers lie over one another, so that where each lies is motion; side by side they are a row to choose from."""
    rects = [layer.rect for layer in shown_layers(board)]
    return all(not one.intersected(other).empty for one, other in itertools.pairwise(rects))


def enlarged(picture: Picture, scale: int) -> Picture:
    """Every pixel as a square block; raises MediaError for a scale or a size that Atelier does not write."""
    if picture.width * picture.height * _scale(scale) ** 2 > PIXELS_LIMIT:
        size = f"{picture.width * scale}×{picture.height * scale}"
        raise MediaError(f"At {scale}× this would be {size}, more than 64 megapixels. Choose a smaller scale.")
    return picture.scaled(scale)


def _scale(scale: int) -> int:
    if scale not in SCALES:
        raise MediaError("A picture is exported at 1× to 32×.")
    return scale
