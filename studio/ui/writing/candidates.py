"""What a model offers for a place of the page: it grows in the page itself; of several a person keeps one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from studio.documents.page.lines import broken
from studio.documents.page.versions import Place
from studio.engine import Cancelled, Delta, Failed, Finished, Job, JobEvent, Kept, Preview
from studio.media import Text
from studio.ui.widgets.candidate_tabs import YOURS, CandidateTabs
from studio.ui.widgets.diff import DiffView
from studio.ui.widgets.labels import IconButton, quiet

DIFF_CHARACTERS = 20_000


@dataclass
class Offer:
    """One item as it stands; `asset` once it is finished and kept in the history."""

    text: str = ""
    begun: bool = False
    finished: bool = False
    asset: int | None = None

    @property
    def there(self) -> bool:
        """Whether there is something to see: before the first word the page stays as it is."""
        return bool(self.text) or self.finished


@dataclass
class Offered:
    """All that one job brings."""

    place: Place
    original: str
    items: dict[int, Offer] = field(default_factory=dict)


class Page(Protocol):
    """What candidates are shown on."""

    def show_instead(self, place: Place, text: str | None) -> None:
        """Show `text` in the place without making an edit; None shows the page as it is."""

    def make(self, place: Place, text: str, asset: int | None) -> None:
        """Make what is shown a step of the page."""


class Candidates(QWidget):
    """A bar under the page. A continuation asked for once is kept at once; what replaces words is accepted or refused."""

    arrived = Signal(object, object)  # a Place and a finished Offer: one more branch
    stop_wanted = Signal(object)

    def __init__(self, page: Page, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._page = page
        self._offered: Offered | None = None
        self._job: Job | None = None
        self._chosen = YOURS
        self._looking = False
        self._left: dict[int, Place] = {}  # jobs that were let go of before their end
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 8, 12, 8)
        column.setSpacing(8)
        self.diff = DiffView()
        column.addWidget(self.diff)
        row = QHBoxLayout()
        row.setSpacing(4)
        self._text = quiet("")
        self._tabs = CandidateTabs("The page as you left it")
        self._tabs.chosen.connect(self.choose)
        self._keep = QPushButton("Keep this one")
        self._keep.setProperty("role", "primary")
        self._keep.clicked.connect(self.keep)
        row.addWidget(self._text)
        row.addWidget(self._tabs)
        row.addStretch(1)
        row.addWidget(self._keep)
        row.addWidget(IconButton("x", "Leave the page as it was", self.discard, "quiet"))
        column.addLayout(row)
        self.hide()

    @property
    def busy(self) -> bool:
        """Whether something is offered or on its way."""
        return self._offered is not None

    # What comes from the job.

    def begin(self, job: Job, place: Place, original: str, indices: Sequence[int]) -> None:
        """A new job takes the place of what was offered before."""
        self.discard()
        self._job = job
        self._open(place, original, indices)

    def look(self, place: Place, original: str, text: str) -> None:
        """Show something that is there already, such as an older version."""
        self.discard()
        self._looking = True
        self._open(place, original, (0,))
        assert self._offered is not None
        self._offered.items[0] = Offer(text, True, True)
        self._tabs.ready(0)
        self.choose(0)

    def _open(self, place: Place, original: str, indices: Sequence[int]) -> None:
        self._offered = Offered(place, original, {index: Offer() for index in indices})
        self._text.setText(place.label)
        self._keep.setText("Go back to this" if self._looking else "Keep this one" if len(indices) > 1 or not original else "Accept")
        self._tabs.show_for({index: "Then" if self._looking else str(number) for number, index in enumerate(indices, 1)})
        self._keep.setEnabled(False)
        self.diff.hide()
        self.show()

    def hear(self, job: Job, event: JobEvent) -> None:
        """An event of the job in hand. What a job let go of still brings is a branch all the same."""
        if job is not self._job:
            if isinstance(event, Kept) and isinstance(event.media, Text) and event.asset is not None and job.number in self._left:
                self.arrived.emit(self._left[job.number], Offer(broken(event.media.content), True, True, event.asset.id))
            return
        match event:
            case Delta() if isinstance(event.media, Text):
                self._grow(event.index, self._item(event.index).text + event.media.content)
            case Preview() if isinstance(event.media, Text):
                self._grow(event.index, event.media.content)
            case Kept() if isinstance(event.media, Text):
                self._finish(event)
            case Failed():
                self.discard()
            case Finished() | Cancelled():
                self._ended()

    def _item(self, index: int) -> Offer:
        assert self._offered is not None
        return self._offered.items[index]

    def _grow(self, index: int, text: str) -> None:
        item = self._item(index)
        item.text, first = text, not item.begun
        item.begun = True
        if not self._tabs.ready(index):
            return
        assert self._offered is not None
        alone = sum(each.begun for each in self._offered.items.values()) == 1
        if self._chosen == YOURS and first and alone:
            self.choose(index)
        elif self._chosen == index:
            self._show()

    def _finish(self, event: Kept) -> None:
        assert isinstance(event.media, Text) and self._offered is not None
        self._grow(event.index, broken(event.media.content))
        item = self._item(event.index)
        item.finished, item.asset = True, event.asset.id if event.asset is not None else None
        self.arrived.emit(self._offered.place, item)
        self._show_keep()

    def _ended(self) -> None:
        assert self._offered is not None
        self._job = None
        made = [index for index, item in self._offered.items.items() if item.finished]
        if not made:
            self.discard()
            return
        if self._chosen == YOURS or not self._item(self._chosen).finished:
            self.choose(made[0])
        if len(self._offered.items) == 1 and not self._offered.original:
            self.keep()
        elif self._offered is not None:
            self._show()

    # What a person does.

    def choose(self, index: int) -> None:
        """Show a candidate, or with YOURS the page as it was left."""
        self._chosen = index
        self._tabs.mark(index)
        self._show()

    def edited(self, at: int, removed: int, inserted: int) -> None:
        """A hand is about to have changed the page: what is shown is kept, what is not shown moves along."""
        if self._offered is None or self.keep():
            return
        if not self._offered.place.moved(at, removed, inserted):
            self.discard()

    def step(self, by: int = 1) -> None:
        """Show the next or the last one."""
        if self._offered is not None:
            there = [YOURS, *(index for index, item in self._offered.items.items() if item.begun)]
            self.choose(there[(there.index(self._chosen) + by) % len(there)])

    def keep(self) -> bool:
        """Make the shown candidate a step of the page; False where none is shown. A job that still writes is stopped."""
        if self._offered is None or self._chosen == YOURS or not self._item(self._chosen).there:
            return False
        place, item, job = self._offered.place, self._item(self._chosen), self._job
        place.kept = True
        self._forget()
        self._page.make(place, item.text, item.asset)
        self._let_go(job, place)
        return True

    def discard(self) -> bool:
        """Go back to the page as it was left; False where nothing was offered."""
        if self._offered is None:
            return False
        place, shown, job = self._offered.place, self._chosen != YOURS, self._job
        self._forget()
        if shown:
            self._page.show_instead(place, None)
        self._let_go(job, place)
        return True

    def _let_go(self, job: Job | None, place: Place) -> None:
        if job is not None:
            self._left[job.number] = place
            self.stop_wanted.emit(job)

    def _show(self) -> None:
        if self._offered is None:
            return
        item = self._offered.items.get(self._chosen)
        text = item.text if item is not None and item.there else None
        self._page.show_instead(self._offered.place, text)
        self._show_keep()
        whole = len(self._offered.original) + len(text or "")
        differs = bool(self._offered.original) and text is not None and item is not None and item.finished and whole < DIFF_CHARACTERS
        self.diff.setVisible(differs)
        if differs and text is not None:
            self.diff.show_texts(self._offered.original, text)

    def _show_keep(self) -> None:
        self._keep.setEnabled(self._chosen != YOURS and self._item(self._chosen).there)

    def _forget(self) -> None:
        self._offered, self._chosen, self._job, self._looking = None, YOURS, None, False
        self._tabs.clear()
        self.hide()
