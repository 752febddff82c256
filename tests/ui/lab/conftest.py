"""The real window with the lab in front, and folders of works to drop on it."""

import dataclasses

import pytest

from studio import generators
from studio.engine import Session
from studio.project import Project
from studio.ui.application import build
from tests.training.tales import write_tales, write_tunes

PATIENCE = 60_000
DECODER = {"width": 24, "heads": 2, "key_heads": 2, "layers": 1, "hidden": 32, "rotary": [[6, 10_000.0]]}


@pytest.fixture
def tales(tmp_path):
    """Five tales, one of them twice, and a picture's bytes that call themselves a text."""
    folder = write_tales(tmp_path / "tales")
    (folder / "twice.txt").write_text((folder / "0.txt").read_text())
    (folder / "picture.txt").write_bytes(b"\x89PNG\r\n\x1a\n\x00\x00")
    return folder


@pytest.fixture
def tunes(tmp_path):
    return write_tunes(tmp_path / "tunes")


@pytest.fixture
def small(monkeypatch):
    """The families that learn texts and scores, with networks that take a moment."""
    changes = {
        "gpt": {"context": 32, "decoder": DECODER},
        "musicvae": {"latent": 8, "width": 16, "layers": 1, "heads": 2},
        "musenet": {"width": 32, "layers": 1, "heads": 2, "hidden": 32, "steps": 64},
    }
    for name, change in changes.items():
        family = generators.family(name)
        usual = family.trains.config
        trains = dataclasses.replace(
            family.trains, config=lambda about, usual=usual, change=change: {**usual(about), **change}, pictures=500, batch_size=4
        )
        monkeypatch.setattr(f"studio.generators.{name}.FAMILY", dataclasses.replace(family, trains=trains))
    monkeypatch.setattr("studio.generators.gpt.training.PREVIEW_WORDS", 4)
    monkeypatch.setattr("studio.training.measuring.scores.PREVIEWS", 1)


@pytest.fixture
def opened(qtbot, project: Project, session: Session, tmp_path):
    """Opens the window with the lab in front; trainings lie in the test's folder."""

    def open_window():
        window = build(project, session)
        window.workspaces["lab"].root = tmp_path / "trainings"
        qtbot.addWidget(window)
        window.show()
        window.context.choose_first_model()
        window.go("lab")
        qtbot.waitUntil(lambda: not window.context.bridge.busy(), timeout=PATIENCE)
        return window

    return open_window


@pytest.fixture
def lab(opened, small):
    window = opened()
    window.workspaces["lab"].over = window
    return window.workspaces["lab"]
