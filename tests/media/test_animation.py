"""Animations come from files with their times, go into a project without loss, and into files with their recipe inside."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from studio.media import Animation, MediaError, Picture, medium_of
from studio.media.animation import files
from studio.media.animation.apng import encode_apng
from studio.media.animation.formats import FORMATS
from studio.media.picture.files import encode_png
from studio.media.registry import load_file, medium_of_file, named, thumbnail
from tests.mutations import mutated, runs, survives

NOTE = '{"format": 1, "model": "foxes & <owls>"}'
COLOURS = np.array([(0, 0, 0, 0), (200, 30, 30, 255), (20, 160, 60, 255), (30, 40, 220, 255)], np.uint8)


def animation(frames: int = 3, side: int = 6, loops: int = 0, seed: int = 0) -> Animation:
    random = np.random.default_rng(seed)
    return Animation(COLOURS[random.integers(0, 4, (frames, side, side + 1))], tuple(20 * (each + 1) for each in range(frames)), loops)


@st.composite
def animations(draw) -> Animation:
    frames = draw(st.integers(1, 5))
    pixels = np.random.default_rng(draw(st.integers(0, 99))).integers(0, 256, (frames, draw(st.integers(1, 5)), 4, 4), dtype=np.uint8)
    for number in range(1, frames):
        if draw(st.booleans()):
            pixels[number] = pixels[number - 1]  # alike: it is a frame all the same
    return Animation(pixels, tuple(draw(st.lists(st.integers(1, 65_535), min_size=frames, max_size=frames))), draw(st.integers(0, 9)))


@given(animations())
def test_a_project_keeps_every_frame_every_time_and_the_note(made: Animation) -> None:
    medium = medium_of(made)
    assert medium.decode(medium.encode(made, NOTE, "x"), "a") == (made, NOTE)


def test_other_programs_read_what_is_kept() -> None:
    made = animation()
    image = Image.open(io.BytesIO(encode_apng(made)))
    assert (image.n_frames, image.info["loop"]) == (3, 0)
    for number in range(3):
        image.seek(number)
        assert np.array_equal(np.asarray(image.convert("RGBA")), made.frames[number])


@pytest.mark.parametrize("loops", [0, 1, 5])
@pytest.mark.parametrize("format", [each for each in FORMATS if each.load is not None], ids=lambda each: each.label)
def test_a_file_of_each_format_moves_as_before_and_carries_its_recipe(tmp_path: Path, format, loops: int) -> None:
    made, path = animation(loops=loops), tmp_path / f"a{format.ending}"
    named("animation").save(made, path, NOTE)
    assert load_file(path) == (made, NOTE)
    assert medium_of_file(path).name == "animation"
    picture, note = named("picture").load(path)
    assert picture == made.picture(0) and note == NOTE  # for whoever wants one picture, the first


def test_a_film_of_it_lasts_as_long(tmp_path: Path) -> None:
    import av

    made = Animation(np.repeat(animation(5, 32).frames, 1, axis=0), (100,) * 5)
    named("animation").save(made, tmp_path / "a.mp4", NOTE)
    with av.open(str(tmp_path / "a.mp4")) as film:
        assert film.metadata["comment"] == NOTE and abs(film.duration / 1e6 - 0.5) < 0.05


@pytest.mark.parametrize("kind", ["GIF", "PNG", "WEBP"])
def test_what_stands_still_stays_a_picture(tmp_path: Path, kind: str) -> None:
    path = tmp_path / f"a.{kind.lower()}"
    Image.fromarray(animation(1).frames[0]).save(path, kind)
    assert isinstance(load_file(path)[0], Picture)


def test_other_programs_animations_are_composed_and_timed(tmp_path: Path) -> None:
    frames = [Image.fromarray(each) for each in animation(4, 20).frames]
    frames[0].save(tmp_path / "a.gif", save_all=True, append_images=frames[1:], duration=[30, 50, 0, 200], loop=0, disposal=2)
    made, _ = load_file(tmp_path / "a.gif")
    assert isinstance(made, Animation) and np.array_equal(made.frames, animation(4, 20).frames)
    assert made.milliseconds == (30, 50, 100, 200)  # one that says no time stays as long as browsers let it


def test_too_much_is_refused_in_a_sentence_before_it_is_read(monkeypatch) -> None:
    data = encode_apng(animation(5, 10))
    monkeypatch.setattr("studio.media.animation.model.PIXELS_IN_ALL", 500)
    with pytest.raises(MediaError, match=r"fox\.png has 5 frames of 11×10, .* megapixels together"):
        files.decode(data, "fox.png")
    monkeypatch.setattr("studio.media.animation.model.FRAMES_LIMIT", 4)
    with pytest.raises(MediaError, match=r"fox\.png has 5 frames; Atelier takes animations of up to 4"):
        files.decode(data, "fox.png")


@pytest.mark.parametrize(("milliseconds", "loops"), [((0, 10), 0), ((10,), 0), ((10, 10**6), 0), ((10, 10), -1)])
def test_times_that_cannot_be_are_refused(milliseconds: tuple[int, ...], loops: int) -> None:
    with pytest.raises(MediaError):
        Animation(animation(2).frames, milliseconds, loops)


def test_more_frames_are_put_behind_and_the_first_is_its_thumbnail() -> None:
    made, medium = animation(2), named("animation")
    assert medium.append is not None and len(medium.append(made, animation(3))) == 5
    assert thumbnail(made) is not None
    assert medium.drawing is not None and medium.drawing(made) == made.picture(0)


@runs
def test_a_damaged_animation_is_one_or_a_sentence(count: int, monkeypatch) -> None:
    monkeypatch.setattr("studio.media.animation.model.PIXELS_IN_ALL", 10**6)  # what is large takes its time, damaged or not

    def read(data: bytes) -> None:
        thumbnail(files.decode(data, "damaged")[0])

    for each in FORMATS:
        if each.load is None:
            continue
        source = io.BytesIO()
        frames = [Image.fromarray(frame) for frame in animation(3, 12).frames]
        frames[0].save(source, each.label.split()[-1], save_all=True, append_images=frames[1:], duration=40)
        survives(read, mutated(source.getvalue(), count), MediaError)
    survives(read, mutated(encode_png(animation(1).picture(0)), count), MediaError)
