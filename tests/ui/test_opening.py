"""The frame is painted before anything heavy is imported; a project that cannot be opened is said in the window."""

import subprocess
import sys

from studio.ui import application
from studio.ui.application import populate
from studio.ui.frame import Frame
from studio.ui.widgets.labels import EmptyState


def test_the_frame_needs_neither_numpy_nor_torch_nor_the_engine() -> None:
    code = (
        "import sys, studio.__main__, studio.cli, studio.ui.opening\n"
        "studio.cli.parse([])\n"
        "sys.exit(any(name in sys.modules for name in ('numpy', 'torch', 'studio.engine', 'studio.ui.window')))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_a_file_that_is_no_project_is_said_in_the_window(qtbot, tmp_path, capsys) -> None:
    path = tmp_path / "letter.atelier"
    path.write_text("Dear reader")
    frame = Frame("Atelier")
    qtbot.addWidget(frame)
    assert populate(frame, path) == 1
    assert isinstance(frame.centralWidget(), EmptyState)
    assert "letter.atelier" in capsys.readouterr().err
    assert path.read_text() == "Dear reader"


def test_the_studio_is_put_into_the_frame_and_leaves_with_it(qtbot, tmp_path) -> None:
    frame = Frame("Atelier")
    qtbot.addWidget(frame)
    frame.show()
    assert populate(frame, tmp_path / "new.atelier") == 0
    window = frame.centralWidget()
    qtbot.waitUntil(lambda: not window.context.bridge.busy(), timeout=60_000)
    assert frame.windowTitle() == "new — Atelier"
    window.actions_by_id["quit"].trigger()
    assert not frame.isVisible()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["new.atelier"]


def test_without_a_name_the_project_that_was_open_last_is_opened_while_it_is_there(tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(application, "config", lambda: tmp_path / "config")
    monkeypatch.setattr(application, "user_projects", lambda: tmp_path / "home")
    assert application.first_project() == tmp_path / "home" / "Sketches.atelier"
    last = tmp_path / "forêt (rescued).atelier"
    last.write_bytes(b"")
    application.remember_last(last)
    assert application.first_project() == last
    last.unlink()
    assert application.first_project() == tmp_path / "home" / "Sketches.atelier"
