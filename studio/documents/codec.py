"""What a stored document says of itself: the number of its format, and the steps that lead from every older one to today's. No Qt.

Boards and scores are bytes of one form: eight letters that say whose they are, the length of a header, the header as JSON, and the
blobs whose sizes it tells. Never pickle; whatever is not ours raises MediaError.

A document outlives the code. What an older Atelier wrote is brought up to date step by step; what a newer one wrote is refused with a
sentence, and stays as it is. Steps are only ever added, never changed: people have documents of every format.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from studio.media import MediaError

KEY = "format"
_HEAD = struct.Struct("<8sI")
Step = Callable[[dict[str, Any]], dict[str, Any]]


@dataclass(frozen=True)
class Format:
    """`steps[i]` makes a header of format i + 2 from one of format i + 1. What says nothing of its format is of the first.

    `magic` are the eight letters that begin the bytes of what is packed with blobs, and `header_limit` how long its header may be.
    """

    what: str
    steps: tuple[Step, ...] = ()
    magic: bytes = b""
    header_limit: int = 16 * 2**20

    @property
    def number(self) -> int:
        return len(self.steps) + 1

    def stamped(self, header: dict[str, Any]) -> dict[str, Any]:
        """The header with today's number in it."""
        return {KEY: self.number, **header}

    def current(self, header: dict[str, Any]) -> dict[str, Any]:
        """The header as it is written today. Raises MediaError for a newer one, or what is no number."""
        found = header.get(KEY, 1)
        if type(found) is not int or found < 1:
            raise MediaError(f"This piece of the {self.what} is damaged: it does not say of what format it is.")
        if found > self.number:
            known = f"its format is {found}, this one knows {self.number}"
            raise MediaError(f"This {self.what} was made by a newer Atelier ({known}). Update Atelier to open it; it is kept as it is.")
        for step in self.steps[found - 1 :]:
            header = step(header)
        return header

    def pack(self, header: dict[str, Any], blobs: Sequence[bytes]) -> bytes:
        """A plain header, stamped with today's number, and the blobs behind it."""
        text = json.dumps(self.stamped({**header, "blobs": [len(blob) for blob in blobs]})).encode()
        return _HEAD.pack(self.magic, len(text)) + text + b"".join(blobs)

    def parts(self, data: bytes) -> tuple[dict[str, Any], list[bytes]]:
        """The header that `pack` wrote, in whatever format it was written, and the blobs; everything else raises MediaError."""
        try:
            magic, length = _HEAD.unpack_from(data)
            if magic != self.magic or length > self.header_limit or _HEAD.size + length > len(data):
                raise MediaError(f"These bytes are no {self.what}.")
            header = json.loads(data[_HEAD.size : _HEAD.size + length])
            start, blobs = _HEAD.size + length, []
            for size in header["blobs"]:
                if type(size) is not int or size < 0 or start + size > len(data):
                    raise MediaError(f"This piece of the {self.what} is cut short.")
                blobs.append(data[start : start + size])
                start += size
        except (ValueError, KeyError, TypeError, AttributeError, struct.error, RecursionError) as error:
            if isinstance(error, MediaError):
                raise
            raise MediaError(f"This piece of the {self.what} is damaged and cannot be read.") from error
        if start != len(data):
            raise MediaError(f"This piece of the {self.what} has a tail that is not its own.")
        return header, blobs
