"""From the bytes of a MusicXML file, plain or packed, in whatever letters, to its measures: a root element without namespaces."""

from __future__ import annotations

import io
import lzma
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from itertools import zip_longest
from xml.etree import ElementTree as Tree

from studio.media.errors import MediaError

UNPACKED_LIMIT = 256 * 2**20
MEASURES_LIMIT = 100_000
CONTAINER = "META-INF/container.xml"
BROKEN = (
    zipfile.BadZipFile, zlib.error, lzma.LZMAError, struct.error, OSError, RuntimeError, NotImplementedError, EOFError, ValueError,
    KeyError, IndexError, OverflowError, AttributeError, Tree.ParseError,
)  # fmt: skip
"""What Python's zipfile raises for archives whose bytes were changed."""
Measure = dict[str, Tree.Element]
"""One measure: each part's name → its element."""


def is_musicxml(data: bytes) -> bool:
    """Whether these bytes begin as XML or an archive does, in letters of one or two bytes."""
    if data[:2] in (b"PK", b"\xff\xfe", b"\xfe\xff"):
        return True
    head = data[:512].lstrip(b"\xef\xbb\xbf \t\r\n").replace(b"\0", b"")
    return head.startswith((b"<?xml", b"<score", b"<!DOCTYPE", b"<!--"))


def root_of(data: bytes, name: str) -> Tree.Element:
    """The root of a score; raises MediaError naming `name` and the reason for what is none."""
    if data[:2] == b"PK":
        data = _unpacked(data, name)
    text = _text(data)
    if "<!ENTITY" in text:
        raise MediaError(f"{name} declares entities, which no score needs; it is not read.")
    try:
        root = Tree.fromstring(text)
    except Tree.ParseError as error:
        raise MediaError(f"{name} is damaged: its XML breaks off ({error}).") from error
    except (ValueError, RecursionError) as error:
        raise MediaError(f"{name} is damaged: its XML cannot be read.") from error
    for element in root.iter():
        if isinstance(element.tag, str) and "}" in element.tag:
            element.tag = element.tag.rpartition("}")[2]
    if root.tag not in ("score-partwise", "score-timewise"):
        raise MediaError(f"{name} is no MusicXML score: it begins with “{root.tag[:40]}”.")
    return root


def measures_of(root: Tree.Element, name: str) -> tuple[list[str], list[Measure]]:
    """The names of the parts in their order, and the measures; a part may lack some."""
    if root.tag == "score-timewise":
        measures = [
            {part.get("id", ""): _with_bar(part, measure) for part in measure.findall("part")} for measure in root.findall("measure")
        ]
        names = list(dict.fromkeys(part for measure in measures for part in measure))
    else:
        columns = {f"{number} {part.get('id', '')}": part.findall("measure") for number, part in enumerate(root.findall("part"))}
        rows = zip_longest(*columns.values())
        measures = [{part: each for part, each in zip(columns, row, strict=True) if each is not None} for row in rows]
        names = list(columns)
    if not names:
        raise MediaError(f"{name} holds no part.")
    if len(measures) > MEASURES_LIMIT:
        raise MediaError(f"{name} has {len(measures):,} measures, more than the {MEASURES_LIMIT:,} that Atelier takes.")
    return names, measures


def part_name(key: str) -> str:
    """The part's own name of one of `measures_of`."""
    return key.rpartition(" ")[2]


def _with_bar(part: Tree.Element, measure: Tree.Element) -> Tree.Element:
    for name in ("number", "implicit"):
        if (value := measure.get(name)) is not None:
            part.set(name, value)
    return part


def _text(data: bytes) -> str:
    """The letters of an XML file, without a declaration that could contradict them."""
    found = ""
    for encoding in _encodings(data):
        try:
            found = data.decode(encoding)
            break
        except (UnicodeError, LookupError, ValueError):
            continue
    return re.sub(r"^\ufeff?\s*<\?xml[^>]*\?>", "", found.lstrip("\ufeff"), count=1)


def _encodings(data: bytes) -> Iterator[str]:
    """What the marks at the beginning say, what the declaration says, and what is usual."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        yield "utf-16"
    elif data[:2] == b"<\0":
        yield "utf-16-le"
    elif data[:2] == b"\0<":
        yield "utf-16-be"
    declared = re.match(rb"""(?:\xef\xbb\xbf)?\s*<\?xml[^>]*?encoding\s*=\s*["']([A-Za-z0-9._-]{1,40})["']""", data[:512])
    if declared and not declared.group(1).lower().startswith((b"utf-16", b"utf-7", b"punycode", b"idna", b"unicode", b"raw")):
        yield declared.group(1).decode("ascii")
    yield "utf-8-sig"
    yield "latin-1"


def _unpacked(data: bytes, name: str) -> bytes:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            names = packed.namelist()
            wanted = next((each for each in names if each.endswith((".xml", ".musicxml")) and not each.startswith("META-INF")), "")
            if CONTAINER in names and packed.getinfo(CONTAINER).file_size < 1 << 16:
                root = Tree.fromstring(_text(packed.read(CONTAINER)))
                files = [each.get("full-path", "") for each in root.iter() if isinstance(each.tag, str) and each.tag.endswith("rootfile")]
                wanted = next((each for each in files if each in names), wanted)
            if wanted not in names or packed.getinfo(wanted).file_size > UNPACKED_LIMIT:
                raise MediaError(f"{name} holds no score, or one that is too large.")
            return packed.read(wanted)
    except BROKEN as error:
        if isinstance(error, MediaError):
            raise
        raise MediaError(f"{name} is damaged: it cannot be unpacked.") from error
