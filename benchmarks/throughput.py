"""Pictures a second through the session, alone and beside two busy Python loops."""

from __future__ import annotations

import contextlib
import subprocess
import sys
import time
from collections.abc import Iterator
from statistics import median

from benchmarks.common import MODELS, report, session, temporary_project
from studio.engine import Finished, Request, Session

PICTURES = 64
RUNS = 5
LOOPS = 2


def main() -> None:
    figures: dict[str, float] = {}
    with temporary_project() as project, session(project) as opened:
        for short, model in MODELS.items():
            _seconds(opened, model, seed=0)
            alone = [_seconds(opened, model, seed) for seed in range(1, RUNS + 1)]
            with busy_loops(LOOPS):
                beside = [_seconds(opened, model, seed) for seed in range(RUNS + 1, 2 * RUNS + 1)]
            figures[short] = PICTURES / median(alone)
            figures[f"{short}_beside_two_loops"] = median(beside) / median(alone)
    report(figures)


def _seconds(opened: Session, model: str, seed: int) -> float:
    """From asking until the last picture is on disk."""
    began = time.perf_counter()
    ending = opened.submit(Request(model, seed=seed, indices=tuple(range(PICTURES)))).wait()
    if not isinstance(ending, Finished) or ending.items != PICTURES:
        raise RuntimeError(f"{model} did not finish: {ending}")
    return time.perf_counter() - began


@contextlib.contextmanager
def busy_loops(count: int) -> Iterator[None]:
    """Processes that do nothing but count."""
    loops = [subprocess.Popen([sys.executable, "-c", "while True: pass"]) for _ in range(count)]
    try:
        yield
    finally:
        for loop in loops:
            loop.kill()
            loop.wait()


if __name__ == "__main__":
    main()
