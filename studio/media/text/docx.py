"""Word's documents: their words, headings, emphasis and lists, read into Markdown and written from it. The note is a property."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Iterator
from typing import Any
from xml.sax.saxutils import escape

from studio.media.errors import MediaError
from studio.media.text.markdown import Block, Run, blocks
from studio.media.text.model import Text

ENTRIES_LIMIT, UNPACKED_LIMIT, RATIO_LIMIT = 4000, 256 * 2**20, 400
RATIO_FROM = 8 * 2**20  # smaller parts may pack as well as they like
TITLE = "Title"
_CUSTOM = "docProps/custom.xml"
_PROPERTY = "atelier"
_FORMAT_ID = "{D5CDD505-2E9C-101B-9397-08002B2CF9AE}"
_PROPERTIES = "http://schemas.openxmlformats.org/officeDocument/2006/custom-properties"
_TYPES = "http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes"
_RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/custom-properties"
_OVERRIDE = f'<Override PartName="/{_CUSTOM}" ContentType="application/vnd.openxmlformats-officedocument.custom-properties+xml"/>'
_EPOCH = (1980, 1, 1, 0, 0, 0)


def decode(data: bytes, name: str = "this document") -> tuple[Text, str]:
    """Text and note; raises MediaError with the reason for what is no such document, or is out of all proportion."""
    note = _looked_into(data, name)
    import docx

    try:
        document = docx.Document(io.BytesIO(data))
        return Text("".join(_markdown(document))), note
    except MediaError:
        raise
    except Exception as error:  # python-docx, zipfile and lxml raise errors of many kinds for what does not follow the format
        why = f"{error}" if type(error).__module__.startswith("docx") else "its inside cannot be read"
        raise MediaError(f"{name} is damaged, or no document of Word: {why}.") from error


def _looked_into(data: bytes, name: str) -> str:
    """The note, after a look at the archive's sizes."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            infos = archive.infolist()
            unpacked = sum(info.file_size for info in infos)
            swollen = any(info.file_size > RATIO_FROM and info.file_size > RATIO_LIMIT * max(1, info.compress_size) for info in infos)
            if len(infos) > ENTRIES_LIMIT or unpacked > UNPACKED_LIMIT or swollen:
                raise MediaError(f"{name} unpacks to far more than a document has; Atelier does not open it.")
            names = {info.filename for info in infos}
            if "word/document.xml" not in names and "[Content_Types].xml" not in names:
                raise MediaError(f"{name} is a packed file, but no document of Word.")
            return _note(archive.read(_CUSTOM)) if _CUSTOM in names else ""
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, OSError, EOFError) as error:
        raise MediaError(f"{name} is damaged, or no document of Word.") from error


def _note(data: bytes) -> str:
    from lxml import etree

    try:
        root = etree.fromstring(data, etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False))
    except etree.LxmlError:
        return ""
    for entry in root.iter(f"{{{_PROPERTIES}}}property"):
        if entry.get("name") == _PROPERTY:
            return "".join(str(text) for text in entry.itertext())
    return ""


def _markdown(document: Any) -> Iterator[str]:
    from docx.table import Table

    before = ""
    for part in document.iter_inner_content():
        lines = [_cells(row) for row in part.rows] if isinstance(part, Table) else [_paragraph(part)]
        for kind, words in lines:
            if not words.strip():
                continue
            if before:
                yield "\n" if kind == before and kind in ("item", "numbered") else "\n\n"
            yield words
            before = kind
    if before:
        yield "\n"


def _cells(row: Any) -> tuple[str, str]:
    return "item", " — ".join(cell.text.strip().replace("\n", " ") for cell in row.cells)


def _paragraph(paragraph: Any) -> tuple[str, str]:
    """Its kind and its Markdown."""
    style = paragraph.style.name if paragraph.style is not None and paragraph.style.name else ""
    words = "".join(_marked(run) for run in paragraph.runs).strip(" ")
    words = words.replace("****", "").replace("**\n**", "\n")
    properties = paragraph._p.pPr
    listed = style.startswith("List") or (properties is not None and properties.numPr is not None)
    if style == TITLE or style.startswith("Heading"):
        level = int(style[-1]) if style[-1:].isdigit() else 1
        return "heading", f"{'#' * min(6, level)} {paragraph.text.strip()}" if paragraph.text.strip() else ""
    if listed and words.strip():
        numbered = "Number" in style
        return ("numbered", f"1. {words}") if numbered else ("item", f"- {words}")
    if "Quote" in style:
        return "quote", "\n".join(f"> {line}" for line in words.split("\n")) if words.strip() else ""
    return "paragraph", words


def _marked(run: Any) -> str:
    text = str(run.text)
    inner = text.strip()
    mark = ("**" if run.bold else "") + ("*" if run.italic else "")
    if not inner or not mark or "\n" in inner:
        return text
    first = text.index(inner)
    return f"{text[:first]}{mark}{inner}{mark[::-1]}{text[first + len(inner) :]}"


def encode(text: Text, note: str = "") -> bytes:
    """The same text and note give the same bytes."""
    import docx

    document = docx.Document()
    document.core_properties.title = text.first_line[:250]
    document.core_properties.author = ""
    document.core_properties.comments = ""
    for block in blocks(text.content):
        _write(document, block)
    buffer = io.BytesIO()
    document.save(buffer)
    return _repacked(buffer.getvalue(), note)


def _write(document: Any, block: Block) -> None:
    styles = {"item": "List Bullet", "numbered": "List Number", "quote": "Quote"}
    if block.kind == "heading":
        paragraph = document.add_heading(level=min(9, block.level))
    else:
        style = styles.get(block.kind)
        deep = f"{style} {min(3, block.level + 1)}" if style and block.level and block.kind != "quote" else style
        paragraph = document.add_paragraph(style=deep)
    for run in (Run("* * *"),) if block.kind == "rule" else block.runs:
        made = paragraph.add_run(run.text)
        made.bold, made.italic = run.strong or None, run.emphasised or None
        made.font.strike = run.struck or None
        if run.code:
            made.font.name = "Courier New"


def _repacked(data: bytes, note: str) -> bytes:
    """The archive with the note in it and without the hour at which it was written."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as new:
        parts = {info.filename: old.read(info) for info in old.infolist()}
        if note:
            parts[_CUSTOM] = _custom(note)
            parts["[Content_Types].xml"] = parts["[Content_Types].xml"].replace(b"</Types>", f"{_OVERRIDE}</Types>".encode())
            relation = f'<Relationship Id="rIdAtelier" Type="{_RELATION}" Target="{_CUSTOM}"/></Relationships>'
            parts["_rels/.rels"] = parts["_rels/.rels"].replace(b"</Relationships>", relation.encode())
        for name, part in parts.items():
            new.writestr(zipfile.ZipInfo(name, _EPOCH), part, zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


def _custom(note: str) -> bytes:
    return (
        f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<Properties xmlns="{_PROPERTIES}" xmlns:vt="{_TYPES}">'
        f'<property fmtid="{_FORMAT_ID}" pid="2" name="{_PROPERTY}"><vt:lpwstr>{escape(note)}</vt:lpwstr></property></Properties>'
    ).encode()
