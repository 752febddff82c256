"""Furnishing the window: the project, the session, the workspaces."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

from studio.engine import Session
from studio.media import MediaError
from studio.media.files import write_atomically
from studio.places import config, itself, shipped, user_projects
from studio.project import Project, ProjectError
from studio.ui.context import AppContext
from studio.ui.frame import Frame
from studio.ui.widgets.labels import EmptyState
from studio.ui.window import StudioWindow

SAMPLE = "heroes.atelier"
LAST = "last-project"
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


def populate(frame: Frame, path: Path | None) -> int:
    """Open the project and put the studio into the frame; 1, with a line on stderr and the frame closed, when that fails."""
    try:
        project = Project.open(path or first_project(), create=True)
    except (ProjectError, OSError) as error:
        print(f"atelier: {' '.join(str(error).split())}", file=sys.stderr)
        frame.populate(_cannot_open(str(error), frame))
        return 1
    window = build(project)
    remember_last(project.path)
    project.when_moved(lambda sentence: remember_last(project.path))
    window.closing.connect(lambda: _leave(window, project))
    frame.populate(window)
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
    window.context.session.close()
    project.close()


def build(project: Project, session: Session | None = None) -> StudioWindow:
    """A window over a project."""
    sys.setswitchinterval(SWITCH_SECONDS)
    context = AppContext(project, session or Session(project))
    window = StudioWindow(context, open_elsewhere)
    context.setParent(window)
    return window


def open_elsewhere(path: Path) -> None:
    """Another project gets a process of its own, so that neither can hurt the other."""
    subprocess.Popen(itself(str(path)), start_new_session=True)
