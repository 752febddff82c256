"""Items that grow note by note: gathered to one piece a frame, and summed, so that a stopped job leaves what is there."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

from studio.engine.errors import EngineError
from studio.generators.events import Delta, Result
from studio.media import medium_of

FRAME_SECONDS = 1 / 60


class DeltaBuffer:
    """The deltas of one job."""

    def __init__(self) -> None:
        self._sums: dict[int, Any] = {}
        self._pieces: dict[int, Any] = {}
        self._told = 0.0

    def add(self, delta: Delta) -> Iterator[Delta]:
        """Take in a delta; what is due to be told. The beginning of an item is told at once."""
        first = delta.index not in self._sums and delta.index not in self._pieces
        held = self._pieces.get(delta.index)
        self._pieces[delta.index] = delta.media if held is None else _joined(held, delta.media)
        if first or time.monotonic() - self._told >= FRAME_SECONDS:
            yield from self.tell()

    def tell(self) -> Iterator[Delta]:
        """What was not told yet."""
        pieces, self._pieces = self._pieces, {}
        for index, piece in pieces.items():
            whole = self._sums.get(index)
            self._sums[index] = piece if whole is None else _joined(whole, piece)
            yield Delta(index, piece)
        self._told = time.monotonic()

    def finished(self, index: int) -> None:
        """A result has taken the place of the item's sum."""
        self._sums.pop(index, None)

    def left(self) -> Iterator[Result]:
        """The items that were begun and not finished, as partial results."""
        for index, whole in sorted(self._sums.items()):
            yield Result(index, whole, partial=True)
        self._sums = {}


def _joined(whole: Any, piece: Any) -> Any:
    append = medium_of(whole).append
    if append is None:
        raise EngineError(f"A {medium_of(whole).name} cannot grow piece by piece.")
    return append(whole, piece)
