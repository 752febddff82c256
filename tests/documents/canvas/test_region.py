"""What a model is given of a board, and the place of what comes back, which moves with its layer."""

from dataclasses import replace

import numpy as np
import pytest

from studio.documents.canvas.document import BoardDocument
from studio.documents.canvas.edits import FlipLayer, MergeDown, MoveLayer, PaintPixels, RemoveLayer, Select, SetOpacity, Together
from studio.documents.canvas.geometry import Rect
from studio.documents.canvas.model import Board, Layer, Selection
from studio.documents.canvas.region import seen, selected
from studio.media import MediaError, Picture

SIZE = 8


def flat(value: int, size: int = SIZE) -> Picture:
    return Picture(np.full((size, size, 4), value, np.uint8))


def document() -> BoardDocument:
    """Two layers side by side; the left one is active and its upper left quarter, but for a corner, is selected."""
    layers = (Layer("right", "Right", 20, 0, flat(50)), Layer("left", "Left", 0, 0, flat(100), asset=7))
    mask = np.ones((4, 4), bool)
    mask[0, 3] = False
    return BoardDocument(Board(layers, "left", Selection(mask, 0, 0)))


def asked(made: BoardDocument) -> list:
    """The place that is asked for now, kept up to date as the board changes."""
    place = [selected(made.board, SIZE)]
    made.edited.append(lambda edit, before: place.append(place.pop().follows(edit, before)))
    return place


def filled(made: BoardDocument, place: list) -> Board:
    edit = place[0].filled(made.board, flat(255))
    assert edit is not None
    made.apply(edit)
    return made.board


def changed(board: Board, layer_id: str, before: int = 100) -> np.ndarray:
    return (board.layer(layer_id).picture.pixels != before).any(2)


def expected() -> np.ndarray:
    inside = np.zeros((SIZE, SIZE), bool)
    inside[:4, :4] = True
    inside[0, 3] = False
    return inside


def test_a_fill_lands_on_the_same_pixels_after_its_layer_was_moved() -> None:
    made = document()
    place = asked(made)
    made.apply(MoveLayer("left", 13, -5))
    assert np.array_equal(changed(filled(made, place), "left"), expected())


def test_a_fill_follows_undo_and_redo_of_a_move() -> None:
    made = document()
    made.apply(MoveLayer("left", 3, 0))
    made.apply(Select(Selection(expected()[:4, :4], 3, 0)))
    place = asked(made)
    made.undo()
    made.undo()
    assert np.array_equal(changed(filled(made, place), "left"), expected())


def test_a_fill_stays_where_it_was_asked_for_when_the_layer_grows_to_the_left() -> None:
    made = document()
    place = asked(made)
    made.apply(PaintPixels("left", -3, -2, flat(100, 2)))
    board = filled(made, place)
    assert board.layer("left").x == -3
    assert np.array_equal(changed(board, "left")[2:, 3:], expected())


def test_a_place_does_not_paint_a_stroke_once_more_to_follow_it(monkeypatch: pytest.MonkeyPatch) -> None:
    made = document()
    place = selected(made.board, SIZE)
    stroke = Together(tuple(PaintPixels("left", x, 0, flat(9, 2)) for x in (0, 4)), "Pencil")
    monkeypatch.setattr(PaintPixels, "apply", lambda edit, board: pytest.fail("painted"))
    assert place.follows(stroke, made.board) is place


def test_a_place_follows_a_move_that_is_one_of_several_edits() -> None:
    made = document()
    place = asked(made)
    made.apply(Together((MoveLayer("left", 5, 0), FlipLayer("left", True), FlipLayer("left", True), MoveLayer("left", 0, 7)), "Some"))
    assert np.array_equal(changed(filled(made, place), "left"), expected())


@pytest.mark.parametrize("horizontal", [True, False])
def test_a_fill_is_mirrored_with_its_layer(horizontal: bool) -> None:
    made = document()
    place = asked(made)
    made.apply(FlipLayer("left", horizontal))
    wanted = expected()[:, ::-1] if horizontal else expected()[::-1]
    result = Picture(np.dstack([np.arange(64, dtype=np.uint8).reshape(8, 8)] * 3 + [np.full((8, 8), 255, np.uint8)]))
    made.apply(place[0].filled(made.board, result))
    after = made.board.layer("left").picture.pixels
    assert np.array_equal((after != 100).any(2), wanted)
    mirrored = result.pixels[:, ::-1] if horizontal else result.pixels[::-1]
    assert np.array_equal(after[wanted], mirrored[wanted])


def test_a_fill_goes_into_what_its_layer_was_merged_into_and_back_when_that_is_undone() -> None:
    made = document()
    place = asked(made)
    made.apply(MergeDown("left"))
    edit = place[0].filled(made.board, flat(255))
    assert edit.layer_id == "right"
    made.undo()
    assert np.array_equal(changed(filled(made, place), "left"), expected())


def test_a_fill_whose_layer_is_gone_says_so_and_changes_nothing() -> None:
    made = document()
    place = asked(made)
    made.apply(RemoveLayer("left"))
    with pytest.raises(MediaError, match="gone"):
        place[0].filled(made.board, flat(255))
    made.undo()
    assert np.array_equal(changed(filled(made, place), "left"), expected())


def test_without_a_selection_the_active_layer_is_seen_as_it_was_painted() -> None:
    made = document()
    made.apply(Select(None))
    made.apply(PaintPixels("left", 1, 1, flat(9, 2)))
    found = seen(made.board)
    assert found.asset == 7
    assert (found.media.pixels[1:3, 1:3] == 9).all()


def test_a_selection_is_seen_across_layers_and_transparent_around() -> None:
    found = seen(document().board)
    assert found.media.pixels.shape == (4, 4, 4)
    assert not found.media.pixels[0, 3].any()
    assert (found.media.pixels[1:] == 100).all()


def test_a_layer_is_seen_with_its_opacity() -> None:
    made = document()
    made.apply(Select(None))
    made.apply(SetOpacity("left", 0.5))
    assert (seen(made.board).media.pixels[..., 3] == 50).all()


@pytest.mark.parametrize("board", [Board(), replace(Board((Layer("a", "A", 0, 0, Picture.empty(1, 1)),), "a"))])
def test_an_empty_board_is_refused_with_what_to_do(board: Board) -> None:
    with pytest.raises(MediaError, match="Pick a layer"):
        seen(board)


def test_a_selection_beside_every_layer_shows_nothing() -> None:
    made = document()
    made.apply(Select(Selection.rectangle(Rect(200, 200, 4, 4))))
    with pytest.raises(MediaError, match="Nothing is drawn"):
        seen(made.board)
