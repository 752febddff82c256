"""What an order works with while it runs: models, the device, the project, the word to stop."""

from __future__ import annotations

import contextlib
import threading
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from typing import Any

from studio.engine import asset_io
from studio.engine.device import Device
from studio.engine.events import Kept
from studio.engine.inbox import Inbox
from studio.generators.events import Result
from studio.project import Asset, Project, Recipe
from studio.shelf import Card, Shelf

PENDING_WRITES = 32  # results that may wait for the disk before the worker waits too


class Context:
    """For one job, on the worker thread. `model(card)` is the loaded model of a card, from memory or from its files."""

    def __init__(
        self,
        project: Project | None,
        shelf: Shelf,
        device: Device,
        model: Callable[[Card], Any],
        inbox: Inbox,
        cancelling: threading.Event,
    ) -> None:
        self.project, self.shelf, self.device, self.model, self.inbox = project, shelf, device, model, inbox
        self._cancelling = cancelling
        self._writes: deque[tuple[Future[Asset] | None, Result, Recipe]] = deque()

    @property
    def cancelled(self) -> bool:
        return self._cancelling.is_set()

    def rest(self, seconds: float) -> None:
        """Wait so long, or until the job is cancelled."""
        self._cancelling.wait(seconds)

    def keep(self, result: Result, recipe: Recipe, parents: tuple[int, ...] = (), stored: bool = True) -> None:
        """Begin writing a result to the project, where there is one that can be written; `kept` tells of it."""
        future = asset_io.store(self.project, result, recipe, parents) if stored and self.project is not None else None
        self._writes.append((future, result, recipe))

    def kept(self, wait: bool) -> Iterator[Kept]:
        """The results that are on disk by now, in order; with `wait`, or when too many wait, the others too."""
        while self._writes:
            future, result, recipe = self._writes[0]
            if future is not None and not (wait or future.done() or len(self._writes) > PENDING_WRITES):
                return
            self._writes.popleft()
            asset = future.result() if future is not None else None
            yield Kept(result.index, result.media, result.latent, result.partial, asset=asset, recipe=recipe)

    @contextlib.contextmanager
    def number_format(self) -> Iterator[None]:
        """Networks compute in the device's number format."""
        import torch

        if self.device.dtype == "float32":
            yield
        else:
            with torch.autocast(self.device.name, getattr(torch, self.device.dtype)):
                yield
