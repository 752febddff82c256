"""The way of one document's changes to the disk: in their order, and none is dropped because one could not be written.

A full disk or a share that went away refuses a step. Those after it build on it, so they wait with it, and all are tried again together.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any

from studio.project.connection import Connection
from studio.project.errors import ProjectError

Operation = Callable[[Connection], Any]


class _Behind(ProjectError):
    """An earlier step waits; this one waits with it."""


class Outbox:
    """`write` hands an operation to the writing thread; `refused` is called there with the reason whenever one could not be written."""

    def __init__(self, write: Callable[[Operation], Future[Any]], refused: Callable[[str], None]) -> None:
        self._write, self._refused = write, refused
        self._waiting: list[Operation] = []  # not on the disk yet, in their order
        self._stuck = False
        self._door = threading.RLock()

    @property
    def behind(self) -> bool:
        """Whether something was refused and waits for `again`."""
        return self._stuck

    def send(self, operation: Operation) -> None:
        """Have it written after all that was sent before."""
        with self._door:
            self._waiting.append(operation)
            if not self._stuck:
                self._hand_over(operation)

    def again(self) -> None:
        """Try what waits once more."""
        with self._door:
            if self._stuck:
                self._stuck = False
                for operation in tuple(self._waiting):
                    self._hand_over(operation)

    def _hand_over(self, operation: Operation) -> None:
        def carried_out(connection: Connection) -> Any:
            if self._stuck:
                raise _Behind("An earlier step could not be written yet.")
            try:
                return operation(connection)
            except Exception:
                self._stuck = True  # before the next of the same transaction
                raise

        self._write(carried_out).add_done_callback(lambda done: self._answered(operation, done))

    def _answered(self, operation: Operation, done: Future[Any]) -> None:
        error = done.exception()
        with self._door:
            if error is None:
                self._waiting.remove(operation)
                return
            self._stuck = True
        if not isinstance(error, _Behind):
            self._refused(str(error))
