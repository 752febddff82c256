"""The files that texts lie in: one row a format."""

from __future__ import annotations

from pathlib import Path
from typing import IO, Any

from studio.media.files import write_atomically
from studio.media.formats import Format, writer, written
from studio.media.text.code import LANGUAGES
from studio.media.text.files import encode, load, remark, sidecar
from studio.media.text.model import Text

HEAD = 4096  # bytes that a text is told by


def _sidecar(path: Path, note: str) -> list[Path]:
    """The file that keeps a note for which there is no room in the text."""
    return [sidecar(path)] if note else []


def _save_plain(text: Any, path: Path, note: str, parameters: str) -> None:
    from studio.media.text import markdown

    del parameters
    _save_with_sidecar(markdown.plain(text), path, note)


def _save_page(text: Any, path: Path, note: str, parameters: str) -> None:
    from studio.media.text import markdown

    del parameters
    _save_with_sidecar(markdown.html(text), path, note)


def _save_code(text: Any, path: Path, note: str, parameters: str) -> None:
    del parameters
    _save_with_sidecar(text.content, path, note)


def _save_with_sidecar(content: str, path: Path, note: str) -> None:
    write_atomically(path, content.encode())
    for each in _sidecar(path, note):
        write_atomically(each, note.encode())


def _encode_docx(text: Any, note: str) -> bytes:
    from studio.media.text import docx

    return docx.encode(text, note)


def _is_docx(file: IO[bytes], name: str) -> bool:
    del name
    head = file.read(HEAD)
    return head.startswith(b"PK\x03\x04") and (b"word/" in head or b"[Content_Types].xml" in head)


def _is_writing(file: IO[bytes], name: str) -> bool:
    """Letters in a file without an ending, such as README."""
    head = file.read(HEAD)
    return "." not in name and bool(head.strip()) and not any(byte < 32 and byte not in b"\t\n\r\f" for byte in head)


MARKDOWN = Format("Markdown", (".md", ".markdown"), load, written(encode), remark=remark, learnt=True)
PLAIN = Format("Plain text", (".txt",), load, _save_plain, _is_writing, remark, _sidecar, learnt=True)
DOCX = Format("Word", (".docx",), load, written(_encode_docx), _is_docx, learnt=True)
WEB_PAGE = Format("Web page", (".html", ".htm"), save=_save_page, beside=_sidecar)
CODE = Format("Code", tuple(LANGUAGES), load, _save_code, remark=remark, beside=_sidecar, offered=False)

FORMATS = (MARKDOWN, PLAIN, DOCX, WEB_PAGE, CODE)


def save(text: Text, path: Path, note: str = "", code: bool = False) -> None:
    """Write a file of the format that its ending names, Markdown where it names none.

    `code` is as it stands, whatever the ending: a page of HTML is code too.
    """
    found = CODE if code else writer(path, FORMATS) or MARKDOWN
    assert found.save is not None
    found.save(text, path, note, "")


def beside(path: Path, note: str) -> list[Path]:
    """The files that saving a text with a note to `path` brings beside it."""
    found = writer(path, FORMATS) or MARKDOWN
    return found.beside(path, note)
