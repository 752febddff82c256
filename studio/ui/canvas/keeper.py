"""Keeps the board in the project: a snapshot and a journal of named edits, folded when it grows long."""

from __future__ import annotations

from studio.media import MediaError
from studio.project import ProjectError
from studio.ui.canvas.board import Board
from studio.ui.canvas.document import BoardDocument
from studio.ui.desk import Desk

KIND = "canvas"
FOLD_BEYOND = 200  # edits replayed at opening; more are folded into the snapshot when the window closes


class BoardKeeper:
    """Implements the document's `Journal` on a document of the project."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._document: int | None = None

    def open(self) -> BoardDocument:
        """The board as it was left; an empty one when there is none yet or it cannot be read."""
        project = self._desk.project
        try:
            found = project.documents(KIND)
            if found:
                state = project.load_document(found[0].id)
                document = BoardDocument.restore(state.snapshot, [edit.payload for edit in state.edits], state.position, self)
                self._document = found[0].id
                return document
        except (MediaError, ProjectError) as error:
            self._desk.problem.emit(f"The board as it was left cannot be read, and an empty one begins. {error}", "")
        return self._begin()

    def _begin(self) -> BoardDocument:
        if not self._desk.project.read_only:
            self._document = self._desk.project.create_document(KIND, "Board", Board().to_bytes()).result()
        return BoardDocument(journal=self)

    def append(self, name: str, payload: bytes) -> None:
        if self._document is not None and not self._desk.project.read_only:
            self._desk.project.append_edit(self._document, name, payload)

    def move_to(self, position: int) -> None:
        if self._document is not None and not self._desk.project.read_only:
            self._desk.project.set_position(self._document, position)

    def settle(self, document: BoardDocument) -> None:
        """Fold what undo has forgotten into the snapshot, so that the journal stays within its bounds."""
        if self._document is not None and document.folded >= FOLD_BEYOND and not self._desk.project.read_only:
            self._desk.project.replace_snapshot(self._document, document.base().to_bytes(), document.folded)
