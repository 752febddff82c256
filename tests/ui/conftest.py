"""The real window over tiny models, with a StyleGAN in hand."""

import pytest

from studio.engine import Session
from studio.project import Project
from studio.ui.application import build

PATIENCE = 60_000


@pytest.fixture
def studio_window(qtbot, project: Project, session: Session):
    made = build(project, session)
    qtbot.addWidget(made)
    made.show()
    made.context.choose_model("tiny-stylegan")
    idle(qtbot, made)
    return made


def idle(qtbot, window) -> None:
    """Until no job is waiting and every result was heard."""
    qtbot.waitUntil(lambda: not window.context.bridge.busy(), timeout=PATIENCE)
