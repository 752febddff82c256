"""Private memory of the window before and after torch, and the time from Generate to the first picture."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from statistics import median

import psutil

from benchmarks.common import MODELS, PaintWatch, report, run_until, take_in_hand, temporary_project, window
from studio.ui.shooting import wait_until_idle
from studio.ui.widgets.contact_sheet import ContactSheet
from studio.ui.window import StudioWindow

RUNS = 5


def main() -> None:
    with temporary_project() as project, window(project) as shown:
        if "torch" in sys.modules:
            raise RuntimeError("torch is there before a model was chosen.")
        before = _private()
        take_in_hand(shown, MODELS["vae"])
        _first_picture(shown)
        after = _private()
        times = [_first_picture(shown) for _ in range(RUNS)]
    report({"window": before, "with_torch": after, "first_picture": median(times)})


def _private() -> float:
    """Memory that is this process's alone, in MB."""
    return float(psutil.Process().memory_full_info().uss) / 1e6


def _first_picture(shown: StudioWindow) -> float:
    """Milliseconds from pressing Generate until the contact sheet has painted a finished picture."""
    sheet: ContactSheet = shown.workspaces["canvas"].drawer.sheet
    painted: list[float] = []

    def drive(done: Callable[[], None]) -> None:
        def look() -> None:
            if sheet.finished() and not painted:
                painted.append(time.perf_counter())
                done()

        watches.append(PaintWatch(sheet, look))
        shown.inspector.button.click()

    watches: list[PaintWatch] = []
    began = time.perf_counter()
    run_until(drive)
    watches[0].deleteLater()
    wait_until_idle(shown)
    return (painted[0] - began) * 1000


if __name__ == "__main__":
    main()
