"""What is painted under and over the words of a page: surprise, hits of a search, what a model put in, and the focus."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QRectF
from PySide6.QtGui import QColor, QPainter, QTextBlock

from studio.ui import theme
from studio.ui.writing.bits import MOST_BITS, Bits
from studio.ui.writing.lines import counted_twice

if TYPE_CHECKING:
    from studio.ui.writing.editor import PageEdit

DIMMED = 0.68


class Layers:
    """Paints what is in sight alone."""

    def __init__(self, edit: PageEdit) -> None:
        self._edit = edit
        self.focus = False
        self.bits: Bits | None = None
        self.hits: re.Pattern[str] | None = None
        self.fresh: tuple[int, int] | None = None

    def paint_below(self, painter: QPainter) -> None:
        if self.bits is None and self.hits is None and self.fresh is None:
            return
        t = theme.tokens()
        for block, corner in self._edit.visible_blocks():
            first = self._edit.index_of(block.position())
            if self.bits is not None:
                for start, stop, bits in self.bits.within(first, first + len(block.text())):
                    self._fill(painter, block, corner, start - first, stop - first, theme.heat(bits / MOST_BITS))
            if self.fresh is not None and self.fresh[0] < first + block.length() and self.fresh[1] > first:
                stop = min(self.fresh[1] - first, len(block.text()))
                self._fill(painter, block, corner, max(0, self.fresh[0] - first), stop, t.color("accent", 0.16))
            if self.hits is not None:
                for found in self.hits.finditer(block.text()):
                    self._fill(painter, block, corner, found.start(), found.end(), t.color("warn", 0.35))

    def paint_above(self, painter: QPainter) -> None:
        """Everything but the paragraph in hand steps back."""
        if not self.focus:
            return
        veil, here = theme.tokens().color("ground", DIMMED), self._edit.textCursor().blockNumber()
        whole = QRectF(self._edit.viewport().rect())
        top, bottom = whole.bottom(), whole.bottom()
        for block, corner in self._edit.visible_blocks():
            if block.blockNumber() == here:
                top, bottom = corner.y(), corner.y() + self._edit.blockBoundingRect(block).height()
        painter.fillRect(QRectF(whole.left(), whole.top(), whole.width(), top - whole.top()), veil)
        painter.fillRect(QRectF(whole.left(), bottom, whole.width(), max(0.0, whole.bottom() - bottom + 1)), veil)

    def _fill(self, painter: QPainter, block: QTextBlock, corner: QPoint, first: int, last: int, colour: QColor) -> None:
        text = block.text()
        first, last = first + counted_twice(text[:first]), last + counted_twice(text[:last])
        for area in rectangles(block, corner, first, last):
            painter.fillRect(area, colour)


def rectangles(block: QTextBlock, corner: QPoint, first: int, last: int) -> Iterator[QRectF]:
    """The places of characters `first` to `last` of a paragraph, one a line."""
    layout = block.layout()
    while first < last:
        line = layout.lineForTextPosition(first)
        if not line.isValid():
            return
        stop = min(last, line.textStart() + line.textLength())
        left, right = line.cursorToX(first), line.cursorToX(stop)
        x, y = (each[0] if isinstance(each, tuple) else each for each in (left, right))
        yield QRectF(corner.x() + min(x, y), corner.y() + line.y(), abs(y - x), line.height())
        if stop <= first:
            return
        first = stop
