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

from studio.engine import Job, JobEvent, Priority, Progress, Question, Request, Session, Training

T = TypeVar("T")
TURN_SECONDS = 0.006
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

    def submit(self, order: Request | Question | Training, hear: Hear | None = None) -> Job:
        """Queue an order; `hear` gets its events on this thread. Raises as `Session.submit` does."""
        match order:
            case Request():
                job = self.session.submit(order, self._emit)
            case Training():
                job = self.session.train(order, self._emit)
            case Question():
                job = self.session.ask(order, self._emit)
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
        future.add_done_callback(lambda done: self._post(lambda: work(done)))

    def in_background(self, work: Callable[[], T], then: Callable[[Future[T]], None]) -> None:
        """Run file work on the engine's file threads, then `then` here."""
        self.then(self.session.files.submit(work), then)

    def _emit(self, job: Job, event: JobEvent) -> None:
        """On the engine's threads. A progress that was not told yet gives way to a newer one of the same job."""
        with self._lock:
            last = self._heard[-1] if self._heard else None
            if last is not None and last[0] is job and isinstance(last[1], Progress) and isinstance(event, Progress):
                self._heard.pop()
            self._heard.append((job, event))
            wake, self._awake = not self._awake, True
        if wake:
            with contextlib.suppress(RuntimeError):  # the window is gone; there is nobody to tell
                self._wake.emit()

    def post(self, work: Callable[[], None]) -> None:
        """Call `work` on this bridge's thread, from any thread."""
        self._post(work)

    def _post(self, work: Callable[[], None]) -> None:
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
