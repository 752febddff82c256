"""Damaged pictures, texts and sounds end in a picture, a text, a sound, or in a sentence; never in anything else, and soon."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tifffile
from PIL import Image

from studio.media import MediaError, Sound, Text
from studio.media.picture import files as pictures
from studio.media.picture.frames import frames
from studio.media.registry import load_file, remark, thumbnail
from studio.media.sound import files as sounds
from studio.media.text import docx
from studio.media.text import files as texts
from studio.media.text.code import spans
from tests.mutations import mutated, mutated_archive, runs, survives

CASES = Path(__file__).parent.parent / "cases"
NOISE = np.random.default_rng(0).integers(0, 256, (24, 20, 4), dtype=np.uint8)
MARKDOWN = '---\natelier: {"format": 1}\ntitle: x\n---\n# One\n\nTwo *three* `four`\n\n- five\n'


def saved(kind: str, image: Image.Image | None = None, **more: Any) -> bytes:
    buffer = io.BytesIO()
    (image or Image.fromarray(NOISE[..., :3])).save(buffer, kind, **more)
    return buffer.getvalue()


def animated(kind: str) -> bytes:
    return saved(kind, save_all=True, append_images=[Image.fromarray(NOISE[::-1, :, :3])] * 2, duration=40)


def floats() -> bytes:
    buffer = io.BytesIO()
    tifffile.imwrite(buffer, (NOISE[..., :3] / 255).astype(np.float32), photometric="rgb", compression="zlib")
    return buffer.getvalue()


SVG = (
    b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" width="40" height="30" viewBox="0 0 40 30"><defs><linearGradient id="a">'
    b'<stop offset="0" stop-color="#f00"/><stop offset="1" stop-color="#00f"/></linearGradient></defs><g transform="scale(2) rotate(9)">'
    b'<path d="M0 0 L9 9 C1 2 3 4 5 6 Z" fill="url(#a)"/><circle cx="9" cy="9" r="4"/><text x="1" y="9">ab</text></g></svg>'
)
PICTURES: dict[str, Callable[[], bytes]] = {
    "png": lambda: saved("PNG", Image.fromarray(NOISE), icc_profile=(CASES / "swapped-primaries.png").read_bytes()[60:400]),
    "palette.png": lambda: saved("PNG", Image.fromarray(NOISE[..., :3]).quantize(20), transparency=3),
    "deep.png": lambda: saved("PNG", Image.fromarray(NOISE[..., 0].astype(np.uint16) * 257)),
    "animated.png": lambda: animated("PNG"), "profile.png": (CASES / "swapped-primaries.png").read_bytes,
    "jpg": (CASES / "exif6.jpg").read_bytes, "progressive.jpg": lambda: saved("JPEG", progressive=True, comment=b"Created"),
    "gif": lambda: animated("GIF"), "webp": lambda: animated("WEBP"), "bmp": lambda: saved("BMP"),
    "tif": lambda: saved("TIFF", compression="tiff_lzw"), "float.tif": floats, "svg": lambda: SVG,
}  # fmt: skip


@runs
@pytest.mark.parametrize("kind", PICTURES)
def test_a_damaged_picture_is_one_or_a_sentence(kind: str, count: int) -> None:
    def read(data: bytes) -> None:
        picture, _ = pictures.decode(data, f"hurt.{kind}")
        thumbnail(picture)
        pictures.frames_in(data)
        pictures.worth_keeping(data)
        list(frames(data, f"hurt.{kind}", 4))

    whole = PICTURES[kind]()
    read(whole)
    survives(read, mutated(whole, count), MediaError)


TEXTS: dict[str, Callable[[], bytes]] = {
    "txt": lambda: "他说：今天天气很好，我们去公园吧。".encode("gb18030") * 3, "md": MARKDOWN.encode,
    "html": lambda: b"<!doctype html><p class='a'>x<script>let a = `b${1}`</script>",
    "py": lambda: b'def a():\n    """x\n    y"""\n    return 1\n',
    "json": lambda: b'{"a": [1, 2, {"b": null}]}', "utf16.txt": lambda: "Zoë 鴉 🦊\n".encode("utf-16"),
}  # fmt: skip


@runs
@pytest.mark.parametrize("kind", TEXTS)
def test_a_damaged_text_is_one_or_a_sentence(tmp_path: Path, kind: str, count: int) -> None:
    path = tmp_path / f"hurt.{kind}"

    def read(data: bytes) -> None:
        path.write_bytes(data)
        text, _ = load_file(path)
        remark(path)
        thumbnail(text)
        if kind in ("html", "py", "json"):
            list(spans(text.content, f".{kind}"))

    read(TEXTS[kind]())
    survives(read, mutated(TEXTS[kind](), count), MediaError)


@runs
def test_a_damaged_document_of_word_is_one_or_a_sentence(count: int) -> None:
    whole = docx.encode(Text(MARKDOWN), '{"format": 1}')
    survives(lambda data: texts.decode(data, "hurt.docx"), mutated_archive(whole, count), MediaError)


@runs
@pytest.mark.parametrize("kind", ["WAV", "FLAC", "OGG", "AIFF", "MP3"])
def test_a_damaged_sound_is_one_or_a_sentence(kind: str, count: int) -> None:
    import soundfile

    wave = np.sin(np.arange(4000) / 9).astype(np.float32)[:, None]
    if kind == "FLAC":
        whole = sounds.encode_flac(Sound(wave, 22050), '{"format": 1}')
    else:
        buffer = io.BytesIO()
        soundfile.write(buffer, wave, 22050, format=kind)
        whole = buffer.getvalue()
    sounds.decode(whole, "x")
    survives(lambda data: sounds.decode(data, f"hurt.{kind.lower()}"), mutated(whole, count), MediaError)
