"""A board that remembers: what is shown, what a gesture previews, and which part of it may look different. No Qt."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from studio.documents.canvas.codec import active_of, board_from_bytes, board_to_bytes
from studio.documents.canvas.edit import Back
from studio.documents.canvas.edits import Edit, changed_rect, edit_from_bytes
from studio.documents.canvas.geometry import Rect
from studio.documents.canvas.model import Board
from studio.documents.history import History, Journal

Changed = Callable[[Rect | None], None]
Edited = Callable[[Edit, Board], None]


class BoardDocument:
    """The current board, and in `history` the way that led to it.

    `changed` functions are called after every change with the board rectangle that may look different, None for all of it;
    `edited` functions before them, with the edit that was made, undone (its inverse) or redone, and the board before it.
    `shown` is the board to draw: the current one, or that of a gesture which is still going on and not an edit yet.
    """

    def __init__(self, board: Board | None = None, journal: Journal | None = None) -> None:
        self.changed: list[Changed] = []
        self.edited: list[Edited] = []
        self.history: History[Board, Edit] = History(board or Board(), journal)
        self._preview: Board | None = None

    @classmethod
    def restore(cls, snapshot: bytes, edits: Sequence[bytes], position: int, journal: Journal | None = None) -> BoardDocument:
        """The document as it was left: `position` edits done, the others undone. Raises MediaError for what is not ours."""
        document = cls(board_from_bytes(snapshot))
        history = document.history
        read = [edit_from_bytes(each) for each in edits]
        for edit, stored in zip(read[: max(position, 0)], edits, strict=False):
            active = active_of(stored)
            if active is not None and active in history.state:
                history.look(replace(history.state, active=active))
            history.apply(edit)
            history.settle()
        history.add_undone(read[max(position, 0) :])
        history.journal = journal
        return document

    @property
    def board(self) -> Board:
        return self.history.state

    @property
    def shown(self) -> Board:
        return self._preview or self.history.state

    def apply(self, edit: Edit) -> None:
        """Make an edit; raises MediaError and changes nothing where the board has not what it needs."""
        if self._refused():
            return
        before, shown, was_previewed = self.board, self.shown, self._preview is not None
        self.history.apply(edit)
        self.history.settle()
        self._preview = None
        self._tell_edited(edit, before)
        self._tell(self._looks_changed(edit, before, shown, was_previewed))

    def undo(self) -> bool:
        """Take the last edit back; False where there is none."""
        return self._moved(self.history.undo)

    def redo(self) -> bool:
        """Make the edit again that was taken back last; False where there is none."""
        return self._moved(self.history.redo)

    def activate(self, layer_id: str) -> None:
        """Choose the layer that tools work on: a glance, not an edit, so neither journaled nor undone."""
        if layer_id != self.board.active and layer_id in self.board:
            self.history.look(replace(self.board, active=layer_id))
            self._preview = None
            self._tell(None)

    def preview(self, edit: Edit | None) -> None:
        """Show what `edit` would do without doing it; None goes back to the board as it is."""
        before = self.shown
        self._preview = edit.apply(self.board) if edit else None
        self._tell(changed_rect(before, self.shown))

    def _refused(self) -> bool:
        if self.history.refuse is None:
            return False
        self.preview(None)
        return self.history.refused()

    def _moved(self, move: Callable[[], tuple[Edit, ...]]) -> bool:
        shown, board, was_previewed = self.shown, self.board, self._preview is not None
        made = move()
        if not made:
            if self.history.refuse is not None:
                self.preview(None)
            return False
        (edit,) = made  # edits of a board never go on: several that are one step are one edit
        self._preview = None
        self._tell_edited(edit.edit if isinstance(edit, Back) else edit, board)
        self._tell(self._looks_changed(edit, board, shown, was_previewed))
        return True

    def _looks_changed(self, edit: Edit, before: Board, shown: Board, was_previewed: bool) -> Rect | None:
        """Where the board may look different from `shown`: within what `edit` touched, but all over layers that have other bounds now."""
        plain = changed_rect(shown, self.board)
        if plain is None or was_previewed or changed_rect(before, self.board) is None:
            return plain
        pairs = zip(before.layers, self.board.layers, strict=True)
        if any(old.rect != new.rect for old, new in pairs):
            return plain
        touched = edit.touched(before)
        return touched if touched is not None else plain

    def _tell_edited(self, edit: Edit, before: Board) -> None:
        for listener in tuple(self.edited):
            listener(edit, before)

    def _tell(self, rect: Rect | None) -> None:
        for listener in tuple(self.changed):
            listener(rect)


class BoardKind:
    """How a board is kept in the project. Implements `Kind` of `studio.documents.history`."""

    name, title = "canvas", "Board"

    def fresh(self) -> BoardDocument:
        return BoardDocument()

    def restore(self, snapshot: bytes, edits: Sequence[bytes], position: int) -> BoardDocument:
        return BoardDocument.restore(snapshot, edits, position)

    def base(self, document: BoardDocument) -> bytes:
        return board_to_bytes(document.history.base())
