"""A board that remembers: undo and redo, and a journal that outlives a crash. No Qt."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial

from studio.documents.canvas.codec import active_of, board_from_bytes, board_to_bytes
from studio.documents.canvas.edits import Edit, changed_rect
from studio.documents.canvas.geometry import Rect
from studio.documents.canvas.model import Board
from studio.documents.history import Journal, forgotten

STEP_COST = 256  # bytes that a step without pictures is counted as
LARGE = 4 * 2**20  # bytes of pixels in one step, which take longer to press together than a hand waits for

Changed = Callable[[Rect | None], None]
Edited = Callable[[Edit, Board], None]


@dataclass(frozen=True)
class _Step:
    edit: Edit
    inverse: Edit
    active_before: str | None
    cost: int


class BoardDocument:
    """The current board, and the way that led to it.

    `changed` functions are called after every change with the board rectangle that may look different, None for all of it;
    `edited` functions before them, with the edit that was made, undone (its inverse) or redone, and the board before it.
    `shown` is the board to draw: the current one, or that of a gesture which is still going on and not an edit yet.
    """

    def __init__(self, board: Board | None = None, journal: Journal | None = None) -> None:
        self.changed: list[Changed] = []
        self.edited: list[Edited] = []
        self.journal = journal
        self.folded = 0
        self.refuse: Callable[[], None] | None = None
        self._board = board or Board()
        self._preview: Board | None = None
        self._undo: list[_Step] = []
        self._redo: list[Edit] = []

    @classmethod
    def restore(cls, snapshot: bytes, edits: Sequence[bytes], position: int, journal: Journal | None = None) -> BoardDocument:
        """The document as it was left: `position` edits done, the others undone. Raises MediaError for what is not ours."""
        document = cls(board_from_bytes(snapshot))
        read = [Edit.from_bytes(each) for each in edits]
        for edit, stored in zip(read[: max(position, 0)], edits, strict=False):
            active = active_of(stored)
            if active is not None and active in document._board:
                document._board = replace(document._board, active=active)
            document.apply(edit)
        document._redo = list(reversed(read[max(position, 0) :]))
        document.journal = journal
        return document

    @property
    def board(self) -> Board:
        return self._board

    @property
    def shown(self) -> Board:
        return self._preview or self._board

    @property
    def position(self) -> int:
        """How many edits since the snapshot are done, folded ones too."""
        return self.folded + len(self._undo)

    @property
    def undo_label(self) -> str | None:
        """What undo would take back, None where there is nothing."""
        return self._undo[-1].edit.label if self._undo else None

    @property
    def redo_label(self) -> str | None:
        return self._redo[-1].label if self._redo else None

    def apply(self, edit: Edit) -> None:
        """Make an edit; raises MediaError and changes nothing where the board has not what it needs."""
        if self._refused():
            return
        active = self._board.active
        self._do(edit)
        self._redo.clear()
        self._fold()
        if self.journal is not None:
            large = sum(picture.pixels.nbytes for picture in edit.pictures()) > LARGE
            self.journal.append(edit.label, partial(edit.to_bytes, active) if large else edit.to_bytes(active))

    def undo(self) -> bool:
        """Take the last edit back; False where there is none."""
        if not self._undo or self._refused():
            return False
        step = self._undo[-1]
        before, board = self.shown, self._board
        self._board = replace(step.inverse.apply(board), active=step.active_before)
        self._preview = None
        self._tell_edited(step.inverse, board)
        self._redo.append(self._undo.pop().edit)
        self._moved(before, step.inverse)
        return True

    def redo(self) -> bool:
        """Make the edit again that was taken back last; False where there is none."""
        if not self._redo or self._refused():
            return False
        before = self.shown
        edit = self._redo[-1]
        self._do(edit, tell=False)
        self._redo.pop()
        self._moved(before, edit)
        return True

    def activate(self, layer_id: str) -> None:
        """Choose the layer that tools work on: a glance, not an edit, so neither journaled nor undone."""
        if layer_id != self._board.active and layer_id in self._board:
            self._board = replace(self._board, active=layer_id)
            self._preview = None
            self._tell(None)

    def preview(self, edit: Edit | None) -> None:
        """Show what `edit` would do without doing it; None goes back to the board as it is."""
        before = self.shown
        self._preview = edit.apply(self._board) if edit else None
        self._tell(changed_rect(before, self.shown))

    def base(self) -> Board:
        """The board that the oldest kept step began with: a snapshot for a journal that drops the first `folded` edits."""
        board = self._board
        for step in reversed(self._undo):
            board = replace(step.inverse.apply(board), active=step.active_before)
        return board

    def _refused(self) -> bool:
        if self.refuse is None:
            return False
        self.preview(None)
        self.refuse()
        return True

    def _do(self, edit: Edit, tell: bool = True) -> None:
        before, shown = self._board, self.shown
        inverse = edit.inverse(before)
        after = edit.apply(before)
        pictures = {id(picture): picture.pixels.nbytes for part in (edit, inverse) for picture in part.pictures()}
        self._undo.append(_Step(edit, inverse, before.active, STEP_COST + sum(pictures.values())))
        was_previewed, self._preview, self._board = self._preview is not None, None, after
        self._tell_edited(edit, before)
        if tell:
            plain = changed_rect(before, after)
            touched = edit.touched(before) if plain is not None and not was_previewed else None
            self._tell(touched if touched is not None else changed_rect(shown, after))

    def _fold(self) -> None:
        """Forget the oldest steps beyond the limits; the last one always stays."""
        drop = forgotten([step.cost for step in self._undo])
        del self._undo[:drop]
        self.folded += drop

    def _moved(self, before: Board, edit: Edit) -> None:
        if self.journal is not None:
            self.journal.move_to(self.position)
        plain = changed_rect(before, self._board)
        touched = edit.touched(before) if plain is not None else None
        self._tell(touched if touched is not None else plain)

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
        return board_to_bytes(document.base())
