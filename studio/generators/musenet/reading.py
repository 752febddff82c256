"""How likely each note of a piece is, and what else might stand in its place: the piece is read in windows that overlap."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import numpy as np
import torch
from torch import Tensor

from studio.generators.musenet.networks import MuseNet
from studio.generators.musenet.steps import COLUMN, Labels, whole
from studio.generators.parts.bars import Bars, windows
from studio.generators.parts.nucleus import probabilities
from studio.generators.parts.reader import PIECE
from studio.generators.parts.step_rows import NOTE, Steps

Conditioning = Callable[[Bars, int], Labels]
"""The conditions of a window by its bars, and how many come after it."""


def _windows(bars: Bars, steps: int, context: float = 0.5) -> Iterator[tuple[int, int, int]]:
    return windows(bars, steps - 1 - len(bars.programs), context)


@torch.no_grad()
def note_bits(
    network: MuseNet, bars: Bars, steps: int, conditioning: Conditioning, context: float = 0.5
) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Yields (rows, bits (n, 4)) now and then: which of the piece's ROWs, and the bits of their onset, part, pitch and length.

    What it costs to say that a bar ends counts to the onset of the note that comes after. Nothing comes with empty arrays, so that
    others come between.
    """
    for first, fresh, last in _windows(bars, steps, context):
        view = bars.between(first, last)
        row = whole(view, replace(conditioning(view, len(bars) - last), ends=last == len(bars)))
        seen: list[Tensor] = []
        for part in _read(network, row):
            seen.append(part)
            yield np.zeros(0, np.int64), np.zeros((0, 4))
        low = int(np.searchsorted(bars.rows["bar"], first))
        own = view.rows["bar"] >= fresh - first
        yield low + np.flatnonzero(own), _gathered(network, row, torch.cat(seen, dim=1)[0])[own]


def _read(network: MuseNet, row: Steps) -> Iterator[Tensor]:
    """What each step has seen, a piece at a time."""
    device = network.table.device
    fields, places = (torch.from_numpy(each)[None].to(device) for each in (row.fields, row.places))
    cache = network.decoder.cache(1, len(row))
    for first in range(0, len(row), PIECE):
        yield network(fields[:, first : first + PIECE], places[:, first : first + PIECE], cache)


def _gathered(network: MuseNet, row: Steps, seen: Tensor) -> np.ndarray:
    """(notes, 4) bits of every note of a row of steps."""
    targets = torch.from_numpy(row.targets).to(seen.device)
    asked = np.flatnonzero(row.targets[:, 0] >= 0)
    costs = np.zeros((len(row), 4))
    costs[asked] = network.surprise(seen[asked], targets[asked]).cpu().numpy() / np.log(2)
    at = np.flatnonzero(row.fields[:, COLUMN["kind"]] == NOTE)
    found = costs[at - 1]
    total = np.concatenate([[0.0], np.cumsum(costs[:, 0])])
    found[:, 0] = np.diff(total[at], prepend=0.0)
    return found


@torch.no_grad()
def likelier_pitches(network: MuseNet, bars: Bars, steps: int, conditioning: Conditioning, number: int) -> np.ndarray:
    """(128,) probabilities of the pitch of ROW `number`, given all before it, its moment and its part."""
    bar = int(bars.rows["bar"][number])
    first, _, last = next(window for window in _windows(bars.between(0, bar + 1), steps) if window[1] <= bar < window[2])
    view = bars.between(first, last)
    row = whole(view, conditioning(view, len(bars) - last))
    own = number - int(np.searchsorted(bars.rows["bar"], first))
    at = np.flatnonzero(row.fields[:, COLUMN["kind"]] == NOTE)[own] - 1
    cut = Steps(row.fields[: at + 1], row.places[: at + 1])
    seen = torch.cat(list(_read(network, cut)), dim=1)[:, -1]
    onset, slot, _, _, program, previous = torch.from_numpy(row.targets[at : at + 1]).to(seen.device).unbind(1)
    seen = network.condition(network.condition(seen, 0, onset), 1, slot, program, previous)
    return probabilities(network.heads[2](seen)[0].cpu().numpy())
