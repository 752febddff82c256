"""A session: a project, a shelf and the worker. What windows, scripts and the command line talk to."""

from __future__ import annotations

import contextlib
import gc
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from studio.engine import malloc
from studio.engine.context import Context
from studio.engine.device import Device, choose
from studio.engine.events import Cancelled
from studio.engine.io import Files
from studio.engine.jobs import Job, Listener, Order, Priority
from studio.engine.memory import ModelCache, store_budget, stored_budget
from studio.engine.question import Question
from studio.engine.queue import JobQueue
from studio.engine.worker import Worker
from studio.project import Project
from studio.shelf import Card, Shelf, load


@dataclass(frozen=True)
class Status:
    """What the job bar and the shelf show: the device once torch is there, bytes of weights held, models held (name@weights).

    `budget` is how many bytes models may hold together. One that takes more alone is held all the same, without others.
    """

    device: str
    weights: int
    models: tuple[str, ...]
    budget: int

    @property
    def over(self) -> str:
        """The name of a model that is larger than the budget alone; empty where none is."""
        return self.models[0].partition("@")[0] if len(self.models) == 1 and self.weights > self.budget else ""


class Session:
    """Submits orders to the one worker thread; `submit` never waits.

    `budget` is how many bytes of weights are held at once; None is what the person set, or the usual of this machine.
    """

    def __init__(self, project: Project | None = None, shelf: Shelf | None = None, device: str = "auto", budget: int | None = None) -> None:
        self.project = project
        self.shelf = shelf or Shelf()
        self.files = Files()
        self._wanted_device = device
        self._device: Device | None = None
        self._cache = ModelCache(stored_budget() if budget is None else budget)
        self._queue = JobQueue()
        self._worker = Worker(self._queue, self._context_of)
        self._worker.start()

    def submit(self, order: Order, listener: Listener | None = None) -> Job:
        """Queue an order. Raises EngineError, GeneratorError or ShelfError at once when its words are wrong.

        After `close` the job fails at once.
        """
        job = Job(order, order.prepared(self.shelf), listener)
        self._queue.put(job)
        return job

    def warm(self, model: str, listener: Listener | None = None) -> Job:
        """Import torch and load `model` in the background."""
        ready = Question(model, lambda _: (), channel="warm", priority=Priority.BACKGROUND, label="Getting ready")
        return self.submit(ready, listener)

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
        return Status(device, self._cache.used(), self._cache.names(), self._cache.budget)

    def set_budget(self, budget: int) -> None:
        """Let models hold so many bytes from now on, and at later starts; what is over it goes. Raises EngineError or MediaError."""
        store_budget(budget)
        self._cache.budget = budget
        self.submit(Question("", self._make_room, channel="room", priority=Priority.BACKGROUND))

    def _make_room(self, _: object) -> tuple[()]:
        self._cache.make_room()
        return ()

    def close(self) -> None:
        """Stop the worker and finish file work; the project is the caller's to close."""
        self._worker.close()
        self.files.close()
        self._cache.clear()  # where something still holds on to the session, its models are free

    def __enter__(self) -> Session:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _context_of(self, job: Job) -> Context:
        return Context(self.project, self.shelf, self._ready_device(), self._model, job.inbox, job.cancelling)

    def _model(self, card: Card) -> Any:
        return self._cache.get(self._key(card), lambda: load(card, self._ready_device().name, self.shelf))

    def _ready_device(self) -> Device:
        if self._device is None:
            with _unsearched() if "torch" not in sys.modules else contextlib.nullcontext():
                self._device = choose(self._wanted_device)
            _suit_small_networks(self._device)
        return self._device

    @staticmethod
    def _key(card: Card) -> str:
        return f"{card.name}@{card.weights_sha256[:16]}"


def _suit_small_networks(device: Device) -> None:
    """One thread, and memory that stays: drawing one small picture at a time waits for nothing else.

    On two threads it is no faster, and waits for both cores when one is busy. Measured on two cores with another program running:
    6.7 ms on one thread, 300 ms on two. Trainings use all cores.
    """
    import torch

    if device.name == "cpu":
        torch.set_num_threads(1)
        malloc.keep_freed()


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
