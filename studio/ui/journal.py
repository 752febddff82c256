"""Documents that outlive a crash: a snapshot in the project and a journal of named edits, folded when it grows long."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Generic

from PySide6.QtCore import QTimer

from studio.documents.history import D, Kind
from studio.media import MediaError
from studio.project import ProjectError, Writing

if TYPE_CHECKING:
    from studio.ui.context import AppContext

AGAIN_MS = 3000  # between two tries to write what was refused
FOLD_BEYOND = 200  # edits replayed at opening; more are folded into the snapshot when the window closes


class Keeper(Generic[D]):
    """Keeps a document of a kind in the project, the one edited last unless another is asked for; implements its `Journal`.

    Where there is none yet, one comes into the project with its first edit: an empty one never takes the place of another. What cannot be
    written, because a disk is full, waits and is tried again. The documents of a read-only project take no edit.
    """

    def __init__(self, context: AppContext, kind: Kind[D]) -> None:
        self._context, self._kind = context, kind
        self._writing: Writing | None = None
        self._base = b""  # of a document that is not in the project yet
        self._again = QTimer(interval=AGAIN_MS)
        self._again.timeout.connect(self._try_again)
        self._told = False
        self.unreadable = ""  # why the document that was asked for could not be read

    @property
    def document(self) -> int | None:
        """The project's number of the open document; None where it holds nothing yet."""
        return self._writing.number if self._writing is not None else None

    def open(self, number: int | None = None) -> D:
        """The document as it was left; an empty one when there is none yet. One that cannot be read stays as it is, and that is said."""
        document = self._found(number) or self._kind.fresh()
        self._keep(document)
        return document

    def begin(self) -> D:
        """A new document beside those that are there, in the project at once."""
        document = self._kind.fresh()
        self._writing = None
        self._keep(document)
        if not self._context.project.read_only:
            self._write()
        return document

    def _keep(self, document: D) -> None:
        document.history.journal = self
        document.history.refuse = self._refuse if self._context.project.read_only else None
        if self._writing is None:
            self._base = self._kind.base(document)

    def _found(self, number: int | None) -> D | None:
        project = self._context.project
        try:
            found = [info.id for info in project.documents(self._kind.name) if number is None or info.id == number]
            if not found:
                return None
            state = project.load_document(found[0])
            document = self._kind.restore(state.snapshot, [edit.payload for edit in state.edits], state.position)
        except (MediaError, ProjectError) as error:
            called = self._kind.title.lower()
            self.unreadable = str(error)
            sentence = f"The {called} as it was left cannot be read, and is kept as it is. {error}"
            self._context.bridge.post(lambda: self._context.problem.emit(sentence, ""))  # once there is a window that can show it
            return None
        self._writing = project.continue_document(found[0], self._refused)
        return document

    def append(self, name: str, payload: bytes | Callable[[], bytes]) -> None:
        if self._context.project.read_only:
            return
        (self._writing or self._write()).append(name, payload)

    def _write(self) -> Writing:
        """Bring the document into the project."""
        self._writing = self._context.project.begin_document(self._kind.name, self._kind.title, self._base, self._refused)
        return self._writing

    def move_to(self, position: int) -> None:
        if self._writing is not None and not self._context.project.read_only:
            self._writing.set_position(position)

    def settle(self, document: D) -> None:
        """Before the window closes: try what waits once more, and fold what undo has forgotten, so that the journal stays in its bounds."""
        self._again.stop()
        if self._writing is None or self._context.project.read_only:
            return
        self._writing.outbox.again()
        if document.history.folded >= FOLD_BEYOND:
            base, folded = self._kind.base(document), document.history.folded
            self._writing.replace_snapshot(lambda: base, folded)

    def _refuse(self) -> None:
        self._context.notice.emit(
            f"{self._context.project.path.name} is open read-only: nothing can be changed here, for nothing would be kept."
        )

    def _refused(self, reason: str) -> None:
        """On the writing thread: something could not be written."""
        self._context.bridge.post(lambda: self._waits(reason))

    def _waits(self, reason: str) -> None:
        self._again.start()
        if not self._told:
            self._told = True
            self._context.saving.emit(False)
            self._context.problem.emit(f"{reason} What you do is kept in memory, and written as soon as it can be.", "")

    def _try_again(self) -> None:
        if self._writing is not None and self._writing.outbox.behind:
            self._writing.outbox.again()
            return
        self._again.stop()
        if self._told:
            self._told = False
            self._context.saving.emit(True)
            self._context.notice.emit("Everything is saved again.")
