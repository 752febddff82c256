"""What a file is, its content says where that is sure, and its name otherwise."""

from __future__ import annotations

import io
import os
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from studio.media import MediaError, Picture, Score, Sound, Text
from studio.media.picture.files import encode_png
from studio.media.registry import format_of_file, kept, load_file, medium_of_file, named, remark
from studio.media.score import NOTE, Track, encode_midi
from studio.media.score.formats import save as save_score
from studio.media.sound import encode_flac, encode_wav
from studio.media.text.formats import save as save_text

CASES = Path(__file__).parent / "cases"
RED = Picture(np.full((3, 4, 4), (200, 0, 0, 255), np.uint8))
TUNE = Score((Track("Flute", notes=np.array([(0, 480, 60, 90)], NOTE)),))
BEEP = Sound(np.sin(np.arange(800) / 9).astype(np.float32), 8000)


def bytes_of(save, media, path: Path) -> bytes:
    save(media, path, "")
    return path.read_bytes()


def as_kind(kind: str) -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(RED.pixels).convert("RGB").save(buffer, kind)
    return buffer.getvalue()


@pytest.mark.parametrize("name", ["thing", "thing.txt", "thing.png", "thing.mid", "thing.wav"])
def test_a_wrong_ending_or_none_deceives_nobody(tmp_path: Path, name: str) -> None:
    (tmp_path / "scratch").mkdir()
    contents = {
        "picture": [encode_png(RED), as_kind("JPEG"), as_kind("BMP"), as_kind("TIFF"), as_kind("GIF"), as_kind("WEBP")],
        "score": [
            encode_midi(TUNE), bytes_of(save_score, TUNE, tmp_path / "scratch" / "a.musicxml"), (CASES / "lyrics.kar").read_bytes(),
        ],
        "sound": [encode_wav(BEEP), encode_flac(BEEP)],
        "text": [bytes_of(save_text, Text("# A page\n"), tmp_path / "scratch" / "a.docx")],
    }  # fmt: skip
    path = tmp_path / name
    for medium, each in ((medium, each) for medium, files in contents.items() for each in files):
        path.write_bytes(each)
        assert medium_of_file(path).name == medium, each[:12]
        assert isinstance(load_file(path)[0], named(medium).kind)


def test_letters_without_an_ending_are_a_text_or_a_tune(tmp_path: Path) -> None:
    path = tmp_path / "README"
    path.write_text("Once upon a time.\n")
    assert load_file(path)[0] == Text("Once upon a time.\n")
    path.write_text("X:1\nT:Air\nK:G\nGABc|\n")
    assert isinstance(load_file(path)[0], Score)
    (tmp_path / "tune.txt").write_text("X:1\nT:Air\nK:G\nGABc|\n")
    assert isinstance(load_file(tmp_path / "tune.txt")[0], Text)


@pytest.mark.parametrize("name", ["gone.png", "gone", "gone.mid", "gone.wav", "gone.md"])
def test_a_file_that_is_gone_is_named_with_the_reason(tmp_path: Path, name: str) -> None:
    with pytest.raises(MediaError, match=rf"{name} .*(No such file|cannot be read)"):
        load_file(tmp_path / name)
    assert remark(tmp_path / name) == ""


def test_a_pipe_and_a_folder_are_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.png")
    (tmp_path / "folder.mid").mkdir()
    assert medium_of_file(tmp_path / "pipe.png").name == "picture" and medium_of_file(tmp_path / "folder.mid").name == "score"
    with pytest.raises(MediaError, match=r"folder\.mid cannot be read"):
        load_file(tmp_path / "folder.mid")


def test_what_no_format_claims_is_refused_by_name(tmp_path: Path) -> None:
    path = tmp_path / "film.bin"
    path.write_bytes(b"\x00\x01\x02\x03" * 50)
    assert format_of_file(path) is None
    with pytest.raises(MediaError, match=r"film\.bin is not a picture that Atelier can read"):
        load_file(path)


def test_every_format_that_is_written_is_read_again_by_its_medium(tmp_path: Path) -> None:
    things = {"picture": RED, "score": TUNE, "sound": BEEP, "text": Text("A page.\n")}
    for medium in kept():
        thing = things.get(medium.name)
        for each in medium.offered if thing is not None else ():
            path = tmp_path / f"a{each.ending}"
            medium.save(thing, path, '{"format": 1}')
            assert path.exists() and medium.writes(path, "note")[0] == path
            if each.load is not None:
                again, note = medium.load(path)
                assert note == '{"format": 1}' and isinstance(again, medium.kind), each.label


def test_no_two_media_claim_one_ending_for_reading_unless_their_content_tells_them_apart() -> None:
    read = [each for medium in kept() for each in medium.formats if each.load is not None and not each.animated]
    endings = [ending for each in read for ending in each.endings]
    assert len(endings) == len(set(endings))
