"""Furnishing the window: the project, the session, the workspaces; and `shot`, which draws a workspace to a PNG."""

from __future__ import annotations

import argparse
import contextlib
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QEventLoop, QTimer
from PySide6.QtGui import QGuiApplication

from studio.engine import EngineError, Request, Session
from studio.media import MediaError
from studio.media.files import write_atomically
from studio.places import config, itself, shipped, user_projects
from studio.project import Project, ProjectError
from studio.ui import theme
from studio.ui.desk import Desk
from studio.ui.frame import Frame
from studio.ui.opening import application
from studio.ui.widgets.labels import EmptyState
from studio.ui.window import StudioWindow

SAMPLE = "heroes.atelier"
LAST = "last-project"
SHOT_PATIENCE_MS = 60_000
SHOT_SEED, SHOT_PICTURES, SHOT_SHEETS = 3, 48, 4
SWITCH_SECONDS = 0.002  # Python's own 5 ms let the window wait for the worker up to 20 ms at a time


def first_project() -> Path:
    """The project for someone who named none: the one that was open last, at the very first a copy of the sample."""
    try:
        last = Path(os.fsdecode((config() / LAST).read_bytes()))
        if last.is_file():
            return last
    except (OSError, ValueError):
        pass
    path = user_projects() / "Sketches.atelier"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        sample = shipped("resources") / "samples" / SAMPLE
        if sample.exists():
            shutil.copyfile(sample, path)
    return path


def remember_last(path: Path) -> None:
    """Open this project next time, where none is named."""
    with contextlib.suppress(MediaError):  # only a wish for the next start
        write_atomically(config() / LAST, os.fsencode(path))


def furnish(frame: Frame, path: Path | None) -> int:
    """Open the project and put the studio into the frame; 1, with a line on stderr and the frame closed, when that fails."""
    try:
        project = Project.open(path or first_project(), create=True)
    except (ProjectError, OSError) as error:
        print(f"atelier: {' '.join(str(error).split())}", file=sys.stderr)
        frame.furnish(_cannot_open(str(error), frame))
        return 1
    window = build(project)
    remember_last(project.path)
    project.when_moved(lambda sentence: remember_last(project.path))
    window.closing.connect(lambda: _leave(window, project))
    frame.furnish(window)
    frame.setWindowTitle(window.windowTitle())
    window.windowTitleChanged.connect(frame.setWindowTitle)
    window.restore_geometry()
    window.warm_up()
    return 0


def _cannot_open(sentence: str, frame: Frame) -> EmptyState:
    """What the window shows in place of a project that cannot be opened."""

    def go_on() -> None:
        open_elsewhere(first_project())
        frame.close()

    return EmptyState("triangle-alert", "This project cannot be opened", sentence, "Open my sketches instead", go_on)


def _leave(window: StudioWindow, project: Project) -> None:
    project.fold()  # a worker in the middle of something may be slow to stop, and the system may not wait for it
    window.desk.session.close()
    project.close()


def build(project: Project, session: Session | None = None) -> StudioWindow:
    """A window over a project."""
    sys.setswitchinterval(SWITCH_SECONDS)
    desk = Desk(project, session or Session(project))
    window = StudioWindow(desk, open_elsewhere)
    desk.setParent(window)
    return window


def open_elsewhere(path: Path) -> None:
    """Another project gets a process of its own, so that neither can hurt the other."""
    subprocess.Popen(itself(str(path)), start_new_session=True)


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
            window.desk.choose_first_model()
            wait_until_idle(window)
            if words.workspace == "lab":
                _train_a_little(window, Path(folder))
            if words.workspace == "pianoroll":  # some bars in, with a few of them chosen
                window.pianoroll.show_bars(1, 9, chosen=(4, 6))
            if words.workspace == "writing":  # with the cursor at the end, where a model would go on
                window.writing.rest_at_the_end()
                _wait_for(lambda: not window.writing.ghost.waiting)
            if words.workspace == "canvas":  # with a contact sheet, as it is while one works
                window.inspector.press()
                wait_until_idle(window)
            if not window.grab().save(str(words.output)):
                raise EngineError(f"The picture cannot be written to {words.output}.")
            window.close()
            window.desk.session.close()
    print(words.output)
    return 0


def _train_a_little(window: StudioWindow, folder: Path) -> None:
    """The lab as it is while one works: a training begun from the model in hand, a few seconds old, kept nowhere."""
    lab, desk = window.lab, window.desk
    lab.root = folder / "trainings"
    desk.submit(Request(desk.model, seed=SHOT_SEED, indices=tuple(range(SHOT_PICTURES))))
    wait_until_idle(window)
    lab.material.open_project()
    _wait_for(lambda: lab.material.views["picture"].count() > 0)
    lab.setup.choose_base(desk.model)
    wait_until_idle(window)
    lab.start()
    _wait_for(lambda: lab.sheet.count() >= SHOT_SHEETS)


def _wait_for(there: Callable[[], bool]) -> None:
    """Let the event loop run until `there`; gives up after a minute."""
    loop = QEventLoop()
    look = QTimer(interval=100)
    look.timeout.connect(lambda: loop.quit() if there() else None)
    look.start()
    QTimer.singleShot(SHOT_PATIENCE_MS, loop.quit)
    loop.exec()
    look.stop()


def wait_until_idle(window: StudioWindow) -> None:
    """Let the event loop run until no job is waiting and a moment has passed with none; gives up after a minute."""
    loop = QEventLoop()
    quiet = QTimer(interval=700, singleShot=True)
    quiet.timeout.connect(loop.quit)
    bridge = window.desk.bridge

    def heard(job: object, event: object) -> None:
        if bridge.busy():
            quiet.stop()
        else:
            quiet.start()

    bridge.heard.connect(heard)
    QTimer.singleShot(SHOT_PATIENCE_MS, loop.quit)
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
