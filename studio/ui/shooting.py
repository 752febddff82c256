"""`shot`: a workspace of the real window, drawn to a PNG; and waiting until the window has come to rest."""

from __future__ import annotations

import argparse
import os
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QEventLoop, QTimer
from PySide6.QtGui import QGuiApplication

from studio.engine import EngineError
from studio.places import shipped
from studio.project import Project
from studio.ui import theme
from studio.ui.application import SAMPLE, build
from studio.ui.opening import application
from studio.ui.window import StudioWindow

PATIENCE_MS = 60_000
REST_MS = 700  # with nothing heard, after which a picture is taken


def shoot(words: argparse.Namespace) -> int:
    """`shot`: the real window with a project, drawn offscreen once it has come to rest."""
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    os.environ["QT_SCALE_FACTOR"] = str(words.scale)
    width, height = _size(words.size)
    app = application()
    theme.apply(app, words.theme)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "forest spirits.atelier"
        source = words.project or shipped("resources") / "samples" / SAMPLE
        if source.exists():
            shutil.copyfile(source, path)
        with Project.open(path, create=True) as project:
            window = build(project)
            window.resize(width, height)
            window.go(words.workspace)
            window.show()
            window.context.choose_first_model()
            wait_until_idle(window)
            for there in window.workspaces[window.current].pose(Path(folder)):
                _wait_for(there)
            if not window.grab().save(str(words.output)):
                raise EngineError(f"The picture cannot be written to {words.output}.")
            window.close()
            window.context.session.close()
    print(words.output)
    return 0


def _wait_for(there: Callable[[], bool]) -> None:
    """Let the event loop run until `there`, and a moment longer for what is drawn after it; gives up after a minute."""
    loop = QEventLoop()
    look = QTimer(interval=100)
    look.timeout.connect(lambda: loop.quit() if there() else None)
    look.start()
    QTimer.singleShot(PATIENCE_MS, loop.quit)
    loop.exec()
    look.stop()
    QTimer.singleShot(REST_MS, loop.quit)
    loop.exec()


def wait_until_idle(window: StudioWindow) -> None:
    """Let the event loop run until no job is waiting and a moment has passed with none; gives up after a minute."""
    loop = QEventLoop()
    quiet = QTimer(interval=REST_MS, singleShot=True)
    quiet.timeout.connect(loop.quit)
    bridge = window.context.bridge

    def heard(job: object, event: object) -> None:
        if bridge.busy():
            quiet.stop()
        else:
            quiet.start()

    bridge.heard.connect(heard)
    QTimer.singleShot(PATIENCE_MS, loop.quit)
    if not bridge.busy():
        quiet.start()
    loop.exec()
    bridge.heard.disconnect(heard)
    QGuiApplication.processEvents()


def _size(text: str) -> tuple[int, int]:
    parts = text.lower().split("x")
    if len(parts) != 2 or not all(part.isascii() and part.isdigit() and 200 <= int(part) <= 8000 for part in parts):
        raise EngineError(f"--size takes WIDTHxHEIGHT, such as 1280x800, not “{text[:40]}”.")
    return int(parts[0]), int(parts[1])
