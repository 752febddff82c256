"""Find anything, by a few letters of its name; and the shortcuts sheet, drawn from the commands."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QModelIndex, QObject, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QAction, QIcon, QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QDialog,
    QGridLayout,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QScrollArea,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from studio.ui import theme
from studio.ui.widgets.labels import quiet, title, wrapped

WIDTH, HEIGHT = 560, 420
MARGIN = 10
MOST = 80  # rows: who wants another types more
THING = Qt.ItemDataRole.UserRole
COMMAND = "Command"
LOOKED_THROUGH = "Commands, models, actions, settings, works and pages are looked through."
BY_HAND = [
    ("Change a number", "drag, wheel, arrows"), ("Reset a number", "double press"), ("Pan the canvas", "Space + drag"),
    ("Hear a sound of the history", "Space"),
]  # fmt: skip


@dataclass(frozen=True)
class Found:
    """One thing that can be found: its name, what kind of thing it is (or its shortcut), and what is done when it is chosen.

    `also` are words that it is found by beside its name.
    """

    label: str
    kind: str
    icon: QIcon
    choose: Callable[[], object]
    also: str = ""


def commands(actions: Iterable[QAction]) -> list[Found]:
    """The window's commands that can be given now."""
    given = [action for action in actions if action.isEnabled() and action.text()]
    return [Found(each.text().partition("\t")[0], each.shortcut().toString() or COMMAND, each.icon(), each.trigger) for each in given]


class CommandPalette(QDialog):
    """Type a few letters of what you want, press Enter."""

    def __init__(self, things: Sequence[Found], parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setAccessibleName("Find anything")
        self.resize(WIDTH, HEIGHT)
        self._things = things
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 8, 8, 8)
        self._text = QLineEdit()
        self._text.setPlaceholderText("A command, a model, an action, a setting, a work, a page")
        self._text.setAccessibleName("What do you want to find?")
        self._text.textChanged.connect(self._search)
        self._text.installEventFilter(self)
        self._list = QListWidget()
        self._list.setAccessibleName("What was found")
        self._list.setIconSize(QSize(theme.ICON, theme.ICON))
        self._list.setItemDelegate(_Row(self._list))
        self._list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._list.itemClicked.connect(lambda _: self._do())
        self._nothing = wrapped("")
        self._nothing.setAlignment(Qt.AlignmentFlag.AlignCenter)
        column.addWidget(self._text)
        column.addWidget(self._list)
        column.addWidget(self._nothing, 1)
        self._search("")

    def open_over(self, window: QWidget) -> None:
        """Show it in the upper middle of `window`."""
        corner = window.mapToGlobal(window.rect().topLeft())
        self.move(corner.x() + (window.width() - self.width()) // 2, corner.y() + 80)
        self.show()
        self._text.setFocus()

    def _search(self, text: str) -> None:
        self._list.clear()
        ranked = [(rank(text, each.label) or min(1, rank(text, each.also)), each) for each in self._things]
        best = sorted((pair for pair in ranked if pair[0] > 0), key=lambda pair: -pair[0])[:MOST]
        for _, each in best:
            item = QListWidgetItem(each.icon, each.label)
            item.setData(THING, each)
            item.setData(Qt.ItemDataRole.AccessibleTextRole, f"{each.label}, {each.kind}")
            item.setSizeHint(QSize(0, 30))
            self._list.addItem(item)
        self._list.setCurrentRow(0)
        self._list.setVisible(bool(best))
        self._nothing.setVisible(not best)
        self._nothing.setText(f"Nothing here is called “{text.strip()}”.\n{LOOKED_THROUGH}")

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
        thing: Found | None = item.data(THING) if item is not None else None
        if thing is not None:
            self.close()
            thing.choose()


class _Row(QStyledItemDelegate):
    """The name, and at the right what kind of thing it is."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> None:
        area: QRect = option.rect  # type: ignore[attr-defined]
        kind = index.data(THING).kind
        width = option.fontMetrics.horizontalAdvance(kind) + 2 * MARGIN  # type: ignore[attr-defined]
        super().paint(painter, option, index)
        painter.save()
        painter.setPen(theme.tokens().color("quiet"))
        place = QRect(area.right() - width, area.top(), width - MARGIN, area.height())
        painter.drawText(place, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, kind)
        painter.restore()


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

    def __init__(self, menus: Mapping[str, Sequence[tuple[str, str]]], tools: Sequence[tuple[str, str]], parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle("Keyboard shortcuts")
        inside = QWidget()
        columns = QGridLayout(inside)
        columns.setHorizontalSpacing(24)
        groups = {**menus, "Tools": tools, "By hand": BY_HAND}
        for number, (name, rows) in enumerate(groups.items()):
            columns.addWidget(self._group(name, rows), number // 2, number % 2, Qt.AlignmentFlag.AlignTop)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setWidget(inside)
        around = QVBoxLayout(self)
        around.addWidget(scroll)
        margins = around.contentsMargins()
        beside = margins.left() + margins.right() + scroll.verticalScrollBar().sizeHint().width() + 2 * scroll.frameWidth()
        self.resize(max(640, inside.sizeHint().width() + beside), 520)

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
