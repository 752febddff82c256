"""What is on the screen at 100 % is, pixel by pixel, what a file of the same board holds."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPointF, QRect, Qt
from PySide6.QtGui import QImage, QPainter
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from studio.documents.canvas.document import BoardDocument
from studio.documents.canvas.edits import (
    AddLayer,
    Edit,
    FlipLayer,
    MergeDown,
    MoveLayer,
    PaintPixels,
    RemoveLayer,
    ReorderLayer,
    SetOpacity,
    SetVisible,
)
from studio.documents.canvas.export import Part, save_png
from studio.documents.canvas.geometry import Rect
from studio.documents.canvas.model import Board, Layer
from studio.documents.canvas.render import Patch, flatten
from studio.media import Picture
from studio.media.picture.files import load
from studio.ui import theme
from studio.ui.canvas.painting import checkerboard
from studio.ui.canvas.tiles import image_of, picture_of
from studio.ui.canvas.tool_context import ToolContext
from studio.ui.canvas.view import BoardView
from tests.ui.canvas.hand import at, drag

WIDTH, HEIGHT = 300, 260
WHOLE = Rect(-20, -10, WIDTH, HEIGHT)


def noise(width: int, height: int, seed: int, lowest: int = 0) -> Picture:
    """Colours by chance, of every alpha from `lowest` on."""
    chance = np.random.default_rng(seed)
    pixels = chance.integers(0, 256, (height, width, 4), np.uint8)
    pixels[..., 3] = chance.integers(lowest, 256, (height, width))
    return Picture(pixels)


def board() -> Board:
    """Layers that shine through one another, at odd places and below the origin, one of them hidden; the active one covers all others."""
    layers = (
        Layer("ground", "Ground", WHOLE.x, WHOLE.y, noise(WIDTH, HEIGHT, 1, 255)),
        Layer("veil", "Veil", -7, 11, noise(190, 170, 2), opacity=0.37),
        Layer("hidden", "Hidden", 0, 0, noise(100, 100, 3, 255), visible=False),
        Layer("glass", "Glass", WHOLE.x, WHOLE.y, noise(WIDTH, HEIGHT, 4), opacity=0.8),
        Layer("small", "Small", 133, 127, noise(9, 9, 5, 255)),
    )
    return Board(layers, "glass")


@pytest.fixture
def view(qtbot: QtBot) -> BoardView:
    made = BoardView(ToolContext(BoardDocument(board())), "Nothing here yet", "Press Ctrl+Enter")
    qtbot.addWidget(made)
    made.resize(WIDTH + 120, HEIGHT + 120)
    made.show()
    made.zoom_to_pixels()
    made.view.centre(WHOLE.x + WIDTH / 2, WHOLE.y + HEIGHT / 2, made.width(), made.height())
    return made


def screen(view: BoardView) -> np.ndarray:
    """The pixels of the window where the board lies, without the line around the active layer."""
    left, top, width, height = (int(each) for each in view.view.window(WHOLE))
    return picture_of(view.grab(QRect(left + 1, top + 1, width - 2, height - 2)).toImage()).pixels


def as_seen(view: BoardView, exported: Picture) -> np.ndarray:
    """An exported picture of the whole board, laid over the checkerboard where the view has it."""
    left, top, width, height = (int(each) for each in view.view.window(WHOLE))
    image = QImage(view.width(), view.height(), QImage.Format.Format_RGB32)
    image.fill(theme.tokens().color("ground"))
    painter = QPainter(image)
    painter.setBrushOrigin(QPointF(view.view.x, view.view.y))
    painter.fillRect(left, top, width, height, checkerboard())
    painter.drawImage(left, top, image_of(exported.pixels).convertToFormat(QImage.Format.Format_ARGB32_Premultiplied))
    painter.end()
    return picture_of(image).pixels[top + 1 : top + height - 1, left + 1 : left + width - 1]


def same_as_file(view: BoardView, folder: Path, seen: np.ndarray) -> None:
    exported = load(save_png(view.context.document.board, Part.BOARD, folder / "board.png"))[0]
    assert (exported.width, exported.height) == (WIDTH, HEIGHT)
    assert np.array_equal(seen, as_seen(view, exported))
    solid = exported.pixels[1:-1, 1:-1, 3] == 255
    assert solid.any() and np.array_equal(seen[solid], exported.pixels[1:-1, 1:-1][solid])


def test_a_board_at_rest(view: BoardView, tmp_path: Path) -> None:
    same_as_file(view, tmp_path, screen(view))
    view.context.document.apply(SetVisible("ground", False))
    view.context.document.apply(AddLayer(Layer("corner", "Corner", WHOLE.x, WHOLE.y, noise(40, 30, 6, 255)), 0))
    view.context.document.activate("glass")
    same_as_file(view, tmp_path, screen(view))


@pytest.mark.parametrize("tool", ["pencil", "eraser"])
def test_a_stroke_that_is_still_being_drawn(view: BoardView, tmp_path: Path, tool: str) -> None:
    view.set_tool(tool)
    view.context.brush.set(colour=(255, 90, 0, 255), size=3, opacity=0.6)
    before = screen(view)
    drag(view, (10, 20), (120, 60), (130, 140), (260, 230), release=False)
    live = screen(view)
    assert not np.array_equal(live, before)
    QTest.mouseRelease(view, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, at(view, 260, 230))
    same_as_file(view, tmp_path, live)
    same_as_file(view, tmp_path, screen(view))
    view.context.document.undo()
    assert np.array_equal(screen(view), before)


def test_a_stroke_that_is_left_again(view: BoardView) -> None:
    before = screen(view)
    view.set_tool("pencil")
    view.context.brush.set(colour=(255, 90, 0, 255), size=3)
    drag(view, (10, 20), (120, 60), release=False)
    screen(view)
    view.cancel()
    assert np.array_equal(screen(view), before)


EDITS: tuple[Edit, ...] = (
    MoveLayer("veil", 31, -9), SetOpacity("veil", 0.9), SetVisible("hidden", True), ReorderLayer("veil", 4), FlipLayer("glass", True),
    RemoveLayer("small"), MergeDown("small"), PaintPixels("veil", 20, 20, noise(150, 60, 7)),
    AddLayer(Layer("new", "New", WHOLE.x, WHOLE.y, noise(WIDTH, HEIGHT, 8), opacity=0.5), 1),
)  # fmt: skip


@pytest.mark.parametrize("edit", EDITS, ids=lambda edit: edit.stored)
def test_an_edit_that_is_only_tried_out_then_made_then_undone(view: BoardView, tmp_path: Path, edit: Edit) -> None:
    before = screen(view)
    view.context.document.preview(edit)
    tried = screen(view)
    view.context.document.preview(None)
    assert np.array_equal(screen(view), before)
    view.context.document.apply(edit)
    view.context.document.activate("glass")
    same_as_file(view, tmp_path, tried)
    same_as_file(view, tmp_path, screen(view))
    view.context.document.undo()
    view.context.document.activate("glass")
    assert np.array_equal(screen(view), before)


def test_pixels_that_a_gesture_has_lifted(view: BoardView, tmp_path: Path) -> None:
    before, after = screen(view), noise(70, 50, 9)
    for x in (15, 150):  # they are somewhere else with every move of the hand
        view.context.lifted = Patch("glass", Rect(x, 40, 70, 50), after.pixels)
        lifted = screen(view)
    view.context.clear()
    assert np.array_equal(screen(view), before)
    view.context.document.apply(PaintPixels("glass", 150, 40, after))
    same_as_file(view, tmp_path, lifted)


@pytest.mark.parametrize(("zoom", "step"), [(0.5, 2), (0.25, 4)])
def test_a_board_that_is_shown_smaller_is_made_of_pixels_of_the_file(view: BoardView, zoom: float, step: int) -> None:
    view.context.document.apply(SetOpacity("glass", 1.0))
    view.view.zoom_to(zoom, 0, 0)
    view.view.centre(WHOLE.x + WIDTH / 2, WHOLE.y + HEIGHT / 2, view.width(), view.height())
    grid = Rect(0, 0, WHOLE.right // step * step, WHOLE.bottom // step * step)
    inner = Rect(step, step, grid.w - 2 * step, grid.h - 2 * step)
    left, top, width, height = (int(each) for each in view.view.window(inner))
    seen = picture_of(view.grab(QRect(left, top, width, height)).toImage()).pixels
    exported = flatten(view.context.document.board.layers, inner)[step // 2 :: step, step // 2 :: step]
    solid = exported[..., 3] == 255
    assert solid.all() and np.array_equal(seen, exported)
