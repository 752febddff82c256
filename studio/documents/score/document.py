"""A sheet that remembers: what is shown, what a gesture or a candidate previews, and the way that led to it. No Qt."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from studio.documents.history import History, Journal
from studio.documents.score.codec import sheet_from_bytes, sheet_to_bytes
from studio.documents.score.edits import Edit
from studio.documents.score.model import Sheet


class SheetDocument:
    """The sheet as it is, and in `history` the way that led to it. `changed` functions are called after every change of what is shown.

    `shown` is the sheet to draw and to hear: the real one, or that of a gesture or a candidate which is not an edit yet.
    """

    def __init__(self, sheet: Sheet | None = None, journal: Journal | None = None) -> None:
        self.changed: list[Callable[[], None]] = []
        self.history: History[Sheet, Edit] = History(sheet or Sheet.empty(), journal)
        self.history.changed.append(self._moved)
        self._preview: Sheet | None = None

    @classmethod
    def restore(cls, snapshot: bytes, edits: Sequence[bytes], position: int, journal: Journal | None = None) -> SheetDocument:
        """The document as it was left: `position` edits done, the others undone. Raises MediaError for what is not ours."""
        document = cls(sheet_from_bytes(snapshot))
        read = [Edit.from_bytes(each) for each in edits]
        document.history.restore(read, position)
        document.history.journal = journal
        return document

    @property
    def sheet(self) -> Sheet:
        return self.history.state

    @property
    def shown(self) -> Sheet:
        return self._preview or self.history.state

    def apply(self, label: str, after: Sheet) -> bool:
        """Make `after` of the sheet, as one step; False where nothing differs."""
        self._preview = None
        if self.history.refused():
            self._tell()
            return False
        edit = Edit.between(label, self.sheet, after)
        if edit.nothing:
            self._tell()
            return False
        self.history.apply(replace(edit, size=len(edit.to_bytes())), after)
        self.history.settle()
        return True

    def preview(self, sheet: Sheet | None) -> None:
        """Show `sheet` without making an edit; None goes back to the real one."""
        if sheet is not self._preview:
            self._preview = sheet
            self._tell()

    def undo(self) -> bool:
        """Take the last edit back; False where there is none."""
        return bool(self.history.undo())

    def redo(self) -> bool:
        """Make the edit again that was taken back last; False where there is none."""
        return bool(self.history.redo())

    def _moved(self) -> None:
        self._preview = None
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
        return sheet_to_bytes(document.history.base())
