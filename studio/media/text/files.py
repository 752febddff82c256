"""Text files: written in UTF-8, read in whatever they are in.

A note is one line of Markdown's front matter. Other front matter is the text's own and stays in it.

A document of Word is a text too; its note is a property. Plain text and HTML have no place for one: it lies beside them.
"""

from __future__ import annotations

import codecs
import hashlib
import html
import os
import re
from pathlib import Path

from studio.media.encodings import SAMPLE, called, guessed, readable
from studio.media.errors import MediaError
from studio.media.text.model import Text

FILE_LIMIT = 80 * 2**20  # twenty million characters of four bytes
KEY = "atelier: "
SIDECAR = ".atelier.json"
NAME_BYTES = 255  # of a file's name, on most systems
_IN_PDF = re.compile(rb"<atelier:recipe>([^<]{1,1000000})</atelier:recipe>")
_FRONT = re.compile(r"---\n(.*?)^---\n", re.DOTALL | re.MULTILINE)
_BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF32_LE, "utf-32"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))


def encode(text: Text, note: str = "") -> bytes:
    """Markdown in UTF-8; the note, JSON on one line, becomes `atelier:` in the front matter."""
    if not note:
        return text.content.encode()
    if "\n" in note:
        raise MediaError("A note inside a text is one line.")
    found = _FRONT.match(text.content)
    if found:
        return f"---\n{KEY}{note}\n{found[1]}---\n{text.content[found.end() :]}".encode()
    return f"---\n{KEY}{note}\n---\n{text.content}".encode()


def decode(data: bytes, name: str = "this text") -> tuple[Text, str]:
    """Text and note (empty where there is none); raises MediaError naming `name` where the bytes are no text."""
    if len(data) > FILE_LIMIT:
        raise MediaError(f"{name} has {len(data) // 2**20} MB, more than the {FILE_LIMIT // 2**20} MB of a text that Atelier reads.")
    if name.lower().endswith(".docx") or (data.startswith(b"PK\x03\x04") and b"[Content_Types].xml" in data[:SAMPLE]):
        from studio.media.text import docx

        return docx.decode(data, name)
    content = Text(_characters(data, name)).content
    found = _FRONT.match(content)
    if found is None:
        return Text(content), ""
    lines = found[1].split("\n")
    notes = [line[len(KEY) :] for line in lines if line.startswith(KEY)]
    if not notes:
        return Text(content), ""
    others = "\n".join(line for line in lines if not line.startswith(KEY))
    rest = content[found.end() :]
    return Text(f"---\n{others}---\n{rest}" if others.strip() else rest), notes[0]


def load(path: Path) -> tuple[Text, str]:
    """Text and note of a file, the note from beside it where it has none inside; raises MediaError with the reason."""
    try:
        if path.stat().st_size > FILE_LIMIT:
            raise MediaError(
                f"{readable(path.name)} has {path.stat().st_size // 2**20} MB; Atelier reads texts of {FILE_LIMIT // 2**20} MB at most."
            )
        text, note = decode(path.read_bytes(), readable(path.name))
        beside = sidecar(path)
        if not note and beside.is_file() and beside.stat().st_size < 2**20:
            note = beside.read_text("utf-8", "replace").strip()
    except OSError as error:
        raise MediaError(f"{readable(path.name)} cannot be read: {error.strerror or error}.") from error
    return text, note


def remark(path: Path) -> str:
    """What a person hears of how a text was read: in which writing, where that was guessed; empty where it is UTF-8."""
    data = path.read_bytes()[:SAMPLE]
    if any(data.startswith(mark) for mark, _ in _BOMS):
        return ""
    writing = guessed(data)
    return "" if writing == "utf-8" else f"{readable(path.name)} is not in UTF-8; it was read as {called(writing)}."


def note_in_pdf(path: Path) -> str:
    """The note of a page that was exported as PDF, from the properties of the document; empty where there is none.

    Raises MediaError where the file cannot be read. Nothing else of a PDF is looked at.
    """
    try:
        if path.stat().st_size > FILE_LIMIT:
            raise MediaError(f"{path.name} is larger than any page that Atelier exported.")
        found = _IN_PDF.search(path.read_bytes())
    except OSError as error:
        raise MediaError(f"{readable(path.name)} cannot be read: {error.strerror or error}.") from error
    return html.unescape(found[1].decode("utf-8", "replace")) if found else ""


def sidecar(path: Path) -> Path:
    """Where the note of a text lies that has no place for one: beside it, named like it as far as names may be long."""
    room = NAME_BYTES - len(SIDECAR)
    raw = os.fsencode(path.name)
    if len(raw) <= room:
        return path.with_name(path.name + SIDECAR)
    short = hashlib.sha256(raw).hexdigest()[:8].encode()
    return path.with_name(os.fsdecode(raw[: room - 9].decode("utf-8", "ignore").encode() + b"-" + short) + SIDECAR)


def _characters(data: bytes, name: str) -> str:
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            try:
                return data.decode(encoding).removeprefix("\ufeff")
            except UnicodeDecodeError as error:
                raise MediaError(f"{name} begins as {encoding.upper()} and does not go on so: it is damaged, or no text.") from error
    if b"\x00" in data[:8192]:
        raise MediaError(f"{name} is no text: it holds bytes that no writing has. Is it a document of another program? Export it as text.")
    return data.decode(guessed(data), "replace")
