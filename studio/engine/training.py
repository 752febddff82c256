"""A training as a job: it gives way to everything else between two steps, pauses with a checkpoint, and goes on from it."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from studio.engine import malloc
from studio.engine.context import Context
from studio.engine.cores import Cores
from studio.engine.events import JobEvent, Preview, Stepped
from studio.engine.jobs import Priority, Work
from studio.shelf import Shelf
from studio.training import own
from studio.training.errors import NotEnoughMemory
from studio.training.material import MATERIAL

TELL_SECONDS = 0.25
CHECKPOINT_SECONDS = 60.0
SHEETS = 80  # kept of a whole training, about
SHORTEST_SHEET_SECONDS = 5.0


@dataclass(frozen=True)
class Training:
    """Train what lies in `folder` (a person's own training); cancelling it is a pause with a checkpoint."""

    folder: Path
    label: str = ""
    model: str = ""
    channel: str = ""
    priority: Priority = Priority.TRAINING

    def prepared(self, shelf: Shelf) -> Work:
        del shelf  # a training begins from what its folder says, when it has its turn
        return self

    def run(self, context: Context) -> Iterator[JobEvent | None]:
        try:
            yield from run_training(self.folder, context.shelf, context.device.name, lambda: context.cancelled)
        finally:
            malloc.give_back()


def run_training(folder: Path, shelf: Shelf, device: str, stopped: Callable[[], bool]) -> Iterator[JobEvent | None]:
    """Train what lies in `folder` until its time is up or `stopped`; yields after every step, None where there is nothing to tell.

    Raises TrainingError, also where another studio trains it, or NotEnoughMemory when a smaller batch may help.
    """
    with own.held(folder):
        yield from _trained(folder, shelf, device, stopped)


def _trained(folder: Path, shelf: Shelf, device: str, stopped: Callable[[], bool]) -> Iterator[JobEvent | None]:
    from studio.training import loop

    training = own.read(folder)
    if not training.begun:  # what a family leaves to its defaults is settled now, for every time that it goes on
        training = training.changed(config=loop.resolved(training.record.family, training.record.config))
    record, data = training.record, own.read_set(training)
    seconds = record.minutes * 60
    pace = loop.Pace(CHECKPOINT_SECONDS, max(SHORTEST_SHEET_SECONDS, seconds / SHEETS), *MATERIAL[record.medium].sheet, history=True)
    beginning = _beginning(shelf, record.base) if record.base and not training.begun else None
    steps = loop.train(
        record.plan(folder.name), data, folder,
        minutes=record.minutes, device=device, resume=True, pace=pace, stopped=stopped, beginning=beginning,
    )  # fmt: skip
    telling, cores = _Telling(), Cores(device)
    while True:
        try:
            began = time.monotonic()
            with cores.set():
                step = next(steps, None)
        except (MemoryError, RuntimeError) as error:
            if not _out_of_memory(error):
                raise
            raise NotEnoughMemory(_smaller(record.batch_size)) from error
        if step is None:
            return
        if step.pictures_a_second:  # a step, and no part of a sample grid
            cores.measured(time.monotonic() - began)
        if step.sample_grid is not None:
            yield Preview(step.number, step.sample_grid)
        yield telling.heard(step)


class _Telling:
    """Gathers steps, so that the window hears of them a few times a second."""

    def __init__(self) -> None:
        self._told = 0.0
        self._sums: dict[str, list[float]] = defaultdict(list)
        self._rates: list[float] = []

    def heard(self, step: Any) -> Stepped | None:
        for name, value in step.losses.items():
            self._sums[name].append(value)
        if step.pictures_a_second:
            self._rates.append(step.pictures_a_second)
        if not self._rates or time.monotonic() - self._told < TELL_SECONDS:
            return None
        losses = {name: sum(values) / len(values) for name, values in self._sums.items()}
        rate = len(self._rates) / sum(1 / each for each in self._rates)
        self._told, self._sums, self._rates = time.monotonic(), defaultdict(list), []
        return Stepped(step.number, step.pictures, step.seconds, losses, rate)


def _beginning(shelf: Shelf, base: str) -> Any:
    """The weights and further files of the model `base`, read from its folder after its hashes were checked.

    A conditional model goes on as the unconditional one that it holds, where its family knows how.
    """
    from safetensors.torch import load_file

    from studio.generators import implementation
    from studio.shelf.loading import read_files
    from studio.training.loop import Beginning

    card = shelf.card(base)
    files, weights = read_files(card), load_file(card.folder / "weights.safetensors")
    family = implementation(card.family)
    if hasattr(family, "unconditional_weights"):
        weights = family.unconditional_weights(family.config_of(card.config), weights)
    return Beginning(weights, files)


def _out_of_memory(error: BaseException) -> bool:
    return isinstance(error, MemoryError) or type(error).__name__ == "OutOfMemoryError" or "not enough memory" in str(error)


def _smaller(batch_size: int) -> str:
    less = own.smaller_batch(batch_size)
    kept = "Nothing that was learnt is lost: the last checkpoint is kept."
    if less >= batch_size:
        return f"There is not enough memory for this training, even with the smallest batch. Close other programs first. {kept}"
    return f"There is not enough memory for a batch of {batch_size}. Go on with {less}. {kept}"
