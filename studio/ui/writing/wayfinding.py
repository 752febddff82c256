"""The way through long pages: the outline beside them, a search over all of them, a goal of words."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, Qt, QTimer
from PySide6.QtWidgets import QSplitter, QWidget

from studio.documents.page.document import PageKind
from studio.media import MediaError
from studio.media.text.outline import Heading, chapter_at, moved, outline
from studio.project import ProjectError
from studio.ui.context import AppContext
from studio.ui.writing.bars import StatusBar
from studio.ui.writing.everywhere import Everywhere, Hit, search
from studio.ui.writing.finding import FindBar
from studio.ui.writing.outline_panel import OutlinePanel
from studio.ui.writing.sheet import Sheet

GOALS = "page.goals"
OUTLINE_MS, MARK_MS = 300, 80


class Wayfinding(QObject):
    """`open_page` opens another page; `before_edit` is called before a chapter is moved."""

    def __init__(
        self, context: AppContext, sheet: Sheet, finding: FindBar, status: StatusBar, open_page: Callable[[int], None],
        before_edit: Callable[[], object],
    ) -> None:  # fmt: skip
        super().__init__(sheet)
        self._context, self._sheet, self._finding, self._status = context, sheet, finding, status
        self._open_page, self._before_edit = open_page, before_edit
        self.headings: list[Heading] = []
        self.outline, self.everywhere = OutlinePanel(), Everywhere()
        self._goals: dict[str, int] = _goals(context.project.setting(GOALS))
        self._soon = QTimer(self, singleShot=True, interval=OUTLINE_MS)
        self._soon.timeout.connect(self.look)
        self._mark = QTimer(self, singleShot=True, interval=MARK_MS)
        self._mark.timeout.connect(lambda: self.outline.mark(chapter_at(self.headings, sheet.edit.place())))
        sheet.changed.connect(lambda *_: self._soon.start())
        sheet.opened.connect(self._opened)
        sheet.edit.moved.connect(self._mark.start)
        self.outline.wanted.connect(self.go_to)
        self.outline.put.connect(self.put)
        finding.changed.connect(self.look_everywhere)
        finding.everywhere_toggled.connect(lambda _: self.look_everywhere())
        finding.closed.connect(self.everywhere.hide)
        self.everywhere.wanted.connect(self._show)
        status.goal_set.connect(self.set_goal)
        self._opened()

    def left(self, pages: QWidget) -> QWidget:
        """The pages above, the outline of the one that is open below."""
        split = QSplitter(Qt.Orientation.Vertical)
        split.setChildrenCollapsible(False)
        split.addWidget(pages)
        split.addWidget(self.outline)
        split.setSizes([500, 500])
        return split

    # The outline.

    def look(self) -> None:
        """Draw the outline anew."""
        self._soon.stop()
        self.headings = outline(self._sheet.content)
        self.outline.show_outline(self.headings)
        self._mark.start()

    def go_to(self, number: int) -> None:
        """Put the cursor on a heading, in the middle of the page."""
        if number < len(self.headings):
            self._go(self.headings[number].first)

    def go_to_share(self, share: float) -> None:
        """Go so far through the page, from 0 to 1."""
        self._go(round(share * len(self._sheet.content)))

    def put(self, number: int, place: int) -> None:
        """Put a chapter at another place, as one step."""
        if self._soon.isActive():  # typed since: the places are others
            self.look()
            return
        change = moved(self._sheet.content, self.headings[number], place) if number < len(self.headings) else None
        if change is None:
            return
        self._before_edit()
        first, last, text = change
        begins = self.headings[number].first
        lands = place if place < begins else place - (self.headings[number].last - begins)
        if self._sheet.apply("Move a chapter", first, last, text):
            self.look()
            self._go(min(lands, len(self._sheet.content)))

    def _go(self, place: int) -> None:
        edit = self._sheet.edit
        edit.choose(place, place)
        edit.centerCursor()
        edit.setFocus()

    # All pages.

    def look_everywhere(self) -> None:
        """Look on all pages for what the bar is asked to find; on the file threads, for they may be long."""
        pattern = self._finding.pattern() if self._finding.is_everywhere() else None
        self.everywhere.setVisible(pattern is not None)
        if pattern is None:
            return
        pages, project = self._sheet.pages, self._context.project
        here = [(number, title, pages.held(number)) for number, title in pages.all()]

        def read() -> tuple[list[Hit], int]:
            kind, found = PageKind(), []
            for number, title, content in here:
                try:
                    if content is None:
                        state = project.load_document(number)
                        content = kind.restore(state.snapshot, [edit.payload for edit in state.edits], state.position).content
                except (MediaError, ProjectError):
                    continue  # opening that page says what is wrong with it
                found.append((number, title, content))
            return search(pattern, found)

        def arrived(found: tuple[list[Hit], int]) -> None:
            if self._still(pattern):
                self.everywhere.show_hits(*found)

        self._context.read_aside(read, arrived)

    def _still(self, pattern: re.Pattern[str]) -> bool:
        now = self._finding.pattern()
        return now is not None and (now.pattern, now.flags) == (pattern.pattern, pattern.flags) and self._finding.is_everywhere()

    def _show(self, hit: Hit) -> None:
        self._open_page(hit.page)
        self._go(hit.first)
        self._sheet.edit.choose(hit.first, hit.last)

    # The goal.

    def goal(self) -> int:
        """How many words the open page is to have; 0 where it has no goal."""
        return self._goals.get(str(self._sheet.pages.number), 0)

    def set_goal(self, words: int) -> None:
        self._goals[str(self._sheet.pages.number)] = max(0, words)
        self._goals = {page: goal for page, goal in self._goals.items() if goal}
        self._context.remember(GOALS, self._goals)
        self._status.show_goal(self.goal())

    def _opened(self) -> None:
        self.look()
        self._status.show_goal(self.goal())


def _goals(kept: Any) -> dict[str, int]:
    """The goals that were kept; anything else is left out."""
    return {str(page): goal for page, goal in kept.items() if type(goal) is int and goal > 0} if isinstance(kept, dict) else {}
