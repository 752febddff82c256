"""Pictures keep their invariants, and files of any kind end in a picture or in a sentence."""

import io

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from PIL import Image

from studio.media import MediaError, Picture
from studio.media.picture import load, save
from studio.media.picture.files import decode, encode_png
from studio.media.picture.model import block_size
from studio.media.picture.sheet import arrange

PIXELS = arrays(np.uint8, st.tuples(st.integers(1, 12), st.integers(1, 12), st.just(4)))


@given(PIXELS)
def test_a_png_gives_back_the_same_pixels_and_note(pixels: np.ndarray) -> None:
    picture = Picture(pixels)
    again, note = decode(encode_png(picture, '{"seed": 7, "who": "Zoë"}'))
    assert again == picture
    assert note == '{"seed": 7, "who": "Zoë"}'


@given(PIXELS)
def test_transparent_pixels_have_no_colour(pixels: np.ndarray) -> None:
    picture = Picture(pixels)
    assert (picture.pixels[picture.pixels[..., 3] == 0] == 0).all()


@given(PIXELS)
def test_premultiplying_and_back_keeps_opaque_colours(pixels: np.ndarray) -> None:
    pixels = pixels.copy()
    pixels[..., 3] = np.where(pixels[..., 3] > 127, 255, 0)
    picture = Picture(pixels)
    assert Picture.from_premultiplied(picture.premultiplied()) == picture


@given(st.binary(max_size=400))
def test_arbitrary_bytes_are_a_picture_or_a_sentence(data: bytes) -> None:
    try:
        decode(data, "x.png")
    except MediaError as error:
        assert "x.png" in str(error)


@given(st.data())
def test_a_damaged_png_is_a_picture_or_a_sentence(data: st.DataObject) -> None:
    good = bytearray(encode_png(Picture(np.full((9, 9, 4), 200, np.uint8)), "note"))
    for _ in range(data.draw(st.integers(1, 4))):
        good[data.draw(st.integers(8, len(good) - 1))] = data.draw(st.integers(0, 255))
    cut = data.draw(st.integers(0, len(good)))
    try:
        decode(bytes(good[:cut]), "hurt.png")
    except MediaError as error:
        assert "hurt.png" in str(error)


def test_a_truncated_png_is_named_as_damaged() -> None:
    data = encode_png(Picture(np.random.default_rng(0).integers(0, 255, (64, 64, 4), np.uint8)))
    with pytest.raises(MediaError, match=r"half\.png is damaged"):
        decode(data[: len(data) // 2], "half.png")


def test_a_huge_png_is_refused_before_its_pixels_are_read() -> None:
    buffer = io.BytesIO()
    Image.new("1", (50_000, 50_000)).save(buffer, "PNG")
    with pytest.raises(MediaError, match="50000×50000"):
        decode(buffer.getvalue(), "huge.png")


def test_ten_megabytes_of_recipe_are_not_read() -> None:
    from PIL import PngImagePlugin

    chunks = PngImagePlugin.PngInfo()
    chunks.add_itxt("atelier", "x" * 10_000_000)
    buffer = io.BytesIO()
    Image.new("RGBA", (2, 2)).save(buffer, "PNG", pnginfo=chunks)
    assert decode(buffer.getvalue(), "fat.png") == (Picture.empty(2, 2), "")


@pytest.mark.parametrize("mode", ["L", "LA", "P", "RGB", "CMYK", "I;16", "1", "F"])
def test_every_kind_of_pixel_becomes_rgba(mode: str) -> None:
    image = Image.new(mode, (3, 2))
    buffer = io.BytesIO()
    image.save(buffer, "TIFF")
    picture, _ = decode(buffer.getvalue(), "x")
    assert (picture.width, picture.height) == (3, 2)


def test_saving_into_a_read_only_folder_says_so(tmp_path, monkeypatch) -> None:
    monkeypatch.setattr("os.open", lambda *_: (_ for _ in ()).throw(PermissionError(13, "Permission denied")))
    with pytest.raises(MediaError, match=r"hero\.png cannot be written .*Permission denied"):
        save(Picture.empty(2, 2), tmp_path / "hero.png")


def test_a_full_disk_leaves_the_old_file_and_no_half_one(tmp_path, monkeypatch) -> None:
    path = tmp_path / "hero.png"
    save(Picture.empty(2, 2), path)
    before = path.read_bytes()
    monkeypatch.setattr("os.fsync", lambda _: (_ for _ in ()).throw(OSError(28, "No space left on device")))
    with pytest.raises(MediaError, match="No space left"):
        save(Picture.empty(4, 4), path)
    assert path.read_bytes() == before
    assert [each.name for each in tmp_path.iterdir()] == ["hero.png"]


def test_a_missing_file_is_named(tmp_path) -> None:
    with pytest.raises(MediaError, match=r"gone\.png cannot be read"):
        load(tmp_path / "gone.png")


def test_a_sheet_has_every_picture_in_its_place() -> None:
    pictures = [Picture(np.full((2, 3, 4), value, np.uint8)) for value in (10, 20, 30, 255)]
    sheet = arrange(pictures, columns=2)
    assert (sheet.width, sheet.height) == (6, 4)
    assert sheet.pixels[0, 0, 3] == 10
    assert sheet.pixels[3, 5, 3] == 255


def test_scaling_makes_blocks() -> None:
    picture = Picture(np.arange(16, dtype=np.uint8).reshape(2, 2, 4) + 100)
    assert (picture.scaled(3).pixels[0:3, 3:6] == picture.pixels[0, 1]).all()


@pytest.mark.parametrize("factor", [1, 2, 8, 32])
def test_an_enlarged_picture_is_known_by_its_blocks(factor: int) -> None:
    drawn = Picture(np.random.default_rng(1).integers(0, 255, (5, 7, 4), np.uint8))
    assert block_size(drawn.scaled(factor)) == factor
    spoilt = drawn.scaled(factor).pixels.copy()
    spoilt[1, 1] = 255 - spoilt[1, 1]
    assert block_size(Picture(spoilt)) == 1
    assert block_size(Picture(np.full((8, 8, 4), 255, np.uint8))) in (2, 4)  # one colour says little; never down to nothing
