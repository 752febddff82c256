"""What is painted under and over the words of a page: surprise, hits of a search, what a model put in, and the focus."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from PySide6.QtCore import QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QTextBlock
from PySide6.QtWidgets import QPlainTextEdit

from studio.documents.page.lines import counted_twice
from studio.ui import theme
from studio.ui.writing.bits import Bits, share

DIMMED = 0.68
LIFT = QPointF(0, 3)  # of the line under a word, from the bottom of its line
KEPT_TINTS = 200  # paragraphs
Blocks = Sequence[tuple[QTextBlock, QPoint]]  # paragraphs, each with the corner of its layout


class Layers:
    """Paints what is in sight alone, over the words of `edit`. `index_of` gives the character at one of Qt's positions."""

    def __init__(self, edit: QPlainTextEdit, visible_blocks: Callable[[], Blocks], index_of: Callable[[int], int]) -> None:
        self._edit, self._visible_blocks, self._index_of = edit, visible_blocks, index_of
        self.focus = False
        self.bits: Bits | None = None
        self.hits: re.Pattern[str] | None = None
        self.fresh: tuple[int, int] | None = None
        self.misspelt: Callable[[str], Sequence[tuple[int, int]]] | None = None
        self.lit = False
        self._tints: dict[int, tuple[object, list[tuple[QRectF, QColor]]]] = {}

    def paint_below(self, painter: QPainter) -> None:
        if self.bits is None and self.hits is None and self.fresh is None:
            return
        t = theme.tokens()
        for block, corner in self._visible_blocks():
            first = self._index_of(block.position())
            if self.bits is not None:
                for area, colour in self._tint(block, first):
                    painter.fillRect(area.translated(corner), colour)
            if self.fresh is not None and self.fresh[0] < first + block.length() and self.fresh[1] > first:
                stop = min(self.fresh[1] - first, len(block.text()))
                self._fill(painter, block, corner, max(0, self.fresh[0] - first), stop, t.color("accent", 0.16))
            if self.hits is not None:
                for found in self.hits.finditer(block.text()):
                    self._fill(painter, block, corner, found.start(), found.end(), t.color("warn", 0.35))

    def paint_above(self, painter: QPainter) -> None:
        """Everything but the paragraph in hand steps back; a page that can take what is dragged lights up."""
        if self.misspelt is not None:
            self._underline(painter, self.misspelt)
        if self.lit:
            painter.setPen(QPen(theme.tokens().color("accent"), 2))
            painter.drawRect(self._edit.viewport().rect().adjusted(1, 1, -1, -1))
        if not self.focus:
            return
        veil, here = theme.tokens().color("ground", DIMMED), self._edit.textCursor().blockNumber()
        whole = QRectF(self._edit.viewport().rect())
        top, bottom = whole.bottom(), whole.bottom()
        for block, corner in self._visible_blocks():
            if block.blockNumber() == here:
                top, bottom = corner.y(), corner.y() + self._edit.blockBoundingRect(block).height()
        painter.fillRect(QRectF(whole.left(), whole.top(), whole.width(), top - whole.top()), veil)
        painter.fillRect(QRectF(whole.left(), bottom, whole.width(), max(0.0, whole.bottom() - bottom + 1)), veil)

    def _underline(self, painter: QPainter, misspelt: Callable[[str], Sequence[tuple[int, int]]]) -> None:
        """A dotted line under each word that is not known; not under one that is being typed."""
        pen = QPen(theme.tokens().color("bad"), 1.5, Qt.PenStyle.DotLine)
        painter.setPen(pen)
        cursor = self._edit.textCursor()
        for block, corner in self._visible_blocks():
            text = block.text()
            here = self._index_of(cursor.position()) - self._index_of(block.position()) if cursor.block() == block else -1
            for first, last in misspelt(text):
                if last != here:
                    begin, stop = first + counted_twice(text[:first]), last + counted_twice(text[:last])
                    for area in rectangles(block, corner, begin, stop):
                        painter.drawLine(area.bottomLeft() - LIFT, area.bottomRight() - LIFT)

    def _tint(self, block: QTextBlock, first: int) -> list[tuple[QRectF, QColor]]:
        """The colours of a paragraph, from its corner; most paragraphs are what they were a keystroke ago."""
        assert self.bits is not None
        text = block.text()
        tokens = [(start - first, stop - first, bits) for start, stop, bits in self.bits.within(first, first + len(text))]
        key = (text, self._edit.viewport().width(), tokens)
        number = block.blockNumber()
        held = self._tints.get(number)
        if held is None or held[0] != key:
            if len(self._tints) > KEPT_TINTS:
                self._tints.clear()
            held = self._tints[number] = key, list(_coloured(block, text, tokens))
        return held[1]

    def _fill(self, painter: QPainter, block: QTextBlock, corner: QPoint, first: int, last: int, colour: QColor) -> None:
        text = block.text()
        first, last = first + counted_twice(text[:first]), last + counted_twice(text[:last])
        for area in rectangles(block, corner, first, last):
            painter.fillRect(area, colour)


def _coloured(block: QTextBlock, text: str, tokens: list[tuple[int, int, float]]) -> Iterator[tuple[QRectF, QColor]]:
    """A rectangle for each token, two where it goes over the end of a line: line by line, which is quicker than token by token."""
    wide, layout, at = not text.isascii(), block.layout(), 0
    for number in range(layout.lineCount()):
        line = layout.lineAt(number)
        begin, end, y, height = line.textStart(), line.textStart() + line.textLength(), line.y(), line.height()
        known, x = -1, 0.0
        while at < len(tokens):
            first, last, bits = tokens[at]
            if wide:
                first, last = first + counted_twice(text[:first]), last + counted_twice(text[:last])
            if first >= end:
                break
            left = x if known == first else _x(line.cursorToX(max(first, begin)))
            known, x = last, _x(line.cursorToX(min(last, end)))
            yield QRectF(min(left, x), y, abs(x - left), height), theme.heat(share(bits))
            if last > end:
                break
            at += 1


def rectangles(block: QTextBlock, corner: QPoint, first: int, last: int) -> Iterator[QRectF]:
    """The places of characters `first` to `last` of a paragraph, one a line."""
    layout = block.layout()
    while first < last:
        line = layout.lineForTextPosition(first)
        if not line.isValid():
            return
        stop = min(last, line.textStart() + line.textLength())
        x, y = _x(line.cursorToX(first)), _x(line.cursorToX(stop))
        yield QRectF(corner.x() + min(x, y), corner.y() + line.y(), abs(y - x), line.height())
        if stop <= first:
            return
        first = stop


def _x(found: Any) -> float:
    """PySide gives the place alone, or with the cursor."""
    return float(found[0] if isinstance(found, tuple) else found)
