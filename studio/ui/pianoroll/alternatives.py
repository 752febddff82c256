"""What else might stand in a note's place: the model in hand is asked, and its pitches are seen, heard and taken."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from studio.documents.score.model import Sheet
from studio.engine import Answer, Failed, Job, JobEvent, Question
from studio.engine.events import ENDINGS
from studio.generators.capabilities import Alternative, PredictsNotes
from studio.media.score import Score, editing
from studio.media.score.theory import pitch_name
from studio.ui import theme
from studio.ui.context import AppContext
from studio.ui.pianoroll.state import RollState
from studio.ui.widgets.labels import Elided, IconButton
from studio.ui.widgets.ranked import Ranked, RankedList

COUNT = 8
WIDTH, GAP = 168, 8
VELOCITY = 90  # of a pitch that is only tried out


class WhatElse(QFrame):
    """Beside the chosen note. A pitch that is looked at is shown and sounded; Enter or a press takes it, Esc leaves all as it was.

    It belongs to the score as it was when the question was put: another one, or another chosen note, and it is gone.
    """

    def __init__(self, context: AppContext, state: RollState, parent: QWidget) -> None:
        super().__init__(parent)
        self._context, self.state, self._over = context, state, parent
        self._job: Job | None = None
        self._sheet: Sheet | None = None  # the one that was asked about
        self._mask = state.mask
        self._note = (0, 0, 0)  # tick where it ends, pitch and velocity
        self._found: list[Alternative] = []
        self.setProperty("role", "raised")
        self._head = Elided("")
        self._list = RankedList("What else might stand here", theme.font())
        self._list.pointed.connect(self._try)
        self._list.itemEntered.connect(self._list.setCurrentItem)  # what lies under the pointer is what Enter takes
        self._list.taken.connect(self.take)
        self._list.left.connect(self.leave)
        self._list.installEventFilter(self)
        head = QHBoxLayout()
        head.addWidget(self._head, 1)
        head.addWidget(IconButton("x", "Leave the note as it is (Esc)", self.leave, "quiet"))
        column = QVBoxLayout(self)
        column.setContentsMargins(4, 2, 4, 4)
        column.setSpacing(2)
        column.addLayout(head)
        column.addWidget(self._list)
        self.setFixedWidth(WIDTH)
        state.sheet_changed.connect(self._sheet_changed)
        state.view_changed.connect(self._place)
        self.hide()

    def offered(self) -> list[Alternative]:
        """The pitches that are shown, the likeliest first."""
        return list(self._found)

    def ask(self) -> None:
        """Ask the model in hand about the chosen note; a newer question takes the place of the last."""
        self.leave()
        rows, document, card = np.flatnonzero(self.state.mask), self.state.document, self._context.card
        if len(rows) != 1:
            self.state.problem.emit("Choose one note, then ask what else might stand there.")
        elif document.shown is not document.sheet:
            self.state.problem.emit("Keep or let go of what the model offers first, then ask about a note.")
        elif card is None:
            self.state.problem.emit("There is no model in hand to ask.")
        else:
            row, note = int(rows[0]), self.state.notes[rows[0]]
            self._sheet, self._mask = document.sheet, self.state.mask.copy()
            self._note = (int(note["tick"] + note["length"]), int(note["pitch"]), int(note["velocity"]))
            self._head.setText(f"Asking {card.title}…")
            self._show([])
            work = _alternatives(document.sheet.score, self.state.active, row)
            self._job = self._context.bridge.submit(Question(self._context.model, work, "roll-alternatives"), self._hear)

    def take(self, number: int) -> None:
        """Put a pitch, counted from 0, in the place of the note's, as one step."""
        if not 0 <= number < len(self._found):
            return
        by = self._found[number].pitch - self._note[1]
        self.leave()
        self.state.edit("Take another pitch", lambda notes, mask: editing.moved(notes, mask, 0, by))

    def leave(self) -> bool:
        """Away with it, and the note is as it was; False where it was not there."""
        there, sheet, self._sheet = self._sheet is not None, self._sheet, None
        if self._job is not None:
            job, self._job = self._job, None
            self._context.session.cancel(job)
        self._found = []
        if there:
            focused = self._list.hasFocus()
            self.hide()
            if self.state.document.sheet is sheet:
                self.state.document.preview(None)
                self.state.choose(self._mask)
            if focused:
                self._over.setFocus()
        return there

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """A press anywhere else leaves it."""
        if event.type() == QEvent.Type.FocusOut:
            self.leave()
        return super().eventFilter(watched, event)

    def _hear(self, job: Job, event: JobEvent) -> None:
        if job is not self._job:
            return
        if isinstance(event, Answer):
            self._answered(event.value)
        elif isinstance(event, ENDINGS):
            self._job = None
            if isinstance(event, Failed):
                self.leave()
                self._context.problem.emit(event.sentence, event.details)

    def _answered(self, found: list[Alternative] | None) -> None:
        card = self._context.card
        if found is None:
            self._job = None
            self.leave()
            title = card.title if card is not None else "This model"
            self.state.problem.emit(
                f"{title} cannot say what else might stand there. Take a model in hand that reads notes, as MuseNet does."
            )
            return
        self._head.setText("What else?")
        self._show(found)
        self._list.take_focus()

    def _show(self, found: list[Alternative]) -> None:
        self._found = list(found)
        own = self._note[1]
        self._list.blockSignals(True)  # that the list is another one is no look at one of its lines
        self._list.show_lines(
            [Ranked(f"{pitch_name(pitch)}{'  as it is' if pitch == own else ''}", share) for pitch, share in map(_plain, found)]
        )
        self._list.setVisible(bool(found))
        self._list.blockSignals(False)
        self.adjustSize()
        self._place()
        self.show()
        self.raise_()

    def _place(self) -> None:
        """Right of the note, as far as there is room."""
        if self._sheet is None:
            return
        view, over = self.state.view, self._over
        left, middle = view.x(self._note[0]) + GAP, view.y(self._note[1]) + view.row / 2
        x = max(GAP, min(round(left), over.width() - self.width() - GAP))
        self.move(x, max(GAP, min(round(middle) - self.height() // 2, over.height() - self.height() - GAP)))

    def _try(self, number: int) -> None:
        """Show and sound a pitch without taking it."""
        if self._sheet is None or not 0 <= number < len(self._found):
            return
        pitch, track = self._found[number].pitch, self._sheet.score.tracks[self.state.active]
        self.state.show(lambda notes, mask: editing.moved(notes, mask, 0, pitch - self._note[1]), (track.notes, self._mask))
        self.state.auditioned.emit(pitch, self._note[2] or VELOCITY)

    def _sheet_changed(self) -> None:
        if self._sheet is not None and self.state.document.sheet is not self._sheet:
            self.leave()


def _plain(each: Alternative) -> tuple[int, float]:
    return each.pitch, each.probability


def _alternatives(score: Score, track: int, row: int) -> Callable[[Any], Iterator[list[Alternative] | None]]:
    """On the worker's thread: the model's answer, None from one that does not read notes."""

    def work(model: Any) -> Iterator[list[Alternative] | None]:
        yield model.alternatives(score, track, row, COUNT) if isinstance(model, PredictsNotes) else None

    return work
