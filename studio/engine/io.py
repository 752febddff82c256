"""Two threads for files and export, so that neither the window nor the worker waits for a disk."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

from studio.engine.errors import EngineError

T = TypeVar("T")


class Files:
    """Runs file work off the calling thread."""

    def __init__(self) -> None:
        self._pool = ThreadPoolExecutor(2, thread_name_prefix="atelier-files")

    def submit(self, work: Callable[[], T]) -> Future[T]:
        """The outcome of `work`; EngineError in it where the studio is closing."""
        try:
            return self._pool.submit(work)
        except RuntimeError:
            refused: Future[T] = Future()
            refused.set_exception(EngineError("The studio is closing; nothing more is begun."))
            return refused

    def close(self) -> None:
        """Finish what was begun; start nothing more."""
        self._pool.shutdown(wait=True, cancel_futures=False)
