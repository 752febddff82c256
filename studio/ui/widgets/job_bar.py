"""The bar at the bottom: the job in hand with its time left and a stop, and what the machine is doing."""

from __future__ import annotations

import psutil
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QWidget

from studio.engine import (
    Cancelled,
    Dropped,
    Failed,
    Finished,
    Job,
    JobEvent,
    Kept,
    Order,
    Priority,
    Progress,
    Question,
    Request,
    Started,
    Stepped,
    Training,
)
from studio.ui.context import AppContext
from studio.ui.widgets.labels import IconButton, quiet

HEIGHT = 32


def time_text(seconds: float) -> str:
    """A duration as a person says it."""
    if seconds < 10:
        return f"{seconds:.1f} s"
    if seconds < 90:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"


class JobBar(QWidget):
    """Shows the last asked-for job; interactive ones are too quick to show."""

    def __init__(self, context: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._job: Job | None = None
        self._kept = 0
        self._keeps = "saved"
        self.setFixedHeight(HEIGHT)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 0, 12, 0)
        row.setSpacing(8)
        self._text = quiet("")
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self._bar.setFixedWidth(140)
        self._bar.setAccessibleName("Progress")
        self._stop = IconButton("circle-x", "Stop (Esc)", self.stop, "quiet")
        self._training = quiet("")
        self._machine = quiet("")
        self._saved = quiet("")
        row.addWidget(self._text)
        row.addWidget(self._bar)
        row.addWidget(self._stop)
        row.addStretch(1)
        row.addWidget(self._training)
        row.addWidget(self._machine)
        row.addWidget(self._saved)
        self._quiet_again()
        self._clear = QTimer(self, singleShot=True, interval=4000)
        self._clear.timeout.connect(self._quiet_again)
        self._watch = QTimer(self, interval=2000)
        self._watch.timeout.connect(self.refresh)
        self._watch.start()
        context.bridge.heard.connect(self._heard)
        context.saving.connect(self._say_saved)
        self.refresh()

    def stop(self) -> bool:
        """Cancel the job in hand; False when there is none."""
        if self._job is None:
            return False
        self._text.setText("Stopping…")
        self._context.session.cancel(self._job)
        return True

    def message(self) -> str:
        return self._text.text()

    def refresh(self) -> None:
        status = self._context.session.status()
        memory = psutil.Process().memory_info().rss / 2**30
        self._machine.setText(f"{status.device + ' · ' if status.device else ''}{memory:.1f} GB")
        self._machine.setToolTip(f"Models in memory: {', '.join(name.partition('@')[0] for name in status.models) or 'none'}")
        self._saved.setText("read only" if self._context.project.read_only else self._keeps)

    def _say_saved(self, reaches: bool) -> None:
        self._keeps = "saved" if reaches else "not saved yet"
        self.refresh()

    def _quiet_again(self) -> None:
        self._text.setText("")
        self._bar.hide()
        self._stop.hide()

    def _heard(self, job: Job, event: JobEvent) -> None:
        order = job.order
        if isinstance(order, Training):
            self._trains(order, job, event)
            return
        if order.priority == Priority.INTERACTIVE or not order.label:
            return
        if isinstance(event, Started):
            self._began(job)
        if job is not self._job:
            return
        match event:
            case Progress():
                self._progressed(event)
            case Kept():
                self._kept += 1
            case Finished():
                self._ended(self._finished_text(order, event))
            case Failed():
                self._ended("")
            case Cancelled():
                self._ended(f"Stopped; {self._kept} kept." if self._kept else "Stopped.")
            case Dropped():
                self._ended("")

    def _trains(self, order: Training, job: Job, event: JobEvent) -> None:
        """A training stands at the right: it is nothing that Esc stops, and other jobs come and go beside it."""
        if isinstance(event, Stepped):
            self._training.setText(f"Training {order.label} · step {event.number:,}")
        elif job.ending is event:
            self._training.setText("")

    def _began(self, job: Job) -> None:
        self._clear.stop()
        self._job, self._kept = job, 0
        order = job.order
        asked = not isinstance(order, Question)
        loading = asked and not self._context.session.holds(order.model)
        self._text.setText(f"{order.label}: loading the model…" if loading else f"{order.label}…")
        self._bar.setRange(0, 0)
        self._bar.show()
        self._stop.setVisible(asked)

    def _progressed(self, event: Progress) -> None:
        assert self._job is not None
        order = self._job.order
        left = f" · {time_text(event.seconds_left)} left" if event.seconds_left is not None and event.done < event.total else ""
        name = order.model or "Work"
        self._text.setText(f"{name} {event.label} {event.done:.0f}/{event.total:.0f}{left}")
        self._bar.setRange(0, 1000)
        self._bar.setValue(round(1000 * event.done / max(event.total, 1e-9)))

    def _finished_text(self, order: Order, event: Finished) -> str:
        if not isinstance(order, Request):
            return "Ready."
        output = self._context.session.shelf.card(order.model).action(order.action).output
        things = output if event.items == 1 else f"{output}s"
        return f"{event.items} {things} in {time_text(event.seconds)}."

    def _ended(self, text: str) -> None:
        self._job = None
        self._quiet_again()
        self._text.setText(text)
        self._clear.start()
        self.refresh()
