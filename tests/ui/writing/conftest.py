"""The real window on a page, over a tiny model that writes."""

import pytest

from studio.engine import Session
from studio.ui.application import build


@pytest.fixture
def window(qtbot, project, words_shelf):  # type: ignore[no-untyped-def]
    with Session(project, words_shelf, device="cpu") as session:
        made = build(project, session)
        qtbot.addWidget(made)
        made.resize(1280, 800)
        made.show()
        made.go("writing")
        made.context.choose_model("tiny-words")
        qtbot.waitUntil(lambda: not made.context.bridge.busy(), timeout=60_000)
        made.activateWindow()
        made.workspaces["writing"].edit.setFocus()
        yield made
        made.workspaces["writing"].settle()


@pytest.fixture
def writing(window):  # type: ignore[no-untyped-def]
    return window.workspaces["writing"]


@pytest.fixture
def page(writing):  # type: ignore[no-untyped-def]
    return writing.edit
