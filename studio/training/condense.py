"""A checkpoint made small enough to be kept with the code: weights and averages in bfloat16, optimisers left out.

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


def condense(checkpoint: Path, target: Path) -> None:
    """Write the condensed checkpoint; what counts (steps, pictures, seconds) stays."""
    with safe_open(checkpoint, "pt") as file:
        kept = {key: file.get_tensor(key) for key in file.keys() if "optimiser" not in key}  # noqa: SIM118
        metadata = file.metadata()
    small = {key: value.to(torch.bfloat16) if value.dtype == torch.float32 else value for key, value in kept.items()}
    write_atomically(target, save({key: value.contiguous() for key, value in small.items()}, metadata))


if __name__ == "__main__":
    condense(Path(sys.argv[1]), Path(sys.argv[2]))
