"""Pages and their edits as bytes: JSON, compressed where it is long. Whatever is not ours raises MediaError. No Qt."""

from __future__ import annotations

import json
import zlib
from typing import Any

from studio.documents.codec import Format
from studio.media import MediaError, Text
from studio.media.text.model import CHARACTERS_LIMIT

MAGIC = b"ATPAGE1"
FORMAT = Format("page", (lambda header: header,))  # the first had no number, and edits as bare lists
PLAIN_BYTES = 1024  # beyond that it is compressed
UNPACKED_LIMIT = 24 * CHARACTERS_LIMIT  # two texts as JSON, six bytes a character at worst and twice that for what is no ASCII
FIELDS: dict[str, type] = {"label": str, "at": int, "removed": str, "inserted": str, "goes_on": bool}
"""What is stored of an edit, in the order of the first format's lists."""


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
        if isinstance(found, list) and len(found) == len(FIELDS):
            found = dict(zip(FIELDS, found, strict=True))
        if not isinstance(found, dict):
            raise MediaError("These bytes are no page.")
        return FORMAT.current(found)
    except (ValueError, RecursionError, zlib.error) as error:
        raise MediaError("This piece of the page is damaged and cannot be read.") from error


def content_to_bytes(content: str) -> bytes:
    return pack({"content": content})


def content_from_bytes(data: bytes) -> str:
    """Raises MediaError when `data` was not written by `content_to_bytes`."""
    content = unpack(data).get("content")
    if not isinstance(content, str):
        raise MediaError("These bytes are no page.")
    return Text(content).content
