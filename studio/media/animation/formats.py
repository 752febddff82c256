"""The files that animations lie in: one row a format. A file of one frame is no animation but a picture."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import IO, Any

from PIL import Image

from studio.media.animation.apng import encode_apng
from studio.media.animation.files import load
from studio.media.animation.model import Animation
from studio.media.animation.webp import encode_webp
from studio.media.files import write_atomically
from studio.media.formats import Format, chunked, written
from studio.media.picture.gif import encode_gif
from studio.media.picture.reading import BROKEN
from studio.media.picture.reading import PNG as PNG_MAGIC

SHORTEST = 10  # milliseconds of a frame in a GIF and in a film
CHUNKS_LIMIT = 10_000  # that are looked at for a second frame


def gif(animation: Animation, note: str = "") -> bytes:
    return encode_gif(animation.pictures(), [max(SHORTEST, each) for each in animation.milliseconds], note, animation.loops)


def mp4(animation: Animation, note: str = "") -> bytes:
    from studio.media.picture.film import encode_mp4  # FFmpeg's libraries take a while to load

    return encode_mp4(animation.pictures(), [max(SHORTEST, each) for each in animation.milliseconds], note)


def _save_apng(animation: Any, path: Path, note: str, parameters: str) -> None:
    write_atomically(path, encode_apng(animation, note, parameters))


def _moving_gif(file: IO[bytes], name: str) -> bool:
    del name
    if file.read(4) != b"GIF8":
        return False
    file.seek(0)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return bool(getattr(Image.open(file, formats=("GIF",)), "is_animated", False))
    except BROKEN:
        return False  # whoever reads it says what is wrong


def _moving_webp(file: IO[bytes], name: str) -> bool:
    if not chunked(b"RIFF", b"WEBP")(file, name):
        return False
    frames = 0
    for _ in range(CHUNKS_LIMIT):
        head = file.read(8)
        frames += head[:4] == b"ANMF"
        if len(head) < 8 or frames > 1:
            break
        length = int.from_bytes(head[4:], "little")
        file.seek(length + length % 2, 1)
    return frames > 1


def _moving_png(file: IO[bytes], name: str) -> bool:
    del name
    if file.read(len(PNG_MAGIC)) != PNG_MAGIC:
        return False
    for _ in range(CHUNKS_LIMIT):
        head = file.read(8)
        if head[4:] == b"acTL":
            return int.from_bytes(file.read(4), "big") > 1
        if len(head) < 8 or head[4:] == b"IDAT":  # it stands before the pixels, or nowhere
            break
        file.seek(int.from_bytes(head[:4], "big") + 4, 1)
    return False


GIF = Format("Animated GIF", (".gif",), load, written(gif), _moving_gif, animated=True, lossless=False)
WEBP = Format("Animated WebP", (".webp",), load, written(encode_webp), _moving_webp, animated=True)
APNG = Format("Animated PNG", (".png", ".apng"), load, _save_apng, _moving_png, animated=True)
MP4 = Format("Film", (".mp4",), save=written(mp4), animated=True, lossless=False)

FORMATS = (GIF, WEBP, APNG, MP4)
