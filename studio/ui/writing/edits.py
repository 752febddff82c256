"""An edit of a page: characters taken out at a place, others put in; named, small, and turned round to be undone. No Qt."""

from __future__ import annotations

import json
import zlib
from dataclasses import dataclass, replace
from typing import Any

from studio.media import MediaError
from studio.media.text.model import CHARACTERS_LIMIT
from studio.ui.formats import Format

MAGIC = b"ATPAGE1"
FORMAT = Format("page", (lambda header: header,))  # the first had no number, and edits as bare lists
PLAIN_BYTES = 1024  # beyond that it is compressed
UNPACKED_LIMIT = 24 * CHARACTERS_LIMIT  # two texts as JSON, six bytes a character at worst and twice that for what is no ASCII


@dataclass(frozen=True)
class Edit:
    """`goes_on` belongs to the step before it: one undo takes both back."""

    label: str
    at: int
    removed: str
    inserted: str
    goes_on: bool = False

    @property
    def end(self) -> int:
        """Where what was put in ends."""
        return self.at + len(self.inserted)

    def inverse(self) -> Edit:
        return replace(self, removed=self.inserted, inserted=self.removed)

    def apply(self, content: str) -> str:
        """The text after; raises MediaError where it is not the text that the edit was made on."""
        stop = self.at + len(self.removed)
        if self.at < 0 or content[self.at : stop] != self.removed:
            raise MediaError("This step does not fit the page: its words are others.")
        return content[: self.at] + self.inserted + content[stop:]

    def then(self, later: Edit) -> Edit | None:
        """This and `later` as one edit, where they touch; else None."""
        offset = later.at - self.at
        if offset >= 0 and offset + len(later.removed) <= len(self.inserted):
            inserted = self.inserted[:offset] + later.inserted + self.inserted[offset + len(later.removed) :]
            return replace(self, inserted=inserted)
        if not self.inserted and later.at + len(later.removed) == self.at:  # backspace after backspace
            return replace(self, at=later.at, removed=later.removed + self.removed, inserted=later.inserted)
        if later.at == self.end and not later.inserted:  # delete after delete
            return replace(self, removed=self.removed + later.removed)
        return None

    def to_bytes(self) -> bytes:
        return pack({name: getattr(self, name) for name in _FIELDS})

    @classmethod
    def from_bytes(cls, data: bytes) -> Edit:
        """Raises MediaError for what is not ours."""
        found = unpack(data)
        plain = {"goes_on": False, **found}
        if any(type(plain.get(name)) is not kind for name, kind in _FIELDS.items()):
            raise MediaError("This step of the page is damaged and cannot be read.")
        return cls(**{name: plain[name] for name in _FIELDS})


_FIELDS: dict[str, type] = {"label": str, "at": int, "removed": str, "inserted": str, "goes_on": bool}


def pack(plain: dict[str, Any]) -> bytes:
    """JSON, compressed where it is long."""
    text = json.dumps(FORMAT.stamped(plain)).encode()
    return MAGIC + (b"\x00" + text if len(text) <= PLAIN_BYTES else b"\x01" + zlib.compress(text, 1))


def unpack(data: bytes) -> dict[str, Any]:
    """What `pack` packed, in any format until today's; everything else raises MediaError."""
    head, kind, body = data[: len(MAGIC)], data[len(MAGIC) : len(MAGIC) + 1], data[len(MAGIC) + 1 :]
    if head != MAGIC or kind not in (b"\x00", b"\x01"):
        raise MediaError("These bytes are no page.")
    try:
        if kind == b"\x01":
            unpacker = zlib.decompressobj()
            body = unpacker.decompress(body, UNPACKED_LIMIT)
            if unpacker.unconsumed_tail or not unpacker.eof:
                raise MediaError("This piece of the page is damaged, or larger than a page may be.")
        found = json.loads(body)
        if isinstance(found, list) and len(found) == len(_FIELDS):
            found = dict(zip(_FIELDS, found, strict=True))
        if not isinstance(found, dict):
            raise MediaError("These bytes are no page.")
        return FORMAT.current(found)
    except (ValueError, RecursionError, zlib.error) as error:
        raise MediaError("This piece of the page is damaged and cannot be read.") from error
