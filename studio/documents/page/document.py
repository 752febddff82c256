"""A page that remembers: typing gathered to steps a person would undo, and a journal that outlives a crash. No Qt."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Sequence

from studio.documents.history import Journal, forgotten
from studio.documents.page.codec import content_from_bytes, content_to_bytes
from studio.documents.page.edits import Edit
from studio.media import Text

TYPING = "Typing"
UNTITLED = "Untitled"
TITLE_CHARACTERS = 60
PAUSE_SECONDS = 2.0  # after that long a rest, what is typed is a step of its own
_SENTENCE_END = re.compile(r"(?:\n|[.!?…][\"”’')\]]*\s)$")
Changed = Callable[[Sequence[Edit]], None]


class PageDocument:
    """The page as it is, and the way that led to it. `changed` is called with the edits that were made, undone or redone here.

    What a hand types comes in through `typed` and is gathered; `settle` writes down what was gathered. Until then it is no part of
    the journal, so it must be called within half a second.
    """

    def __init__(self, content: str = "", journal: Journal | None = None, clock: Callable[[], float] = time.monotonic) -> None:
        self.changed: list[Changed] = []
        self.journal = journal
        self.folded = 0
        self.refuse: Callable[[], None] | None = None
        self._clock, self._typed_at = clock, 0.0
        self._content = content
        self._undo: list[Edit] = []
        self._redo: list[Edit] = []
        self._pending = False  # whether the last of `_undo` is not in the journal yet
        self._closed = True  # whether what is typed next begins a step of its own

    @classmethod
    def restore(cls, snapshot: bytes, edits: Sequence[bytes], position: int) -> PageDocument:
        """The page as it was left: `position` edits done, the others undone. Raises MediaError for what is not ours."""
        document = cls(content_from_bytes(snapshot))
        read = [Edit.from_bytes(each) for each in edits]
        for edit in read[: max(position, 0)]:
            document._content = edit.apply(document._content)
            document._undo.append(edit)
        document._redo = list(reversed(read[max(position, 0) :]))
        return document

    @property
    def content(self) -> str:
        return self._content

    @property
    def pending(self) -> bool:
        """Whether something was typed that is not written down yet."""
        return self._pending

    @property
    def position(self) -> int:
        """How many edits since the snapshot are done, folded ones too."""
        return self.folded + len(self._undo)

    @property
    def steps(self) -> int:
        """How many times undo can be pressed."""
        return sum(not edit.goes_on or number == 0 for number, edit in enumerate(self._undo))

    @property
    def undo_label(self) -> str:
        """What undo would take back; empty where there is nothing."""
        return self._undo[-1].label if self._undo else ""

    @property
    def redo_label(self) -> str:
        """What redo would make again; empty where there is nothing."""
        return self._redo[-1].label if self._redo else ""

    def typed(self, at: int, removed: str, inserted: str) -> None:
        """A hand changed the page, which shows it already. One that goes on where the last one ended joins its step."""
        if self._refused():
            return
        goes_on = self._joins(at, removed, inserted)
        edit = Edit(TYPING, at, removed, inserted, goes_on)
        self._content = edit.apply(self._content)
        self._typed_at, self._closed = self._clock(), False
        self._redo.clear()
        joined = self._undo[-1].then(edit) if self._pending and goes_on else None
        if joined is not None:
            self._undo[-1] = joined
            return
        self.settle()
        self._undo.append(edit)
        self._pending = True

    def apply(self, label: str, at: int, removed: int, inserted: str, *, shown: bool = False) -> bool:
        """Put `inserted` in the place of `removed` characters, as one step; False where nothing differs.

        `shown`: the page shows it already.
        """
        edit = Edit(label, at, self._content[at : at + removed], inserted)
        if edit.removed == edit.inserted or self._refused():
            return False
        self.settle()
        self._content = edit.apply(self._content)
        self._redo.clear()
        self._undo.append(edit)
        self._closed = self._pending = True
        self.settle()
        if not shown:
            self._tell([edit])
        return True

    def settle(self) -> None:
        """Write down what was typed since the last time."""
        if not self._pending:
            return
        self._pending = False
        edit = self._undo[-1]
        if self.journal is not None:
            self.journal.append(edit.label, edit.to_bytes())
        self._fold()

    def undo(self) -> bool:
        """Take the last step back; False where there is none."""
        if self._refused():
            return False
        self.settle()
        made: list[Edit] = []
        while self._undo:
            edit = self._undo.pop()
            self._redo.append(edit)
            made.append(edit.inverse())
            self._content = made[-1].apply(self._content)
            if not edit.goes_on:
                break
        return self._moved(made)

    def redo(self) -> bool:
        """Make the step again that was taken back last; False where there is none."""
        if self._refused():
            return False
        self.settle()
        made: list[Edit] = []
        while self._redo and (not made or self._redo[-1].goes_on):
            edit = self._redo.pop()
            self._undo.append(edit)
            made.append(edit)
            self._content = edit.apply(self._content)
        return self._moved(made)

    def base(self) -> str:
        """The page that the oldest kept step began with: a snapshot for a journal that drops the first `folded` edits."""
        content = self._content
        for edit in reversed(self._undo):
            content = edit.inverse().apply(content)
        return content

    def _refused(self) -> bool:
        if self.refuse is not None:
            self.refuse()
        return self.refuse is not None

    def _joins(self, at: int, removed: str, inserted: str) -> bool:
        """Whether this belongs to the step that is being typed."""
        last = self._undo[-1] if self._undo else None
        if self._closed or last is None or self._clock() - self._typed_at > PAUSE_SECONDS:
            return False
        if at not in (last.at, last.end) and at + len(removed) not in (last.at, last.end):
            return False
        return not (inserted and not removed and _SENTENCE_END.search(self._content[max(0, at - 4) : at]))

    def _fold(self) -> None:
        """Forget the oldest steps beyond the limits; the last one always stays."""
        begins = [number for number, edit in enumerate(self._undo) if not edit.goes_on or number == 0]
        sizes = [len(edit.removed) + len(edit.inserted) for edit in self._undo]
        drop = forgotten([sum(sizes[a:b]) for a, b in zip(begins, [*begins[1:], len(sizes)], strict=True)])
        if drop:
            del self._undo[: begins[drop]]
            self.folded += begins[drop]

    def _moved(self, made: Sequence[Edit]) -> bool:
        self._closed = True
        if made:
            if self.journal is not None:
                self.journal.move_to(self.position)
            self._tell(made)
        return bool(made)

    def _tell(self, edits: Sequence[Edit]) -> None:
        for listener in tuple(self.changed):
            listener(edits)


class PageKind:
    """How a page is kept in the project. Implements `Kind` of `studio.documents.history`."""

    name, title = "page", "Page"

    def fresh(self) -> PageDocument:
        return PageDocument()

    def restore(self, snapshot: bytes, edits: Sequence[bytes], position: int) -> PageDocument:
        return PageDocument.restore(snapshot, edits, position)

    def base(self, document: PageDocument) -> bytes:
        return content_to_bytes(document.base())


def title_of(content: str) -> str:
    """What a page is called: its first line."""
    return Text(content[:4000]).first_line[:TITLE_CHARACTERS].strip() or UNTITLED
