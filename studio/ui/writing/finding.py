"""Find and replace: a bar over the page that counts what it finds."""

from __future__ import annotations

import re

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QLineEdit, QPushButton, QVBoxLayout, QWidget

from studio.ui.widgets.labels import IconButton, quiet

TYPED_MS = 80
COUNTED = 100_000


class _Field(QLineEdit):
    """Enter goes on, Shift+Enter back, Esc leaves."""

    next_wanted = Signal(int)
    left = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.next_wanted.emit(-1 if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 1)
        elif event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            super().keyPressEvent(event)


class FindBar(QWidget):
    """`changed` with every other pattern; `go_wanted` 1 or -1; `replace_wanted` and `replace_all_wanted` with what goes in."""

    changed = Signal()
    go_wanted = Signal(int)
    replace_wanted = Signal(str)
    replace_all_wanted = Signal(str)
    everywhere_toggled = Signal(bool)
    left = Signal()
    closed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 4, 8, 4)
        column.setSpacing(4)
        self.field, self.other = _Field(), _Field()
        self.field.setPlaceholderText("Find")
        self.field.setAccessibleName("Find")
        self.other.setPlaceholderText("Replace with")
        self.other.setAccessibleName("Replace with")
        self.field.setMinimumWidth(64)  # or the bar would make the whole window wider
        self.count = quiet("")
        self.count.setMinimumWidth(84)
        self.case = QCheckBox("Match case")
        self._everywhere = QCheckBox("All pages")
        self._everywhere.setToolTip("Find in all pages (Ctrl+Shift+F)")
        self._everywhere.toggled.connect(self.everywhere_toggled)
        first = QHBoxLayout()
        first.setSpacing(4)
        first.addWidget(self.field, 1)
        first.addWidget(self.count)
        first.addWidget(self.case)
        first.addWidget(self._everywhere)
        first.addWidget(IconButton("chevron-up", "The one before (Shift+Enter)", lambda: self.go_wanted.emit(-1)))
        first.addWidget(IconButton("chevron-down", "The next one (Enter)", lambda: self.go_wanted.emit(1)))
        first.addWidget(IconButton("x", "Close (Esc)", self.left.emit, "quiet"))
        self._second = QWidget()
        second = QHBoxLayout(self._second)
        second.setContentsMargins(0, 0, 0, 0)
        second.setSpacing(4)
        one, every = QPushButton("Replace"), QPushButton("Replace all")
        one.clicked.connect(lambda: self.replace_wanted.emit(self.other.text()))
        every.clicked.connect(lambda: self.replace_all_wanted.emit(self.other.text()))
        second.addWidget(self.other, 1)
        second.addWidget(one)
        second.addWidget(every)
        column.addLayout(first)
        column.addWidget(self._second)
        self._soon = QTimer(self, singleShot=True, interval=TYPED_MS)
        self._soon.timeout.connect(self.changed)
        self.field.textChanged.connect(lambda _: self._soon.start())
        self.case.toggled.connect(lambda _: self.changed.emit())
        self.field.next_wanted.connect(self._go)
        self.other.next_wanted.connect(lambda _: self.replace_wanted.emit(self.other.text()))
        for each in (self.field, self.other):
            each.left.connect(self.left)
        self.hide()

    def is_everywhere(self) -> bool:
        """Whether all pages are looked through."""
        return self._everywhere.isChecked() and not self.isHidden()

    def open(self, chosen: str, replace: bool, everywhere: bool | None = None) -> None:
        """Come up with what is chosen on the page, where that is a few words of one line; on all pages where that is asked for."""
        if everywhere is not None:
            self._everywhere.setChecked(everywhere)
        self._second.setVisible(replace)
        if chosen and "\n" not in chosen and len(chosen) < 200:
            self.field.setText(chosen)
        self.show()
        self.field.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.field.selectAll()
        self.changed.emit()

    def leave(self) -> None:
        """Close it."""
        self._soon.stop()
        self.hide()
        self.closed.emit()

    def pattern(self) -> re.Pattern[str] | None:
        """What is looked for; None while it is nothing."""
        if self.isHidden() or not self.field.text():
            return None
        return re.compile(re.escape(self.field.text()), 0 if self.case.isChecked() else re.IGNORECASE)

    def show_count(self, place: int, count: int) -> None:
        """Which one is chosen, counted from 1 (0 for none), and how many there are."""
        if not self.field.text():
            self.count.setText("")
        elif not count:
            self.count.setText("none")
        else:
            self.count.setText(f"{place} of {count:,}" if place else f"{count:,} found")

    def _go(self, by: int) -> None:
        self._soon.stop()
        self.go_wanted.emit(by)
