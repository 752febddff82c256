"""The real window closes properly when the system asks it to: at logout, shutdown and Ctrl+C nothing is left in a log beside the file."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from studio.project import Project

ROOT = Path(__file__).parents[2]

DRAWN = """
import os, sys
from pathlib import Path
from PySide6.QtCore import QTimer
from studio.ui import application, opening

def populate(frame, path):
    status = furnished(frame, path)
    QTimer.singleShot(45_000, lambda: os._exit(3))  # whatever goes wrong, the test does not wait for ever
    studio = frame.centralWidget()
    studio.context.project.add_asset("picture", b"drawn", title="hero").result()
    studio.workspaces["writing"].edit.insertPlainText("Once upon a time")
    QTimer.singleShot(0, lambda: print("ready", flush=True))
    return status

furnished, application.populate = application.populate, populate
sys.exit(opening.open_window(Path(sys.argv[1])))
"""


@pytest.mark.parametrize("name", ["SIGTERM", "SIGHUP", "SIGINT"])
def test_a_signal_closes_the_window_and_keeps_everything_in_the_one_file(tmp_path: Path, name: str) -> None:
    path = tmp_path / "work" / "forest.atelier"
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "PYTHONPATH": str(ROOT)}
    with subprocess.Popen([sys.executable, "-c", DRAWN, str(path)], stdout=subprocess.PIPE, env=environment, text=True) as child:
        assert child.stdout is not None and child.stdout.readline() == "ready\n"
        child.send_signal(getattr(signal, name))
        assert child.wait(60) == 0
    assert [each.name for each in path.parent.iterdir()] == ["forest.atelier"]
    copy = tmp_path / "copy.atelier"
    shutil.copyfile(path, copy)
    with Project.open(copy, read_only=True) as copied:
        assert [asset.title for asset in copied.assets()] == ["hero"]
        page = copied.load_document(copied.documents("page")[0].id)
        assert b"Once upon a time" in b"".join(edit.payload for edit in page.edits)
