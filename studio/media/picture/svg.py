"""Drawings in SVG, as pixels of a chosen size (through resvg). Nothing outside of the file is looked at: no entities, no other files."""

from __future__ import annotations

import gzip
import io
import re
import zlib

import numpy as np
from lxml import etree
from PIL import Image

from studio.media.errors import MediaError

FILE_LIMIT = 16 * 2**20
SIDE_LIMIT, PLAIN_SIDE = 8000, 512  # pixels of the longer side at most, and where a drawing has no size of its own
SPACE = "http://www.w3.org/2000/svg"
_UNITS = {"": 1.0, "px": 1.0, "pt": 4 / 3, "pc": 16.0, "mm": 96 / 25.4, "cm": 96 / 2.54, "in": 96.0, "em": 16.0, "ex": 8.0}
_LENGTH = re.compile(r"\s*([+]?[\d.]+(?:[eE][+-]?\d+)?)\s*([a-z]*)\s*")
_ROOT = re.compile(
    rb"^(?:\xef\xbb\xbf)?\s*(?:<\?xml.{0,400}?\?>|<!--.{0,4000}?-->|<!DOCTYPE.{0,4000}?>|\s){0,40}<(?:\w+:)?svg[\s>]", re.DOTALL
)
_HREFS = ("href", "{http://www.w3.org/1999/xlink}href")


def is_svg(data: bytes) -> bool:
    """Whether bytes begin as a drawing does, packed or not."""
    return _ROOT.match(_unpacked(data[:16384], 16384)) is not None


def size_of(data: bytes, name: str = "this drawing") -> tuple[int, int]:
    """Width and height that the drawing itself asks for, in pixels; raises MediaError for what is no drawing."""
    return _size(_root(data, name))


def drawn(data: bytes, name: str = "this drawing", side: int | None = None) -> np.ndarray:
    """(h, w, 4) uint8 with the longer side of `side` pixels, or of its own size where none is given; raises MediaError."""
    import resvg_py

    root = _root(data, name)
    width, height = _size(root)
    scale = (side or min(max(width, height), SIDE_LIMIT)) / max(width, height)
    if not 1 <= (side or 1) <= SIDE_LIMIT:
        raise MediaError(f"A drawing becomes a picture of 1 to {SIDE_LIMIT} pixels a side, not {side}.")
    if root.get("viewBox") is None:
        root.set("viewBox", f"0 0 {width} {height}")
    root.set("width", str(max(1, round(width * scale))))
    root.set("height", str(max(1, round(height * scale))))
    try:
        made = bytes(resvg_py.svg_to_bytes(svg_string=etree.tostring(root, encoding="unicode")))
        return np.asarray(Image.open(io.BytesIO(made), formats=("PNG",)).convert("RGBA"))
    except (KeyboardInterrupt, SystemExit):
        raise
    except BaseException as error:  # a panic of Rust is no Exception
        raise MediaError(f"{name} cannot be drawn ({str(error)[:200]}).") from error


def _unpacked(data: bytes, limit: int) -> bytes:
    """The bytes, or what they are when they are packed (.svgz)."""
    if data[:2] != b"\x1f\x8b":
        return data
    try:
        return zlib.decompressobj(zlib.MAX_WBITS | 16).decompress(data, limit)
    except (zlib.error, gzip.BadGzipFile, EOFError):
        return b""


def _root(data: bytes, name: str) -> etree._Element:
    text = _unpacked(data, FILE_LIMIT + 1)
    if len(text) > FILE_LIMIT:
        raise MediaError(f"{name} has more than {FILE_LIMIT // 2**20} MB, the most of a drawing that Atelier reads.")
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True, remove_pis=True
    )
    try:
        root = etree.fromstring(text, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise MediaError(f"{name} is damaged and cannot be read ({str(error)[:200]}).") from error
    if etree.QName(root).localname != "svg":
        raise MediaError(f"{name} is no SVG drawing.")
    for element in list(root.iter()):
        if not isinstance(element.tag, str):  # an entity that was not resolved
            if element.getparent() is not None:
                element.getparent().remove(element)
            continue
        for key in _HREFS:
            if not element.get(key, "#").lstrip().startswith(("#", "data:")):
                del element.attrib[key]
    return root


def _size(root: etree._Element) -> tuple[int, int]:
    wide, high = (_pixels(root.get(key)) for key in ("width", "height"))
    box = re.split(r"[\s,]+", (root.get("viewBox") or "").strip())
    try:
        _, _, box_wide, box_high = (float(each) for each in box)
        if not (0 < box_wide < 1e9 and 0 < box_high < 1e9):
            raise ValueError
    except ValueError:
        box_wide, box_high = (wide or high or PLAIN_SIDE), (high or wide or PLAIN_SIDE)
    if wide is None:
        wide = box_wide if high is None else high * box_wide / box_high
    if high is None:
        high = wide * box_high / box_wide
    scale = min(1.0, SIDE_LIMIT / max(wide, high))
    return max(1, round(wide * scale)), max(1, round(high * scale))


def _pixels(length: str | None) -> float | None:
    """A length in pixels; None where it is none, or a share of something unknown."""
    found = _LENGTH.fullmatch(length or "")
    try:
        value = float(found[1]) * _UNITS[found[2]] if found is not None else 0.0
    except (ValueError, KeyError):
        return None
    return value if 0 < value < 1e9 else None
