"""Pictures of other programs look as they were meant to, wherever they come from."""

from __future__ import annotations

import gzip
import io
import zlib
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tifffile
from PIL import Image, ImageCms

from studio.media import MediaError, Picture
from studio.media.picture import load, svg
from studio.media.picture.files import decode, encode_png, frames_in, worth_keeping
from studio.media.picture.frames import frames
from studio.media.registry import load_file

CASES = Path(__file__).parent.parent / "cases"
RED, BLUE, GREEN = (200, 30, 30), (29, 30, 200), (30, 200, 30)


def saved(image: Image.Image, kind: str = "PNG", **more: Any) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, kind, **more)
    return buffer.getvalue()


def chunk(kind: bytes, body: bytes) -> bytes:
    return len(body).to_bytes(4, "big") + kind + body + zlib.crc32(kind + body).to_bytes(4, "big")


def with_chunk(png: bytes, kind: bytes, body: bytes, before: bytes = b"IDAT") -> bytes:
    at = png.index(before) - 4
    return png[:at] + chunk(kind, body) + png[at:]


def test_a_photograph_stands_upright() -> None:
    picture, _ = load(CASES / "exif6.jpg")
    assert (picture.width, picture.height) == (20, 40)
    assert tuple(picture.pixels[0, 0, :3]) == RED
    assert tuple(picture.pixels[-1, -1, :3]) == BLUE


@pytest.mark.parametrize("turn", range(1, 9))
def test_every_way_a_camera_can_be_held_is_turned_back(turn: int) -> None:
    plain = np.zeros((6, 4, 3), np.uint8)
    plain[:3, :2], plain[3:, 2:] = RED, BLUE
    turned = {
        1: plain, 2: plain[:, ::-1], 3: plain[::-1, ::-1], 4: plain[::-1], 5: plain.transpose(1, 0, 2), 6: np.rot90(plain),
        7: plain[::-1, ::-1].transpose(1, 0, 2), 8: np.rot90(plain, -1),
    }[turn]  # fmt: skip
    exif = Image.Exif()
    exif[0x0112] = turn
    picture, _ = decode(saved(Image.fromarray(np.ascontiguousarray(turned)), exif=exif))
    assert (picture.pixels[..., :3] == plain).all()


def test_a_damaged_exif_says_nothing() -> None:
    data = with_chunk(encode_png(Picture(np.full((3, 3, 4), 200, np.uint8))), b"eXIf", b"MM\0*\0\0\0\x08\xff\xff\x01\x12")
    assert decode(data)[0].pixels[0, 0, 0] == 200


def test_colours_are_those_of_the_profile() -> None:
    assert tuple(load(CASES / "swapped-primaries.png")[0].pixels[0, 0]) == (*GREEN, 255)
    profile = Image.open(CASES / "swapped-primaries.png").info["icc_profile"]
    clear = np.zeros((4, 4, 4), np.uint8)
    clear[0] = (*RED, 128)
    for image in (Image.fromarray(clear), Image.fromarray(clear).quantize(4)):
        picture, _ = decode(saved(image, icc_profile=profile))
        assert tuple(picture.pixels[0, 0]) == (*GREEN, 128)
        assert tuple(picture.pixels[3, 3]) == (0, 0, 0, 0)


@pytest.mark.parametrize("profile", [ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes(), b"x" * 500])
def test_a_profile_that_changes_nothing_or_is_none_leaves_pixels_alone(profile: bytes) -> None:
    pixels = np.random.default_rng(0).integers(0, 256, (32, 32, 3), dtype=np.uint8)
    assert (decode(saved(Image.fromarray(pixels), icc_profile=profile))[0].pixels[..., :3] == pixels).all()


def test_a_picture_for_print_becomes_one_for_the_screen() -> None:
    image = Image.new("CMYK", (4, 4), (0, 255, 255, 0))
    red = decode(saved(image, "TIFF"))[0].pixels[0, 0]
    assert red[0] > 200
    assert max(red[1:3]) < 60


@pytest.mark.parametrize(("kind", "body"), [
    (b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0" + b"<x:xmpmeta>" * 200_000),
    (b"iTXt", b"Comment\0\x01\0\0\0" + zlib.compress(b"a" * 2_000_000)),
    (b"zTXt", b"Raw profile type exif\0\0" + zlib.compress(b"0" * 2_000_000)),
    (b"tEXt", b"Comment\0" + b"a" * 400_000),
    (b"iCCP", b"huge\0\0" + zlib.compress(bytes(3_000_000))),
    (b"iCCP", b"broken\0\0nothing"),
])  # fmt: skip
@pytest.mark.parametrize("before", [b"IDAT", b"IEND"])
def test_what_stands_beside_the_pixels_is_dropped_and_not_called_damage(kind: bytes, body: bytes, before: bytes) -> None:
    pixels = Picture(np.random.default_rng(0).integers(0, 256, (9, 9, 4), dtype=np.uint8))
    picture, note = decode(with_chunk(encode_png(pixels, '{"format": 1}'), kind, body, before))
    assert picture == pixels
    assert note == '{"format": 1}'


@pytest.mark.parametrize("name", ["gimp.jpg", "gimp.gif"])
def test_a_comment_of_another_program_is_no_recipe(name: str) -> None:
    picture, note = load(CASES / name)
    assert picture.pixels[0, 0, 0] > 195
    assert note == ""


@pytest.mark.parametrize("kind", ["PNG", "TIFF"])
def test_sixteen_bits_are_divided_however_dark_the_picture_is(kind: str) -> None:
    values = np.array([[0, 100, 257, 514, 32768, 65535]], np.uint16)
    assert decode(saved(Image.fromarray(values), kind))[0].pixels[0, :, 0].tolist() == [0, 0, 1, 2, 128, 255]
    dark = np.array([[0, 128, 200, 255]], np.uint16)
    assert decode(saved(Image.fromarray(dark), kind))[0].pixels[0, :, 0].tolist() == [0, 0, 1, 1]


@pytest.mark.parametrize(("values", "wanted"), [
    (np.array([[0, 0.5, 1, 2, np.nan]], np.float32), [0, 128, 255, 255, 0]),
    (np.array([[0, 2**30, 2**31 - 1, -5]], np.int32), [0, 128, 255, 0]),
    (np.array([[0, 2**31, 2**32 - 1]], np.uint32), [0, 128, 255]),
    (np.array([[0, 255, 65535]], np.uint16), [0, 1, 255]),
])  # fmt: skip
def test_a_tiff_of_any_number_has_its_own_white(tmp_path: Path, values: np.ndarray, wanted: list[int]) -> None:
    tifffile.imwrite(tmp_path / "grey.tif", values, photometric="minisblack")
    assert load(tmp_path / "grey.tif")[0].pixels[0, :, 0].tolist() == wanted


@pytest.mark.parametrize("dtype", [np.float32, np.float16, np.float64, np.uint32])
@pytest.mark.parametrize("alpha", [False, True])
def test_a_tiff_of_several_floats_is_read(tmp_path: Path, dtype: Any, alpha: bool) -> None:
    top = 2**32 - 1 if dtype is np.uint32 else 1
    values = (np.array([[[0, 0.5, 1, 1], [1, 0.25, 0, 1]]]) * top).astype(dtype)[..., : 4 if alpha else 3]
    tifffile.imwrite(tmp_path / "x.tif", values, photometric="rgb", extrasamples=["unassalpha"] if alpha else None)
    picture = load(tmp_path / "x.tif")[0]
    assert np.abs(picture.pixels[0].astype(int) - [[0, 128, 255, 255], [255, 64, 0, 255]]).max() <= 1


def test_how_many_frames_there_are_is_known_and_the_first_is_taken() -> None:
    shades = [Image.fromarray(np.full((8, 8, 3), shade, np.uint8)) for shade in (10, 90, 170)]
    for kind in ("GIF", "WEBP", "PNG", "TIFF"):
        more = {"lossless": True} if kind == "WEBP" else {}
        data = saved(shades[0], kind, save_all=True, append_images=shades[1:], **more)
        assert frames_in(data) == 3, kind
        assert decode(data)[0].pixels[0, 0, 0] == 10, kind
        assert [frame.pixels[0, 0, 0] for frame in frames(data, "x")] == [10, 90, 170], kind
    assert frames_in(encode_png(Picture.empty(3, 3))) == 1


def test_a_photograph_is_kept_as_the_bytes_that_it_came_in() -> None:
    photograph = Image.fromarray(np.random.default_rng(0).integers(0, 255, (40, 50, 3), dtype=np.uint8))
    for kind in ("JPEG", "WEBP"):
        data = saved(photograph, kind)
        assert worth_keeping(data) == data
    assert not worth_keeping(saved(photograph))
    assert not worth_keeping(saved(photograph, "WEBP", save_all=True, append_images=[photograph.rotate(90)]))


def test_what_a_telephone_puts_behind_a_photograph_is_no_frame() -> None:
    photograph = Image.fromarray(np.random.default_rng(0).integers(0, 255, (40, 50, 3), dtype=np.uint8))
    data = saved(photograph, "MPO", save_all=True, append_images=[photograph.rotate(180)])
    assert Image.open(io.BytesIO(data)).n_frames == 2
    assert frames_in(data) == 1
    assert len(list(frames(data, "x"))) == 1
    assert worth_keeping(data) == data


def test_a_large_photograph_is_written_quickly_small_and_whole() -> None:
    noise = np.random.default_rng(0).integers(0, 255, (40, 50, 3), dtype=np.uint8)
    large = Picture(np.asarray(Image.fromarray(noise).resize((2100, 2000), Image.Resampling.BICUBIC)))
    data = encode_png(large, '{"format": 1}')
    assert Image.open(io.BytesIO(data)).mode == "RGB"  # opaque pixels need no alpha
    assert decode(data) == (large, '{"format": 1}')


# SVG.

DRAWING = b'<svg xmlns="http://www.w3.org/2000/svg" %s><rect width="10" height="10" fill="#c81e1e"/></svg>'


@pytest.mark.parametrize(("head", "size"), [
    (b'width="20" height="10"', (20, 10)), (b'width="1in" height="48pt"', (96, 64)), (b'viewBox="0 0 30 60"', (30, 60)),
    (b'width="100%" viewBox="0 0 8 4"', (8, 4)), (b'height="40" viewBox="0,0,8,4"', (80, 40)), (b"", (512, 512)),
    (b'width="1e8" height="1e8"', (8000, 8000)), (b'width="0" height="-4" viewBox="a"', (512, 512)),
])  # fmt: skip
def test_a_drawing_has_the_size_that_it_asks_for(head: bytes, size: tuple[int, int]) -> None:
    assert svg.size_of(DRAWING % head) == size


def test_a_drawing_becomes_a_picture_of_any_size(tmp_path: Path) -> None:
    data = b"<?xml version='1.0'?><!-- made by hand -->\n" + DRAWING % b'viewBox="0 0 20 10"'
    for side in (20, 400):
        pixels = svg.drawn(data, "x", side)
        assert pixels.shape == (side // 2, side, 4)
        assert pixels[side // 4, side // 4].tolist() == [200, 30, 30, 255]
        assert pixels[side // 4, -2].tolist() == [0, 0, 0, 0]
    (tmp_path / "x.svg").write_bytes(data)
    (tmp_path / "x.svgz").write_bytes(gzip.compress(data))
    assert load_file(tmp_path / "x.svg") == load_file(tmp_path / "x.svgz")
    assert load_file(tmp_path / "x.svg")[0].width == 20


@pytest.mark.parametrize("data", [
    b"<svg", b'<svg xmlns="http://www.w3.org/2000/svg"><rect', b"<svg>" + b"<g>" * 100_000, b"<svg>&bomb;</svg>",
    b'<!DOCTYPE svg [<!ENTITY a "b"><!ENTITY c SYSTEM "file:///etc/passwd">]><svg xmlns="http://www.w3.org/2000/svg"><text>&c;</text></svg>',
])  # fmt: skip
def test_a_damaged_drawing_is_a_picture_or_a_sentence(data: bytes) -> None:
    try:
        picture, _ = decode(data, "odd.svg")
    except MediaError as error:
        assert "odd.svg" in str(error)
    else:
        assert not picture.pixels.any()


def test_a_drawing_looks_at_no_other_file(tmp_path: Path) -> None:
    red = tmp_path / "red.png"
    red.write_bytes(encode_png(Picture(np.full((8, 8, 4), 255, np.uint8))))
    image = f'<image width="8" height="8" href="{red}"/>'.encode()
    assert not decode(b'<svg xmlns="http://www.w3.org/2000/svg" width="8" height="8">' + image + b"</svg>")[0].pixels.any()
