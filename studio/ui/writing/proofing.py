"""Words that no dictionary has, underlined; a right press offers what may have been meant."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu

from studio.documents.page.marks import word_at
from studio.media.text.spelling import Spelling
from studio.ui.context import AppContext
from studio.ui.writing.sheet import Sheet

KEPT = "writing.words"  # the project's own words
REMEMBERED = 400  # paragraphs


class Proofing(QObject):
    """The dictionary is read on the file threads when it is first wanted."""

    def __init__(self, context: AppContext, sheet: Sheet) -> None:
        super().__init__(sheet)
        self._context, self._sheet, self._edit = context, sheet, sheet.edit
        self._spelling: Spelling | None = None
        self._reading = self._on = False
        self._found: dict[str, Sequence[tuple[int, int]]] = {}
        self._edit.menu_asked.connect(self._offer)

    def set_on(self, on: bool) -> None:
        """Underline, or no more."""
        self._on = on
        if on and self._spelling is None and not self._reading:
            self._reading = True
            kept = self._context.project.setting(KEPT) or []
            self._context.bridge.in_background(lambda: Spelling(kept), self._read)
        self._edit.layers.misspelt = self.misspelt if on else None
        self._edit.viewport().update()

    def misspelt(self, paragraph: str) -> Sequence[tuple[int, int]]:
        """The words of a paragraph that are not known; most paragraphs are what they were a keystroke ago."""
        if self._spelling is None or self._edit.code:
            return ()
        if paragraph not in self._found:
            if len(self._found) > REMEMBERED:
                self._found.clear()
            self._found[paragraph] = list(self._spelling.misspelt(paragraph))
        return self._found[paragraph]

    def _read(self, done: Any) -> None:
        error = done.exception()
        if error is not None:
            self._context.problem.emit(f"The dictionary cannot be read: {error}", "")
            return
        self._spelling = done.result()
        self._edit.viewport().update()

    def _offer(self, menu: QMenu, place: int) -> None:
        """Put what may have been meant at the top of the page's menu."""
        content = self._sheet.content
        first, last = word_at(content, place)
        word = content[first:last]
        if not self._on or self._spelling is None or not word or self._spelling.knows(word) or word[0].isupper():
            return
        before = menu.actions()[0]  # an editor's menu is never empty
        made = []
        for other in self._spelling.suggestions(word):
            action = QAction(other, menu)
            action.triggered.connect(partial(self._put, first, last, other))
            made.append(action)
        if not made:
            nothing = QAction("No suggestions", menu)
            nothing.setEnabled(False)
            made.append(nothing)
        keep = QAction(f"Know the word “{word[:40]}”", menu)
        keep.triggered.connect(partial(self._keep, word))
        for action in (*made, keep):
            menu.insertAction(before, action)
        menu.insertSeparator(before)

    def _put(self, first: int, last: int, other: str) -> None:
        if self._sheet.apply("Spelling", first, last, other):
            self._edit.choose(first + len(other), first + len(other))

    def _keep(self, word: str) -> None:
        if self._spelling is not None:
            self._spelling.keep(word)
            self._found.clear()
            self._context.remember(KEPT, sorted(self._spelling.kept))
            self._edit.viewport().update()
