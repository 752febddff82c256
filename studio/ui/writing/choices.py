"""In the margin beside a word: what might stand there, and how likely it is."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QPushButton, QVBoxLayout, QWidget

from studio.generators.capabilities import NextWord
from studio.ui import theme
from studio.ui.widgets.ranked import NARROWEST, Ranked, RankedList

WIDEST, GAP = 190, 8


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
        self._list = RankedList("What might stand here", theme.page_font(theme.TITLE_SIZE))
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
        self._list.show_lines([Ranked(word.text.strip() or "¶", word.probability) for word in words], numbered)
        self._go_on.setVisible(not numbered)
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
