"""The one background worker thread. It runs jobs as generators and looks up at every yield: cancel, higher priorities, the end."""

from __future__ import annotations

import os
import sys
import threading
import time
import traceback
from collections.abc import Callable, Iterator
from dataclasses import replace

from studio.engine.errors import sentence
from studio.engine.events import Cancelled, Failed, Finished, JobEvent, Kept, Progress, Started
from studio.engine.jobs import Job
from studio.engine.queue import JobQueue

NICENESS = 2  # a little below the window; at 5 two busy programs beside it make a generation four times as slow

Run = Callable[[Job], Iterator[JobEvent | None]]


class Worker:
    """`run(job)` yields what is to be published, None where there is nothing to tell, and ends early once `job.cancelled`.

    It is called, and torch imported, on this thread only.
    """

    def __init__(self, queue: JobQueue, run: Run) -> None:
        self._queue = queue
        self._run = run
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
            self._carry_out(job)

    def _carry_out(self, job: Job) -> None:
        """Run one job to its end, giving way to higher priorities (at most one level of nesting a priority)."""
        if job.cancelled:
            job.publish(Cancelled())
            return
        job.publish(Started())
        began, items = time.monotonic(), 0
        events = self._run(job)
        try:
            for event in events:
                items += isinstance(event, Kept)
                if event is not None:
                    job.publish(event)
                if self._closing.is_set():
                    job.mark_cancelled()
                while (urgent := self._queue.take_above(job.priority)) is not None:
                    self._carry_out(urgent)
            job.publish(Cancelled() if job.cancelled else Finished(items, time.monotonic() - began))
        except Exception as error:  # a failing job must never take the worker with it
            job.publish(Failed(sentence(error), "".join(traceback.format_exception(error)), type(error).__name__))
        finally:
            close = getattr(events, "close", None)
            if close is not None:
                close()


class TimeLeft:
    """Turns done/total into an estimate of the seconds left."""

    def __init__(self) -> None:
        self._began: float | None = None
        self._from = 0.0

    def told(self, progress: Progress) -> Progress:
        """`progress` with the seconds left, from the second one of a job on."""
        now = time.monotonic()
        if self._began is None:
            self._began, self._from = now, progress.done
            return progress
        gained = progress.done - self._from
        left = (now - self._began) / gained * (progress.total - progress.done) if gained > 0 else None
        return replace(progress, seconds_left=left)
