"""A decoder that remembers what it has read: what music and text are written with."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
import torch
from torch import Tensor

from studio.generators.parts.decoder import Decoder
from studio.generators.parts.stepping import OneStep

PIECE = 64  # steps that are read at once while others wait for the worker
Enter = Callable[[Tensor], tuple[Tensor, Tensor | None]]


class Reader:
    """A decoder that remembers what it has read, so that what is read next costs only what differs at its end.

    `enter` makes vectors and positions of rows of numbers (steps, fields): words have one field, notes many. For one row of music or text.
    """

    def __init__(self, decoder: Decoder, enter: Enter, fields: int, room: int) -> None:
        self.decoder, self.enter = decoder, enter
        self.cache = decoder.cache(1, room)
        self._step = OneStep(decoder) if self.cache.keys.device.type == "cpu" else None
        self._rows = np.zeros((room, fields), np.int64)
        self._whole = 0  # rows from the beginning on that were read in whole pieces, and stand
        self.seen = torch.zeros(0)

    @property
    def left(self) -> int:
        """How many steps still fit in."""
        return self.cache.room - self.cache.length

    def read(self, rows: np.ndarray, piece: int = PIECE) -> Iterator[int]:
        """Read `rows` from the beginning on, a piece at a time; yields how many are read. `seen` is then what the last one saw, (D,)."""
        self.cache.truncate(min(self._same(rows), len(rows) - 1))  # the last one is read again: what it saw is asked for
        while self.cache.length < len(rows):
            first = self.cache.length
            self._take(rows[first : first + piece])
            yield self.cache.length

    def read_anew(self, rows: np.ndarray) -> Iterator[int]:
        """The same, and `seen` is to the last bit what it is when nothing was read before.

        Numbers are rounded another way when a row is read alone, so of what is known only whole pieces are kept. That is for what a
        seed is to bring back.
        """
        kept = min(self._same(rows), self._whole, len(rows) - 1)
        self.cache.truncate(kept - kept % PIECE)
        yield from self.read(rows)

    def step(self, row: np.ndarray) -> Tensor:
        """Read one more row, (fields,); what it has seen, (D,)."""
        return self._take(row[None])

    def _same(self, rows: np.ndarray) -> int:
        """How many of `rows` the cache holds."""
        common = min(len(rows), self.cache.length)
        differs = (self._rows[:common] != rows[:common]).any(axis=1)
        return int(differs.argmax()) if differs.any() else common

    @torch.inference_mode()
    def _take(self, rows: np.ndarray) -> Tensor:
        first = self.cache.length
        self._whole = min(self._whole, first - first % PIECE)
        if first == self._whole and len(rows) == PIECE:
            self._whole += PIECE
        self._rows[first : first + len(rows)] = rows
        device = self.cache.keys.device
        x, positions = self.enter(torch.from_numpy(self._rows[first : first + len(rows)])[None].to(device))
        through = self._step if self._step is not None and len(rows) == 1 else self.decoder
        self.seen = through(x, positions, self.cache)[0, -1]
        return self.seen
