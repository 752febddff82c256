"""What was at hand before a restart is at hand after it."""

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt

from studio.documents.canvas.edits import MoveLayer, PaintPixels, Select, SetVisible
from studio.documents.canvas.geometry import Rect
from studio.documents.canvas.model import Selection
from studio.engine import Session
from studio.media import Picture
from studio.ui.application import build
from studio.ui.canvas.remembering import ACTIVE, BRUSH, SHEET, sheet_from_plain
from studio.ui.canvas.tools.settings import BrushSettings, FillSettings
from tests.ui.conftest import PATIENCE, idle


@pytest.fixture
def restarted(qtbot, studio_window, project, shelf):
    """Closes the window and opens another on the same project."""
    sessions = []

    def restart():
        studio_window.close()
        project.flush()
        session = Session(project, shelf, device="cpu")
        sessions.append(session)
        again = build(project, session)
        qtbot.addWidget(again)
        again.show()
        return again

    yield restart
    for session in sessions:
        session.close()


def test_colour_brush_and_tool_come_back(studio_window, restarted) -> None:
    view = studio_window.workspaces["canvas"].view
    view.context.brush.set(colour=(10, 20, 30, 255), size=7, tip="square", opacity=40, tolerance=12)
    view.context.brush.used()
    view.set_tool("fill")
    again = restarted().workspaces["canvas"].view
    brush = again.context.brush
    assert brush.colour == (10, 20, 30, 255)
    assert brush.settings(BrushSettings) == BrushSettings(7, "square", 40) and brush.settings(FillSettings) == FillSettings(40, 12)
    assert brush.recent == [(10, 20, 30, 255)]
    assert again.tool.name == "fill"


def test_the_active_layer_comes_back(studio_window, restarted) -> None:
    for number in range(3):
        studio_window.workspaces["canvas"].placing.lay(Picture.empty(8, 8), f"Layer {number}", None, QPoint(10 * number, 0))
    document = studio_window.workspaces["canvas"].view.context.document
    middle = document.board.layers[1].id
    document.activate(middle)
    assert restarted().workspaces["canvas"].view.context.document.board.active == middle


def test_seed_lock_and_used_seeds_come_back(studio_window, restarted) -> None:
    seed = studio_window.inspector.seed
    seed.set_seed(4711)
    used = seed.next_seed()
    seed.set_seed(42, hold=True)
    again = restarted().inspector.seed
    assert again.next_seed() == again.next_seed() == 42
    assert used in again._used


def sheet(qtbot, window, action: str = "generate", count: int = 3) -> list[int]:
    window.inspector._count.set_value(count)
    window.actions_by_id[action].trigger()
    idle(qtbot, window)
    return window.workspaces["canvas"].drawer.sheet.assets()


def test_the_contact_sheet_comes_back_until_it_is_closed(qtbot, studio_window, restarted) -> None:
    assets = sheet(qtbot, studio_window)
    heading = studio_window.workspaces["canvas"].drawer.heading
    again = restarted()
    drawer = again.workspaces["canvas"].drawer
    qtbot.waitUntil(drawer.isVisible, timeout=PATIENCE)
    assert drawer.sheet.assets() == assets
    assert drawer.heading == heading
    qtbot.mouseClick(drawer.sheet, Qt.MouseButton.LeftButton, pos=drawer.sheet.cell_rect(1).center())
    assert again.workspaces["canvas"].active_layer().asset == assets[1]
    drawer.close_sheet()
    again.context.project.flush()
    assert again.context.project.setting(SHEET) is None


def test_a_fill_still_goes_into_its_place_after_a_restart(qtbot, studio_window, restarted) -> None:
    studio_window.context.choose_model("tiny-diffusion")
    studio_window.workspaces["canvas"].placing.lay(Picture.empty(16, 16), "Empty", None, QPoint(8, 8))
    board = studio_window.workspaces["canvas"].view.context
    board.apply(Select(Selection.rectangle(Rect(2, 2, 6, 6))))
    sheet(qtbot, studio_window, "fill_selection", 2)
    layer = board.document.board.active
    board.apply(MoveLayer(layer, 30, 4))
    again = restarted().workspaces["canvas"]
    qtbot.waitUntil(again.drawer.isVisible, timeout=PATIENCE)
    qtbot.mouseClick(again.drawer.sheet, Qt.MouseButton.LeftButton, pos=again.drawer.sheet.cell_rect(0).center())
    board = again.view.context.document.board
    assert [each.id for each in board.layers] == [layer]
    painted = board.layer(layer).picture.pixels[..., 3] > 0
    painted[2:8, 2:8] = False
    assert board.layer(layer).picture.width == 16
    assert not painted.any()


@pytest.mark.parametrize(
    "plain",
    [
        5, "x", [], {}, {"heading": 1}, {"heading": "a", "assets": 3}, {"heading": "a", "assets": ["x"]},
        {"heading": "a", "assets": [1], "region": {"rect": [0, 0, 2], "layers": [], "mirrored": [], "mask": ""}},
        {"heading": "a", "assets": [1], "region": {"rect": [0, 0, 9, 9], "layers": [], "mirrored": [0, 0], "mask": "!"}},
    ],
)  # fmt: skip
def test_a_sheet_that_is_none_is_left_alone(plain: object) -> None:
    assert sheet_from_plain(plain) is None


def test_settings_that_are_none_change_nothing(qtbot, project, session) -> None:
    for key in (BRUSH, ACTIVE, SHEET, "seed", "side"):
        project.set_setting(key, {"colour": [300, 0, 0, 0], "size": "x", "recent": 4, "seed": "no", "opacity": True, "tool": []})
    project.flush()
    again = build(project, session)
    qtbot.addWidget(again)
    assert again.workspaces["canvas"].view.context.brush.colour == (0, 0, 0, 255)
    assert again.workspaces["canvas"].view.context.brush.settings(BrushSettings) == BrushSettings()


def test_undo_after_a_restart_leaves_the_layer_active_that_was_painted_on(studio_window, restarted) -> None:
    for number in range(3):
        studio_window.workspaces["canvas"].placing.lay(Picture.empty(8, 8), f"Layer {number}", None, QPoint(10 * number, 0))
    context = studio_window.workspaces["canvas"].view.context
    first, last = context.document.board.layers[0], context.document.board.layers[2]
    context.document.activate(first.id)
    context.apply(PaintPixels(first.id, first.x, first.y, Picture(np.full((2, 2, 4), 255, np.uint8))))
    context.apply(SetVisible(last.id, False))
    document = restarted().workspaces["canvas"].view.context.document
    assert document.undo() and document.board.active == first.id
    assert document.undo() and document.board.active == first.id
    assert document.redo() and document.board.active == first.id
    assert document.undo() and document.undo() and document.board.active == document.board.layers[-1].id


def test_a_brush_that_an_older_studio_kept_is_taken(qtbot, project, session) -> None:
    kept = {"tool": "fill", "colour": [1, 2, 3, 255], "size": 5, "round": False, "opacity": 0.25, "tolerance": 9, "recent": []}
    project.set_setting(BRUSH, kept)
    project.flush()
    again = build(project, session)
    qtbot.addWidget(again)
    brush = again.workspaces["canvas"].view.context.brush
    assert brush.settings(BrushSettings) == BrushSettings(5, "square", 25) and brush.settings(FillSettings) == FillSettings(25, 9)
