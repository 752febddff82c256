"""A checkpoint made small enough to be kept with the code: weights and averages in bfloat16, optimisers and caches left out.

What still takes more than a file may is kept as averages alone; a training goes on from these.

`python -m studio.training.condense CHECKPOINT TARGET`. Copied to FOLDER/NAME.training/checkpoint.safetensors, it is resumed with
`atelier train NAME --resume`; the optimisers start afresh with a warm-up.
"""

from __future__ import annotations

import sys
from pathlib import Path

import torch
from safetensors import safe_open
from safetensors.torch import save

from studio.media.files import write_atomically
from studio.training.cards import FILE_LIMIT


def condense(checkpoint: Path, target: Path) -> None:
    """Write the condensed checkpoint; what counts (steps, pictures, seconds) stays."""
    with safe_open(checkpoint, "pt") as file:
        names = [key for key in file.keys() if "optimiser" not in key and not key.startswith("cache.")]  # noqa: SIM118
        kept = {key: file.get_tensor(key) for key in names}
        metadata = file.metadata()
    small = {key: value.to(torch.bfloat16) if value.dtype == torch.float32 else value for key, value in kept.items()}
    if sum(value.numel() * value.element_size() for value in small.values()) > FILE_LIMIT:
        small = {key: value for key, value in small.items() if _averaged(key) not in small or _averaged(key) == key}
    write_atomically(target, save({key: value.contiguous() for key, value in small.items()}, metadata))


def _averaged(key: str) -> str:
    """The key of what is kept as the average of this one; the key itself where it is none of a network."""
    parts = key.split(".")
    return ".".join("averaged" if each == "network" else each for each in parts)


if __name__ == "__main__":
    condense(Path(sys.argv[1]), Path(sys.argv[2]))
