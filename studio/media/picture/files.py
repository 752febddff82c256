"""Picture files: PNG with a note inside, and what other programs write."""

from __future__ import annotations

import html
import io
import os
import re
from pathlib import Path

from PIL import Image, PngImagePlugin

from studio.media.encodings import readable
from studio.media.errors import MediaError
from studio.media.files import write_atomically
from studio.media.picture.model import Picture
from studio.media.picture.reading import BROKEN, FILE_LIMIT, NOTE_LIMIT, count_of, damaged, opened, shown

NOTE_KEY = "atelier"
PARAMETERS_KEY = "parameters"
LARGE = 4 * 10**6  # pixels
_IN_XMP = re.compile(rb"<atelier:recipe>([^<]{1,1000000})</atelier:recipe>")


def encode_png(picture: Picture, note: str = "", parameters: str = "") -> bytes:
    """The picture as a PNG; `note` goes into an iTXt chunk `atelier`, `parameters` into the one that other studios read."""
    chunks = PngImagePlugin.PngInfo()
    if note:
        chunks.add_itxt(NOTE_KEY, note)
    if parameters:
        chunks.add_itxt(PARAMETERS_KEY, parameters)
    buffer = io.BytesIO()
    pixels, level = picture.pixels, 6
    if picture.width * picture.height > LARGE:
        level = 1  # a photograph hardly gets smaller by more, and takes five times as long
        pixels = pixels if (pixels[..., 3] < 255).any() else pixels[..., :3]
    Image.fromarray(pixels).save(buffer, "PNG", pnginfo=chunks, compress_level=level)
    return buffer.getvalue()


def decode(data: bytes, name: str = "this picture") -> tuple[Picture, str]:
    """Picture and note of an encoded picture; raises MediaError naming `name` for whatever is broken, huge or not a picture.

    Of an animation it is the first frame; `frames_in` says how many there are.
    """
    image = opened(data, name)
    try:
        pixels = shown(image)
        note = note_of(image)
    except BROKEN as error:
        raise damaged(name, error) from error
    return Picture(pixels), note


def frames_in(data: bytes, name: str = "this picture") -> int:
    """How many frames an encoded picture has; raises MediaError where it is none."""
    return count_of(opened(data, name))


def worth_keeping(data: bytes) -> bytes:
    """The bytes of a photograph, which as pixels would take five times as much; nothing for other pictures, which PNG keeps as well."""
    photograph = data.startswith(b"\xff\xd8\xff") or (data[:4] == b"RIFF" and data[8:16] in (b"WEBPVP8 ", b"WEBPVP8X"))
    return data if photograph and frames_in(data) == 1 else b""


def remark(path: Path) -> str:
    """What a person hears of how a picture was read: that it is one frame of several; empty where there is nothing to say."""
    count = frames_in(read_bytes(path), readable(path.name))
    return f"{readable(path.name)} has {count} frames; this is the first." if count > 1 else ""


def note_of(image: Image.Image) -> str:
    """The note that was written into a picture or an animation. A comment may be anybody's: ours is a table with its format."""
    note = getattr(image, "text", {}).get(NOTE_KEY)
    packet = image.info.get("xmp")
    if not note and isinstance(packet, bytes) and (found := _IN_XMP.search(packet)) is not None:
        note = html.unescape(found[1].decode("utf-8", "replace"))
    if not note:
        comment = image.info.get("comment") or ""
        text = comment.decode("utf-8", "replace") if isinstance(comment, bytes) else str(comment)
        note = text if text.startswith("{") and '"format"' in text else ""
    return note if len(note) <= NOTE_LIMIT else ""


def save(picture: Picture, path: Path, note: str = "", parameters: str = "") -> None:
    """Write a PNG, whole or not at all."""
    write_atomically(path, encode_png(picture, note, parameters))


def read_bytes(path: Path) -> bytes:
    """The file's bytes; raises MediaError when it is missing, unreadable or larger than a picture may be."""
    try:
        if os.stat(path).st_size > FILE_LIMIT:
            raise MediaError(f"{readable(path.name)} has more than {FILE_LIMIT // 2**20} MB, the most that Atelier reads.")
        return path.read_bytes()
    except OSError as error:
        raise MediaError(f"{readable(path.name)} cannot be read: {error.strerror or error}.") from error


def load(path: Path) -> tuple[Picture, str]:
    """Picture and note (empty where there is none) of a file."""
    return decode(read_bytes(path), readable(path.name))


def probe_note(path: Path) -> str:
    """Only the note of a picture file."""
    return load(path)[1]
