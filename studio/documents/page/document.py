"""A page that remembers: typing is gathered to steps that a person would undo. No Qt."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Sequence

from studio.documents.history import History, Journal
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
    """The page as it is, and in `history` the way that led to it. `changed` is called with the edits made, undone or redone here.

    What a hand types comes in through `typed` and is gathered; `settle` writes down what was gathered. Until then it is no part of
    the journal, so it must be called within half a second.
    """

    def __init__(self, content: str = "", journal: Journal | None = None, clock: Callable[[], float] = time.monotonic) -> None:
        self.changed: list[Changed] = []
        self.history: History[str, Edit] = History(content, journal)
        self._clock, self._typed_at = clock, 0.0
        self._closed = True  # whether what is typed next begins a step of its own

    @classmethod
    def restore(cls, snapshot: bytes, edits: Sequence[bytes], position: int) -> PageDocument:
        """The page as it was left: `position` edits done, the others undone. Raises MediaError for what is not ours."""
        document = cls(content_from_bytes(snapshot))
        document.history.restore([Edit.from_bytes(each) for each in edits], position)
        return document

    @property
    def content(self) -> str:
        return self.history.state

    def typed(self, at: int, removed: str, inserted: str) -> None:
        """A hand changed the page, which shows it already. One that goes on where the last one ended joins its step."""
        if self.history.refused():
            return
        goes_on = self._joins(at, removed, inserted)
        edit = Edit(TYPING, at, removed, inserted, goes_on)
        last = self.history.last
        joined = last.then(edit) if self.history.pending and goes_on and last is not None else None
        if joined is not None:
            self.history.amend(edit, joined)
        else:
            self.history.apply(edit)
        self._typed_at, self._closed = self._clock(), False

    def apply(self, label: str, at: int, removed: int, inserted: str, *, shown: bool = False) -> bool:
        """Put `inserted` in the place of `removed` characters, as one step; False where nothing differs.

        `shown`: the page shows it already.
        """
        edit = Edit(label, at, self.content[at : at + removed], inserted)
        if edit.removed == edit.inserted or self.history.refused():
            return False
        self.history.apply(edit)
        self.history.settle()
        self._closed = True
        if not shown:
            self._tell([edit])
        return True

    def settle(self) -> None:
        """Write down what was typed since the last time."""
        self.history.settle()

    def undo(self) -> bool:
        """Take the last step back; False where there is none."""
        return self._moved(self.history.undo())

    def redo(self) -> bool:
        """Make the step again that was taken back last; False where there is none."""
        return self._moved(self.history.redo())

    def _joins(self, at: int, removed: str, inserted: str) -> bool:
        """Whether this belongs to the step that is being typed."""
        last = self.history.last
        if self._closed or last is None or self._clock() - self._typed_at > PAUSE_SECONDS:
            return False
        if at not in (last.at, last.end) and at + len(removed) not in (last.at, last.end):
            return False
        return not (inserted and not removed and _SENTENCE_END.search(self.content[max(0, at - 4) : at]))

    def _moved(self, made: Sequence[Edit]) -> bool:
        self._closed = True
        if made:
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
        return content_to_bytes(document.history.base())


def title_of(content: str) -> str:
    """What a page is called: its first line."""
    return Text(content[:4000]).first_line[:TITLE_CHARACTERS].strip() or UNTITLED
