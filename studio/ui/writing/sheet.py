"""The page that is open: its document and what is shown of it, kept in step; what is shown may be more than what is written."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QObject, QTimer, Signal

from studio.documents.page.document import PageDocument
from studio.documents.page.edits import Edit
from studio.documents.page.lines import broken
from studio.documents.page.versions import Place
from studio.media.text.counting import Counts, counts_of
from studio.ui.context import AppContext
from studio.ui.writing.editor import PageEdit
from studio.ui.writing.pages import Pages
from studio.ui.writing.tally import AT_ONCE, Tally
from studio.ui.writing.version_history import VersionHistory

WRITE_MS = 300  # what is typed is in the project after that
CHARACTERS_LIMIT = 8_000_000


class Sheet(QObject):
    """`changed` carries where the page was edited, how many characters went and how many came; `opened` when another page is open."""

    changed = Signal(int, int, int)
    opened = Signal()
    named = Signal()
    problem = Signal(str)

    def __init__(self, context: AppContext, edit: PageEdit, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._context, self.edit = context, edit
        self.pages = Pages(context)
        self.tally = Tally(self)
        self._of_chosen, self._counted = Tally(self), (0, 0)  # a long selection is counted bit by bit, too
        self._of_chosen.changed.connect(self.tally.changed)
        self.before_typing: Callable[[int, int, int], None] = lambda at, removed, inserted: None
        self._shown: tuple[Place, str, str] | None = None  # a place, what is written there, what is shown instead
        self._typing = False
        self._write = QTimer(self, singleShot=True, interval=WRITE_MS)
        self._write.timeout.connect(self._settle)
        edit.edited.connect(self._typed)
        self.document = PageDocument()
        self.past = VersionHistory(context, 0)
        self._take(self.pages.open_last())

    @property
    def content(self) -> str:
        """What is written."""
        return self.document.content

    @property
    def previewing(self) -> bool:
        """Whether something is shown that is not written."""
        return self._shown is not None

    # Pages.

    def open(self, number: int | None) -> None:
        """Open another page; None begins a new one."""
        if number == self.pages.number:
            return
        self.settle()
        self._take(self.pages.open(number))

    def _take(self, document: PageDocument) -> None:
        self._shown = None
        self.edit.layers.fresh = None
        self.document.changed.clear()
        self.document = document
        document.changed.append(self._made)
        self.past = VersionHistory(self._context, self.pages.number)
        self.edit.set_text(document.content)
        self.edit.protect(document.history.refuse)
        self.tally.begin(document.content)
        self.opened.emit()

    def come_from(self, file: str) -> None:
        """The open page is code from a file of that name."""
        self.pages.come_from(file)
        self.pages.name(self.content)
        self.opened.emit()

    def settle(self) -> None:
        """Before another page is opened, or none."""
        self._write.stop()
        self.pages.settle()
        self.past.keep_now_and_then(self.content)
        self.pages.name(self.content)

    def close(self) -> None:
        """Before the window closes."""
        self.settle()
        self.pages.close()

    # Edits.

    def apply(self, label: str, first: int, last: int, text: str) -> bool:
        """Put `text` in the place of what stands there, as one step."""
        text = broken(text)
        if len(self.content) + len(text) - (last - first) > CHARACTERS_LIMIT:
            self.problem.emit(
                f"A page takes {CHARACTERS_LIMIT // 10**6} million characters; this would be more. Begin another page for it."
            )
            return False
        return self.document.apply(label, first, last - first, text)

    def rewrite(self, label: str, after: str) -> bool:
        """Make `after` of the page, as one step that holds only what differs."""
        before, first = self.content, 0
        shortest = min(len(before), len(after))
        first = _common(before, after, shortest)
        last = _common(before[first:][::-1], after[first:][::-1], shortest - first)
        return self.apply(label, first, len(before) - last, after[first : len(after) - last])

    def undo(self) -> bool:
        return self.document.undo()

    def redo(self) -> bool:
        return self.document.redo()

    def counts(self) -> tuple[Counts, Counts | None]:
        """Of the page, and of what is selected where something is."""
        first, last = self.edit.chosen()
        if last - first <= AT_ONCE:
            self._of_chosen.begin("")
            return self.tally.total, counts_of(self.edit.text[first:last]) if last > first else None
        if (first, last) != self._counted:
            self._counted = first, last
            self._of_chosen.begin(self.edit.text[first:last])
        return self.tally.total, self._of_chosen.total

    def _typed(self, at: int, removed: str, inserted: str) -> None:
        """A hand changed what is shown: what was only shown becomes written first."""
        self._typing = True
        self.before_typing(at, len(removed), len(inserted))
        self._typing = False
        before = self.content
        self.document.typed(at, removed, inserted)
        self.tally.edited(before, self.content, at, len(removed), len(inserted))
        if not self._write.isActive():
            self._write.start()
        self.changed.emit(at, len(removed), len(inserted))

    def _made(self, edits: Sequence[Edit]) -> None:
        """The document was edited from elsewhere: by a command, by undo."""
        before = self.edit.text
        self.edit.show_edits(edits)
        for edit in edits:
            after = edit.apply(before)
            self.tally.edited(before, after, edit.at, len(edit.removed), len(edit.inserted))
            before = after
            self.changed.emit(edit.at, len(edit.removed), len(edit.inserted))
        if not self._write.isActive():
            self._write.start()

    def _settle(self) -> None:
        self.document.settle()
        self.past.keep_now_and_then(self.content)
        if self.pages.name(self.content):
            self.named.emit()

    # What is shown and not written.

    def show_instead(self, place: Place, text: str | None) -> None:
        """Show `text` in a place of the page without making an edit; None shows the page as it is."""
        original = self.content[place.first : place.last]
        current = self._shown[2] if self._shown is not None else original
        wanted = original if text is None else place.lead + text
        if wanted.startswith(current):
            if len(wanted) > len(current):
                self.edit.append_at(place.first + len(current), wanted[len(current) :])
        else:
            self.edit.replace(place.first, len(current), wanted)
        self._shown = (place, original, wanted) if text is not None else None
        self.edit.layers.fresh = _differs(place.first, original, wanted) if text is not None else None
        self.edit.follow(place.first + len(wanted))

    def make(self, place: Place, text: str, asset: int | None) -> None:
        """Make a step of what is shown in a place."""
        if self.document.history.refuse is not None:
            self.show_instead(place, None)
            self.document.history.refuse()
            return
        if (branch := self.past.branch_of(asset)) is not None:
            self.past.go(branch)
        text = place.lead + text
        there = self._shown is not None and (self._typing or self._shown[2] == text)
        if self._shown is not None and not there:
            self.show_instead(place, None)
        self._shown, self.edit.layers.fresh = None, None
        before = self.content
        made = self.document.apply(place.label, place.first, place.last - place.first, text, shown=there)
        if made and there:
            self.tally.edited(before, self.content, place.first, place.last - place.first, len(text))
            self.changed.emit(place.first, place.last - place.first, len(text))
            self._settle()
        self.edit.viewport().update()


def _differs(at: int, one: str, other: str) -> tuple[int, int]:
    """What of `other`, which stands at `at`, lies between the first and the last difference."""
    shortest = min(len(one), len(other))
    first = _common(one, other, shortest)
    last = _common(one[first:][::-1], other[first:][::-1], shortest - first)
    return at + first, at + len(other) - last


def _common(one: str, other: str, most: int) -> int:
    """How many characters from the beginning are the same."""
    low, high = 0, most
    while low < high:
        middle = (low + high + 1) // 2
        if one[:middle] == other[:middle]:
            low = middle
        else:
            high = middle - 1
    return low
