"""What the benchmarks share: a temporary project, a window over it, waiting, medians."""

from __future__ import annotations

import contextlib
import json
import math
import os
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QEvent, QEventLoop, QObject, QTimer

from studio.engine import Session
from studio.project import Project
from studio.shelf import Shelf
from studio.ui import theme
from studio.ui.application import build
from studio.ui.opening import application
from studio.ui.shooting import wait_until_idle
from studio.ui.window import StudioWindow

ROOT = Path(__file__).resolve().parent.parent
MODELS = {"vae": "heroes-vae", "stylegan": "heroes-stylegan"}
PATIENCE_MS = 120_000
LOOK_MS = 50


def report(figures: Mapping[str, float]) -> None:
    """The one line of JSON that run.py reads."""
    print(json.dumps(dict(figures)), flush=True)


def skip(reason: str) -> None:
    """Say that this cannot be measured here; run.py goes on with the next."""
    print(json.dumps({"skipped": reason}), flush=True)


def seconds(work: Callable[[], object]) -> float:
    """How long it takes."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def percentile(values: Sequence[float], part: float) -> float:
    """The smallest value that at least `part` of all values do not exceed."""
    return sorted(values)[max(0, math.ceil(part * len(values)) - 1)]


@contextlib.contextmanager
def temporary_project() -> Iterator[Project]:
    """A new project that is gone afterwards."""
    with tempfile.TemporaryDirectory() as folder, Project.open(Path(folder) / "bench.atelier", create=True) as project:
        yield project


@contextlib.contextmanager
def session(project: Project) -> Iterator[Session]:
    """A session with the shipped models only."""
    with Session(project, Shelf([ROOT / "models"])) as opened:
        yield opened


@contextlib.contextmanager
def window(project: Project) -> Iterator[StudioWindow]:
    """The studio's window over `project`, shown but with no model in hand."""
    theme.apply(application(), "dark")
    with session(project) as opened:
        shown = build(project, opened)
        shown.resize(1280, 800)
        shown.show()
        wait_until_idle(shown)
        yield shown
        shown.close()


def take_in_hand(shown: StudioWindow, model: str) -> None:
    """Choose `model`, and wait until it is loaded."""
    shown.context.choose_model(model)
    began = time.monotonic()
    while not shown.context.session.holds(model):
        run_loop(LOOK_MS)
        if time.monotonic() - began > PATIENCE_MS / 1000:
            raise TimeoutError(f"{model} did not come into memory.")
    wait_until_idle(shown)


def run_loop(milliseconds: int) -> None:
    """Let the event loop run for a while."""
    loop = QEventLoop()
    QTimer.singleShot(milliseconds, loop.quit)
    loop.exec()


def run_until(connect: Callable[[Callable[[], None]], object]) -> None:
    """Let the event loop run until the function handed to `connect` is called; fails after two minutes."""
    loop = QEventLoop()
    late: list[bool] = []
    timer = QTimer(singleShot=True, interval=PATIENCE_MS)
    timer.timeout.connect(lambda: (late.append(True), loop.quit()))
    timer.start()
    connect(loop.quit)
    loop.exec()
    if late:
        raise TimeoutError("The window did not come to an end of its work.")


class PaintWatch(QObject):
    """Calls `painted` once a paint of `watched` has gone through."""

    def __init__(self, watched: QObject, painted: Callable[[], None]) -> None:
        super().__init__(watched)
        self._painted = painted
        watched.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Paint:
            QTimer.singleShot(0, self._painted)
        return False
