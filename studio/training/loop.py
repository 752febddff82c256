"""The training loop: it owns data, time and checkpoints; what a step is, the family says.

A training is a generator of `Step` events, so that a worker can interleave it with other jobs and stop it between two steps.
"""

from __future__ import annotations

import json
import math
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save
from torch import Tensor

from studio import generators
from studio.generators.capabilities import BeginsFrom, HasPalette, Trainer
from studio.generators.parts.former_keys import renamed
from studio.media import Picture, Text
from studio.media.errors import MediaError
from studio.media.files import settle, write_atomically
from studio.shelf import Shelf
from studio.shelf.loading import load_required
from studio.training.data import TrainingSet
from studio.training.errors import TrainingError
from studio.training.plans.plan import Plan
from studio.training.sample_grid import arranged
from studio.training.snapshots import Snapshots

CHECKPOINT_SECONDS = 300.0
PREVIEW_SECONDS = 120.0
LOG_SECONDS = 5.0
EARLIEST_GRID, EARLY_SHARE = 5.0, 0.1  # seconds after the one before, and of the time trained so far
GRID_SHARE = 0.05  # of the time, at most, goes into drawing sample grids
INTERRUPTED = 20  # times the usual step: a step that long, after one that was not, was interrupted


@dataclass(frozen=True)
class Step:
    """What one step measured; `seconds` and `pictures` (of scores: passages) count from the very beginning, over every resume.

    `sample_grid` is there now and then: what the model draws by now.
    """

    number: int
    pictures: int
    seconds: float
    losses: Mapping[str, float]
    pictures_a_second: float
    sample_grid: Picture | Text | None = None


@dataclass(frozen=True)
class Pace:
    """Seconds between checkpoints and between sample grids. A grid has `rows` rows of `columns` pictures, drawn a row at a time.

    With `history` every grid is kept in `sheets/`, named by its step; the newest is `sheet.png` (of texts `sheet.txt`) in any case.
    """

    checkpoint: float
    sample_grid: float
    rows: int = 1
    columns: int = 100
    history: bool = False


@dataclass(frozen=True)
class Beginning:
    """A finished model that a training sets out from: its weights and the arrays of its further files."""

    weights: Mapping[str, Tensor]
    files: Mapping[str, Any]


@dataclass
class _Counters:
    """`accelerated` says how many of the seconds were spent on accelerators, by their names."""

    number: int = 0
    pictures: int = 0
    seconds: float = 0.0
    accelerated: dict[str, float] = field(default_factory=dict)

    def count(self, pictures: int, seconds: float, accelerator: str) -> None:
        self.number += 1
        self.pictures += pictures
        self.seconds += seconds
        if accelerator:
            self.accelerated[accelerator] = self.accelerated.get(accelerator, 0.0) + seconds

    def metadata(self) -> dict[str, str]:
        counted = {"number": str(self.number), "pictures": str(self.pictures), "seconds": str(self.seconds)}
        return counted | ({"accelerated": json.dumps(self.accelerated)} if self.accelerated else {})

    @classmethod
    def of(cls, metadata: Mapping[str, str]) -> _Counters:
        counted = int(metadata["number"]), int(metadata["pictures"]), float(metadata["seconds"])
        return cls(*counted, json.loads(metadata.get("accelerated", "{}")))


@dataclass
class _Window:
    """Losses since the last line of the log."""

    sums: dict[str, float] = field(default_factory=lambda: defaultdict(float))
    counts: dict[str, int] = field(default_factory=lambda: defaultdict(int))

    def add(self, losses: Mapping[str, float]) -> None:
        for name, value in losses.items():
            self.sums[name] += value
            self.counts[name] += 1

    def means(self) -> dict[str, float]:
        return {name: round(total / self.counts[name], 6) for name, total in self.sums.items()}


def _never() -> bool:
    return False


def train(
    plan: Plan, data: TrainingSet, folder: Path, *, minutes: float, device: str, resume: bool,
    pace: Pace | None = None, stopped: Callable[[], bool] = _never, beginning: Beginning | None = None,
) -> Iterator[Step]:  # fmt: skip
    """Train `plan` for `minutes` in all into `folder` (checkpoint.safetensors, trained.safetensors, log.jsonl, sheet.png).

    Looks at `stopped` between two steps and then ends as it does when the time is up, with everything saved. Raises TrainingError
    when a loss stops being a number; the last checkpoint stays good.
    """
    run = _Run(plan, data, folder, device, pace or Pace(CHECKPOINT_SECONDS, PREVIEW_SECONDS))
    if resume and run.checkpoint.exists():
        run.restore()
    elif beginning is not None:
        _begin(run.trainer, beginning)
    while run.counters.seconds < minutes * 60 and not stopped():
        began = time.monotonic()  # anew each time: what other jobs take between two steps is no training
        batch = run.next_batch()
        losses = run.trainer.step(batch, run.counters.seconds / (minutes * 60))
        took = run.lasted(time.monotonic() - began)
        run.counted(len(batch), took, losses)
        run.keep_when_due()
        run.follow(run.counters.seconds / (minutes * 60))
        yield Step(run.counters.number, run.counters.pictures, run.counters.seconds, losses, len(batch) / max(took, 1e-9))
        if run.grid_due():
            yield from run.draw_grid()
    run.save()
    yield from run.draw_grid()


def begun(family: str, config: Mapping[str, Any], everything: Any, device: str) -> Trainer:
    """A fresh trainer on the whole of a set; raises ShelfError when a model that it works through is not there."""
    given = (config, everything, torch.device(device))
    start = generators.implementation(family).start
    required = generators.family(family).requires(config)
    made: Trainer = start(*given, load_required(dict.fromkeys(required, ""), Shelf(), device)) if required else start(*given)
    return made


def resolved(family: str, config: Mapping[str, Any]) -> dict[str, Any]:
    """`config` with what it leaves to the family filled in: a model keeps what it was trained with when a default changes later."""
    filled = asdict(generators.implementation(family).config_of(config))
    whole = {**config, **{name: value for name, value in filled.items() if value is not None}}  # a trainer may know more than the model
    return dict(json.loads(json.dumps(whole)))


def _accelerator(device: str) -> str:
    """What a person calls the device; empty for a processor."""
    if device.startswith("cuda"):
        return torch.cuda.get_device_name(device)
    return "" if device == "cpu" else device.upper()


class _Run:
    """One training under way: trainer, counters, and when something was last written."""

    def __init__(self, plan: Plan, data: TrainingSet, folder: Path, device: str, pace: Pace) -> None:
        self.plan, self.folder, self.pace = plan, folder, pace
        self.feed = data.feed(plan.augmentation)
        self.config = resolved(plan.family, plan.config(data))
        self.trainer: Trainer = begun(plan.family, self.config, self.feed.everything, device)
        self.counters = _Counters()
        self.accelerator = _accelerator(device)
        self.chance = np.random.default_rng(0)
        self.checkpoint = folder / "checkpoint.safetensors"
        self.window, self.snapshots = _Window(), Snapshots(folder)
        self.saved = self.shown = self.logged = time.monotonic()
        self.drawing_seconds = self.usual_step = 0.0
        self.interrupted = False
        folder.mkdir(parents=True, exist_ok=True)

    def restore(self) -> None:
        self.counters = _restore(self.trainer, self.checkpoint)
        self.chance = np.random.default_rng(self.counters.number)

    def next_batch(self) -> Any:
        return self.feed.batch(self.plan.batch_size, self.chance)

    def lasted(self, took: float) -> float:
        """What a step counts for: a lone one that was interrupted, as by a process that was stopped, for a usual one.

        Where the next is as long, the machine has become slow, and that is counted.
        """
        usual = self.usual_step or took
        if took > INTERRUPTED * usual and not self.interrupted:
            self.interrupted = True
            return usual
        self.usual_step = took if self.interrupted and took > INTERRUPTED * usual else usual + (took - usual) * 0.1
        self.interrupted = False
        return took

    def counted(self, pictures: int, took: float, losses: Mapping[str, float]) -> None:
        self.counters.count(pictures, took, self.accelerator)
        _stop_on_nan(losses, self.counters)
        self.window.add(losses)

    def keep_when_due(self) -> None:
        now = time.monotonic()
        if now - self.saved > self.pace.checkpoint:
            self.save()
        if now - self.logged > LOG_SECONDS:
            self.log()

    def follow(self, share: float) -> None:
        """Keep a snapshot now and then where the plan wants a loss compared with what is drawn."""
        if self.plan.watches:
            self.snapshots.keep_when_due(self.counters.number, share, self.trainer.weights())

    def save(self) -> None:
        save_checkpoint(self.trainer, self.counters, self.checkpoint)
        _finish(self.plan, self.config, self.trainer, self.counters, self.folder)
        self.log()
        self.saved = time.monotonic()

    def log(self) -> None:
        if self.window.sums:
            _log(self.folder, self.counters, self.window.means())
        self.window, self.logged = _Window(), time.monotonic()

    def grid_due(self) -> bool:
        wanted = self.pace.sample_grid
        if self.pace.history:  # much changes at the beginning
            wanted = min(wanted, max(EARLIEST_GRID, self.counters.seconds * EARLY_SHARE))
        return time.monotonic() - self.shown > max(wanted, self.drawing_seconds / GRID_SHARE)

    def draw_grid(self) -> Iterator[Step]:
        """Draw a sample grid piece by piece, so that other jobs come between, and keep it."""
        drawn: list[Picture | Text] = []
        self.drawing_seconds = 0.0
        for row in range(self.pace.rows):
            samples = iter(self.trainer.preview(row, self.pace.columns))
            ended = object()
            while True:
                began = time.monotonic()
                made = next(samples, ended)
                self.drawing_seconds += time.monotonic() - began
                if made is ended:
                    break
                drawn += [made] if isinstance(made, Picture | Text) else []
                yield self._told()
        if drawn:
            whole, data, ending = arranged(drawn, self.pace.columns, self.pace.history)
            write_atomically(self.folder / f"sheet{ending}", data)
            if self.pace.history:
                write_atomically(self.folder / "sheets" / f"{self.counters.number:08}{ending}", data)
            yield self._told(whole)
        self.shown = time.monotonic()

    def _told(self, made: Picture | Text | None = None) -> Step:
        return Step(self.counters.number, self.counters.pictures, self.counters.seconds, {}, 0.0, made)


def _begin(trainer: Trainer, beginning: Beginning) -> None:
    if not isinstance(trainer, BeginsFrom):
        raise TrainingError("Models of this family cannot go on from a finished one. Start from nothing instead.")
    try:
        trainer.begin_from(renamed(beginning.weights), beginning.files)
    except (RuntimeError, KeyError, ValueError) as error:
        reason = str(error).strip().splitlines()[0][:200]
        raise TrainingError(f"The model to begin from does not fit this training ({reason}). Choose another one, or none.") from error


def _stop_on_nan(losses: Mapping[str, float], counters: _Counters) -> None:
    for name, value in losses.items():
        if not math.isfinite(value):
            raise TrainingError(
                f"The loss “{name}” stopped being a number at step {counters.number:,}. The last checkpoint is kept: resume from it. "
                "If it happens again, start anew with a larger batch, or from a finished model."
            )


def save_checkpoint(trainer: Trainer, counters: _Counters, path: Path) -> None:
    """Everything needed to go on, whole or not at all; weights that are no numbers never replace good ones."""
    state: dict[str, Tensor] = {key: value.contiguous() for key, value in trainer.state().items()}
    for name, value in state.items():
        if value.is_floating_point() and not bool(torch.isfinite(value).all()):
            _stop_on_nan({name: math.nan}, counters)
    try:
        write_atomically(path, save(state, counters.metadata()))
    except MediaError as error:
        raise TrainingError(f"The checkpoint could not be written; the one before it is kept. {error}") from error


def _restore(trainer: Trainer, path: Path) -> _Counters:
    try:
        with safe_open(path, "pt") as file:
            metadata = file.metadata() or {}
            flat: dict[str, Tensor] = {key: file.get_tensor(key) for key in file.keys()}  # noqa: SIM118
        trainer.restore(renamed(flat))
        return _Counters.of(metadata)
    except (SafetensorError, OSError, KeyError, ValueError, RuntimeError) as error:
        raise TrainingError(f"The checkpoint {path.name} cannot be used: {error}.") from error


def _log(folder: Path, counters: _Counters, losses: Mapping[str, float]) -> None:
    line = {"step": counters.number, "pictures": counters.pictures, "seconds": round(counters.seconds, 3), **losses}
    with open(folder / "log.jsonl", "a", encoding="utf-8") as file:
        file.write(json.dumps(line) + "\n")
        settle(file)


def _finish(plan: Plan, config: Mapping[str, Any], trainer: Trainer, counters: _Counters, folder: Path) -> None:
    """Raw weights of the end, for `package` to make a shipped model of."""
    weights = {key: value.contiguous() for key, value in trainer.weights().items()}
    metadata = {"plan": plan.name, "config": json.dumps(config), **counters.metadata()}
    if isinstance(trainer, HasPalette):
        metadata["palette"] = json.dumps(trainer.palette.colours.tolist())
    write_atomically(folder / "trained.safetensors", save(weights, metadata))
