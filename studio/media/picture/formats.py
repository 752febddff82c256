"""The files that pictures lie in: one row a format."""

from __future__ import annotations

from pathlib import Path
from typing import IO, Any

from studio.media.files import write_atomically
from studio.media.formats import Format, begins, chunked
from studio.media.picture import svg
from studio.media.picture.files import encode_png, load, remark
from studio.media.picture.reading import PNG as PNG_MAGIC
from studio.media.picture.reading import TIFF as TIFF_MAGIC

DRAWING_HEAD = 16384  # bytes that an SVG is told by


def _save_png(picture: Any, path: Path, note: str, parameters: str) -> None:
    write_atomically(path, encode_png(picture, note, parameters))


def _is_drawing(file: IO[bytes], name: str) -> bool:
    del name
    return svg.is_svg(file.read(DRAWING_HEAD))


def _is_bitmap(file: IO[bytes], name: str) -> bool:
    del name
    head = file.read(10)
    return head[:2] == b"BM" and head[6:] == bytes(4)


PNG = Format("PNG", (".png", ".apng"), load, _save_png, begins(PNG_MAGIC), remark, learnt=True)
JPEG = Format("JPEG", (".jpg", ".jpeg", ".jfif"), load, sniff=begins(b"\xff\xd8\xff"), remark=remark, lossless=False, learnt=True)
WEBP = Format("WebP", (".webp",), load, sniff=chunked(b"RIFF", b"WEBP"), remark=remark, lossless=False, learnt=True)
GIF = Format("GIF", (".gif",), load, sniff=begins(b"GIF87a", b"GIF89a"), remark=remark, learnt=True)
BMP = Format("BMP", (".bmp",), load, sniff=_is_bitmap, remark=remark, learnt=True)
TIFF = Format("TIFF", (".tif", ".tiff"), load, sniff=begins(*TIFF_MAGIC), remark=remark, learnt=True)
SVG = Format("SVG drawing", (".svg", ".svgz"), load, sniff=_is_drawing, remark=remark)

FORMATS = (PNG, JPEG, WEBP, GIF, BMP, TIFF, SVG)
