"""The shelf says how much memory models may hold, and a person sets it."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel

from studio.engine import Finished, Request, Session, memory
from studio.engine.memory import GB
from studio.project import Project
from studio.shelf import Shelf
from studio.ui.context import AppContext
from studio.ui.shelf.memory import STEP_GB, MemoryForModels
from studio.ui.widgets.number import NumberField

PATIENCE = 60


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(memory, "config", lambda: tmp_path)
    return tmp_path


def said(widget: MemoryForModels) -> str:
    return " · ".join(label.text() for label in widget.findChildren(QLabel))


def test_what_is_set_holds_at_once_and_at_the_next_start(qtbot, settings: Path, project: Project, shelf: Shelf) -> None:
    with Session(project, shelf, device="cpu") as session:
        widget = MemoryForModels(AppContext(project, session))
        qtbot.addWidget(widget)
        field = widget.findChild(NumberField)
        assert field.value() == pytest.approx(memory.usual_budget() / GB, abs=STEP_GB)
        before = field.value()
        qtbot.keyClick(field, Qt.Key.Key_Down)
        assert session.status().budget == (before - STEP_GB) * GB
    assert memory.stored_budget() == (before - STEP_GB) * GB


def test_a_model_that_is_larger_than_all_that_may_be_held_is_named(qtbot, settings: Path, project: Project, shelf: Shelf) -> None:
    with Session(project, shelf, device="cpu", budget=1) as session:
        assert isinstance(session.submit(Request("tiny-vae")).wait(PATIENCE), Finished)
        widget = MemoryForModels(AppContext(project, session))
        qtbot.addWidget(widget)
        widget.show()
        assert "“tiny-vae” alone takes" in said(widget)


def test_what_cannot_be_kept_is_said(qtbot, settings: Path, project: Project, shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    (settings / "file").touch()
    monkeypatch.setattr(memory, "config", lambda: settings / "file")
    with Session(project, shelf, device="cpu") as session:
        context = AppContext(project, session)
        widget = MemoryForModels(context)
        qtbot.addWidget(widget)
        problems: list[str] = []
        context.problem.connect(lambda sentence, _: problems.append(sentence))
        qtbot.keyClick(widget.findChild(NumberField), Qt.Key.Key_Down)
        assert "memory cannot be written" in problems[0]
        assert session.status().budget == memory.usual_budget()
