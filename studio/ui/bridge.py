"""From the engine's threads to Qt's: job events become signals on the window's thread."""

from __future__ import annotations

import contextlib
import threading
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any, TypeVar

from PySide6.QtCore import QObject, Qt, Signal, Slot

from studio.engine import Frame, Job, JobEvent, Order, Priority, Progress, Session

T = TypeVar("T")
TURN_SECONDS = 0.006
REPLACED = (Progress, Frame)  # where a newer one comes, nobody misses the one before
Hear = Callable[[Job, JobEvent], None]


class Bridge(QObject):
    """`heard` carries every event of every job, in order, on the thread that owns the bridge."""

    heard = Signal(object, object)
    _wake = Signal()
    _called = Signal(object)

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.session = session
        self._hearers: dict[int, Hear] = {}
        self._open: set[int] = set()
        self._heard: deque[tuple[Job, JobEvent]] = deque()
        self._awake = False
        self._lock = threading.Lock()
        self._wake.connect(self._deliver, Qt.ConnectionType.QueuedConnection)
        self._called.connect(self._call, Qt.ConnectionType.QueuedConnection)

    def submit(self, order: Order, hear: Hear | None = None) -> Job:
        """Queue an order; `hear` gets its events on this thread. Raises as `Session.submit` does."""
        job = self.session.submit(order, self._emit)
        if hear is not None:
            self._hearers[job.number] = hear
        if order.priority > Priority.TRAINING:
            self._open.add(job.number)
        return job

    def busy(self) -> bool:
        """Whether a job submitted here has not ended yet, as heard on this thread. A training is nothing to wait for."""
        return bool(self._open)

    def then(self, future: Future[T], work: Callable[[Future[T]], None]) -> None:
        """Call `work` with the finished future on this thread."""
        future.add_done_callback(lambda done: self.post(lambda: work(done)))

    def in_background(self, work: Callable[[], T], then: Callable[[Future[T]], None]) -> None:
        """Run file work on the engine's file threads, then `then` here."""
        self.then(self.session.files.submit(work), then)

    def _emit(self, job: Job, event: JobEvent) -> None:
        """On the engine's threads. Progress and frames that were not told yet give way to newer ones of the same job."""
        with self._lock:
            if isinstance(event, REPLACED):
                self._drop_last(job, type(event))
            self._heard.append((job, event))
            wake, self._awake = not self._awake, True
        if wake:
            with contextlib.suppress(RuntimeError):  # the window is gone; there is nobody to tell
                self._wake.emit()

    def _drop_last(self, job: Job, kind: type) -> None:
        """Forget the last event of a job that was not told yet, where it is of that kind."""
        for place in reversed(range(len(self._heard))):
            other, event = self._heard[place]
            if other is job:
                if type(event) is kind:
                    del self._heard[place]
                return

    def post(self, work: Callable[[], None]) -> None:
        """Call `work` on this bridge's thread, from any thread."""
        with contextlib.suppress(RuntimeError):
            self._called.emit(work)

    @Slot()
    def _deliver(self) -> None:
        """Tell what was heard, for a few milliseconds; what is left comes in the next turn, after painting and input."""
        until = time.monotonic() + TURN_SECONDS
        while True:
            with self._lock:
                if not self._heard:
                    self._awake = False
                    return
                job, event = self._heard.popleft()
            self._tell(job, event)
            if time.monotonic() > until:
                self._wake.emit()
                return

    def _tell(self, job: Job, event: JobEvent) -> None:
        hear = self._hearers.get(job.number)
        if job.ending is event:
            self._hearers.pop(job.number, None)
            self._open.discard(job.number)
        if hear is not None:
            hear(job, event)
        self.heard.emit(job, event)

    @Slot(object)
    def _call(self, work: Any) -> None:
        work()
