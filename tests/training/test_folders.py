"""A folder of anything becomes a set: what can be read is, what cannot is named, doubles are left out."""

import struct
import zlib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from studio.training import cutting, folders
from studio.training.cutting import Choices
from studio.training.data import PictureSet
from studio.training.errors import TrainingError
from studio.training.gathering import gathered


def drawing(number: int, side: int = 32) -> Image.Image:
    """Blocks of chance colours, unlike those of every other number."""
    blocks = np.random.default_rng(number).integers(0, 256, (4, 4, 3), dtype=np.uint8)
    return Image.fromarray(blocks.repeat(side // 4, 0).repeat(side // 4, 1))


def fill(folder: Path, count: int, side: int = 32) -> Path:
    folder.mkdir(exist_ok=True)
    for number in range(count):
        drawing(number, side).save(folder / f"{number:03}.png")
    return folder


def look(folder: Path) -> folders.Collection:
    *_, last = folders.look(folder.name, gathered([folder]).entries["picture"])
    assert isinstance(last, folders.Collection)
    return last


def prepare(collection: folders.Collection, choices: Choices) -> PictureSet:
    *_, last = folders.prepare(collection, choices)
    assert isinstance(last, PictureSet)
    return last


def test_twenty_pictures_become_a_set_and_all_are_trained_on(tmp_path) -> None:
    made = prepare(look(fill(tmp_path / "few", 20)), Choices(16))
    assert made.pictures.shape == (20, 16, 16, 4)
    assert len(made.train) == 20


def test_nineteen_are_too_few_and_the_sentence_says_so(tmp_path) -> None:
    with pytest.raises(TrainingError, match="19 pictures here that differ; training takes at least 20"):
        prepare(look(fill(tmp_path / "few", 19)), Choices(16))


def test_every_colour_space_depth_and_turn_is_read(tmp_path) -> None:
    drawing(1).convert("CMYK").save(tmp_path / "print.jpg")
    Image.fromarray((np.arange(32 * 32, dtype=np.uint16) * 60).reshape(32, 32)).save(tmp_path / "deep.png")
    drawing(2).convert("P").save(tmp_path / "palette.png")
    drawing(3).convert("L").save(tmp_path / "grey.webp", lossless=True)
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by its camera
    drawing(4).resize((32, 16)).save(tmp_path / "turned.jpg", exif=exif)
    found = look(tmp_path)
    assert found.count == 5 and not found.left_out
    turned = next(each.whole for each in found.samples if (each.whole.width, each.whole.height) == (16, 32))
    assert turned.width == 16
    deep = next(each.whole for each in found.samples if len(np.unique(each.whole.pixels[..., 0])) > 200)
    assert deep.pixels[..., 0].max() < 255  # divided, not cut off


def test_the_frames_of_an_animation_are_pictures_of_their_own(tmp_path) -> None:
    frames = [drawing(number) for number in range(6)]
    frames[0].save(tmp_path / "walk.gif", save_all=True, append_images=frames[1:])
    assert look(tmp_path).count == 6


def test_what_cannot_be_read_is_named_with_its_reason(tmp_path) -> None:
    fill(tmp_path / "mixed", 2)
    (tmp_path / "mixed" / "text.png").write_text("I am a text")
    whole = (tmp_path / "mixed" / "000.png").read_bytes()
    (tmp_path / "mixed" / "cut.png").write_bytes(whole[: len(whole) // 2])
    header = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 6, 0, 0, 0)
    chunk = b"IHDR" + header
    huge = b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + chunk + struct.pack(">I", zlib.crc32(chunk))
    (tmp_path / "mixed" / "huge.png").write_bytes(huge + whole[33:])
    found = look(tmp_path / "mixed")
    reasons = {each.name: each.reason for each in found.left_out}
    assert set(reasons) == {"text.png", "cut.png", "huge.png"}
    assert "not a picture" in reasons["text.png"]
    assert "damaged" in reasons["cut.png"]
    assert "60000×60000" in reasons["huge.png"]
    assert found.count == 2


def test_doubles_are_left_out_even_saved_again_at_another_size(tmp_path) -> None:
    fill(tmp_path, 3)
    drawing(1).save(tmp_path / "again.png")
    drawing(2, 64).save(tmp_path / "larger.jpg", quality=95, subsampling=0)
    found = look(tmp_path)
    assert found.count == 3
    assert all("the same picture as" in each.reason for each in found.left_out)
    assert len(found.left_out) == 2


def test_recoloured_drawings_are_no_doubles(tmp_path) -> None:
    pixels = np.asarray(drawing(1))
    for number, order in enumerate(((0, 1, 2), (1, 2, 0), (2, 0, 1))):
        Image.fromarray(np.ascontiguousarray(pixels[..., order])).save(tmp_path / f"{number}.png")
    assert look(tmp_path).count == 3


def test_a_sheet_is_cut_into_tiles_without_the_empty_ones(tmp_path) -> None:
    sheet = Image.new("RGBA", (16 * 6, 16 * 5))
    for number in range(24):
        noise = np.random.default_rng(number).integers(0, 256, (16, 16, 3), dtype=np.uint8)
        sheet.paste(Image.fromarray(noise), (number % 6 * 16, number // 6 * 16))
    sheet.save(tmp_path / "sheet.png")
    made = prepare(look(tmp_path), Choices(16, "tiles", "nearest"))
    assert len(made.pictures) == 24  # the fifth row is empty


def test_enlarged_pixel_art_goes_back_to_its_own_pixels(tmp_path) -> None:
    small = np.random.default_rng(0).integers(0, 256, (16, 16, 3), dtype=np.uint8)
    Image.fromarray(small.repeat(8, 0).repeat(8, 1)).save(tmp_path / "big.png")
    (sample,) = look(tmp_path).samples
    (square,) = cutting.cut(sample.whole, Choices(16, "whole", "nearest"))
    assert np.array_equal(square[..., :3], small)


def test_the_whole_picture_is_padded_with_clear_pixels_and_the_middle_is_not(tmp_path) -> None:
    drawing(0, 32).resize((64, 32)).save(tmp_path / "wide.png")
    (sample,) = look(tmp_path).samples
    (whole,) = cutting.cut(sample.whole, Choices(32, "whole", "area"))
    (middle,) = cutting.cut(sample.whole, Choices(32, "centre", "area"))
    assert (whole[0, :, 3] == 0).all() and (whole[16, :, 3] == 255).all()
    assert (middle[..., 3] == 255).all()


def test_fewer_colours_and_augmentation_show_in_the_preview(tmp_path) -> None:
    found = look(fill(tmp_path / "many", 20))
    plain = folders.preview(found, Choices(32))
    painted = folders.preview(found, Choices(32, colours=16))
    colours = np.unique(np.concatenate([each.pixels.reshape(-1, 4) for each in painted]), axis=0)
    assert len(colours) <= 16
    assert folders.preview(found, Choices(32, mirror=True, shift=3)) != plain


def test_the_guess_tells_sprites_sheets_and_photographs_apart(tmp_path) -> None:
    assert cutting.guess([each.whole for each in look(fill(tmp_path / "art", 20)).samples], 20).scaling == "nearest"
    (tmp_path / "photo").mkdir()
    noise = np.random.default_rng(0).integers(0, 256, (90, 120, 3), dtype=np.uint8)
    Image.fromarray(noise).save(tmp_path / "photo" / "one.jpg")
    assert cutting.guess([each.whole for each in look(tmp_path / "photo").samples], 1).scaling == "area"
    fill(tmp_path / "sheet", 1, 256)
    sheet = cutting.guess([each.whole for each in look(tmp_path / "art").samples][:1], 25)
    assert sheet.crop == "centre"
