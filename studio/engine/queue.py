"""What waits for the worker: by priority, first come first served within one, one waiting job a channel."""

from __future__ import annotations

import threading

from studio.engine.events import Dropped, Failed
from studio.engine.jobs import Job, Priority


class JobQueue:
    """Thread-safe. A job with a channel drops the one of that channel that still waits (latest wins); after `close` a job fails at once."""

    def __init__(self) -> None:
        self._jobs: list[Job] = []
        self._changed = threading.Condition()
        self._closed = False

    def put(self, job: Job) -> None:
        dropped: list[Job] = []
        with self._changed:
            closed, channel = self._closed, job.order.channel
            if not closed:
                if channel:
                    dropped = [other for other in self._jobs if other.order.channel == channel]
                    self._jobs = [other for other in self._jobs if other.order.channel != channel]
                self._jobs.append(job)
                self._changed.notify()
        if closed:
            job.publish(Failed("The studio is closing; nothing more is begun.", ""))
        for other in dropped:
            other.publish(Dropped())

    def take(self) -> Job | None:
        """The next job, waiting for one; None when the queue was closed."""
        with self._changed:
            while not self._jobs and not self._closed:
                self._changed.wait()
            return None if self._closed else self._pop(Priority.TRAINING)

    def take_above(self, priority: Priority) -> Job | None:
        """The next job of a higher priority than `priority`, if one waits."""
        with self._changed:
            if self._closed or priority == Priority.INTERACTIVE:
                return None
            return self._pop(Priority(priority + 1))

    def remove(self, job: Job) -> bool:
        """Take a waiting job back; False when it no longer waits."""
        with self._changed:
            if job not in self._jobs:
                return False
            self._jobs.remove(job)
            return True

    def waiting(self) -> int:
        with self._changed:
            return len(self._jobs)

    def close(self) -> list[Job]:
        """No job is given out any more; those that waited are returned."""
        with self._changed:
            self._closed = True
            left, self._jobs = self._jobs, []
            self._changed.notify_all()
            return left

    def _pop(self, lowest: Priority) -> Job | None:
        fitting = [job for job in self._jobs if job.priority >= lowest]
        if not fitting:
            return None
        job = max(fitting, key=lambda each: (each.priority, -each.number))
        self._jobs.remove(job)
        return job
