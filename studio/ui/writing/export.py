"""The page as a file, and files as pages. Reading and writing run on the file threads."""

from __future__ import annotations

import html
from pathlib import Path
from typing import Any

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QMarginsF
from PySide6.QtGui import QPageLayout, QPageSize, QPdfWriter, QTextDocument
from PySide6.QtWidgets import QWidget

from studio.documents.page import export as page_export
from studio.documents.page.export import note_of as note_of
from studio.engine.errors import USER_ERRORS
from studio.media import Text
from studio.media.files import write_atomically
from studio.media.formats import Format, kinds_of
from studio.media.text import files, formats
from studio.media.text.code import ending_of
from studio.ui import theme
from studio.ui.context import AppContext
from studio.ui.saving import ask_where, plain_name

# What the dialog offers: all that the studio writes without a window, and paper, drawn by Qt in the studio's own letters.
OFFERED = (*page_export.OFFERED, Format("PDF", (".pdf",)))
MARGIN_MM, POINTS = 8.0, 11  # Qt adds two centimetres of its own, in which the page's number stands
PRINTED = "blockquote { margin-left: 24px; font-style: italic; }"


def ask_and_export(context: AppContext, text: Text, note: str, parent: QWidget, file: str = "") -> None:
    """Ask for a file and write it; `file` is the name of the one that a page of code came from."""
    ending = ending_of(file)
    kinds = kinds_of((*((Format("Code", (ending,)),) if ending else ()), *OFFERED))
    name = Path(file).stem if ending else plain_name(text.first_line, "page")
    path = ask_where(parent, "Export the page", name, kinds, lambda path: [path, *formats.beside(path, note)])
    if path is not None:
        export(context, text, note, path, code=path.suffix.lower() == ending)


def export(context: AppContext, text: Text, note: str, path: Path, code: bool = False) -> None:
    """Write the page to `path`, as it stands where it is code; the notice says what came of it."""

    def written(done: Any) -> None:
        error = done.exception()
        if error is None:
            context.notice.emit(f"Saved as {path.name}.")
        else:
            context.problem.emit(str(error) if isinstance(error, USER_ERRORS) else f"{path.name} cannot be written: {error}", "")

    context.bridge.in_background(lambda: write(text, path, note, code), written)


def write(text: Text, path: Path, note: str = "", code: bool = False) -> None:
    """Raises MediaError with the reason."""
    if path.suffix.lower() == ".pdf":
        write_atomically(path, pdf(text, note))
    else:
        formats.save(text, path, note, code)


def pdf(text: Text, note: str = "") -> bytes:
    """An A4 page in the letters of the studio; the note is a property of the document."""
    from studio.media.text import markdown

    document = QTextDocument()
    document.setDefaultFont(_paper_font())
    document.setDefaultStyleSheet(PRINTED)
    document.setHtml(markdown.body(text))
    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QPdfWriter(buffer)
    writer.setPageLayout(
        QPageLayout(
            QPageSize(QPageSize.PageSizeId.A4), QPageLayout.Orientation.Portrait, QMarginsF(MARGIN_MM, MARGIN_MM, MARGIN_MM, MARGIN_MM),
            QPageLayout.Unit.Millimeter,
        )
    )  # fmt: skip
    writer.setTitle(text.first_line[:200])
    writer.setCreator("Atelier")
    if note:
        writer.setDocumentXmpMetadata(QByteArray(_xmp(text.first_line[:200], note).encode()))
    document.print_(writer)
    buffer.close()
    return bytes(data.data())


def _paper_font() -> Any:
    font = theme.page_font()
    font.setPointSize(POINTS)
    return font


def _xmp(title: str, note: str) -> str:
    return (
        '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>\n<x:xmpmeta xmlns:x="adobe:ns:meta/">'
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about="" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:atelier="urn:atelier:recipe">'
        f'<dc:title><rdf:Alt><rdf:li xml:lang="x-default">{html.escape(title)}</rdf:li></rdf:Alt></dc:title>'
        f"<atelier:recipe>{html.escape(note, quote=False)}</atelier:recipe></rdf:Description></rdf:RDF></x:xmpmeta>\n"
        '<?xpacket end="w"?>'
    )


def load(path: Path) -> tuple[Text, str]:
    """Text and note of a file; raises MediaError with the reason."""
    return files.load(path)
