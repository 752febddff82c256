"""Edits are data: they go to bytes and back, and every one can be taken back."""

from __future__ import annotations

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from studio.documents.canvas.codec import board_from_bytes, board_to_bytes
from studio.documents.canvas.document import BoardDocument
from studio.documents.canvas.edits import (
    AddLayer,
    Edit,
    FlipLayer,
    MergeDown,
    MoveLayer,
    PaintPixels,
    RenameLayer,
    Select,
    SetOpacity,
    Together,
    edit_from_bytes,
)
from studio.documents.canvas.geometry import Rect
from studio.documents.canvas.model import Board, Layer, Selection
from studio.documents.canvas.render import composite
from studio.documents.history import BYTES_LIMIT, STEPS_LIMIT
from studio.media import MediaError, Picture
from tests.documents.canvas.boards import PLACES, RED, board, derived, edits, layer, layers, pictures, plain, selections


class Notebook:
    """A journal as the project keeps it."""

    def __init__(self) -> None:
        self.pages: list[tuple[str, bytes]] = []
        self.position = 0

    def append(self, name: str, payload: bytes) -> None:
        self.pages[self.position :] = [(name, payload)]
        self.position += 1

    def move_to(self, position: int) -> None:
        self.position = position


STEPS = st.lists(edits() | st.tuples(st.sampled_from(["clear", "lift"]), PLACES, PLACES), max_size=14)


def perform(document: BoardDocument, steps: list) -> list[Board]:
    """The boards on the way; steps that the board refuses are left out, as the context does."""
    boards = [document.board]
    for step in steps:
        edit = step if isinstance(step, Edit) else derived(document.board, *step)
        try:
            if edit is None:
                continue
            document.apply(edit)
        except MediaError:
            assert document.board == boards[-1]
            continue
        boards.append(document.board)
    return boards


@given(edits())
def test_an_edit_comes_back_from_its_bytes_as_it_was(edit: Edit) -> None:
    assert edit_from_bytes(edit.to_bytes()) == edit


@given(st.lists(layers(), max_size=4, unique_by=lambda each: each.id), st.none() | selections())
def test_a_board_comes_back_from_its_snapshot_as_it_was(found: list[Layer], selection: Selection | None) -> None:
    before = Board(tuple(found), found[0].id if found else None, selection)
    assert board_from_bytes(board_to_bytes(before)) == before


@settings(max_examples=200, deadline=None)
@given(STEPS)
def test_what_is_undone_leads_through_the_same_boards_and_redo_leads_back(steps: list) -> None:
    start = board(layer("a", 1, 2), layer("b", -3, 0, plain(4, 9, (9, 200, 90, 120))), selection=Rect(0, 0, 5, 5))
    document = BoardDocument(start)
    boards = perform(document, steps)
    for expected in reversed(boards[:-1]):
        assert document.undo() and document.board == expected
    assert not document.undo() and document.board == start
    for expected in boards[1:]:
        assert document.redo() and document.board == expected
    assert not document.redo()
    assert document.history.base() == start


@settings(max_examples=60, deadline=None)
@given(STEPS, st.integers(0, 14))
def test_a_document_comes_back_from_snapshot_journal_and_position(steps: list, back: int) -> None:
    start, notebook = board(layer("a"), layer("b", 4, 4)), Notebook()
    document = BoardDocument(start, notebook)
    boards = perform(document, steps)
    for _ in range(min(back, len(boards) - 1)):
        document.undo()
    restored = BoardDocument.restore(board_to_bytes(start), [payload for _, payload in notebook.pages], notebook.position)
    assert restored.board == document.board
    assert (restored.history.position, restored.history.undo_label, restored.history.redo_label) == (
        document.history.position,
        document.history.undo_label,
        document.history.redo_label,
    )
    while document.redo():
        assert restored.redo() and restored.board == document.board
    while document.undo():
        assert restored.undo() and restored.board == document.board


@settings(max_examples=300, deadline=None)
@given(edits(), st.data())
def test_hostile_bytes_are_refused_with_a_sentence(edit: Edit, data: st.DataObject) -> None:
    whole = bytearray(edit.to_bytes())
    where = data.draw(st.integers(0, len(whole) - 1))
    whole[where] ^= data.draw(st.integers(1, 255))
    for wrong in (bytes(whole), bytes(whole[:where]), data.draw(st.binary(max_size=60))):
        try:
            edit_from_bytes(wrong)
        except MediaError as error:
            assert str(error)


def test_a_header_that_promises_more_pixels_than_may_be_is_refused_before_memory_is_taken() -> None:
    edit = PaintPixels("a", 0, 0, plain(2, 2)).to_bytes()
    length = int.from_bytes(edit[8:12], "little")
    header = json.loads(edit[12 : 12 + length])
    header["value"]["after"] |= {"width": 100_000, "height": 100_000}
    text = json.dumps(header).encode()
    with pytest.raises(MediaError, match="64 megapixels"):
        edit_from_bytes(edit[:8] + len(text).to_bytes(4, "little") + text + edit[12 + length :])


def test_edits_nested_without_end_are_refused() -> None:
    edit: Edit = SetOpacity("a", 1)
    for _ in range(30):
        edit = Together((edit,), "deep")
    with pytest.raises(MediaError, match="deep"):
        edit_from_bytes(edit.to_bytes())


def test_painting_outside_a_layer_makes_it_grow_and_undo_makes_it_small_again() -> None:
    document = BoardDocument(board(layer("a", asset=7)))
    document.apply(PaintPixels("a", -2, 3, plain(1, 1), "Pencil"))
    grown = document.board.layer("a")
    assert grown.rect == Rect(-2, 0, 10, 8) and grown.edited and grown.asset == 7
    assert document.history.undo_label == "Pencil"
    document.undo()
    assert document.board == board(layer("a", asset=7))


def test_a_layer_that_would_outgrow_the_largest_picture_is_refused_and_nothing_changes() -> None:
    document = BoardDocument(board(layer("a")))
    with pytest.raises(MediaError, match="64 megapixels"):
        document.apply(PaintPixels("a", 500_000, 500_000, plain(1, 1)))
    assert document.board == board(layer("a")) and document.history.undo_label == ""


def test_merging_down_looks_the_same() -> None:
    below, above = layer("a"), layer("b", 4, 4, plain(8, 8, (0, 255, 0, 128)), opacity=0.5)
    before = board(below, above)
    after = MergeDown("b").apply(before)
    rect = Rect(-2, -2, 20, 20)
    assert [each.name for each in after.layers] == ["a"]
    assert np.abs(composite(after, rect).astype(int) - composite(before, rect)).max() <= 1


def test_hidden_layers_are_not_merged_away() -> None:
    with pytest.raises(MediaError, match="Show both"):
        MergeDown("b").apply(board(layer("a", visible=False), layer("b")))


def test_undo_keeps_a_thousand_steps_and_folds_the_oldest() -> None:
    document = BoardDocument(board(layer("a")))
    for _ in range(STEPS_LIMIT + 5):
        document.apply(MoveLayer("a", 1, 0))
    assert document.history.folded == 5 and document.history.position == STEPS_LIMIT + 5
    while document.undo():
        pass
    assert document.board.layer("a").x == 5 and document.history.position == 5


def test_undo_keeps_no_more_pixels_than_its_limit_but_always_the_last_step() -> None:
    document = BoardDocument(board(layer("a")))
    big = Picture.empty(3000, 3000)  # 36 MB
    assert 2 * big.pixels.nbytes > BYTES_LIMIT
    for name in "bcd":
        document.apply(AddLayer(layer(name, picture=big)))
    assert document.history.folded == 2 and document.undo() and not document.undo()


def test_a_new_edit_drops_what_was_undone() -> None:
    document = BoardDocument(board(layer("a")))
    document.apply(RenameLayer("a", "hero"))
    document.undo()
    document.apply(FlipLayer("a", True))
    assert document.history.redo_label == "" and document.history.undo_label == "Flip horizontally"


def test_a_preview_is_shown_and_neither_kept_nor_undone() -> None:
    document, heard = BoardDocument(board(layer("a"))), []
    document.changed.append(heard.append)
    document.preview(MoveLayer("a", 3, 0))
    assert document.shown.layer("a").x == 3 and document.board.layer("a").x == 0
    document.preview(None)
    assert document.shown is document.board and document.history.undo_label == ""
    assert heard == [Rect(0, 0, 11, 8), Rect(0, 0, 11, 8)]


def test_listeners_hear_which_pixels_changed() -> None:
    document, heard = BoardDocument(board(layer("a"))), []
    document.changed.append(heard.append)
    document.apply(PaintPixels("a", 2, 3, plain(2, 1, RED)))
    document.undo()
    document.apply(Select(None))
    assert heard[:2] == [Rect(2, 3, 2, 1)] * 2


def test_listeners_hear_of_all_of_a_layer_whose_bounds_changed() -> None:
    document, heard = BoardDocument(board(layer("a"))), []
    document.changed.append(heard.append)
    before = document.board.layer("a").rect
    document.apply(PaintPixels("a", 40, 30, plain(2, 1, RED)))
    grown = document.board.layer("a").rect
    document.undo()
    document.redo()
    assert grown == before.united(Rect(40, 30, 2, 1))
    assert heard == [grown] * 3


def test_choosing_the_active_layer_is_no_edit() -> None:
    document = BoardDocument(board(layer("a"), layer("b")))
    document.activate("a")
    assert document.board.active == "a" and document.history.undo_label == ""


@given(pictures(), PLACES, PLACES)
def test_an_empty_layer_takes_its_place_from_the_first_thing_painted_on_it(picture: Picture, x: int, y: int) -> None:
    document = BoardDocument(board(layer("a", 900, 900, Picture.empty(1, 1))))
    document.apply(PaintPixels("a", x, y, picture))
    assert document.board.layer("a").rect == Rect(x, y, picture.width, picture.height)
    document.undo()
    assert document.board.layer("a").rect == Rect(900, 900, 1, 1)


def test_the_idea_of_an_edit_is_no_edit() -> None:
    body = json.dumps({"kind": "edit", "value": {"edit": "edit"}, "blobs": []}).encode()
    with pytest.raises(MediaError):
        edit_from_bytes(b"ATBOARD1" + len(body).to_bytes(4, "little") + body)


def test_a_large_picture_is_pressed_together_by_whoever_writes_it_down() -> None:
    journal = Notebook()
    document = BoardDocument(journal=journal)
    for number, side in enumerate((20, 1100)):
        document.apply(AddLayer(Layer(str(number), "a", 0, 0, plain(side, side))))
    (_, small), (_, large) = journal.pages
    assert isinstance(small, bytes)
    assert callable(large)
    assert edit_from_bytes(large()) == AddLayer(document.board.layers[1])
