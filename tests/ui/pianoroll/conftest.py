"""The real window in the piano roll, over a tiny model that makes scores."""

import pytest

from studio.engine import Session
from studio.ui.application import build


@pytest.fixture
def window(qtbot, project, music_shelf):  # type: ignore[no-untyped-def]
    with Session(project, music_shelf, device="cpu") as session:
        made = build(project, session)
        qtbot.addWidget(made)
        made.resize(1280, 800)
        made.show()
        made.go("pianoroll")
        made.context.choose_model("tiny-markov")
        qtbot.waitUntil(lambda: not made.context.bridge.busy(), timeout=60_000)
        yield made
        made.workspaces["pianoroll"].settle()


@pytest.fixture
def roll(window):  # type: ignore[no-untyped-def]
    return window.workspaces["pianoroll"]
