"""In the margin beside a word: what might stand there, and how likely it is."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRect, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QFrame,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from studio.generators.capabilities import NextWord
from studio.ui import theme
from studio.ui.widgets.filmstrip import Index

ROW = 26
WIDEST, NARROWEST, GAP = 190, 104, 8
WORD, SHARE, NUMBER = Qt.ItemDataRole.UserRole, Qt.ItemDataRole.UserRole + 1, Qt.ItemDataRole.UserRole + 2


class _Row(QStyledItemDelegate):
    """The word at the left, its probability at the right and as a quiet bar behind both."""

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
        painter.setFont(theme.page_font(theme.TITLE_SIZE))
        word = painter.fontMetrics().elidedText(index.data(WORD), Qt.TextElideMode.ElideRight, room)
        painter.drawText(inside, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, word)


class _List(QListWidget):
    """Digits choose, Enter takes the one in hand, Esc leaves."""

    taken = Signal(int)
    left = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.text().isdigit() and 1 <= int(event.text()) <= self.count():
            self.taken.emit(int(event.text()) - 1)
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.modifiers():
            self.taken.emit(self.currentRow())
        elif event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            super().keyPressEvent(event)


class Choices(QFrame):
    """`chosen` carries a NextWord; `go_on_wanted` asks to write on from there instead."""

    chosen = Signal(object)
    go_on_wanted = Signal()
    left = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._over = parent
        self.setProperty("role", "raised")
        column = QVBoxLayout(self)
        column.setContentsMargins(4, 4, 4, 4)
        column.setSpacing(2)
        self._words: list[NextWord] = []
        self._list = _List()
        self._list.setAccessibleName("What might stand here")
        self._list.setItemDelegate(_Row(self._list))
        self._list.setMouseTracking(True)
        self._list.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._list.itemClicked.connect(lambda item: self.take(self._list.row(item)))
        self._list.taken.connect(self.take)
        self._list.left.connect(self.left)
        self._go_on = QPushButton("Write on")
        self._go_on.setProperty("role", "flat")
        self._go_on.setToolTip("Let the model continue from here, in the place of the rest of the paragraph")
        self._go_on.clicked.connect(self.go_on_wanted)
        column.addWidget(self._list)
        column.addWidget(self._go_on)
        self.hide()

    def words(self) -> list[NextWord]:
        return list(self._words)

    def show_words(self, words: Sequence[NextWord], left: int, middle: int, numbered: bool) -> None:
        """Stand at `left` of the parent with the middle at `middle`, as far as there is room."""
        self._words = list(words)
        self._list.clear()
        for number, word in enumerate(words, 1):
            item = QListWidgetItem()
            shown = word.text.strip() or "¶"
            item.setData(WORD, shown)
            item.setData(SHARE, word.probability)
            item.setData(NUMBER, number if numbered and number < 10 else None)
            item.setData(Qt.ItemDataRole.AccessibleTextRole, f"{shown}, {word.probability:.0%}")
            item.setToolTip(shown)
            self._list.addItem(item)
        self._go_on.setVisible(not numbered)
        self._list.setFixedHeight(ROW * len(self._words) + 2)
        parent = self._over
        width = max(NARROWEST, min(WIDEST, parent.width() - left - GAP))
        self.setFixedWidth(width)
        height = self._list.height() + 10 + (0 if numbered else theme.CONTROL_HEIGHT + 4)
        self.setFixedHeight(height)
        self.move(min(left, parent.width() - width - 4), max(8, min(middle - height // 2, parent.height() - height - 8)))
        self.show()
        self.raise_()

    def take(self, number: int) -> None:
        """Choose one, counted from 0."""
        if 0 <= number < len(self._words):
            self.chosen.emit(self._words[number])

    def leave(self) -> bool:
        """Away with it; False where it was not there."""
        there = not self.isHidden()
        self.hide()
        self._words = []
        return there
