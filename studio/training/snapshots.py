"""Weights kept on the way of a training, to see whether a loss goes the way that the pictures do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from safetensors.torch import save
from torch import Tensor

from studio.media.files import write_atomically
from studio.training import own

COUNT = 16  # of a whole training
FOLDER = "snapshots"


class Snapshots:
    """Keeps weights in `folder`/snapshots, named by their step, `COUNT` times evenly over the training."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder / FOLDER

    def keep_when_due(self, number: int, share: float, weights: Mapping[str, Tensor]) -> None:
        """`share` in [0, 1] is how much of the training has passed."""
        if len(kept(self._folder.parent)) < int(share * COUNT):
            data = save({key: value.contiguous() for key, value in weights.items()})
            write_atomically(self._folder / f"{number:08}.safetensors", data)


def kept(folder: Path) -> list[tuple[int, Path]]:
    """(step, file) of every snapshot of the training in `folder`, oldest first."""
    return sorted((int(path.stem), path) for path in (folder / FOLDER).glob("*.safetensors") if path.stem.isdecimal())


def losses_at(folder: Path, steps: Sequence[int], name: str) -> np.ndarray:
    """(n,) means of the loss `name` over the log between each step and the one before it in `steps`."""
    logged = [(line.step, line.losses[name]) for line in own.read_log(folder) if name in line.losses]
    found = []
    for before, step in zip((0, *steps), steps, strict=False):
        within = [value for number, value in logged if before < number <= step]
        found.append(float(np.mean(within)) if within else np.nan)
    return np.array(found)
