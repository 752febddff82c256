"""From the start of a process to the first paint: the studio's window against an empty QMainWindow."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

RUNS = 5
ROOT = Path(__file__).resolve().parent.parent


def child(kind: str, project: str) -> None:
    """Open a window, and print the monotonic time of its first paint. Imports nothing before it has to."""
    if kind == "empty":
        from PySide6.QtWidgets import QApplication, QMainWindow

        app = QApplication(sys.argv[:1])
        window = QMainWindow()
        window.resize(1280, 800)
        _watch(window, _say_and_leave)
        window.show()
        app.exec()
    else:
        from studio.__main__ import main as studio

        _watch_the_frame(full=kind == "furnished")
        studio(["open", project])


def _watch_the_frame(full: bool) -> None:
    """The studio's own way to its window, with an eye on its frame, or with `full` on what is put into it."""
    from studio.ui.frame import Frame

    begin, populate = Frame.__init__, Frame.populate

    def begun(self: Frame, title: str) -> None:
        begin(self, title)
        _watch(self, _say_and_leave)

    def furnished(self: Frame, studio: QWidget) -> None:
        _watch(studio, _say_and_leave)
        populate(self, studio)

    if full:
        Frame.populate = furnished  # type: ignore[method-assign]
    else:
        Frame.__init__ = begun  # type: ignore[method-assign]


def _watch(window: object, painted: Callable[[], None]) -> None:
    from PySide6.QtCore import QEvent, QObject, QTimer

    class Watch(QObject):
        def eventFilter(self, watched: QObject, event: QEvent) -> bool:
            if event.type() == QEvent.Type.Paint:
                QTimer.singleShot(0, painted)
            return False

    watch = Watch(window)  # type: ignore[arg-type]
    window.installEventFilter(watch)  # type: ignore[attr-defined]


def _say_and_leave() -> None:
    print(time.monotonic(), "torch" in sys.modules, flush=True)
    os._exit(0)


def until_paint(kind: str, project: Path) -> float:
    """Milliseconds from the start of a process of its own to the first paint in it."""
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "HOME": str(project.parent)}
    began = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.first_paint", kind, str(project)],
        cwd=ROOT, env=environment, capture_output=True, text=True, check=True,
    )  # fmt: skip
    painted, _ = done.stdout.split()
    return (float(painted) - began) * 1000


def main() -> None:
    from benchmarks.common import report
    from studio.project import Project

    times: dict[str, list[float]] = {"studio": [], "empty": [], "furnished": []}
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "bench.atelier"
        Project.open(path, create=True).close()
        for kind in times:
            until_paint(kind, path)  # the files are in the disk's cache from here on
        for _ in range(RUNS):
            for kind, measured in times.items():
                path.with_name(path.name + ".lock").unlink(missing_ok=True)
                measured.append(until_paint(kind, path))
    middle = {kind: median(measured) for kind, measured in times.items()}
    report({**middle, "ratio": middle["studio"] / middle["empty"]})


if __name__ == "__main__":
    child(*sys.argv[1:]) if len(sys.argv) > 1 else main()
