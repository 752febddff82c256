"""Requests, questions, and the jobs that they become."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from pathlib import Path
from typing import Any

from studio.documents.seen import Seen
from studio.engine.events import ENDINGS, JobEvent
from studio.media import Media


class Priority(IntEnum):
    """Higher goes first; a running job gives way to a higher one at its next yield."""

    TRAINING = 0
    BACKGROUND = 1
    ASKED = 2
    INTERACTIVE = 3


@dataclass(frozen=True)
class Request:
    """Ask a model for an action. `inputs` are media as they stand, things seen in a document, or ids of assets (their latents come along).

    `indices` are the items wanted.
    """

    model: str
    action: str = "generate"
    settings: Mapping[str, Any] = field(default_factory=dict)
    seed: int = 0
    indices: tuple[int, ...] = (0,)
    inputs: Mapping[str, Media | Seen | int] = field(default_factory=dict)
    channel: str = ""
    priority: Priority = Priority.ASKED
    keep: bool = True


@dataclass(frozen=True)
class Question:
    """Ask a loaded model something that is never stored: `work` runs on the worker thread and yields answers.

    `model` may be empty: then `work` is called with None, for work that only needs the thread.
    """

    model: str
    work: Callable[[Any], Iterable[Any]]
    channel: str = ""
    priority: Priority = Priority.INTERACTIVE
    label: str = ""


@dataclass(frozen=True)
class Training:
    """Train what lies in `folder` (a person's own training); cancelling it is a pause with a checkpoint."""

    folder: Path
    label: str = ""
    model: str = ""
    channel: str = ""
    priority: Priority = Priority.TRAINING


Listener = Callable[["Job", JobEvent], None]

_numbers = itertools.count(1)


class Job:
    """One request on its way. Listeners are called on the engine's threads, in order."""

    def __init__(self, order: Request | Question | Training, listener: Listener | None = None) -> None:
        self.number = next(_numbers)
        self.order = order
        self.ended = threading.Event()
        self.ending: JobEvent | None = None
        self._listener = listener
        self._cancelled = threading.Event()
        self._publishing = threading.Lock()

    @property
    def priority(self) -> Priority:
        return self.order.priority

    @property
    def cancelled(self) -> bool:
        return self._cancelled.is_set()

    def mark_cancelled(self) -> None:
        self._cancelled.set()

    def publish(self, event: JobEvent) -> None:
        """Tell the listener; nothing is told after an ending."""
        with self._publishing:
            if self.ending is not None:
                return
            if isinstance(event, ENDINGS):
                self.ending = event
            if self._listener is not None:
                self._listener(self, event)
            if isinstance(event, ENDINGS):
                self.ended.set()

    def wait(self, timeout: float | None = None) -> JobEvent | None:
        """Block until the job has ended; its ending, or None after `timeout` seconds. For scripts and tests, never the Qt thread."""
        self.ended.wait(timeout)
        return self.ending
