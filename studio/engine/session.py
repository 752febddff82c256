"""A session: a project, a shelf and the worker. What windows, scripts and the command line talk to."""

from __future__ import annotations

import contextlib
import gc
import sys
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any

from studio.engine import heap, keeping, training
from studio.engine.device import Device, choose
from studio.engine.errors import EngineError
from studio.engine.events import Answer, Cancelled, JobEvent, Kept
from studio.engine.growing import Growing
from studio.engine.io import Files
from studio.engine.jobs import Job, Listener, Priority, Question, Request, Training
from studio.engine.memory import DEFAULT_BUDGET, ModelCache
from studio.engine.queue import JobQueue
from studio.engine.worker import TimeLeft, Worker
from studio.generators.capabilities import Call
from studio.generators.events import Delta, Preview, Progress, Result
from studio.media import medium_of
from studio.media.registry import thumbnail
from studio.project import Asset, Project, Recipe
from studio.shelf import Card, Shelf, load

PENDING_WRITES = 32  # results that may wait for the disk before the worker waits too


@dataclass(frozen=True)
class Status:
    """What the job bar shows: the device once torch is there, bytes of weights held, models held."""

    device: str
    weights: int
    models: tuple[str, ...]


class Session:
    """Submits requests to the one worker thread. `submit` and `ask` never wait."""

    def __init__(
        self, project: Project | None = None, shelf: Shelf | None = None, device: str = "auto", budget: int = DEFAULT_BUDGET
    ) -> None:
        self.project = project
        self.shelf = shelf or Shelf()
        self.files = Files()
        self._wanted_device = device
        self._device: Device | None = None
        self._cache = ModelCache(self._load, budget)
        self._queue = JobQueue()
        self._worker = Worker(self._queue, self._run)
        self._worker.start()

    def submit(self, request: Request, listener: Listener | None = None) -> Job:
        """Queue a request. Raises EngineError, GeneratorError or ShelfError at once when its words are wrong."""
        action = self.shelf.card(request.model).action(request.action)
        action.checked(request.settings)
        missing = [each.label for each in action.inputs if each.required and each.name not in request.inputs]
        if missing:
            raise EngineError(f"“{action.label}” needs {' and '.join(missing).lower()}.")
        if not request.indices:
            raise EngineError("Nothing was asked for: the number of items is 0.")
        return self._put(Job(request, listener))

    def ask(self, question: Question, listener: Listener | None = None) -> Job:
        """Queue a question."""
        return self._put(Job(question, listener))

    def train(self, order: Training, listener: Listener | None = None) -> Job:
        """Queue a training. It gives way to every other job between two steps; cancelling it keeps a checkpoint."""
        return self._put(Job(order, listener))

    def warm(self, model: str, listener: Listener | None = None) -> Job:
        """Import torch and load `model` in the background."""
        return self.ask(Question(model, lambda loaded: (), channel="warm", priority=Priority.BACKGROUND, label="Getting ready"), listener)

    def cancel(self, job: Job) -> None:
        """Stop a job: at once when it still waits, at its next yield when it runs."""
        job.mark_cancelled()
        if self._queue.remove(job):
            job.publish(Cancelled())

    def holds(self, model: str) -> bool:
        """Whether `model` is in memory. Safe to ask from any thread."""
        return self._cache.holds(self._key(self.shelf.card(model)))

    def status(self) -> Status:
        device = self._device.label if self._device else ""
        return Status(device, self._cache.used(), self._cache.names())

    def close(self) -> None:
        """Stop the worker and finish file work; the project is the caller's to close."""
        self._worker.close()
        self.files.close()
        self._cache.clear()  # where something still holds on to the session, its models are free

    def __enter__(self) -> Session:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _put(self, job: Job) -> Job:
        self._queue.put(job)
        return job

    def _load(self, name: str) -> Any:
        return load(self.shelf.card(name), self._ready_device().name, self.shelf)

    def _ready_device(self) -> Device:
        if self._device is None:
            with _unsearched() if "torch" not in sys.modules else contextlib.nullcontext():
                self._device = choose(self._wanted_device)
            _suit_small_networks(self._device)
        return self._device

    @staticmethod
    def _key(card: Card) -> str:
        return f"{card.name}@{card.weights_sha256[:16]}"

    def _run(self, job: Job) -> Iterator[JobEvent | None]:
        """The job's events; looks at `job.cancelled` after each and ends early, with what is finished kept."""
        order = job.order
        device = self._ready_device()
        if isinstance(order, Training):
            try:
                yield from training.carry_out(order.folder, self.shelf, device.name, lambda: job.cancelled)
            finally:
                heap.give_back()
            return
        model = self._cache.get(self._key(self.shelf.card(order.model)), order.model) if order.model else None
        with self._number_format():
            if isinstance(order, Question):
                for value in order.work(model):
                    yield Answer(value)
                    if job.cancelled:
                        return
            else:
                yield from self._perform(job, order, model)

    def _perform(self, job: Job, request: Request, model: Any) -> Iterator[JobEvent]:
        card = self.shelf.card(request.model)
        action = card.action(request.action)
        settings = action.checked(request.settings)
        inputs = keeping.gather(request, action, self.project)
        call = Call(request.action, settings, request.seed, request.indices, inputs.media)
        time_left, writes, growing = TimeLeft(), _Writes(), Growing()

        def keep(result: Result) -> None:
            recipe = keeping.recipe_of(request, card, settings, result.index, inputs.hashes, self._ready_device())
            writes.add(self._keep(request, result, recipe, inputs.parents), result, recipe)

        for event in model.perform(call):
            match event:
                case Progress():
                    yield time_left.told(event)
                case Preview():
                    yield event
                case Delta():
                    yield from growing.add(event)
                case Result():
                    yield from growing.tell()
                    growing.finished(event.index)
                    keep(event)
            yield from writes.done(wait=False)
            if job.cancelled:
                yield from growing.tell()
                for part in growing.left():
                    keep(part)
                break
        yield from writes.done(wait=True)

    def _keep(self, request: Request, result: Result, recipe: Recipe, parents: tuple[int, ...]) -> Future[Asset] | None:
        """Begin writing a result to the project; None where nothing is kept."""
        medium = medium_of(result.media)
        if self.project is None or self.project.read_only or not request.keep or not medium.endings:
            return None
        return self.project.add_asset(
            medium.stored_as,
            medium.encode(result.media, "", ""),
            recipe=recipe.to_json(),
            latent=result.latent.to_bytes() if result.latent else None,
            parents=parents,
            title=f"{recipe.model} {recipe.seed}·{recipe.index}" + (" · stopped" if result.partial else ""),
            thumbnail=thumbnail(result.media),
        )

    @contextlib.contextmanager
    def _number_format(self) -> Iterator[None]:
        import torch

        device = self._ready_device()
        if device.dtype == "float32":
            yield
        else:
            with torch.autocast(device.name, getattr(torch, device.dtype)):
                yield


def _suit_small_networks(device: Device) -> None:
    """One thread, and memory that stays: drawing one small picture at a time waits for nothing else.

    On two threads it is no faster, and waits for both cores when one is busy. Measured on two cores with another program running:
    6.7 ms on one thread, 300 ms on two. Trainings use all cores.
    """
    import torch

    if device.name == "cpu":
        torch.set_num_threads(1)
        heap.keep_freed()


class _Writes:
    """Results on their way to the disk, in order; each is told of once it is there."""

    def __init__(self) -> None:
        self._pending: deque[tuple[Future[Asset] | None, Result, Recipe]] = deque()

    def add(self, future: Future[Asset] | None, result: Result, recipe: Recipe) -> None:
        self._pending.append((future, result, recipe))

    def done(self, wait: bool) -> Iterator[Kept]:
        """Those that are written; with `wait`, or when too many wait, the others too."""
        while self._pending:
            future, result, recipe = self._pending[0]
            if future is not None and not (wait or future.done() or len(self._pending) > PENDING_WRITES):
                return
            self._pending.popleft()
            asset = future.result() if future is not None else None
            yield Kept(result.index, result.media, result.latent, result.partial, asset=asset, recipe=recipe)


@contextlib.contextmanager
def _unsearched() -> Iterator[None]:
    """No search for cycles while torch is imported, nor later through what is there by then: each holds the window up for 100 ms.

    For once in a process: whatever is alive at the end is never searched again.
    """
    searched = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        if searched:
            gc.enable()
