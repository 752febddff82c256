"""Keeps the story of the project, shows which notes are woven in, and how much of what the model sees is taken."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer, Signal

from studio.documents.page.story import Story
from studio.ui.context import AppContext
from studio.ui.writing import model_queries
from studio.ui.writing.model_queries import ModelQueries
from studio.ui.writing.sheet import Sheet
from studio.ui.writing.story_panel import StoryPanel

STORY, OPEN = "page.story", "page.story.open"
REST_MS = 600


class Remembering(QObject):
    """`room_changed` carries a few words on the room that is left, and what they mean."""

    room_changed = Signal(str, str)

    def __init__(self, context: AppContext, sheet: Sheet) -> None:
        super().__init__(sheet)
        self._context, self._sheet = context, sheet
        self._queries = ModelQueries(context, "room")
        self.panel = StoryPanel(Story.of(context.project.setting(STORY)), bool(context.project.setting(OPEN)))
        self.panel.changed.connect(self._keep)
        self.panel.opened.connect(self._opened)
        self._rest = QTimer(self, singleShot=True, interval=REST_MS)
        self._rest.timeout.connect(self._look)
        sheet.changed.connect(lambda *_: self._rest.start())
        sheet.opened.connect(self._rest.start)

    @property
    def story(self) -> Story:
        return self.panel.story

    def settle(self) -> None:
        self.panel.settle()

    def _keep(self) -> None:
        self._context.remember(STORY, self.story.plain())
        self._rest.start()

    def _opened(self, on: bool) -> None:
        self._context.remember(OPEN, on)
        if on:
            self._rest.start()

    def _look(self) -> None:
        """Asked for only while it is looked at."""
        if not self.panel.is_open():
            self.room_changed.emit("", "")
            return
        content, place = self._sheet.content, self._sheet.edit.place()
        before, _ = model_queries.seen(content, place)
        self.panel.show_named(before)
        parts = (self.story.woven(before), self.story.author_note, before)
        self._queries.ask(model_queries.room(parts), self._heard)

    def _heard(self, found: tuple[int, int]) -> None:
        taken, room = found
        text = f"{min(taken, room):,} of {room:,} tokens in use"
        tip = "How much of what the model sees at once is taken by memory, notes and the text before the cursor"
        if taken > room:
            tip += "; what lies furthest back is no longer seen"
        self.panel.budget.setText(text)
        self.panel.budget.setToolTip(tip)
        self.room_changed.emit(text, tip)
