"""The canvas under a hand: mouse, keys, clipboard and drops."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QColor, QDragEnterEvent, QDropEvent, QGuiApplication, QRegion, QWheelEvent
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from studio.documents.canvas.document import BoardDocument
from studio.documents.canvas.edits import MergeDown, MoveLayer, RenameLayer, Select, SetVisible
from studio.documents.canvas.geometry import Rect
from studio.documents.canvas.model import Selection
from studio.documents.canvas.render import pick
from studio.media import MediaError, Picture
from studio.media.picture.files import decode, save
from studio.ui import theme
from studio.ui.canvas import commands, mime
from studio.ui.canvas.painting import name_rect
from studio.ui.canvas.tool_context import ToolContext
from studio.ui.canvas.tools import TOOLS
from studio.ui.canvas.tools.settings import BrushSettings
from studio.ui.canvas.view import BoardView
from tests.documents.canvas.boards import BLUE, RED, board, layer, plain
from tests.ui.canvas.hand import at, drag

GREEN = (20, 200, 60, 255)


def shown(view: BoardView, x: int, y: int) -> QColor:
    """The colour on the screen near the left upper corner of a board pixel, inside the grid."""
    place = at(view, x, y)
    return view.grab().toImage().pixelColor(place.x() - 4, place.y() - 4)


def wheel(view: BoardView, where: QPoint, steps: int) -> None:
    position = QPointF(where)
    view.wheelEvent(
        QWheelEvent(position, position, QPoint(), QPoint(0, 120 * steps), Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier,
                    Qt.ScrollPhase.NoScrollPhase, False)
    )  # fmt: skip


def board_of(view: BoardView):  # type: ignore[no-untyped-def]
    return view.context.document.board


def select(view: BoardView, *rect: int) -> None:
    view.context.apply(Select(Selection.rectangle(Rect(*rect))))


def test_layers_are_drawn_with_hard_pixels_and_checkerboard_only_under_layers(view: BoardView) -> None:
    view.context.document.apply(Select(None))
    assert shown(view, 1, 1) == QColor(*RED) and shown(view, 11, 1) == QColor(*BLUE)
    assert shown(view, 9, 3) == theme.tokens().color("ground") and shown(view, -2, 3) == theme.tokens().color("ground")


def test_a_stroke_is_seen_while_it_is_drawn_and_becomes_one_edit_at_release(view: BoardView) -> None:
    view.set_tool("pencil")
    view.context.brush.set(colour=GREEN)
    drag(view, (11, 1), (13, 1), (13, 5), release=False)
    assert shown(view, 12, 1) == QColor(*GREEN) and view.context.document.history.undo_label == ""
    QTest.mouseRelease(view, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, at(view, 13, 5))
    assert view.context.document.history.undo_label == "Pencil" and pick(board_of(view), 12, 1) == GREEN == pick(board_of(view), 13, 4)
    view.context.document.undo()
    assert pick(board_of(view), 12, 1) == BLUE and view.context.document.history.undo_label == ""


def test_escape_leaves_a_stroke_without_a_trace(view: BoardView) -> None:
    view.set_tool("pencil")
    drag(view, (11, 1), (13, 1), release=False)
    QTest.keyClick(view, Qt.Key.Key_Escape)
    QTest.mouseRelease(view, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, at(view, 13, 1))
    assert view.context.document.history.undo_label == "" and shown(view, 12, 1) == QColor(*BLUE)


@pytest.mark.parametrize("tool", ["pencil", "eraser", "fill"])
def test_painting_stays_inside_the_selection(view: BoardView, tool: str) -> None:
    before = board_of(view).layer("b").picture.pixels
    select(view, 12, 2, 3, 3)
    view.set_tool(tool)
    view.context.brush.set(colour=GREEN, size=6)
    drag(view, (13, 3), (15, 3))
    differs = (board_of(view).layer("b").picture.pixels != before).any(axis=2)
    assert differs.any() and not np.delete(np.delete(differs, slice(2, 5), 0), slice(2, 5), 1).any()
    assert not differs[:, :2].any() and not differs[:, 5:].any()


def test_a_half_opaque_stroke_does_not_add_up_where_it_crosses_itself(view: BoardView) -> None:
    view.set_tool("pencil")
    view.context.brush.set(colour=(255, 255, 255, 255), opacity=50)
    drag(view, (11, 1), (15, 1), (11, 1), (15, 1))
    assert len({pick(board_of(view), x, 1) for x in range(11, 16)}) == 1


def test_the_eraser_makes_transparent_and_does_not_grow_the_layer(view: BoardView) -> None:
    view.set_tool("eraser")
    drag(view, (14, 4), (30, 4))
    assert board_of(view).layer("b").rect == Rect(10, 0, 8, 8) and pick(board_of(view), 17, 4) == (0, 0, 0, 0)


def test_a_hidden_layer_says_why_it_is_not_painted(view: BoardView, qtbot: QtBot) -> None:
    QTest.keyClick(view, Qt.Key.Key_B)
    board_before = board_of(view)
    view.context.document.apply(SetVisible("b", False))
    with qtbot.waitSignal(view.problem) as told:
        drag(view, (12, 2), (13, 2))
    assert "hidden" in told.args[0] and board_of(view).layer("b").picture == board_before.layer("b").picture


def test_drawing_on_an_empty_board_makes_a_layer(view: BoardView) -> None:
    view.set_document(BoardDocument())
    view.set_tool("pencil")
    drag(view, (3, 3), (5, 3))
    assert [each.rect for each in board_of(view).layers] == [Rect(3, 3, 3, 1)]
    assert view.context.document.history.undo_label == "Pencil" and view.context.document.undo() and not board_of(view).layers


def test_the_move_tool_takes_the_layer_under_the_pointer(view: BoardView) -> None:
    view.set_tool("move")
    drag(view, (2, 2), (5, 7), release=False)
    assert view.context.document.shown.layer("a").rect == Rect(3, 5, 8, 8) and board_of(view).layer("a").x == 0
    QTest.mouseRelease(view, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, at(view, 5, 7))
    assert board_of(view).layer("a").rect == Rect(3, 5, 8, 8) and board_of(view).active == "a"
    assert view.context.document.history.undo_label == "Move layer" and view.context.document.history.position == 1


def test_dragging_inside_the_selection_moves_its_pixels_and_the_selection(view: BoardView) -> None:
    select(view, 10, 0, 2, 2)
    view.set_tool("move")
    drag(view, (11, 1), (11, 11), release=False)
    assert shown(view, 11, 11) == QColor(*BLUE) and shown(view, 11, 1) != QColor(*BLUE)
    QTest.mouseRelease(view, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, at(view, 11, 11))
    assert pick(board_of(view), 10, 0) == (0, 0, 0, 0) and pick(board_of(view), 10, 10) == BLUE
    assert (
        board_of(view).selection == Selection.rectangle(Rect(10, 10, 2, 2)) and view.context.document.history.undo_label == "Move selection"
    )


def test_rectangles_select_shift_adds_control_takes_and_a_click_deselects(view: BoardView) -> None:
    view.set_tool("select-rectangle")
    drag(view, (0, 0), (3, 3))
    assert board_of(view).selection.rect == Rect(0, 0, 4, 4)
    drag(view, (4, 0), (5, 3), held=Qt.KeyboardModifier.ShiftModifier)
    drag(view, (0, 0), (0, 3), held=Qt.KeyboardModifier.ControlModifier)
    assert board_of(view).selection == Selection.rectangle(Rect(1, 0, 5, 4))
    drag(view, (7, 7))
    assert board_of(view).selection is None
    view.context.document.undo()
    assert board_of(view).selection == Selection.rectangle(Rect(1, 0, 5, 4))


def test_a_selection_larger_than_memory_is_refused_with_a_sentence(view: BoardView, qtbot: QtBot) -> None:
    view.set_tool("select-rectangle")
    view.view.zoom = 1 / 40
    with qtbot.waitSignal(view.problem):
        QTest.mousePress(view, Qt.MouseButton.LeftButton, pos=QPoint(0, 0))
        QTest.mouseMove(view, QPoint(639, 479))
        QTest.mouseRelease(view, Qt.MouseButton.LeftButton, pos=QPoint(639, 479))
    assert board_of(view).selection is None


def test_the_picker_takes_the_colour_that_is_seen(view: BoardView, qtbot: QtBot) -> None:
    view.set_tool("picker")
    with qtbot.waitSignal(view.colour_picked) as picked:
        drag(view, (2, 2))
    assert picked.args[0] == QColor(*RED) and view.context.brush.colour == RED


def test_filling_where_there_is_no_edge_says_so(view: BoardView, qtbot: QtBot) -> None:
    view.set_tool("fill")
    with qtbot.waitSignal(view.problem) as told:
        drag(view, (9, 12))
    assert "select an area" in told.args[0]


def test_letters_choose_tools_and_brackets_the_brush(view: BoardView) -> None:
    for tool in TOOLS:
        QTest.keyClick(view, tool.shortcut.lower())
        assert view.tool.name == tool.name
    QTest.keyClick(view, Qt.Key.Key_BracketRight)
    assert view.context.brush.settings(BrushSettings).size == 2


def test_arrows_nudge_the_active_layer(view: BoardView) -> None:
    QTest.keyClick(view, Qt.Key.Key_Right)
    QTest.keyClick(view, Qt.Key.Key_Up, Qt.KeyboardModifier.ShiftModifier)
    assert board_of(view).layer("b").rect == Rect(11, -8, 8, 8)


def test_the_wheel_zooms_around_the_pointer_within_its_steps(view: BoardView) -> None:
    place = at(view, 12, 3)
    wheel(view, place, 1)
    assert view.view.zoom == 24 and view.view.board(place.x(), place.y()) == (12, 3)
    wheel(view, place, 50)
    assert view.view.zoom == 64 and view.view.board(place.x(), place.y()) == (12, 3)
    wheel(view, place, -50)
    assert view.view.zoom == 0.25


def test_space_and_the_middle_button_pan(view: BoardView) -> None:
    before = view.view.x
    QTest.keyPress(view, Qt.Key.Key_Space)
    drag(view, (0, 0), (4, 0))
    QTest.keyRelease(view, Qt.Key.Key_Space)
    assert view.view.x == before + 64
    QTest.mousePress(view, Qt.MouseButton.MiddleButton, pos=QPoint(100, 100))
    QTest.mouseMove(view, QPoint(90, 100))
    QTest.mouseRelease(view, Qt.MouseButton.MiddleButton, pos=QPoint(90, 100))
    assert view.view.x == before + 54 and view.context.document.history.undo_label == ""


def test_fit_shows_everything_as_large_as_it_can_be(view: BoardView) -> None:
    view.fit()
    left, top, width, height = view.view.window(board_of(view).bounds())
    assert view.view.zoom == 32 and left >= 0 and top >= 0 and left + width <= view.width() and top + height <= view.height()


def test_copy_and_paste_carry_the_selected_pixels_to_the_selection(view: BoardView) -> None:
    select(view, 16, 6, 9, 9)
    assert view.copy()
    assert decode(bytes(QGuiApplication.clipboard().mimeData().data("image/png").data()))[0] == plain(2, 2, BLUE)
    view.deselect()
    assert view.paste()
    pasted = board_of(view).active_layer
    assert pasted.picture == plain(2, 2, BLUE) and (pasted.x + 1, pasted.y + 1) == view.centre().toTuple()
    assert view.context.document.history.undo_label == "Paste"


def test_cut_delete_and_duplicate_act_on_the_selection_else_on_the_layer(view: BoardView) -> None:
    select(view, 10, 0, 2, 8)
    assert view.duplicate() and board_of(view).active_layer.rect == Rect(10, 0, 2, 8)
    view.context.document.undo()
    assert view.cut() and view.context.document.history.undo_label == "Cut" and pick(board_of(view), 11, 0) == (0, 0, 0, 0)
    view.invert_selection()
    assert view.delete() and not board_of(view).layer("b").picture.pixels.any()
    view.deselect()
    assert view.duplicate() and board_of(view).active_layer.name == "b copy"
    assert view.delete() and view.delete() and [each.id for each in board_of(view).layers] == ["a"]


def test_select_all_takes_the_active_layer_and_inverting_leaves_nothing(view: BoardView) -> None:
    view.select_all()
    assert board_of(view).selection.rect == Rect(10, 0, 8, 8)
    view.invert_selection()
    assert board_of(view).selection is None


def test_pasting_without_a_picture_says_so(view: BoardView, qtbot: QtBot) -> None:
    QGuiApplication.clipboard().setText("no picture")
    with qtbot.waitSignal(view.problem):
        assert not view.paste()


def drop(view: BoardView, data: QMimeData, where: QPoint) -> None:
    buttons, held = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    enter = QDragEnterEvent(where, Qt.DropAction.CopyAction, data, buttons, held)
    view.dragEnterEvent(enter)
    assert enter.isAccepted()
    assert view.grab().toImage().pixelColor(view.width() // 2, 3) == theme.tokens().color("accent")
    view.dropEvent(QDropEvent(QPointF(where), Qt.DropAction.CopyAction, data, buttons, held))


def test_dropped_files_are_told_with_their_place_and_not_read_here(view: BoardView, tmp_path: Path) -> None:
    paths = [tmp_path / name for name in ("hero.png", "gone.png")]
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    told: list[tuple[Path, QPoint]] = []
    view.file_dropped.connect(lambda path, where: told.append((path, where)))
    drop(view, data, at(view, 4, 5))
    assert told == [(path, QPoint(4, 5)) for path in paths]


def test_a_pasted_file_comes_with_its_note(tmp_path: Path) -> None:
    save(plain(3, 3), tmp_path / "hero.png", note='{"seed": 7}')
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(tmp_path / "hero.png"))])
    assert mime.read(data).pictures == ((plain(3, 3), '{"seed": 7}'),)


def test_a_pasted_file_that_is_no_picture_becomes_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "story.png").write_text("once upon a time")
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(tmp_path / name)) for name in ("story.png", "gone.png")] + [QUrl.fromLocalFile(str(tmp_path))])
    sentences = mime.read(data).problems
    assert len(sentences) == 3 and "story.png" in sentences[0] and "gone.png" in sentences[1]


def test_pixels_beside_the_name_of_a_file_that_is_gone_are_pasted(tmp_path: Path) -> None:
    data = mime.offer(plain(5, 4))
    data.setUrls([QUrl.fromLocalFile(str(tmp_path / "gone" / "clip.png")), QUrl("https://example.org/clip.png")])
    found = mime.read(data)
    assert [picture for picture, _ in found.pictures] == [plain(5, 4)]
    assert not found.problems


def test_an_asset_of_the_project_can_be_dropped(view: BoardView, qtbot: QtBot) -> None:
    data = QMimeData()
    data.setData("application/x-atelier-asset", b"41")
    with qtbot.waitSignal(view.asset_dropped) as dropped:
        drop(view, data, at(view, -3, 2))
    assert dropped.args == [41, QPoint(-3, 2)]


def test_text_lights_nothing_up(view: BoardView) -> None:
    data = QMimeData()
    data.setText("hello")
    enter = QDragEnterEvent(QPoint(5, 5), Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier)
    enter.ignore()
    view.dragEnterEvent(enter)
    assert not enter.isAccepted()


class FakeDrag:
    """Stands in for QDrag, whose exec waits for a real mouse."""

    taken: list[QMimeData] = []  # noqa: RUF012

    def __init__(self, source: object) -> None: ...

    def setMimeData(self, data: QMimeData) -> None:
        self.taken.append(data)

    def setPixmap(self, pixmap: object) -> None: ...

    def exec(self, action: object) -> None: ...


@pytest.mark.parametrize("way", ["alt", "edge"])
def test_the_active_layer_is_dragged_out_as_picture_and_file(view: BoardView, monkeypatch: pytest.MonkeyPatch, way: str) -> None:
    monkeypatch.setattr("studio.ui.canvas.view.QDrag", FakeDrag)
    FakeDrag.taken = []
    if way == "alt":
        drag(view, (12, 2), (15, 2), held=Qt.KeyboardModifier.AltModifier)
    else:
        view.set_tool("move")
        QTest.mousePress(view, Qt.MouseButton.LeftButton, pos=at(view, 12, 2))
        QTest.mouseMove(view, QPoint(700, 100))
    (data,) = FakeDrag.taken
    assert decode(bytes(data.data("image/png").data()))[0] == plain(colour=BLUE)
    assert decode(Path(data.urls()[0].toLocalFile()).read_bytes())[0] == plain(colour=BLUE)
    assert view.context.document.history.undo_label == "" and board_of(view).layer("b").x == 10


def test_an_empty_board_teaches_and_reads_out(qtbot: QtBot) -> None:
    empty = BoardView(ToolContext(BoardDocument()), "Nothing here yet", "Press Ctrl+Enter")
    qtbot.addWidget(empty)
    empty.resize(400, 300)
    ground = theme.tokens().color("ground")
    image = empty.grab().toImage()
    assert any(image.pixelColor(x, y) != ground for x in range(100, 300) for y in range(120, 160))
    assert empty.accessibleName() == "Board"


def test_ants_march_only_while_something_is_selected_and_motion_is_wanted(view: BoardView) -> None:
    view.set_motion_reduced(False)
    select(view, 0, 0, 3, 3)
    assert view.marching()
    view.set_motion_reduced(True)
    assert not view.marching()
    view.set_motion_reduced(False)
    view.deselect()
    assert not view.marching()


def test_a_change_repaints_only_its_place(view: BoardView, monkeypatch: pytest.MonkeyPatch) -> None:
    view.set_tool("pencil")
    drag(view, (11, 1), (12, 1))
    asked: list[tuple[object, ...]] = []
    monkeypatch.setattr(view, "update", lambda *rect: asked.append(rect))
    view.context.on_touched(Rect(12, 3, 1, 1))
    left, top, width, height = (int(value) for value in view.view.window(Rect(12, 3, 1, 1)))
    assert [rect[0].getRect() for rect in asked] == [(left - 2, top - 2, width + 4, height + 4)]  # type: ignore[attr-defined]


def test_the_name_of_a_small_layer_is_drawn_whole_where_it_moves_to(view: BoardView, monkeypatch: pytest.MonkeyPatch) -> None:
    view.context.document.apply(RenameLayer("b", "a name that is wider than its layer"))
    view.context.document.apply(MoveLayer("b", -4, 3))
    asked = QRegion()
    monkeypatch.setattr(view, "update", lambda *rects: [asked.__ior__(QRegion(rect)) for rect in rects])
    view.context.document.undo()
    layer = board_of(view).layer("b")
    assert QRegion(name_rect(layer, view.view)).subtracted(asked).isEmpty()


def test_a_board_that_grows_out_of_sight_and_shrinks_again_stays_where_it_was(view: BoardView) -> None:
    before = view.view.x, view.view.y
    view.hide()
    view.resize(view.width() + 292, view.height() + 100)
    view.show()
    view.resize(view.width() - 292, view.height() - 100)
    assert (view.view.x, view.view.y) == before


def test_a_refused_edit_leaves_the_board_and_tells(view: BoardView, qtbot: QtBot) -> None:
    view.context.document.activate("a")
    with qtbot.waitSignal(view.problem) as told:
        commands.merge_down(view.context)
    assert "no layer below" in told.args[0]
    with pytest.raises(MediaError):
        view.context.document.apply(MergeDown("gone"))


def test_large_layers_are_drawn_through_their_own_memory(view: BoardView) -> None:
    big = Picture.empty(4000, 4000)
    view.set_document(BoardDocument(board(layer("big", picture=big))))
    view.set_tool("pencil")
    drag(view, (5, 5), (9, 9), release=False)
    assert view.context.stroke is not None and view.context.stroke.pixels.shape[0] < 300
