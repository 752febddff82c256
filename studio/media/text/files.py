"""Text files: UTF-8, a note as one line of Markdown's front matter. Other front matter is the text's own and stays in it."""

from __future__ import annotations

import codecs
import re

from studio.media.errors import MediaError
from studio.media.text.model import Text

FILE_LIMIT = 80 * 2**20  # twenty million characters of four bytes
KEY = "atelier: "
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


def _characters(data: bytes, name: str) -> str:
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            try:
                return data.decode(encoding).removeprefix("\ufeff")
            except UnicodeDecodeError as error:
                raise MediaError(f"{name} begins as {encoding.upper()} and does not go on so: it is damaged, or no text.") from error
    if b"\x00" in data[:8192]:
        raise MediaError(f"{name} is no text: it holds bytes that no writing has. Is it a document of another program? Export it as text.")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")  # what older programs wrote
