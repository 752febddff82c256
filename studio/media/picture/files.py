"""Picture files: PNG with a note inside, and whatever Pillow reads. Sizes are looked at before a pixel is decoded."""

from __future__ import annotations

import io
import os
import zlib
from pathlib import Path

import numpy as np
from PIL import Image, PngImagePlugin, UnidentifiedImageError

from studio.media.errors import MediaError
from studio.media.files import write_atomically
from studio.media.picture.model import PIXELS_LIMIT, Picture

NOTE_KEY = "atelier"
PARAMETERS_KEY = "parameters"
NOTE_LIMIT = 256 * 1024
FILE_LIMIT = 512 * 2**20
READ_FORMATS = ("PNG", "GIF", "BMP", "JPEG", "WEBP", "TIFF")

# Sizes are checked here, with a sentence of our own, before a pixel is decoded.
Image.MAX_IMAGE_PIXELS = None
PngImagePlugin.MAX_TEXT_CHUNK = NOTE_LIMIT
PngImagePlugin.MAX_TEXT_MEMORY = 4 * NOTE_LIMIT


def encode_png(picture: Picture, note: str = "", parameters: str = "") -> bytes:
    """The picture as a PNG; `note` goes into an iTXt chunk `atelier`, `parameters` into the one that other studios read."""
    chunks = PngImagePlugin.PngInfo()
    if note:
        chunks.add_itxt(NOTE_KEY, note)
    if parameters:
        chunks.add_itxt(PARAMETERS_KEY, parameters)
    buffer = io.BytesIO()
    Image.fromarray(picture.pixels).save(buffer, "PNG", pnginfo=chunks, compress_level=6)
    return buffer.getvalue()


def decode(data: bytes, name: str = "this picture") -> tuple[Picture, str]:
    """Picture and note of an encoded picture; raises MediaError naming `name` for whatever is broken, huge or not a picture."""
    if len(data) > FILE_LIMIT:
        raise MediaError(f"{name} has {len(data) // 2**20} MB, more than the {FILE_LIMIT // 2**20} MB that Atelier reads.")
    try:
        image = Image.open(io.BytesIO(data), formats=READ_FORMATS)
        width, height = image.size
        if width * height > PIXELS_LIMIT:
            raise MediaError(f"{name} is {width}×{height} pixels; Atelier takes pictures up to 64 megapixels.")
        image.load()
        note = _note(image)
        pixels = np.asarray(eight_bit(image).convert("RGBA"))
    except UnidentifiedImageError as error:
        raise MediaError(f"{name} is not a picture that Atelier can read (PNG, GIF, BMP, JPEG, WebP or TIFF).") from error
    except (OSError, ValueError, SyntaxError, EOFError, zlib.error, OverflowError, TypeError, IndexError, KeyError) as error:
        if isinstance(error, MediaError):
            raise
        raise MediaError(f"{name} is damaged and cannot be read ({error}).") from error
    return Picture(pixels), note


def eight_bit(image: Image.Image) -> Image.Image:
    """The same picture with 8 bits a channel; 16-bit greys are divided, not cut off."""
    if image.mode.startswith("I") or image.mode == "F":
        values = np.asarray(image, dtype=np.float64)
        top = max(float(values.max()), 1.0)
        scale = 255 / (65535 if top > 255 else 255)
        return Image.fromarray((values * scale).clip(0, 255).astype(np.uint8))
    return image


def _note(image: Image.Image) -> str:
    note = getattr(image, "text", {}).get(NOTE_KEY) or image.info.get("comment") or ""
    text = note.decode("utf-8", "replace") if isinstance(note, bytes) else str(note)
    return text if len(text) <= NOTE_LIMIT else ""


def save(picture: Picture, path: Path, note: str = "", parameters: str = "") -> None:
    """Write a PNG, whole or not at all."""
    write_atomically(path, encode_png(picture, note, parameters))


def read_bytes(path: Path) -> bytes:
    """The file's bytes; raises MediaError when it is missing, unreadable or larger than a picture may be."""
    try:
        if os.stat(path).st_size > FILE_LIMIT:
            raise MediaError(f"{path.name} has more than {FILE_LIMIT // 2**20} MB, the most that Atelier reads.")
        return path.read_bytes()
    except OSError as error:
        raise MediaError(f"{path.name} cannot be read: {error.strerror or error}.") from error


def load(path: Path) -> tuple[Picture, str]:
    """Picture and note (empty where there is none) of a file."""
    return decode(read_bytes(path), path.name)


def probe_note(path: Path) -> str:
    """Only the note of a picture file."""
    return load(path)[1]
