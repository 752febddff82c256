"""How a board is kept in the project."""

from __future__ import annotations

from collections.abc import Sequence

from studio.ui.canvas.document import BoardDocument


class BoardKind:
    """Implements `Kind` of `studio.ui.journal`."""

    name, title = "canvas", "Board"

    def fresh(self) -> BoardDocument:
        return BoardDocument()

    def restore(self, snapshot: bytes, edits: Sequence[bytes], position: int) -> BoardDocument:
        return BoardDocument.restore(snapshot, edits, position)

    def base(self, document: BoardDocument) -> bytes:
        return document.base().to_bytes()
