"""What models of scores share: a step of several categorical fields becomes one vector, a decoder reads the row, a head a field predicts.

A step's fields are rows of one table, `offsets` says where each begins (see `musenet/steps.py` and `band/steps.py`).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from studio.generators.parts.decoder import Decoder, DecoderConfig, KVCache
from studio.generators.parts.reader import Reader


class NoteDecoder(nn.Module):
    """`fields` (B, T, F) and `places` (B, T, 3) of steps → hidden states (B, T, D), from which the heads give logits of the next step.

    `rows` is how many the table has, `sizes` among how many values each head chooses.
    """

    offsets: Tensor

    def __init__(self, config: DecoderConfig, offsets: np.ndarray, rows: int, sizes: Sequence[int]) -> None:
        super().__init__()
        width = config.width
        self.register_buffer("offsets", torch.from_numpy(offsets.copy()), persistent=False)
        self.table = nn.Parameter(torch.randn(rows, width) * 0.02)
        self.decoder: Decoder = Decoder(config)
        self.heads = nn.ModuleList(nn.Sequential(nn.Linear(width, 2 * width), nn.GELU(), nn.Linear(2 * width, size)) for size in sizes)

    def forward(self, fields: Tensor, places: Tensor, cache: KVCache | None = None) -> Tensor:
        return self.decoder(self.embedded(fields), places, cache)

    def embedded(self, fields: Tensor) -> Tensor:
        """(B, T, F) → (B, T, D), the sum of the fields' vectors."""
        rows, steps, _ = fields.shape
        flat = (fields + self.offsets).flatten(0, 1)
        return F.embedding_bag(flat, self.table, mode="sum").view(rows, steps, -1)


def bar_rotary(head_width: int) -> tuple[tuple[int, float], ...]:
    """Axes of the rotary embedding: a step's number, its bar, its position in the bar; “a bar ago at this place” is one angle."""
    pairs = head_width // 2
    bar = pairs * 5 // 16
    return ((pairs - 2 * bar, 10_000.0), (bar, 200.0), (bar, 1_000.0))


def condition_vectors(size: int, width: int) -> nn.Embedding:
    """Vectors (size, width) to add to hidden states, of about their length, which are normed."""
    made = nn.Embedding(size, width)
    nn.init.normal_(made.weight, std=0.3)
    return made


def reader_of(network: NoteDecoder, fields: int, room: int) -> Reader:
    """A reader of rows of fields and places, side by side, `room` steps at most."""

    def enter(rows: Tensor) -> tuple[Tensor, Tensor]:
        return network.embedded(rows[..., :-3]), rows[..., -3:]

    return Reader(network.decoder, enter, fields + 3, room)


class Row(Protocol):
    """A row of steps: `fields` (T, F), `places` (T, 3) and `targets` (T, G), what comes next."""

    @property
    def fields(self) -> np.ndarray: ...

    @property
    def places(self) -> np.ndarray: ...

    @property
    def targets(self) -> np.ndarray: ...

    def __len__(self) -> int: ...


def padded(lessons: Sequence[Row], none: int) -> tuple[Tensor, Tensor, Tensor]:
    """Fields (B, T, F), places (B, T, 3) and targets (B, T, G) of rows of steps, the shorter ones filled up behind, targets with `none`."""
    longest = max(len(each) for each in lessons)

    def filled(name: str, value: int) -> Tensor:
        made = np.full((len(lessons), longest, getattr(lessons[0], name).shape[1]), value, np.int64)
        for row, each in enumerate(lessons):
            made[row, : len(each)] = getattr(each, name)
        return torch.from_numpy(made)

    return filled("fields", 0), filled("places", 0), filled("targets", none)
