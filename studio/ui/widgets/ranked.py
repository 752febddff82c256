"""A short list of what might stand in a place, the likeliest first, each with its probability."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from PySide6.QtCore import QRect, QSize, Qt, Signal
from PySide6.QtGui import QFont, QKeyEvent, QPainter
from PySide6.QtWidgets import QListWidget, QListWidgetItem, QStyle, QStyledItemDelegate, QStyleOptionViewItem

from studio.ui import theme
from studio.ui.widgets.filmstrip import Index

ROW, NARROWEST = 26, 104
WORD, SHARE, NUMBER = Qt.ItemDataRole.UserRole, Qt.ItemDataRole.UserRole + 1, Qt.ItemDataRole.UserRole + 2


class Ranked(NamedTuple):
    """One line: what is shown, and how likely it is, from 0 to 1."""

    text: str
    probability: float


class _Row(QStyledItemDelegate):
    """The word at the left, its probability at the right and as a quiet bar behind both."""

    def __init__(self, parent: QListWidget, font: QFont) -> None:
        super().__init__(parent)
        self._font = font

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(NARROWEST - 8, ROW)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        t = theme.tokens()
        area: QRect = option.rect.adjusted(0, 1, 0, -1)  # type: ignore[attr-defined]
        share = float(index.data(SHARE))
        painter.fillRect(area.adjusted(0, 0, -round(area.width() * (1 - share)), 0), t.color("accent", 0.18))
        if option.state & (QStyle.StateFlag.State_Selected | QStyle.StateFlag.State_MouseOver):  # type: ignore[attr-defined]
            painter.setPen(t.color("accent"))
            painter.drawRect(area.adjusted(0, 0, -1, -1))
        inside = area.adjusted(6, 0, -6, 0)
        painter.setFont(theme.font(theme.LABEL_SIZE))
        painter.setPen(t.color("quiet"))
        percent = f"{share:.0%}" if share >= 0.01 else "<1%"
        painter.drawText(inside, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, percent)
        room = inside.width() - painter.fontMetrics().horizontalAdvance(percent) - 6
        if number := index.data(NUMBER):
            painter.drawText(inside, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, str(number))
            inside.setLeft(inside.left() + 14)
            room -= 14
        painter.setPen(t.color("text"))
        painter.setFont(self._font)
        word = painter.fontMetrics().elidedText(index.data(WORD), Qt.TextElideMode.ElideRight, room)
        painter.drawText(inside, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, word)


class RankedList(QListWidget):
    """A press or Enter takes a line, digits take by number, Esc leaves; `pointed` says which one is looked at."""

    taken = Signal(int)
    pointed = Signal(int)
    left = Signal()

    def __init__(self, name: str, font: QFont) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self.setItemDelegate(_Row(self, font))
        self.setMouseTracking(True)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.itemClicked.connect(lambda item: self.taken.emit(self.row(item)))
        self.currentRowChanged.connect(self.pointed)

    def show_lines(self, lines: Sequence[Ranked], numbered: bool = False) -> None:
        """Show these in place of the last ones; none of them is looked at yet."""
        self.clear()
        for number, line in enumerate(lines, 1):
            item = QListWidgetItem()
            item.setData(WORD, line.text)
            item.setData(SHARE, line.probability)
            item.setData(NUMBER, number if numbered and number < 10 else None)
            item.setData(Qt.ItemDataRole.AccessibleTextRole, f"{line.text}, {line.probability:.0%}")
            item.setToolTip(line.text)
            self.addItem(item)
        self.setFixedHeight(ROW * len(lines) + 2)

    def take_focus(self) -> None:
        """Have the keyboard; no line is looked at before an arrow or the pointer chooses one."""
        self.blockSignals(True)  # Qt makes the first line the current one
        self.setFocus()
        self.setCurrentRow(-1)
        self.blockSignals(False)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.text().isdigit() and 1 <= int(event.text()) <= self.count():
            self.taken.emit(int(event.text()) - 1)
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.modifiers():
            self.taken.emit(self.currentRow())
        elif event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            super().keyPressEvent(event)
