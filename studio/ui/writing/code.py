"""A page of code: letters of one width, its parts in colours, no spelling. Which language it is in, its file's ending says."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Future

from PySide6.QtCore import QObject, QTimer
from PySide6.QtGui import QTextBlock

from studio.media.text.code import CHARACTERS_LIMIT, Span, ending_of, spans
from studio.ui import theme
from studio.ui.context import AppContext
from studio.ui.writing.sheet import Sheet

REST_MS = 250  # after the last key the page is looked at as a whole, on the file threads: a comment may go over many lines


class CodeLook(QObject):
    """Dresses the editor for the page that is open. While one types, a line is looked at by itself."""

    def __init__(self, context: AppContext, sheet: Sheet) -> None:
        super().__init__(sheet)
        self._context, self._sheet, self._edit = context, sheet, sheet.edit
        self._lines: list[tuple[str, Sequence[Span]]] = []
        self._rest = QTimer(self, singleShot=True, interval=REST_MS)
        self._rest.timeout.connect(self._look)
        sheet.opened.connect(self.dress)
        sheet.changed.connect(lambda *_: self._edit.code and self._rest.start())
        self.dress()

    def dress(self) -> None:
        """For the page that is open, which may have got its name just now."""
        ending = ending_of(self._sheet.pages.file(self._sheet.pages.number))
        if ending == self._edit.code and not ending:
            return
        edit, self._lines = self._edit, []
        edit.code = ending
        font = theme.code_font() if ending else theme.page_font()
        edit.setFont(font)
        edit.document().setDefaultFont(font)
        edit.setTabStopDistance(4 * edit.fontMetrics().horizontalAdvance(" "))
        edit.highlighter.spans = self.spans if ending else None
        edit.highlighter.rehighlight()
        edit.updateGeometry()
        edit.resize(edit.size())
        if ending:
            self._look()

    def spans(self, number: int, text: str) -> Sequence[Span]:
        """What stands in line `number`: as the whole page has it where the line is still the same, else by itself."""
        if number < len(self._lines) and self._lines[number][0] == text:
            return self._lines[number][1]
        return next(spans(text, self._edit.code), [])

    def _look(self) -> None:
        content, ending = self._sheet.content, self._edit.code
        if not ending or len(content) > CHARACTERS_LIMIT:
            return

        def looked(done: Future[list[list[Span]]]) -> None:
            if done.exception() is None and content == self._sheet.content and ending == self._edit.code:
                self._show(content.split("\n"), done.result())

        self._context.bridge.in_background(lambda: list(spans(content, ending)), looked)

    def _show(self, lines: list[str], found: list[list[Span]]) -> None:
        before = [self.spans(number, line) for number, line in enumerate(lines)]
        self._lines = [(line, found[number] if number < len(found) else []) for number, line in enumerate(lines)]
        block: QTextBlock = self._edit.document().firstBlock()
        for number, (_, after) in enumerate(self._lines):
            if list(after) != list(before[number]):
                self._edit.highlighter.rehighlightBlock(block)
            block = block.next()
