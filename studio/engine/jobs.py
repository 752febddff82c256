"""Orders, and the jobs that they become. What an order does, its own file says: `request`, `question`, `training`, `play`."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Callable, Iterator
from enum import IntEnum
from typing import Any, Protocol

from studio.engine.context import Context
from studio.engine.events import ENDINGS, JobEvent
from studio.engine.inbox import Inbox
from studio.generators.events import Preview
from studio.shelf import Shelf


class Priority(IntEnum):
    """Higher goes first; a running job gives way to a higher one at its next yield."""

    TRAINING = 0
    BACKGROUND = 1
    ASKED = 2
    PLAYING = 3
    INTERACTIVE = 4


class Work(Protocol):
    """An order whose words were checked: what the worker runs."""

    def run(self, context: Context) -> Iterator[JobEvent | None]:
        """What is to be told of it, None where it only gives others their turn: at least every 50 ms.

        Looks at `context.cancelled` after each, and ends early with what is finished kept.
        """
        ...


class Order(Protocol):
    """What somebody wants done. An order is data: it can be compared, kept and submitted again.

    `model` may be empty, where none is needed. Of the orders of one `channel` (empty: none) the latest waits, the others are dropped.
    """

    @property
    def model(self) -> str: ...

    @property
    def label(self) -> str:
        """What the job bar calls it; empty for what is not worth a word."""
        ...

    @property
    def channel(self) -> str: ...

    @property
    def priority(self) -> Priority: ...

    def prepared(self, shelf: Shelf) -> Work:
        """What is to be run. Raises EngineError, GeneratorError or ShelfError at once when the order's words are wrong."""
        ...


Listener = Callable[["Job", JobEvent], None]

_numbers = itertools.count(1)


class Job:
    """One order on its way. Listeners are called on the engine's threads, in order."""

    def __init__(self, order: Order, work: Work, listener: Listener | None = None) -> None:
        self.number = next(_numbers)
        self.order = order
        self.work = work
        self.inbox = Inbox()
        self.ended = threading.Event()
        self.ending: JobEvent | None = None
        self._listener = listener
        self.cancelling = threading.Event()
        self._publishing = threading.Lock()

    @property
    def priority(self) -> Priority:
        return self.order.priority

    @property
    def cancelled(self) -> bool:
        return self.cancelling.is_set()

    def mark_cancelled(self) -> None:
        self.cancelling.set()

    def post(self, message: Any) -> None:
        """Tell the running order something: what the hand does. Never waits; an order without an ear for it takes no notice."""
        self.inbox.post(message)

    def keep(self, frame: Preview) -> None:
        """Have a frame that the job showed kept: a `Kept` follows once it is on disk."""
        self.inbox.keep(frame)

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
