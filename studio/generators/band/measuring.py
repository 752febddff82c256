"""How many bits a note costs: a piece is read in windows that overlap, and so is a fixed choice of held-back pieces while training."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

import numpy as np
import torch

from studio.generators.band.lessons import Analysis, Lessons
from studio.generators.band.networks import FIELD_NAMES, Band
from studio.generators.band.steps import COLUMN, Copied, Labels, whole
from studio.generators.batches import Piece
from studio.generators.parts.bars import windows
from studio.generators.parts.step_rows import NOTE, Steps

Conditioning = Callable[[Analysis, int, int], Labels]
"""What is said of a window: its bars, the number of the first, and how many bars come after the last."""
PIECES, LONGEST = 40, 512  # of each set, and how many notes of a piece
CONTEXT = 0.5  # of a window is read again


def conditioning_of(lessons: Lessons, piece: Piece, name: str) -> Conditioning:
    """What is said of a window of a piece under the `name` nothing, style or everything."""

    def labels(view: Analysis, first: int, left: int) -> Labels:
        if name == "nothing":
            return Labels(instruments=False, metre=False)
        return lessons.everything(piece, view, view.bars, first, left) if name == "everything" else lessons.style(piece)

    return labels


@torch.no_grad()
def note_bits(
    network: Band, known: Analysis, steps: int, conditioning: Conditioning, most: int | None = None
) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Yields (rows, bits (n, 4)) window by window: which of the piece's ROWs, and the bits of their onset, part, sound and length.

    What it costs to say that a bar ends counts to the onset of the note that comes after. It ends after `most` notes or a few more.
    """
    device = network.table.device
    for first, fresh, last in windows(known.bars, steps - 1 - len(known.bars.programs), CONTEXT):
        low, begin = (int(each) for each in np.searchsorted(known.bars.rows["bar"], [first, fresh]))
        if most is not None and begin >= most:
            return
        view = known.between(first, last)
        labels = replace(conditioning(view, first, len(known.bars) - last), ends=last == len(known.bars))
        row = whole(view.bars, labels, Copied.of(known.bars, first))
        seen = network(torch.from_numpy(row.fields)[None].to(device), torch.from_numpy(row.places)[None].to(device))[0]
        own = view.bars.rows["bar"] >= fresh - first
        yield low + np.flatnonzero(own), _gathered(network, row, seen)[own]


def _gathered(network: Band, row: Steps, seen: torch.Tensor) -> np.ndarray:
    """(notes, 4) bits of every note of a row of steps."""
    targets = torch.from_numpy(row.targets).to(seen.device)
    asked = row.targets[:, 0] >= 0
    costs = np.zeros((len(row), 4))
    at_steps = torch.from_numpy(np.flatnonzero(asked)).to(seen.device)
    costs[asked] = network.surprise(seen[at_steps], targets[at_steps]).cpu().numpy() / np.log(2)
    at = np.flatnonzero(row.fields[:, COLUMN["kind"]] == NOTE)
    found = costs[at - 1]
    total = np.concatenate([[0.0], np.cumsum(costs[:, 0])])
    found[:, 0] = np.diff(total[at], prepend=0.0)
    return found


class HeldOut:
    """Bits a note of held-back pieces, said the style alone and said everything, measured one piece at a time between steps."""

    def __init__(self, pieces: Sequence[Piece], lessons: Lessons) -> None:
        self.lessons = lessons
        sources: dict[str, list[Piece]] = defaultdict(list)
        for piece in pieces:
            sources[piece.source].append(piece)
        self.chosen = [piece for each in sources.values() for piece in each[:: max(1, len(each) // PIECES)][:PIECES]]

    def measured(self, network: Band) -> Iterator[dict[str, float]]:
        """Empty after each piece, and the figures last: `SET_style`, `SET_everything` and both by field."""
        sums: dict[str, np.ndarray] = defaultdict(lambda: np.zeros(5))
        for piece in self.chosen:
            known = self.lessons.analysis(piece)
            for name in ("style", "everything"):
                for rows, bits in note_bits(network, known, self.lessons.steps, conditioning_of(self.lessons, piece, name), LONGEST):
                    sums[f"{piece.source}_{name}"] += np.append(bits.sum(0), len(rows))
                yield {}
        found: dict[str, float] = {}
        for name, total in sums.items():
            means = (total[:4] / max(1.0, total[4])).tolist()
            found[name] = sum(means)
            found |= {f"{name}_{field}": mean for field, mean in zip(FIELD_NAMES, means, strict=True)}
        yield found
