"""The explorer: what the window adds to a bare forward pass, frames a second, and how soon the picture follows the pointer."""

from __future__ import annotations

import math
import time
from collections.abc import Iterator
from statistics import median
from typing import Any

from PySide6.QtCore import QEvent, QPointF, Qt, QTimer
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication

from benchmarks.common import MODELS, PaintWatch, percentile, report, run_until, take_in_hand, temporary_project, window
from studio.engine import Answer, Job, JobEvent, Question, Request
from studio.ui.explorer.map_view import MapView
from studio.ui.explorer.picture_view import PictureView
from studio.ui.shooting import wait_until_idle
from studio.ui.window import StudioWindow

FORWARDS = 200
FRAMES = 200
MOVES = 400
MOUSE_MS = 8  # a mouse of 125 Hz
LOOK = "explorer-look"
ROUNDS = 3


class Probe:
    """Moves the pointer over the real map and notes when the picture of a move is painted."""

    def __init__(self, shown: StudioWindow) -> None:
        self._map = shown.workspaces["explorer"].findChildren(MapView)[0]
        self._bridge = shown.context.bridge
        self._waiting: dict[int, float] = {}
        self._answered = 0
        self._newest = 0
        self.delays: list[float] = []
        self.paints: list[float] = []
        self.after_paint = lambda: None
        self._submit = self._bridge.submit
        self._bridge.submit = self._watched_submit  # type: ignore[method-assign]
        self._bridge.heard.connect(self._heard)
        self._watch = PaintWatch(shown.workspaces["explorer"].findChildren(PictureView)[0], self._painted)

    def move(self, step: int) -> None:
        """The pointer goes on along a curve that rarely meets itself."""
        began = time.perf_counter()
        middle = QPointF(self._map.width() / 2, self._map.height() / 2)
        away = QPointF(0.4 * self._map.width() * math.sin(step * 0.071), 0.4 * self._map.height() * math.sin(step * 0.113))
        at = middle + away
        none = Qt.MouseButton.NoButton
        everywhere = QPointF(self._map.mapToGlobal(at))
        QApplication.sendEvent(self._map, QMouseEvent(QEvent.Type.MouseMove, at, everywhere, none, none, Qt.KeyboardModifier.NoModifier))
        self._waiting[self._newest] = began

    def _watched_submit(self, order: Request | Question, hear: Any = None) -> Job:
        job = self._submit(order, hear)
        self._newest = job.number if order.channel == LOOK else self._newest
        return job

    def _heard(self, job: Job, event: JobEvent) -> None:
        if job.order.channel == LOOK and isinstance(event, Answer):
            self._answered = job.number

    def _painted(self) -> None:
        """A move is answered by its own picture or by that of a later one."""
        now = time.perf_counter()
        fresh = [number for number in self._waiting if number <= self._answered]
        if not fresh:
            return
        self.delays += [(now - self._waiting.pop(number)) * 1000 for number in fresh]
        self.paints.append(now)
        self.after_paint()


def main() -> None:
    model = MODELS["stylegan"]
    with temporary_project() as project, window(project) as shown:
        take_in_hand(shown, model)
        shown.go("explorer")
        wait_until_idle(shown)
        probe = Probe(shown)
        _frames(probe, 20)
        forwards, frames = [], []
        for _ in range(ROUNDS):
            forwards.append(_forward(shown, model))
            frames.append(_frames(probe, FRAMES))
        delays = _chase(probe)
    forward, frame = median(forwards), median(frames)
    report(
        {
            "forward": forward,
            "frame": frame,
            "overhead": frame - forward,
            "frames_per_second": 1000 / frame,
            "pointer_median": median(delays),
            "pointer_p95": percentile(delays, 0.95),
        }
    )


def _forward(shown: StudioWindow, model: str) -> float:
    """Median ms of the synthesis network alone, on the thread that the explorer's pictures come from."""

    def work(loaded: Any) -> Iterator[list[float]]:
        import torch

        synthesis, config = loaded.generator.synthesis, loaded.config
        styles = torch.randn(1, loaded.layers, config.latent)
        maps = [torch.randn(1, 1, side, side) for side in synthesis.noise_sizes]
        times = []
        with torch.no_grad():
            for _ in range(FORWARDS):
                began = time.perf_counter()
                synthesis(styles, maps)
                times.append((time.perf_counter() - began) * 1000)
        yield times

    found: list[list[float]] = []
    shown.context.bridge.submit(
        Question(model, work, "bench"), lambda job, event: found.append(event.value) if isinstance(event, Answer) else None
    )
    wait_until_idle(shown)
    return median(found[0])


def _frames(probe: Probe, count: int) -> float:
    """Median ms from one painted picture to the next, the pointer moving on as soon as one is there."""
    probe.paints.clear()

    def drive(done: Any) -> None:
        probe.after_paint = lambda: done() if len(probe.paints) > count else probe.move(len(probe.paints))
        QTimer.singleShot(0, lambda: probe.move(0))

    run_until(drive)
    probe.after_paint = lambda: None
    return median((after - before) * 1000 for before, after in zip(probe.paints, probe.paints[1:], strict=False))


def _chase(probe: Probe) -> list[float]:
    """The delay of each of many moves, sent as a mouse sends them."""
    probe.delays.clear()
    steps = iter(range(MOVES))
    timer = QTimer(interval=MOUSE_MS, timerType=Qt.TimerType.PreciseTimer)

    def drive(done: Any) -> None:
        def tick() -> None:
            step = next(steps, None)
            if step is not None:
                probe.move(step)
            else:
                timer.stop()
                QTimer.singleShot(500, done)

        timer.timeout.connect(tick)
        timer.start()

    run_until(drive)
    if len(probe.delays) < MOVES:
        raise RuntimeError(f"Only {len(probe.delays)} of {MOVES} moves were followed by a picture.")
    return list(probe.delays)


if __name__ == "__main__":
    main()
