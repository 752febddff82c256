"""A stroke over a large layer: nothing of it is lost, and only what it touches is copied and stored."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.documents.canvas import render
from studio.documents.canvas.document import BoardDocument
from studio.documents.canvas.edits import Edit, PaintPixels, Together, edit_from_bytes
from studio.documents.canvas.geometry import Rect
from studio.documents.canvas.stroke import Stroke
from studio.media import Picture
from tests.documents.canvas.boards import board, layer

RED = (255, 0, 0, 255)
SIDE = 2048
points = st.tuples(st.integers(-60, 90), st.integers(-60, 90))


def arc(count: int = 90, radius: float = 800.0, middle: int = SIDE // 2) -> list[tuple[int, int]]:
    angles = np.linspace(0, 6, count)
    return [(int(middle + radius * np.cos(angle)), int(middle + radius * np.sin(angle))) for angle in angles]


def big() -> BoardDocument:
    return BoardDocument(board(layer("big", picture=Picture(np.full((SIDE, SIDE, 4), 200, np.uint8)))))


def drawn(document: BoardDocument, way: list[tuple[int, int]], size: int = 4) -> tuple[Edit, np.ndarray, Rect]:
    """The edit of a stroke, and as a mask over the board what a brush set down along the way covers."""
    stroke = Stroke(document.board.layers[0], None, RED, render.brush(size, False), 1.0)
    for x, y in way:
        stroke.to(x, y)
    every = [point for a, b in pairwise(way) for point in render.line(*a, *b)] or way
    mask, rect = render.stamped(every, render.brush(size, False))
    edit = stroke.edit("Pencil")
    assert edit is not None
    return edit, mask, rect


def test_every_pixel_of_an_arc_is_there_and_no_other() -> None:
    document = big()
    edit, mask, rect = drawn(document, arc())
    document.apply(edit)
    after = document.board.layers[0].picture.pixels
    wanted = np.zeros((SIDE, SIDE), bool)
    wanted[rect.slices] = mask
    assert np.array_equal((after == np.array(RED, np.uint8)).all(2), wanted)
    assert (after[~wanted] == 200).all()


def test_an_arc_stores_little_more_than_its_line_and_is_one_step_of_undo() -> None:
    document = big()
    before = document.board.layers[0].picture
    edit, mask, _ = drawn(document, arc())
    stored = sum(picture.pixels.size // 4 for picture in edit.pictures())
    assert stored < 0.5 * mask.size
    document.apply(edit)
    after = document.board.layers[0].picture
    assert document.undo()
    assert document.board.layers[0].picture == before
    assert document.redo()
    assert document.board.layers[0].picture == after
    assert not document.redo()


def test_the_edit_of_an_arc_comes_back_from_the_project() -> None:
    document = big()
    edit, _, _ = drawn(document, arc())
    assert edit_from_bytes(edit.to_bytes()).apply(document.board).layers[0].picture == edit.apply(document.board).layers[0].picture


def test_only_what_an_arc_touches_is_drawn_again() -> None:
    document = big()
    rects: list[Rect | None] = []
    document.changed.append(rects.append)
    edit, _, rect = drawn(document, arc(radius=300))
    document.apply(edit)
    assert rects == [rect]


def test_a_stroke_out_of_a_large_layer_makes_it_grow_and_undo_makes_it_small_again() -> None:
    document = big()
    edit, mask, rect = drawn(document, arc(radius=1200))
    document.apply(edit)
    grown = document.board.layers[0]
    assert grown.rect == Rect(0, 0, SIDE, SIDE).united(rect)
    over = grown.picture.pixels[rect.moved(-grown.x, -grown.y).slices]
    assert (over[mask] == RED).all()
    document.undo()
    assert document.board.layers[0].rect == Rect(0, 0, SIDE, SIDE)
    assert (document.board.layers[0].picture.pixels == 200).all()


@given(st.lists(st.tuples(points, st.integers(1, 40), st.integers(1, 40), st.integers(1, 255)), min_size=2, max_size=6))
def test_paints_that_are_made_together_do_what_they_do_one_after_the_other(rows) -> None:  # type: ignore[no-untyped-def]
    start = board(layer("a", picture=Picture(np.full((32, 32, 4), 50, np.uint8))))
    paints = tuple(PaintPixels("a", x, y, Picture(np.full((h, w, 4), value, np.uint8))) for (x, y), w, h, value in rows)
    one_by_one = start
    for paint in paints:
        one_by_one = paint.apply(one_by_one)
    together = Together(paints, "Paint")
    at_once = together.apply(start)
    assert at_once.layers[0].rect == one_by_one.layers[0].rect
    assert at_once.layers[0].picture == one_by_one.layers[0].picture
    back = together.inverse(start).apply(at_once)
    assert back.layers[0].rect == start.layers[0].rect
    assert back.layers[0].picture == start.layers[0].picture


@pytest.mark.parametrize("erase", [False, True])
def test_a_stroke_that_goes_over_itself_paints_each_pixel_once(erase: bool) -> None:
    document = big()
    stroke = Stroke(document.board.layers[0], None, RED, render.brush(4, False), 0.5, erase)
    for x, y in [(100, 100), (700, 100), (100, 100), (700, 700)]:
        stroke.to(x, y)
    edit = stroke.edit("Pencil")
    document.apply(edit)
    row = document.board.layers[0].picture.pixels[100, 150:650]
    assert (row == row[0]).all()
    assert tuple(row[0]) != (200, 200, 200, 200)
