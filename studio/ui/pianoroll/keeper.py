"""Keeps the sheet in the project: a snapshot and a journal of named edits, folded when it grows long."""

from __future__ import annotations

from studio.media import MediaError
from studio.project import ProjectError
from studio.ui.desk import Desk
from studio.ui.pianoroll.codec import sheet_to_bytes
from studio.ui.pianoroll.document import SheetDocument
from studio.ui.pianoroll.sheet import Sheet

KIND = "score"
FOLD_BEYOND = 200  # edits replayed at opening; more are folded into the snapshot when the window closes


class SheetKeeper:
    """Implements the document's `Journal` on a document of the project."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._document: int | None = None

    def open(self) -> SheetDocument:
        """The sheet as it was left; an empty one when there is none yet or it cannot be read."""
        project = self._desk.project
        try:
            found = project.documents(KIND)
            if found:
                state = project.load_document(found[0].id)
                document = SheetDocument.restore(state.snapshot, [edit.payload for edit in state.edits], state.position, self)
                self._document = found[0].id
                return document
        except (MediaError, ProjectError) as error:
            self._desk.problem.emit(f"The score as it was left cannot be read, and an empty one begins. {error}", "")
        if not project.read_only:
            self._document = project.create_document(KIND, "Score", sheet_to_bytes(Sheet.empty())).result()
        return SheetDocument(journal=self)

    def append(self, name: str, payload: bytes) -> None:
        if self._document is not None and not self._desk.project.read_only:
            self._desk.project.append_edit(self._document, name, payload)

    def move_to(self, position: int) -> None:
        if self._document is not None and not self._desk.project.read_only:
            self._desk.project.set_position(self._document, position)

    def settle(self, document: SheetDocument) -> None:
        """Fold what undo has forgotten into the snapshot, so that the journal stays within its bounds."""
        if self._document is not None and document.folded >= FOLD_BEYOND and not self._desk.project.read_only:
            self._desk.project.replace_snapshot(self._document, sheet_to_bytes(document.base()), document.folded)
