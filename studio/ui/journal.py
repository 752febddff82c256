"""Documents that outlive a crash: a snapshot in the project and a journal of named edits, folded when it grows long."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Generic, Protocol, TypeVar

from studio.media import MediaError
from studio.project import ProjectError

if TYPE_CHECKING:
    from studio.ui.desk import Desk

STEPS_LIMIT = 1000
BYTES_LIMIT = 64 * 2**20
FOLD_BEYOND = 200  # edits replayed at opening; more are folded into the snapshot when the window closes


class Journal(Protocol):
    """Where edits are written down. Positions count edits since the snapshot that the document was opened from."""

    def append(self, name: str, payload: bytes) -> None:
        """An edit was made at the current position; whatever lay beyond it (undone before) is dropped."""

    def move_to(self, position: int) -> None:
        """Undo or redo went to `position`."""


class Document(Protocol):
    """What a workspace edits; the first `folded` edits of its journal can no longer be undone."""

    journal: Journal | None
    folded: int


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
    """Keeps a document of a kind in the project, the one edited last unless another is asked for; implements its `Journal`."""

    def __init__(self, desk: Desk, kind: Kind[D]) -> None:
        self._desk, self._kind = desk, kind
        self._document: int | None = None

    @property
    def document(self) -> int | None:
        """The project's number of the open document; None where a read-only project has none."""
        return self._document

    def open(self, number: int | None = None) -> D:
        """The document as it was left; an empty one when there is none yet or it cannot be read."""
        document = self._found(number) or self._begun()
        document.journal = self
        return document

    def begin(self) -> D:
        """A new document beside those that are there."""
        document = self._begun()
        document.journal = self
        return document

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
            self._desk.problem.emit(f"The {called} as it was left cannot be read, and an empty one begins. {error}", "")
            return None
        self._document = found[0]
        return document

    def _begun(self) -> D:
        document = self._kind.fresh()
        self._document = None
        if not self._desk.project.read_only:
            snapshot = self._kind.base(document)
            self._document = self._desk.project.create_document(self._kind.name, self._kind.title, snapshot).result()
        return document

    def append(self, name: str, payload: bytes) -> None:
        if self._document is not None and not self._desk.project.read_only:
            self._desk.project.append_edit(self._document, name, payload)

    def move_to(self, position: int) -> None:
        if self._document is not None and not self._desk.project.read_only:
            self._desk.project.set_position(self._document, position)

    def settle(self, document: D) -> None:
        """Fold what undo has forgotten into the snapshot, so that the journal stays within its bounds."""
        if self._document is not None and document.folded >= FOLD_BEYOND and not self._desk.project.read_only:
            self._desk.project.replace_snapshot(self._document, self._kind.base(document), document.folded)


def forgotten(costs: Sequence[int]) -> int:
    """How many of the oldest steps, of these bytes each, lie beyond the limits of undo; the last one always stays."""
    total, drop = sum(costs), 0
    while drop < len(costs) - 1 and (len(costs) - drop > STEPS_LIMIT or total > BYTES_LIMIT):
        total -= costs[drop]
        drop += 1
    return drop
