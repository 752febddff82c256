"""A sheet that remembers: undo and redo, and a journal that outlives a crash. No Qt."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from studio.documents.history import Journal, forgotten
from studio.documents.score.codec import sheet_from_bytes, sheet_to_bytes
from studio.documents.score.edits import Edit
from studio.documents.score.model import Sheet


class SheetDocument:
    """The sheet as it is, and the way that led to it. `changed` functions are called after every change of what is shown.

    `shown` is the sheet to draw and to hear: the real one, or that of a gesture or a candidate which is not an edit yet.
    """

    def __init__(self, sheet: Sheet | None = None, journal: Journal | None = None) -> None:
        self.changed: list[Callable[[], None]] = []
        self.journal = journal
        self.folded = 0
        self.refuse: Callable[[], None] | None = None
        self._sheet = sheet or Sheet.empty()
        self._preview: Sheet | None = None
        self._undo: list[tuple[Edit, int]] = []
        self._redo: list[Edit] = []

    @classmethod
    def restore(cls, snapshot: bytes, edits: Sequence[bytes], position: int, journal: Journal | None = None) -> SheetDocument:
        """The document as it was left: `position` edits done, the others undone. Raises MediaError for what is not ours."""
        document = cls(sheet_from_bytes(snapshot))
        read = [(Edit.from_bytes(each), len(each)) for each in edits]
        for edit, size in read[: max(position, 0)]:
            document._sheet = edit.apply(document._sheet)
            document._undo.append((edit, size))
        document._redo = [edit for edit, _ in reversed(read[max(position, 0) :])]
        document.journal = journal
        return document

    @property
    def sheet(self) -> Sheet:
        return self._sheet

    @property
    def shown(self) -> Sheet:
        return self._preview or self._sheet

    @property
    def position(self) -> int:
        """How many edits since the snapshot are done, folded ones too."""
        return self.folded + len(self._undo)

    @property
    def undo_label(self) -> str:
        """What undo would take back; empty where there is nothing."""
        return self._undo[-1][0].label if self._undo else ""

    @property
    def redo_label(self) -> str:
        """What redo would make again; empty where there is nothing."""
        return self._redo[-1].label if self._redo else ""

    def apply(self, label: str, after: Sheet) -> bool:
        """Make `after` of the sheet, as one step; False where nothing differs."""
        self._preview = None
        if self._refused():
            return False
        edit = Edit.between(label, self._sheet, after)
        if edit.nothing:
            self._tell()
            return False
        payload = edit.to_bytes()
        self._sheet = after
        self._undo.append((edit, len(payload)))
        self._redo.clear()
        self._fold()
        if self.journal is not None:
            self.journal.append(label, payload)
        self._tell()
        return True

    def preview(self, sheet: Sheet | None) -> None:
        """Show `sheet` without making an edit; None goes back to the real one."""
        if sheet is not self._preview:
            self._preview = sheet
            self._tell()

    def undo(self) -> bool:
        """Take the last edit back; False where there is none."""
        if not self._undo or self._refused():
            return False
        edit, _ = self._undo.pop()
        self._sheet = edit.inverse().apply(self._sheet)
        self._redo.append(edit)
        self._moved()
        return True

    def redo(self) -> bool:
        """Make the edit again that was taken back last; False where there is none."""
        if not self._redo or self._refused():
            return False
        edit = self._redo.pop()
        self._sheet = edit.apply(self._sheet)
        self._undo.append((edit, len(edit.to_bytes())))
        self._moved()
        return True

    def base(self) -> Sheet:
        """The sheet that the oldest kept step began with: a snapshot for a journal that drops the first `folded` edits."""
        sheet = self._sheet
        for edit, _ in reversed(self._undo):
            sheet = edit.inverse().apply(sheet)
        return sheet

    def _refused(self) -> bool:
        if self.refuse is None:
            return False
        self._tell()
        self.refuse()
        return True

    def _fold(self) -> None:
        """Forget the oldest steps beyond the limits; the last one always stays."""
        drop = forgotten([size for _, size in self._undo])
        del self._undo[:drop]
        self.folded += drop

    def _moved(self) -> None:
        self._preview = None
        if self.journal is not None:
            self.journal.move_to(self.position)
        self._tell()

    def _tell(self) -> None:
        for listener in tuple(self.changed):
            listener()


class SheetKind:
    """How a sheet is kept in the project. Implements `Kind` of `studio.documents.history`."""

    name, title = "score", "Score"

    def fresh(self) -> SheetDocument:
        return SheetDocument()

    def restore(self, snapshot: bytes, edits: Sequence[bytes], position: int) -> SheetDocument:
        return SheetDocument.restore(snapshot, edits, position)

    def base(self, document: SheetDocument) -> bytes:
        return sheet_to_bytes(document.base())
