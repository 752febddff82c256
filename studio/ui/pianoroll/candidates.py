"""What a model offers: candidates that grow as they come, each to be seen and heard in place, one to be kept."""

from __future__ import annotations

from dataclasses import dataclass, replace

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from studio.documents.score.model import Origin, Sheet
from studio.engine import Cancelled, Delta, Failed, Finished, Job, JobEvent, Kept, Preview
from studio.media import Score
from studio.media.score import appended
from studio.ui.pianoroll.state import RollState
from studio.ui.widgets.candidate_tabs import YOURS, CandidateTabs
from studio.ui.widgets.labels import IconButton, quiet


@dataclass
class Candidate:
    """One item as it stands; `origin` once it is finished."""

    score: Score | None = None
    origin: Origin | None = None


class Candidates(QWidget):
    """Tabs over the notes. A single item is kept at once when it is finished; of several a person keeps one."""

    heard_wanted = Signal()
    kept = Signal()
    grown = Signal(int, int)  # tick and pitch of the newest note that is shown

    def __init__(self, state: RollState, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.state = state
        self._items: dict[int, Candidate] = {}
        self._order: tuple[int, ...] = ()
        self._chosen = YOURS
        self._job = 0
        self._label = ""
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 2, 8, 4)
        row.setSpacing(4)
        self._text = quiet("")
        self._tabs = CandidateTabs("The score as you left it")
        self._tabs.chosen.connect(self.choose)
        self._keep = QPushButton("Keep this one")
        self._keep.setProperty("role", "primary")
        self._keep.clicked.connect(self.keep)
        row.addWidget(self._text)
        row.addWidget(self._tabs)
        row.addWidget(IconButton("play", "Hear it in place (Space)", self.heard_wanted.emit))
        row.addStretch(1)
        row.addWidget(self._keep)
        row.addWidget(IconButton("x", "Let go of all candidates", self.discard, "quiet"))
        self.hide()

    @property
    def offering(self) -> bool:
        """Whether something is offered or on its way."""
        return bool(self._order)

    # What comes from the job.

    def begin(self, job: Job, label: str, indices: tuple[int, ...]) -> None:
        """A new job takes the place of what was offered before."""
        self.discard()
        self._job, self._label, self._order = job.number, label, indices
        self._items = {index: Candidate() for index in indices}
        self._text.setText(label)
        self._tabs.show_for({index: str(number) for number, index in enumerate(indices, 1)})
        self._keep.setEnabled(False)
        self.setVisible(True)

    def hear(self, job: Job, event: JobEvent) -> None:
        """An event of the job in hand."""
        if job.number != self._job:
            return
        match event:
            case Delta() if isinstance(event.media, Score):
                held = self._items[event.index].score
                self._arrived(event.index, event.media if held is None else appended(held, event.media))
                if held is not None and event.index == self._chosen:
                    self._tell_newest(event.media)
            case Preview() if isinstance(event.media, Score):
                self._arrived(event.index, event.media)
            case Kept() if isinstance(event.media, Score):
                self._items[event.index].origin = Origin.of(event.recipe.to_json(), event.media)
                self._arrived(event.index, event.media)
            case Failed():
                self.discard()
            case Finished() | Cancelled():
                self._ended()

    def _arrived(self, index: int, score: Score) -> None:
        self._items[index].score = score
        if not self._tabs.ready(index):
            return
        first = sum(each.score is not None for each in self._items.values()) == 1
        if self._chosen == YOURS and first and self._items[index].origin is None:
            self.choose(index)
        elif self._chosen == index:
            self._show()

    def _tell_newest(self, piece: Score) -> None:
        last = max((track.notes[-1] for track in piece.tracks if len(track.notes)), key=lambda note: int(note["tick"]), default=None)
        if last is not None:
            self.grown.emit(int(last["tick"]), int(last["pitch"]))

    def _ended(self) -> None:
        made = [index for index in self._order if self._items[index].origin is not None]
        if not made:
            self.discard()
        elif len(self._order) == 1:
            self.choose(made[0])
            self.keep()
        elif self._chosen == YOURS or self._items[self._chosen].origin is None:
            self.choose(made[0])
        self._keep.setEnabled(self._chosen != YOURS)

    # What a person does.

    def choose(self, index: int) -> None:
        """Show a candidate, or with YOURS the score as it was left."""
        self._chosen = index
        self._tabs.mark(index)
        self._show()

    def keep(self) -> bool:
        """Make the shown candidate the score, as one step; False where none is shown."""
        candidate = self._items.get(self._chosen)
        if candidate is None or candidate.score is None:
            return False
        sheet = replace(self.state.document.sheet, score=candidate.score, origin=candidate.origin)
        label = self._label
        self._forget()
        self.state.document.apply(label, sheet)
        self.kept.emit()
        return True

    def discard(self) -> None:
        """Go back to the score as it was left."""
        shown = self._chosen != YOURS
        self._forget()
        if shown:
            self.state.document.preview(None)

    def step(self, by: int) -> None:
        """Show the next or the last one."""
        there = [YOURS, *(index for index in self._order if self._items[index].score is not None)]
        if len(there) > 1:
            self.choose(there[(there.index(self._chosen) + by) % len(there)])

    def _show(self) -> None:
        candidate = self._items.get(self._chosen)
        sheet: Sheet | None = None
        if candidate is not None and candidate.score is not None:
            sheet = self.state.document.sheet.with_score(candidate.score)
        self._keep.setEnabled(sheet is not None and candidate is not None and candidate.origin is not None)
        self.state.comparing = sheet is not None
        self.state.document.preview(sheet)

    def _forget(self) -> None:
        self._items, self._order, self._chosen, self._job = {}, (), YOURS, 0
        self.state.comparing = False
        self._tabs.clear()
        self.hide()
