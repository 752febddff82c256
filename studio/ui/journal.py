"""Documents that outlive a crash: a snapshot in the project and a journal of named edits, folded when it grows long."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Generic, Protocol, TypeVar

from PySide6.QtCore import QTimer

from studio.media import MediaError
from studio.project import ProjectError, Writing

if TYPE_CHECKING:
    from studio.ui.desk import Desk

STEPS_LIMIT = 1000
BYTES_LIMIT = 64 * 2**20
AGAIN_MS = 3000  # between two tries to write what was refused
FOLD_BEYOND = 200  # edits replayed at opening; more are folded into the snapshot when the window closes


class Journal(Protocol):
    """Where edits are written down. Positions count edits since the snapshot that the document was opened from."""

    def append(self, name: str, payload: bytes | Callable[[], bytes]) -> None:
        """An edit was made at the current position; whatever lay beyond it (undone before) is dropped.

        A payload that takes long to make may come as what makes it, which another thread then calls.
        """

    def move_to(self, position: int) -> None:
        """Undo or redo went to `position`."""


class Document(Protocol):
    """What a workspace edits; the first `folded` edits of its journal can no longer be undone.

    `refuse` is called in the place of every edit, undo and redo where the document may not be changed; else it is None.
    """

    journal: Journal | None
    folded: int
    refuse: Callable[[], None] | None


D = TypeVar("D", bound=Document)


class Kind(Protocol[D]):
    """How one kind of document is called in the project and to a person, and how it comes from bytes and goes back."""

    name: str
    title: str

    def fresh(self) -> D: ...

    def restore(self, snapshot: bytes, edits: Sequence[bytes], position: int) -> D:
        """Raises MediaError for what is not ours."""
        ...

    def base(self, document: D) -> bytes:
        """The snapshot that the oldest edit which can be undone began with."""
        ...


class Keeper(Generic[D]):
    """Keeps a document of a kind in the project, the one edited last unless another is asked for; implements its `Journal`.

    Where there is none yet, one comes into the project with its first edit: an empty one never takes the place of another. What cannot be
    written, because a disk is full, waits and is tried again. The documents of a read-only project take no edit.
    """

    def __init__(self, desk: Desk, kind: Kind[D]) -> None:
        self._desk, self._kind = desk, kind
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
        if not self._desk.project.read_only:
            self._write()
        return document

    def _keep(self, document: D) -> None:
        document.journal = self
        document.refuse = self._refuse if self._desk.project.read_only else None
        if self._writing is None:
            self._base = self._kind.base(document)

    def _found(self, number: int | None) -> D | None:
        project = self._desk.project
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
            self._desk.bridge.post(lambda: self._desk.problem.emit(sentence, ""))  # once there is a window that can show it
            return None
        self._writing = project.continue_document(found[0], self._refused)
        return document

    def append(self, name: str, payload: bytes | Callable[[], bytes]) -> None:
        if self._desk.project.read_only:
            return
        (self._writing or self._write()).append(name, payload)

    def _write(self) -> Writing:
        """Bring the document into the project."""
        self._writing = self._desk.project.begin_document(self._kind.name, self._kind.title, self._base, self._refused)
        return self._writing

    def move_to(self, position: int) -> None:
        if self._writing is not None and not self._desk.project.read_only:
            self._writing.set_position(position)

    def settle(self, document: D) -> None:
        """Before the window closes: try what waits once more, and fold what undo has forgotten, so that the journal stays in its bounds."""
        self._again.stop()
        if self._writing is None or self._desk.project.read_only:
            return
        self._writing.outbox.again()
        if document.folded >= FOLD_BEYOND:
            base, folded = self._kind.base(document), document.folded
            self._writing.replace_snapshot(lambda: base, folded)

    def _refuse(self) -> None:
        self._desk.notice.emit(f"{self._desk.project.path.name} is open read-only: nothing can be changed here, for nothing would be kept.")

    def _refused(self, reason: str) -> None:
        """On the writing thread: something could not be written."""
        self._desk.bridge.post(lambda: self._waits(reason))

    def _waits(self, reason: str) -> None:
        self._again.start()
        if not self._told:
            self._told = True
            self._desk.saving.emit(False)
            self._desk.problem.emit(f"{reason} What you do is kept in memory, and written as soon as it can be.", "")

    def _try_again(self) -> None:
        if self._writing is not None and self._writing.outbox.behind:
            self._writing.outbox.again()
            return
        self._again.stop()
        if self._told:
            self._told = False
            self._desk.saving.emit(True)
            self._desk.notice.emit("Everything is saved again.")


def forgotten(costs: Sequence[int]) -> int:
    """How many of the oldest steps, of these bytes each, lie beyond the limits of undo; the last one always stays."""
    total, drop = sum(costs), 0
    while drop < len(costs) - 1 and (len(costs) - drop > STEPS_LIMIT or total > BYTES_LIMIT):
        total -= costs[drop]
        drop += 1
    return drop
