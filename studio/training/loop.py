"""The training loop: it owns data, time and checkpoints; what a step is, the family says.

A training is a generator of `Step` events, so that a worker can interleave it with other jobs and stop it between two steps.
"""

from __future__ import annotations

import json
import math
import os
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save
from torch import Tensor

from studio import generators
from studio.generators.capabilities import Batch, Trainer
from studio.media.errors import MediaError
from studio.media.files import write_atomically
from studio.training.data import PictureSet
from studio.training.errors import TrainingError
from studio.training.plans.plan import Plan

CHECKPOINT_SECONDS = 300.0
PREVIEW_SECONDS = 120.0


@dataclass(frozen=True)
class Step:
    """What one step measured; `seconds` and `pictures` count from the very beginning, over every resume."""

    number: int
    pictures: int
    seconds: float
    losses: Mapping[str, float]
    pictures_a_second: float


@dataclass
class _Counters:
    number: int = 0
    pictures: int = 0
    seconds: float = 0.0


def train(plan: Plan, data: PictureSet, folder: Path, *, minutes: float, device: str, resume: bool) -> Iterator[Step]:
    """Train `plan` for `minutes` in all into `folder` (checkpoint.safetensors, log.jsonl, sheet.png).

    Raises TrainingError when a loss stops being a number; the last checkpoint stays good.
    """
    pictures, attributes = data.train, data.train_attributes
    config = dict(plan.config(data))
    trainer: Trainer = generators.implementation(plan.family).start(config, Batch(pictures, attributes), torch.device(device))
    counters = _Counters()
    folder.mkdir(parents=True, exist_ok=True)
    checkpoint = folder / "checkpoint.safetensors"
    if resume and checkpoint.exists():
        counters = _restore(trainer, checkpoint)
    chooser = np.random.default_rng(counters.number)
    saved = shown = last = time.monotonic()
    while counters.seconds < minutes * 60:
        rows = chooser.integers(0, len(pictures), plan.batch_size)
        batch = Batch(pictures[rows], attributes[rows])
        losses = trainer.step(batch, counters.seconds / (minutes * 60))
        now = time.monotonic()
        took, last = now - last, now
        counters.number += 1
        counters.pictures += len(batch)
        counters.seconds += took
        _stop_on_nan(losses, counters)
        if now - saved > CHECKPOINT_SECONDS:
            save_checkpoint(trainer, counters, checkpoint)
            saved = now
        if now - shown > PREVIEW_SECONDS:
            _sheet(trainer, folder)
            shown = now
        if counters.number % 50 == 0:
            _log(folder, counters, losses)
        yield Step(counters.number, counters.pictures, counters.seconds, losses, len(batch) / max(took, 1e-9))
    save_checkpoint(trainer, counters, checkpoint)
    _sheet(trainer, folder)
    _finish(plan, config, trainer, counters, folder)


def _stop_on_nan(losses: Mapping[str, float], counters: _Counters) -> None:
    for name, value in losses.items():
        if not math.isfinite(value):
            raise TrainingError(
                f"The loss “{name}” stopped being a number at step {counters.number:,}. The last checkpoint is kept; "
                "resume from it, or start again with a smaller learning rate."
            )


def save_checkpoint(trainer: Trainer, counters: Any, path: Path) -> None:
    """Everything needed to go on, whole or not at all."""
    metadata = {"number": str(counters.number), "pictures": str(counters.pictures), "seconds": str(counters.seconds)}
    try:
        write_atomically(path, save({key: value.contiguous() for key, value in trainer.state().items()}, metadata))
    except MediaError as error:
        raise TrainingError(f"The checkpoint could not be written; the one before it is kept. {error}") from error


def _restore(trainer: Trainer, path: Path) -> _Counters:
    try:
        with safe_open(path, "pt") as file:
            metadata = file.metadata() or {}
            flat: dict[str, Tensor] = {key: file.get_tensor(key) for key in file.keys()}  # noqa: SIM118
        trainer.restore(flat)
        return _Counters(int(metadata["number"]), int(metadata["pictures"]), float(metadata["seconds"]))
    except (SafetensorError, OSError, KeyError, ValueError, RuntimeError) as error:
        raise TrainingError(f"The checkpoint {path.name} cannot be used: {error}.") from error


def _sheet(trainer: Trainer, folder: Path) -> None:
    from studio.media.picture import sheet

    pictures = trainer.preview(0, 100)
    if pictures:
        write_atomically(folder / "sheet.png", sheet.encode(sheet.arrange(pictures, columns=10, scale=3)))


def _log(folder: Path, counters: _Counters, losses: Mapping[str, float]) -> None:
    line = {"step": counters.number, "pictures": counters.pictures, "seconds": round(counters.seconds, 1), **losses}
    with open(folder / "log.jsonl", "a", encoding="utf-8") as file:
        file.write(json.dumps(line) + "\n")
        file.flush()
        os.fsync(file.fileno())


def _finish(plan: Plan, config: Mapping[str, Any], trainer: Trainer, counters: _Counters, folder: Path) -> None:
    """Raw weights of the end, for `package` to make a shipped model of."""
    weights = {key: value.contiguous() for key, value in trainer.weights().items()}
    metadata = {"plan": plan.name, "config": json.dumps(config), "pictures": str(counters.pictures), "seconds": str(counters.seconds)}
    write_atomically(folder / "trained.safetensors", save(weights, metadata))
