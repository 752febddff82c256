"""What leaves the board: PNG, sprite sheet, GIF, with the recipe inside."""

from __future__ import annotations

import io
import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from studio.documents.canvas import export
from studio.documents.canvas.export import Part
from studio.documents.canvas.geometry import Rect
from studio.documents.canvas.model import Board, Layer
from studio.media import MediaError, Picture
from studio.media.picture import load
from studio.media.picture.gif import encode_gif
from tests.documents.canvas.boards import BLUE, RED, board, layer, plain

TWO = board(layer("a"), layer("b", 10, 0, plain(4, 6, BLUE)), selection=Rect(6, 0, 6, 2))


@pytest.mark.parametrize(("part", "size"), [(Part.SELECTION, (6, 2)), (Part.LAYER, (4, 6)), (Part.BOARD, (14, 8))])
def test_a_part_becomes_a_png_of_whole_blocks_with_its_note(tmp_path: Path, part: Part, size: tuple[int, int]) -> None:
    export.save_png(TWO, part, tmp_path / "out.png", scale=3, note="recipe")
    picture, note = load(tmp_path / "out.png")
    assert (picture.width, picture.height) == (size[0] * 3, size[1] * 3) and note == "recipe"
    assert picture == Picture(picture.pixels[::3, ::3]).scaled(3)


def test_a_selection_shows_what_is_seen_through_it() -> None:
    seen = export.picture_of(TWO, Part.SELECTION).pixels
    assert tuple(seen[0, 0]) == RED and tuple(seen[0, 3]) == (0, 0, 0, 0) and tuple(seen[1, 5]) == BLUE


def test_a_sheet_has_a_json_that_says_where_each_frame_lies(tmp_path: Path) -> None:
    three = board(layer("a"), layer("b", picture=plain(4, 6, BLUE)), layer("c", picture=plain()))
    beside = export.save_sheet(three, tmp_path / "sheet.png", columns=2, scale=2, milliseconds=80, note="recipe")
    sheet, note = load(tmp_path / "sheet.png")
    table = json.loads(beside.read_text("utf-8"))
    assert note == "recipe" and table["meta"]["size"] == {"w": 32, "h": 32} and table["meta"]["image"] == "sheet.png"
    assert list(table["frames"]) == ["a", "b", "c"] and table["frames"]["b"]["duration"] == 80
    for each, frame in zip(three.layers, table["frames"].values(), strict=True):
        place = Rect(**frame["frame"])
        assert Picture(sheet.pixels[place.slices]) == each.picture.scaled(2)


def test_frames_of_one_name_do_not_hide_each_other(tmp_path: Path) -> None:
    from dataclasses import replace

    twins = board(layer("a"), replace(layer("b"), name="a"), replace(layer("c"), name="a"))
    table = json.loads(export.save_sheet(twins, tmp_path / "s.png").read_text("utf-8"))
    assert list(table["frames"]) == ["a", "a 2", "a 3"]


def test_a_gif_holds_every_layer_for_its_time_and_carries_the_note(tmp_path: Path) -> None:
    export.save_gif(TWO, tmp_path / "walk.gif", [100, 250], scale=2, note='{"format": 1, "of": "ü"}')
    with Image.open(tmp_path / "walk.gif") as image:
        assert image.n_frames == 2 and image.size == (16, 16) and image.info["comment"].decode() == '{"format": 1, "of": "ü"}'
        assert image.info["duration"] == 100 and image.convert("RGBA").getpixel((0, 0)) == RED
        image.seek(1)
        assert image.info["duration"] == 250
        assert image.convert("RGBA").getpixel((8, 8)) == BLUE and image.convert("RGBA").getpixel((0, 0))[3] == 0
    assert load(tmp_path / "walk.gif")[1] == '{"format": 1, "of": "ü"}'


def test_layers_that_lie_over_one_another_move_and_a_row_of_them_does_not() -> None:
    def at(*places: tuple[int, int]) -> Board:
        return Board(tuple(Layer(str(x), str(x), x, y, plain(4, 4)) for x, y in places), "0")

    assert export.moves(at((0, 0), (1, 0), (3, 2)))
    assert not export.moves(at((0, 0), (8, 0), (16, 0)))
    assert not export.moves(at((0, 0), (1, 0), (5, 0)))


def test_frames_that_look_alike_are_frames_all_the_same() -> None:
    shades = [Picture(np.full((8, 8, 4), shade, np.uint8)) for shade in (250, 250, 200, 200, 200)]
    with Image.open(io.BytesIO(encode_gif(shades, [10, 20, 30, 40, 50]))) as image:
        assert image.n_frames == 5
        for number, (shade, time) in enumerate(zip((250, 250, 200, 200, 200), (10, 20, 30, 40, 50), strict=True)):
            image.seek(number)
            assert image.convert("RGBA").getpixel((3, 3)) == (shade, shade, shade, 255)
            assert image.info["duration"] == time


def test_a_gif_is_the_same_each_time_and_exact_for_few_colours() -> None:
    values = np.random.default_rng(5).integers(0, 256, (16, 15, 4), np.uint8)
    values[..., 3] = np.where(values[..., 3] > 90, 255, 0)
    data = encode_gif([Picture(values), plain(15, 16)], 100, "note")
    assert data == encode_gif([Picture(values), plain(15, 16)], 100, "note")
    with Image.open(io.BytesIO(data)) as image:
        assert Picture(np.asarray(image.convert("RGBA"))) == Picture(values)


def test_a_gif_of_many_colours_keeps_its_transparency() -> None:
    values = np.random.default_rng(5).integers(0, 256, (64, 64, 4), np.uint8)
    values[..., 3] = np.where(values[..., 3] > 90, 255, 0)
    with Image.open(io.BytesIO(encode_gif([Picture(values)], 100))) as image:
        assert np.array_equal(np.asarray(image.convert("RGBA"))[..., 3], values[..., 3])


@pytest.mark.parametrize("scale", [0, 33, -1])
def test_scales_out_of_range_are_refused(tmp_path: Path, scale: int) -> None:
    with pytest.raises(MediaError, match="1× to 32×"):
        export.save_png(TWO, Part.BOARD, tmp_path / "x.png", scale)


def test_what_is_not_there_is_said(tmp_path: Path) -> None:
    empty = board()
    for part in Part:
        with pytest.raises(MediaError):
            export.picture_of(empty, part)
    with pytest.raises(MediaError, match="nothing to export"):
        export.save_gif(empty, tmp_path / "x.gif")
    with pytest.raises(MediaError, match="64 megapixels"):
        export.picture_of(board(layer("a"), layer("b", 100_000, 100_000)), Part.BOARD)
