"""How long the window's event loop is held up: idle, while torch and a model load, while a model draws."""

from __future__ import annotations

import time
from collections.abc import Callable
from statistics import median

from PySide6.QtCore import Qt, QTimer

from benchmarks.common import MODELS, percentile, report, run_loop, run_until, take_in_hand, temporary_project, window
from studio.engine import Finished, Job, JobEvent, Request
from studio.ui.shooting import wait_until_idle
from studio.ui.window import StudioWindow

TICK_MS = 4
IDLE_MS = 2000
PICTURES = 200
RUNS = 3


class Heartbeat:
    """A timer of 4 ms; a gap is how much later than that it came, in ms."""

    def __init__(self) -> None:
        self.gaps: list[float] = []
        self._last = 0.0
        self._timer = QTimer(interval=TICK_MS, timerType=Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._tick)

    def __enter__(self) -> Heartbeat:
        self._last = time.perf_counter()
        self._timer.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._tick()  # what is held up at the very end counts too
        self._timer.stop()

    def _tick(self) -> None:
        now = time.perf_counter()
        self.gaps.append(max(0.0, (now - self._last) * 1000 - TICK_MS))
        self._last = now

    def p99(self) -> float:
        return percentile(self.gaps, 0.99)

    def worst(self) -> float:
        return max(self.gaps)


def main() -> None:
    figures: dict[str, float] = {}
    with temporary_project() as project, window(project) as shown:
        idle = [_idle() for _ in range(RUNS)]
        figures["idle_p99"] = median(each.p99() for each in idle)
        figures["idle_worst"] = median(each.worst() for each in idle)
        with Heartbeat() as loading:
            take_in_hand(shown, MODELS["vae"])
        figures["loading_worst"] = loading.worst()
        for short, model in MODELS.items():
            take_in_hand(shown, model)
            beats = [_drawing(shown, model, seed) for seed in range(RUNS)]
            figures[f"{short}_p99"] = median(each.p99() for each in beats)
            figures[f"{short}_worst"] = median(each.worst() for each in beats)
            figures[f"{short}_worst_of_all"] = max(each.worst() for each in beats)
    report(figures)


def _idle() -> Heartbeat:
    with Heartbeat() as beat:
        run_loop(IDLE_MS)
    return beat


def _drawing(shown: StudioWindow, model: str, seed: int) -> Heartbeat:
    """Ask as the Generate button does, and watch until the last picture is on disk."""
    request = Request(model, seed=seed, indices=tuple(range(PICTURES)))
    endings: list[JobEvent] = []

    def drive(done: Callable[[], None]) -> None:
        def hear(job: Job, event: JobEvent) -> None:
            if isinstance(job.order, Request) and (job.order.model, job.order.seed) == (model, seed) and job.ending is event:
                endings.append(event)
                done()

        shown.context.bridge.heard.connect(hear)
        shown.inspector.asked.emit(request)

    with Heartbeat() as beat:
        run_until(drive)
    wait_until_idle(shown)
    if not isinstance(endings[0], Finished) or endings[0].items != PICTURES:
        raise RuntimeError(f"{model} did not finish: {endings[0]}")
    return beat


if __name__ == "__main__":
    main()
