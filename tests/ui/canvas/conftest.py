"""A canvas in a window for the tests of this folder."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from studio.documents.canvas.document import BoardDocument
from studio.ui.canvas.tool_context import ToolContext
from studio.ui.canvas.view import BoardView
from tests.documents.canvas.boards import BLUE, board, layer, plain


@pytest.fixture
def view(qtbot: QtBot) -> BoardView:
    """Two 8×8 layers side by side at 16×: “a” red at 0, 0 and “b” blue at 10, 0, which is active."""
    context = ToolContext(BoardDocument(board(layer("a"), layer("b", 10, 0, plain(colour=BLUE)))))
    made = BoardView(context, "Nothing here yet", "Press Ctrl+Enter")
    qtbot.addWidget(made)
    made.resize(640, 480)
    made.show()
    made.view.zoom_to(16, 0, 0)
    made.view.centre(8, 4, 640, 480)
    return made
