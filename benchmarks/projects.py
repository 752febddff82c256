"""A project of 10,000 works: how soon its window is there, and how smoothly its history scrolls."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path
from statistics import median

import numpy as np
from PySide6.QtWidgets import QApplication

from benchmarks.common import percentile, report, run_loop, window
from benchmarks.first_paint import until_paint
from studio.media import Picture
from studio.media.picture.files import encode_png
from studio.media.registry import thumbnail
from studio.project import Project
from studio.ui.widgets.filmstrip import CELL, Filmstrip

ASSETS = 10_000
RUNS = 5
STEPS = 1000
STEP = 2 * CELL
JUMPS = 50


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        empty, full = Path(folder) / "empty.atelier", Path(folder) / "full.atelier"
        Project.open(empty, create=True).close()
        count = _fill(full)
        until_paint("furnished", empty)
        until_paint("furnished", full)
        empty_times, full_times = [], []
        for _ in range(RUNS):
            empty_times.append(until_paint("furnished", empty))
            full_times.append(until_paint("furnished", full))
        with Project.open(full) as project, window(project) as shown:
            steps = _scroll(shown.filmstrip)
    report(
        {
            "assets": count,
            "empty": median(empty_times),
            "full": median(full_times),
            "ratio": median(full_times) / median(empty_times),
            "scroll_median": median(steps),
            "scroll_p99": percentile(steps, 0.99),
        }
    )


def _fill(path: Path) -> int:
    """Write 10,000 different small pictures as the session does; returns how many are there."""
    source = np.random.default_rng(0)
    with Project.open(path, create=True) as project:
        for number in range(ASSETS):
            picture = Picture(source.integers(0, 256, (16, 16, 4), np.uint8))
            project.add_asset("picture", encode_png(picture), title=f"Picture {number}", thumbnail=thumbnail(picture))
        project.flush()
        return project.asset_count()


def _scroll(strip: Filmstrip) -> list[float]:
    """Milliseconds that each step holds the window up: the scroll, its paint, and the arrival of thumbnails."""
    bar = strip.horizontalScrollBar()
    jump = bar.maximum() // JUMPS
    times = []
    for step in range(STEPS):
        began = time.perf_counter()
        bar.setValue((bar.value() + (jump if step % (STEPS // JUMPS) == 0 else STEP)) % max(1, bar.maximum()))
        strip.viewport().repaint()
        QApplication.processEvents()
        times.append((time.perf_counter() - began) * 1000)
        run_loop(2)
    return times


if __name__ == "__main__":
    main()
