"""The one background worker thread. It runs jobs as generators and looks up at every yield: cancel, higher priorities, the end."""

from __future__ import annotations

import os
import sys
import threading
import time
import traceback
from collections.abc import Callable, Generator

from studio.engine.context import Context
from studio.engine.errors import sentence
from studio.engine.events import Cancelled, Failed, Finished, JobEvent, Kept, Started
from studio.engine.jobs import Job
from studio.engine.queue import JobQueue

NICENESS = 2  # a little below the window; at 5 two busy programs beside it make a generation four times as slow


class Worker:
    """Runs each job's work in the context that `context_of(job)` gives it. That is called, and torch imported, on this thread only."""

    def __init__(self, queue: JobQueue, context_of: Callable[[Job], Context]) -> None:
        self._queue = queue
        self._context_of = context_of
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._work, name="atelier-worker", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def close(self, timeout: float = 10.0) -> None:
        """Cancel what waits and what runs, and wait for the thread."""
        self._closing.set()
        for job in self._queue.close():
            job.publish(Cancelled())
        if self._thread.is_alive():
            self._thread.join(timeout)

    def _work(self) -> None:
        if sys.platform == "linux":
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), NICENESS)
        while (job := self._queue.take()) is not None:
            self._run(job)

    def _run(self, job: Job) -> None:
        """Run one job to its end, giving way to higher priorities (at most one level of nesting a priority)."""
        if job.cancelled:
            job.publish(Cancelled())
            return
        job.publish(Started())
        began, items = time.monotonic(), 0
        events = self._events(job)
        try:
            for event in events:
                items += isinstance(event, Kept)
                if event is not None:
                    job.publish(event)
                if self._closing.is_set():
                    job.mark_cancelled()
                while (urgent := self._queue.take_above(job.priority)) is not None:
                    self._run(urgent)
            job.publish(Cancelled() if job.cancelled else Finished(items, time.monotonic() - began))
        except Exception as error:  # a failing job must never take the worker with it
            job.publish(Failed(sentence(error), "".join(traceback.format_exception(error)), type(error).__name__))
        finally:
            events.close()

    def _events(self, job: Job) -> Generator[JobEvent | None, None, None]:
        yield from job.work.run(self._context_of(job))
