"""How a sheet is kept in the project."""

from __future__ import annotations

from collections.abc import Sequence

from studio.ui.pianoroll.codec import sheet_to_bytes
from studio.ui.pianoroll.document import SheetDocument

KIND = "score"


class SheetKind:
    """Implements `Kind` of `studio.ui.journal`."""

    name, title = KIND, "Score"

    def fresh(self) -> SheetDocument:
        return SheetDocument()

    def restore(self, snapshot: bytes, edits: Sequence[bytes], position: int) -> SheetDocument:
        return SheetDocument.restore(snapshot, edits, position)

    def base(self, document: SheetDocument) -> bytes:
        return sheet_to_bytes(document.base())
