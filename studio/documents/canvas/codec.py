"""Boards and edits as bytes: a JSON header and compressed pixels. Never pickle; whatever is not ours raises MediaError.

A field that a stored layer lacks takes its default, one that this Atelier does not know is kept in `extra` and written again. Edits are
stored under names of their own (`Edit.stored`), so that a class may be called otherwise tomorrow.
"""

from __future__ import annotations

import json
import types
import typing
import zlib
from collections.abc import Callable, Sequence
from dataclasses import MISSING, fields
from functools import lru_cache
from typing import Any

import numpy as np

from studio.documents.canvas.geometry import Rect
from studio.documents.canvas.model import REACH, Board, Layer, Selection
from studio.documents.codec import Format
from studio.media import MediaError, Picture
from studio.media.picture.model import PIXELS_LIMIT

DEPTH_LIMIT = 8
EXTRA = "extra"

# Of the first format: edits were stored under the names of their classes.
_CLASSES = {
    "AddLayer": "layer.add", "RemoveLayer": "layer.remove", "MoveLayer": "layer.move", "DuplicateLayer": "layer.duplicate",
    "SetVisible": "layer.visible", "SetOpacity": "layer.opacity", "RenameLayer": "layer.rename", "ReorderLayer": "layer.reorder",
    "PaintPixels": "pixels.paint", "FlipLayer": "layer.flip", "MergeDown": "layer.merge", "Select": "select", "Together": "together",
}  # fmt: skip


def _named_edits(header: dict[str, Any]) -> dict[str, Any]:
    def named(plain: Any) -> Any:
        if not isinstance(plain, dict) or "edit" not in plain:
            return plain
        steps = {"edits": [named(each) for each in plain["edits"]]} if "edits" in plain else {}
        return {**plain, "edit": _CLASSES[plain["edit"]], **steps}

    return {**header, "value": named(header["value"])}


FORMAT = Format("board", (_named_edits,), magic=b"ATBOARD1", header_limit=8 * 2**20)


def board_to_bytes(board: Board) -> bytes:
    return to_bytes("board", board)


def board_from_bytes(data: bytes) -> Board:
    board = from_bytes(data, {"board": Board})
    assert isinstance(board, Board)
    return board


def to_bytes(kind: str, value: Any, active: str | None = None) -> bytes:
    """A dataclass of whole numbers, words, pictures, layers and selections; of an edit the id of the layer that was active before it."""
    blobs: list[bytes] = []
    before = {"active": active} if active is not None else {}
    plain = _plain(value, blobs)
    return FORMAT.pack({"kind": kind, **before, "value": plain}, blobs)


def active_of(data: bytes) -> str | None:
    """The layer that was active when a stored edit was made; None where it does not say. Raises MediaError for what is not ours."""
    found = FORMAT.parts(data)[0].get("active")
    return found if isinstance(found, str) else None


def from_bytes(data: bytes, kinds: dict[str, type]) -> Any:
    """The value that `to_bytes` wrote, when its kind is among `kinds`."""
    try:
        header, blobs = FORMAT.parts(data)
        header = FORMAT.current(header)
        kind = kinds.get(header["kind"])
        if kind is None:
            raise MediaError(f"This board was written by a newer Atelier: it knows “{str(header['kind'])[:40]}”.")
        return _Reader(blobs, kinds).value(header["value"], kind)
    except MediaError:
        raise
    except (ValueError, KeyError, TypeError, IndexError, zlib.error, RecursionError, OverflowError) as error:
        raise MediaError(f"This piece of the board is damaged and cannot be read ({type(error).__name__}).") from error


def _plain(value: Any, blobs: list[bytes]) -> Any:
    if isinstance(value, Picture):
        # Level 1: a stroke is written while the hand is still on the pen.
        blobs.append(zlib.compress(value.pixels.tobytes(), 1))
        return {"width": value.width, "height": value.height, "blob": len(blobs) - 1}
    if isinstance(value, Selection):
        blobs.append(zlib.compress(np.packbits(value.mask).tobytes(), 1))
        return {"x": value.x, "y": value.y, "width": value.rect.w, "height": value.rect.h, "blob": len(blobs) - 1}
    if isinstance(value, Rect):
        return list(value)
    if isinstance(value, tuple):
        return [_plain(each, blobs) for each in value]
    if hasattr(value, "__dataclass_fields__"):
        plain = {field.name: _plain(getattr(value, field.name), blobs) for field in fields(value) if field.name != EXTRA}
        if isinstance(value, Board | Layer):
            return plain | {name: json.loads(text) for name, text in value.extra}
        return {"edit": value.stored, **plain}
    return value


class _Reader:
    """Reads plain values back as the types that the dataclasses' annotations ask for."""

    def __init__(self, blobs: Sequence[bytes], kinds: dict[str, type]) -> None:
        self._blobs, self._kinds, self._depth = blobs, kinds, 0

    def value(self, plain: Any, hint: Any) -> Any:
        if isinstance(hint, types.UnionType):
            if plain is None:
                return None
            return self.value(plain, next(each for each in hint.__args__ if each is not type(None)))
        if typing.get_origin(hint) is tuple:
            if not isinstance(plain, list):
                raise TypeError
            return tuple(self.value(each, typing.get_args(hint)[0]) for each in plain)
        simple = _SIMPLE.get(hint)
        if simple is not None:
            return simple(plain)
        if not isinstance(plain, dict):
            raise TypeError
        if hint is Picture:
            return self._picture(plain)
        if hint is Selection:
            return self._selection(plain)
        return self._dataclass(plain, hint)

    def _dataclass(self, plain: dict[str, Any], hint: Any) -> Any:
        self._depth += 1
        if self._depth > DEPTH_LIMIT:
            raise MediaError("This piece of the board is nested too deeply.")
        kind = hint if hint in (Board, Layer) else self._kinds[plain["edit"]]
        if not issubclass(kind, hint):
            raise TypeError
        hints = _hints(kind)
        found = {name: self.value(plain[name], each) for name, each in hints.items() if name in plain}
        missing = _required(kind) - set(found)
        if missing:
            raise MediaError(f"This piece of the board is damaged: it does not say its “{min(missing)}”.")
        if kind in (Board, Layer):
            found[EXTRA] = tuple((name, json.dumps(plain[name])) for name in sorted(set(plain) - set(hints)))
        self._depth -= 1
        return kind(**found)

    def _bytes(self, plain: dict[str, Any], length: int) -> bytes:
        unpacker = zlib.decompressobj()
        found = unpacker.decompress(self._blobs[_index(plain["blob"])], length + 1)
        if len(found) != length:
            raise MediaError("This piece of the board is damaged: its pixels do not fill its rectangle.")
        return found

    def _picture(self, plain: dict[str, Any]) -> Picture:
        width, height = _size(plain)
        return Picture(np.frombuffer(self._bytes(plain, width * height * 4), np.uint8).reshape(height, width, 4))

    def _selection(self, plain: dict[str, Any]) -> Selection:
        width, height = _size(plain)
        bits = np.frombuffer(self._bytes(plain, (width * height + 7) // 8), np.uint8)
        return Selection(np.unpackbits(bits, count=width * height).reshape(height, width).astype(bool), _int(plain["x"]), _int(plain["y"]))


@lru_cache(maxsize=64)
def _hints(kind: type) -> dict[str, Any]:
    hints = typing.get_type_hints(kind).items()
    return {name: hint for name, hint in hints if typing.get_origin(hint) is not typing.ClassVar and name != EXTRA}


@lru_cache(maxsize=64)
def _required(kind: type) -> frozenset[str]:
    """The fields without which there is none of this kind."""
    return frozenset(each.name for each in fields(kind) if each.default is MISSING and each.default_factory is MISSING)


def _size(plain: dict[str, Any]) -> tuple[int, int]:
    width, height = _index(plain["width"]), _index(plain["height"])
    if width * height > PIXELS_LIMIT:
        raise MediaError("This piece of the board is larger than the 64 megapixels that Atelier takes.")
    return width, height


def _int(plain: Any) -> int:
    # Asset ids are the project's own and may be large; positions are looked at by Layer.
    if type(plain) is not int or abs(plain) > 2**53:
        raise TypeError
    return plain


def _index(plain: Any) -> int:
    if _int(plain) < 0:
        raise TypeError
    return _int(plain)


def _float(plain: Any) -> float:
    if type(plain) not in (int, float):
        raise TypeError
    return float(plain)


def _str(plain: Any) -> str:
    if not isinstance(plain, str):
        raise TypeError
    plain.encode()  # half a surrogate pair is no word; it raises a ValueError
    return plain


def _bool(plain: Any) -> bool:
    if not isinstance(plain, bool):
        raise TypeError
    return plain


def _rect(plain: Any) -> Rect:
    x, y, w, h = (_int(each) for each in plain)
    if max(abs(x), abs(y), w, h) > 4 * REACH or min(w, h) < 1:
        raise MediaError("This piece of the board lies too far out.")
    return Rect(x, y, w, h)


_SIMPLE: dict[Any, Callable[[Any], Any]] = {int: _int, float: _float, str: _str, bool: _bool, Rect: _rect}
