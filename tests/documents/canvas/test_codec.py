"""A stored board outlives the code: what it lacks takes its default, what is not known is kept, what is newer is refused."""

from __future__ import annotations

import json

import numpy as np
import pytest

from studio.documents.canvas.codec import FORMAT, board_from_bytes, board_to_bytes
from studio.documents.canvas.edits import AddLayer, edit_from_bytes
from studio.documents.canvas.model import Board, Layer
from studio.media import MediaError, Picture
from tests.documents.canvas.boards import HEAD, rewritten


def layer(name: str = "Hero") -> Layer:
    return Layer(name, name, 0, 0, Picture(np.full((4, 4, 4), 255, np.uint8)))


def test_a_field_that_a_stored_layer_lacks_takes_its_default() -> None:
    def older(header):  # type: ignore[no-untyped-def]
        for field in ("opacity", "edited", "visible"):
            del header["value"]["layers"][0][field]
        del header["value"]["selection"]

    assert board_from_bytes(rewritten(board_to_bytes(Board((layer(),), "Hero")), older)) == Board((layer(),), "Hero")


def test_a_layer_without_a_place_is_damaged_and_says_what_is_missing() -> None:
    with pytest.raises(MediaError, match="does not say its “x”"):
        board_from_bytes(rewritten(board_to_bytes(Board((layer(),), "Hero")), lambda header: header["value"]["layers"][0].pop("x")))


def test_a_field_that_this_atelier_does_not_know_is_kept_and_written_again() -> None:
    def newer(header):  # type: ignore[no-untyped-def]
        header["value"]["layers"][0]["glow"] = {"radius": 3}
        header["value"]["grid"] = [8, 8]

    board = board_from_bytes(rewritten(board_to_bytes(Board((layer(),), "Hero")), newer))
    moved = AddLayer(layer("Orc")).apply(board)
    _, length = HEAD.unpack_from(board_to_bytes(moved))
    value = json.loads(board_to_bytes(moved)[HEAD.size : HEAD.size + length])["value"]
    assert value["grid"] == [8, 8] and value["layers"][0]["glow"] == {"radius": 3} and "glow" not in value["layers"][1]


def test_a_newer_format_is_refused_with_a_sentence() -> None:
    newer = rewritten(AddLayer(layer()).to_bytes(), lambda header: header.update(format=FORMAT.number + 1))
    with pytest.raises(MediaError, match=rf"newer Atelier \(its format is {FORMAT.number + 1}, this one knows {FORMAT.number}\)"):
        edit_from_bytes(newer)
