"""A model is given what is seen: the layer as it looks now, with the work that it came from as lineage."""

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt

from studio.documents.canvas.edits import MoveLayer, PaintPixels, RemoveLayer, Select
from studio.documents.canvas.geometry import Rect
from studio.documents.canvas.model import Selection
from studio.engine import Answer, Question
from studio.engine.asset_io import picture_of
from studio.media import Picture, named
from studio.project import Recipe
from tests.ui.conftest import PATIENCE, idle

RED = Picture(np.full((6, 6, 4), (255, 0, 0, 255), np.uint8))


def hero(qtbot, window) -> int:
    """A picture of the model on the board; its asset."""
    window.inspector._count.set_value(1)
    window.actions_by_id["generate"].trigger()
    idle(qtbot, window)
    return window.workspaces["canvas"].drawer.sheet.assets()[0]


def paint(window) -> Picture:
    """A red block on the active layer; the layer as it looks then."""
    context = window.workspaces["canvas"].view.context
    layer = context.document.board.active_layer
    context.apply(PaintPixels(layer.id, layer.x + 4, layer.y + 4, RED))
    return context.document.board.active_layer.picture


def ask(qtbot, window, action: str, count: int = 1) -> list[int]:
    assert window.inspector.choose_action(action)
    window.inspector._count.set_value(count)
    window.inspector.press()
    idle(qtbot, window)
    return window.workspaces["canvas"].drawer.sheet.assets()


def given(project, asset: int, name: str = "picture") -> Picture:
    """The picture that a result was made from."""
    return named("picture").decode(project.blob(Recipe.from_json(project.asset(asset).recipe).inputs[name]), "input")[0]


@pytest.mark.parametrize(("model", "action"), [("tiny-diffusion", "redraw"), ("tiny-stylegan", "vary"), ("tiny-stylegan", "reconstruct")])
def test_what_was_painted_is_what_the_model_gets(qtbot, studio_window, project, model, action) -> None:
    asset = hero(qtbot, studio_window)
    looks = paint(studio_window)
    studio_window.context.choose_model(model)
    result = ask(qtbot, studio_window, action)[0]
    assert given(project, result) == looks
    assert asset in project.asset(result).parents
    assert "picture.latent" not in Recipe.from_json(project.asset(result).recipe).inputs


def test_an_untouched_layer_brings_its_latent_along_and_keeps_no_second_copy(qtbot, studio_window, project) -> None:
    asset = hero(qtbot, studio_window)
    result = ask(qtbot, studio_window, "vary")[0]
    assert project.asset(result).parents == (asset,)
    assert Recipe.from_json(project.asset(result).recipe).inputs["picture.latent"] == project.asset(asset).latent_sha256


def test_a_layer_painted_and_painted_back_is_its_asset_again(qtbot, studio_window, project) -> None:
    asset = hero(qtbot, studio_window)
    paint(studio_window)
    studio_window.actions_by_id["undo"].trigger()
    assert project.asset(ask(qtbot, studio_window, "vary")[0]).parents == (asset,)


def test_a_hand_drawn_layer_can_be_varied_by_its_shortcut(qtbot, studio_window, project) -> None:
    drawn = Picture(np.full((16, 16, 4), (10, 200, 30, 255), np.uint8))
    studio_window.workspaces["canvas"].placing.lay(drawn, "Drawn", None, QPoint(8, 8))
    studio_window.inspector._count.set_value(1)
    studio_window.actions_by_id["vary"].trigger()
    idle(qtbot, studio_window)
    assert given(project, studio_window.workspaces["canvas"].drawer.sheet.assets()[0]) == drawn
    assert not studio_window.notice.text()


def test_only_the_selected_part_of_the_board_is_given(qtbot, studio_window, project) -> None:
    hero(qtbot, studio_window)
    paint(studio_window)
    layer = studio_window.workspaces["canvas"].active_layer()
    studio_window.workspaces["canvas"].view.context.apply(Select(Selection.rectangle(Rect(layer.x + 4, layer.y + 4, 6, 6))))
    assert given(project, ask(qtbot, studio_window, "reconstruct")[0]) == RED


def test_a_work_picked_in_the_history_since_goes_before_the_layer(qtbot, studio_window, project) -> None:
    first = hero(qtbot, studio_window)
    hero(qtbot, studio_window)
    strip = studio_window.filmstrip
    row = strip.model().ids.index(first)
    qtbot.mouseClick(strip.viewport(), Qt.MouseButton.LeftButton, pos=strip.visualRect(strip.model().index(row, 0)).center())
    assert project.asset(ask(qtbot, studio_window, "vary")[0]).parents == (first,)


def test_nothing_on_the_board_is_said(qtbot, studio_window) -> None:
    assert studio_window.inspector.choose_action("vary")
    studio_window.inspector.press()
    assert "Pick a layer" in studio_window.notice.text()


def test_the_inspector_shows_which_layer_is_given(qtbot, studio_window) -> None:
    hero(qtbot, studio_window)
    assert studio_window.inspector.choose_action("vary")
    name = studio_window.workspaces["canvas"].active_layer().name
    qtbot.waitUntil(lambda: name in studio_window.inspector._slots[0]._text.text(), timeout=PATIENCE)


def test_the_explorer_looks_for_what_was_painted(qtbot, studio_window) -> None:
    hero(qtbot, studio_window)
    looks = paint(studio_window)
    asked: list[object] = []
    bridge = studio_window.context.bridge
    submit = bridge.submit

    def noting(order, hear=None):
        asked.append(order)
        return submit(order, hear)

    bridge.submit = noting
    studio_window.actions_by_id["explore"].trigger()
    qtbot.waitUntil(
        lambda: (
            studio_window.workspaces["explorer"].walk.here is not None
            and studio_window.workspaces["explorer"].walk.here.label == "Nearest to your picture"
        ),
        timeout=PATIENCE,
    )

    class Looking:
        """In the model's place: keeps what it is to find."""

        def encode(self, picture: Picture) -> None:
            self.picture = picture

    looking = Looking()
    question = next(each for each in asked if isinstance(each, Question) and each.channel == "explorer-find")
    list(question.work(looking))
    assert looking.picture == looks


def test_the_explorer_goes_to_the_point_of_an_untouched_layer_even_when_it_opens_just_then(qtbot, studio_window, project) -> None:
    asset = hero(qtbot, studio_window)
    studio_window.actions_by_id["explore"].trigger()
    here = lambda: studio_window.workspaces["explorer"].walk.here  # noqa: E731
    qtbot.waitUntil(lambda: here() is not None and here().label == "From the history", timeout=PATIENCE)
    heard: list[object] = []
    latent = here().latent
    work = Question("tiny-stylegan", lambda model: model.decode([latent]))
    studio_window.context.bridge.submit(work, lambda job, event: heard.append(event.value) if isinstance(event, Answer) else None)
    qtbot.waitUntil(lambda: bool(heard), timeout=PATIENCE)
    assert heard[0] == picture_of(studio_window.context.project, studio_window.context.project.asset(asset))


def fill(qtbot, window, count: int = 2) -> QPoint:
    """A layer with a part selected, and a fill asked for it; where the first picture of the sheet lies."""
    window.context.choose_model("tiny-diffusion")
    window.workspaces["canvas"].placing.lay(Picture(np.full((16, 16, 4), 200, np.uint8)), "Grey", None, QPoint(8, 8))
    window.workspaces["canvas"].view.context.apply(Select(Selection.rectangle(Rect(2, 2, 6, 6))))
    window.inspector._count.set_value(count)
    window.actions_by_id["fill_selection"].trigger()
    idle(qtbot, window)
    return window.workspaces["canvas"].drawer.sheet.cell_rect(0).center()


def test_a_fill_lands_in_its_place_after_the_layer_was_moved_and_makes_its_layer_active(qtbot, studio_window) -> None:
    cell = fill(qtbot, studio_window)
    context = studio_window.workspaces["canvas"].view.context
    grey = context.document.board.active_layer.id
    context.apply(MoveLayer(grey, 40, 9))
    studio_window.workspaces["canvas"].placing.lay(RED, "Red", None, QPoint(100, 100))
    qtbot.mouseClick(studio_window.workspaces["canvas"].drawer.sheet, Qt.MouseButton.LeftButton, pos=cell)
    changed = (context.document.board.layer(grey).picture.pixels != 200).any(2)
    assert changed[2:8, 2:8].any()
    changed[2:8, 2:8] = False
    assert not changed.any()
    assert context.document.board.active == grey


def test_a_fill_whose_layer_is_gone_is_said_and_places_nothing(qtbot, studio_window) -> None:
    cell = fill(qtbot, studio_window)
    context = studio_window.workspaces["canvas"].view.context
    context.apply(RemoveLayer(context.document.board.active_layer.id))
    qtbot.mouseClick(studio_window.workspaces["canvas"].drawer.sheet, Qt.MouseButton.LeftButton, pos=cell)
    assert "gone" in studio_window.notice.text()
    assert not context.document.board.layers


def test_placing_all_is_one_step_of_undo(qtbot, studio_window) -> None:
    studio_window.inspector._count.set_value(5)
    studio_window.actions_by_id["generate"].trigger()
    idle(qtbot, studio_window)
    board = lambda: studio_window.workspaces["canvas"].view.context.document.board  # noqa: E731
    qtbot.mouseClick(studio_window.workspaces["canvas"].drawer._all, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: len(board().layers) == 5, timeout=PATIENCE)
    rects = [layer.rect for layer in board().layers]
    assert all(a.intersected(b).empty for i, a in enumerate(rects) for b in rects[:i])
    assert all(layer.asset is not None for layer in board().layers)
    studio_window.actions_by_id["undo"].trigger()
    assert not board().layers
    studio_window.actions_by_id["redo"].trigger()
    assert len(board().layers) == 5


@pytest.mark.parametrize("place", ["lab", "shelf"])
def test_undo_has_nothing_to_do_where_no_board_is_seen(qtbot, studio_window, place) -> None:
    hero(qtbot, studio_window)
    board = studio_window.workspaces["canvas"].view.context.document.board
    studio_window.go(place)
    assert not studio_window.actions_by_id["undo"].isEnabled()
    assert not studio_window.actions_by_id["redo"].isEnabled()
    qtbot.keyClick(studio_window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert studio_window.workspaces["canvas"].view.context.document.board is board
    studio_window.go("canvas")
    assert studio_window.actions_by_id["undo"].isEnabled()
