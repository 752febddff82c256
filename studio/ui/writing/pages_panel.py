"""At the left: the pages of the project, and the versions of the one that is open."""

from __future__ import annotations

import time
from functools import partial

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QHBoxLayout, QListWidget, QListWidgetItem, QMenu, QVBoxLayout, QWidget

from studio.documents.page.versions import Version
from studio.ui.widgets.labels import IconButton, hairline, quiet, title, wrapped
from studio.ui.writing.pages import Pages
from studio.ui.writing.version_history import VersionHistory

NUMBER = Qt.ItemDataRole.UserRole
ROW, VERSIONS_HEIGHT = 28, 168


class PagesPanel(QWidget):
    """`page_wanted` carries a page's number, `version_wanted` a Version to look at."""

    page_wanted = Signal(int)
    new_wanted = Signal()
    away_wanted = Signal(int, bool)
    version_wanted = Signal(object)
    version_named = Signal(object, str)
    keep_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._away: list[tuple[int, str]] = []
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 8, 4, 8)
        column.setSpacing(4)
        head = QHBoxLayout()
        head.addWidget(title("Pages"), 1)
        head.addWidget(IconButton("plus", "New page (Ctrl+Shift+N)", self.new_wanted.emit, "quiet"))
        column.addLayout(head)
        self._pages = _list("Pages")
        self._pages.itemClicked.connect(lambda item: self.page_wanted.emit(item.data(NUMBER)))
        self._pages.itemActivated.connect(lambda item: self.page_wanted.emit(item.data(NUMBER)))
        self._pages.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self._pages.customContextMenuRequested.connect(self._menu)
        column.addWidget(self._pages, 1)
        column.addWidget(hairline())
        head = QHBoxLayout()
        head.addWidget(quiet("Versions of this page"), 1)
        head.addWidget(IconButton("pin", "Keep the page as it is now (Ctrl+S)", self.keep_wanted.emit, "quiet"))
        column.addLayout(head)
        self._versions = _list("Versions")
        self._versions.setFixedHeight(VERSIONS_HEIGHT)
        self._versions.itemClicked.connect(lambda item: self.version_wanted.emit(item.data(NUMBER)))
        self._versions.itemActivated.connect(lambda item: self.version_wanted.emit(item.data(NUMBER)))
        self._versions.setEditTriggers(QListWidget.EditTrigger.EditKeyPressed)
        self._versions.itemChanged.connect(lambda item: self.version_named.emit(item.data(NUMBER), item.text()))
        self._versions.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self._versions.customContextMenuRequested.connect(self._version_menu)
        self._none = wrapped("Every ten minutes of writing, and whenever you press the pin.")
        self._none.setAlignment(Qt.AlignmentFlag.AlignTop)
        self._none.setFixedHeight(VERSIONS_HEIGHT)
        column.addWidget(self._versions)
        column.addWidget(self._none)

    def show_pages(self, pages: Pages) -> None:
        there, self._away = pages.all(), pages.all(away=True)
        self._pages.clear()
        for number, name in there:
            item = QListWidgetItem(name)
            item.setData(NUMBER, number)
            item.setToolTip(name)
            self._pages.addItem(item)
            if number == pages.number:
                self._pages.setCurrentItem(item)

    def show_past(self, past: VersionHistory) -> None:
        """The newest first."""
        self._versions.blockSignals(True)
        self._versions.clear()
        for version in reversed(past.versions):
            item = QListWidgetItem(version.name or _hour(version.at))
            item.setData(NUMBER, version)
            item.setToolTip(f"{_hour(version.at)}, {version.words:,} words. Press to look at it, F2 to name it.")
            item.setFlags(item.flags() | Qt.ItemFlag.ItemIsEditable)
            self._versions.addItem(item)
        self._versions.blockSignals(False)
        self._versions.setVisible(bool(past.versions))
        self._none.setVisible(not past.versions)

    def titles(self) -> list[str]:
        return [self._pages.item(row).text() for row in range(self._pages.count())]

    def versions(self) -> list[Version]:
        return [self._versions.item(row).data(NUMBER) for row in range(self._versions.count())]

    def _version_menu(self, point: QPoint) -> None:
        item = self._versions.itemAt(point)
        if item is not None:
            menu = QMenu(self)
            menu.addAction("Look at it", partial(self.version_wanted.emit, item.data(NUMBER)))
            menu.addAction("Name it", partial(self._versions.editItem, item))
            menu.exec(self._versions.mapToGlobal(point))

    def _menu(self, point: QPoint) -> None:
        menu = QMenu(self)
        item = self._pages.itemAt(point)
        if item is not None and self._pages.count() > 1:
            menu.addAction("Put this page away", partial(self.away_wanted.emit, item.data(NUMBER), True))
        for number, name in self._away:
            back = QAction(f"Bring back “{name}”", menu)
            back.triggered.connect(partial(self.away_wanted.emit, number, False))
            menu.addAction(back)
        if menu.actions():
            menu.exec(self._pages.mapToGlobal(point))


def _list(name: str) -> QListWidget:
    made = QListWidget()
    made.setAccessibleName(name)
    made.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    made.setTextElideMode(Qt.TextElideMode.ElideRight)
    made.setUniformItemSizes(True)
    made.setProperty("role", "rows")
    return made


def _hour(at: float) -> str:
    moment, today = time.localtime(at), time.localtime()
    same = moment[:3] == today[:3]
    return time.strftime("Today %H:%M" if same else "%d %b %Y, %H:%M", moment)
