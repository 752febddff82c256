"""The command palette and the shortcuts sheet, both drawn from the window's actions."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, QSize, Qt
from PySide6.QtGui import QAction, QKeyEvent
from PySide6.QtWidgets import (
    QDialog,
    QGridLayout,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from studio.ui import theme
from studio.ui.actions import COMMANDS, MENUS
from studio.ui.widgets.labels import quiet, title

WIDTH, HEIGHT = 480, 380
BY_HAND = [("Change a number", "drag, wheel, arrows"), ("Reset a number", "double press"), ("Pan the canvas", "Space + drag")]


class CommandPalette(QDialog):
    """Type a few letters of what you want, press Enter."""

    def __init__(self, actions: Sequence[QAction], parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setAccessibleName("Command palette")
        self.resize(WIDTH, HEIGHT)
        self._actions = [action for action in actions if action.isEnabled() and action.text()]
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 8, 8, 8)
        self._text = QLineEdit()
        self._text.setPlaceholderText("What do you want to do?")
        self._text.setAccessibleName("What do you want to do?")
        self._text.textChanged.connect(self._search)
        self._text.installEventFilter(self)
        self._list = QListWidget()
        self._list.setAccessibleName("Commands")
        self._list.setIconSize(QSize(theme.ICON, theme.ICON))
        self._list.itemClicked.connect(lambda _: self._do())
        column.addWidget(self._text)
        column.addWidget(self._list)
        self._search("")

    def open_over(self, window: QWidget) -> None:
        """Show it in the upper middle of `window`."""
        corner = window.mapToGlobal(window.rect().topLeft())
        self.move(corner.x() + (window.width() - self.width()) // 2, corner.y() + 80)
        self.show()
        self._text.setFocus()

    def _search(self, text: str) -> None:
        self._list.clear()
        for action in sorted(self._actions, key=lambda each: -rank(text, each.text())):
            if rank(text, action.text()) > 0:
                shortcut = action.shortcut().toString()
                item = QListWidgetItem(action.icon(), action.text() + (f"    {shortcut}" if shortcut else ""))
                item.setData(Qt.ItemDataRole.UserRole, action)
                item.setSizeHint(QSize(0, 30))
                self._list.addItem(item)
        self._list.setCurrentRow(0)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            if event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Up):
                step = 1 if event.key() == Qt.Key.Key_Down else -1
                self._list.setCurrentRow((self._list.currentRow() + step) % max(1, self._list.count()))
                return True
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self._do()
                return True
        return False

    def _do(self) -> None:
        item = self._list.currentItem()
        self.close()
        if item is not None:
            item.data(Qt.ItemDataRole.UserRole).trigger()


def rank(typed: str, label: str) -> int:
    """How well `typed` fits `label`: 0 not at all; words' beginnings count most, then parts, then letters in order."""
    typed, label = typed.lower().strip(), label.lower()
    if not typed:
        return 1
    if label.startswith(typed):
        return 4
    if any(word.startswith(typed) for word in label.split()):
        return 3
    if typed in label:
        return 2
    letters = iter(label)
    return int(all(letter in letters for letter in typed))


class ShortcutsSheet(QDialog):
    """All shortcuts on one page."""

    def __init__(self, tools: Sequence[tuple[str, str]], parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle("Keyboard shortcuts")
        self.resize(640, 520)
        inside = QWidget()
        columns = QGridLayout(inside)
        columns.setHorizontalSpacing(24)
        groups = [(menu, [(each.label, each.shortcut) for each in COMMANDS if each.menu == menu and each.shortcut]) for menu in MENUS]
        groups.append(("Tools", list(tools)))
        groups.append(("By hand", BY_HAND))
        for number, (name, rows) in enumerate(groups):
            columns.addWidget(self._group(name, rows), number // 2, number % 2, Qt.AlignmentFlag.AlignTop)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setWidget(inside)
        QVBoxLayout(self).addWidget(scroll)

    def _group(self, name: str, rows: Sequence[tuple[str, str]]) -> QWidget:
        box = QWidget()
        grid = QGridLayout(box)
        grid.setContentsMargins(8, 8, 8, 8)
        grid.setColumnStretch(0, 1)
        grid.addWidget(title(name), 0, 0, 1, 2)
        for row, (label, shortcut) in enumerate(rows, 1):
            grid.addWidget(quiet(label), row, 0)
            keys = quiet(shortcut.replace("Return", "Enter"))
            keys.setAlignment(Qt.AlignmentFlag.AlignRight)
            grid.addWidget(keys, row, 1)
        return box
