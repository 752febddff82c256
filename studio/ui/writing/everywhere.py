"""A search over all pages: each place that was found with the words around it; press to go there."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from studio.ui.widgets.labels import quiet

MOST, AROUND, HEIGHT = 500, 36, 168
PLACE = Qt.ItemDataRole.UserRole


@dataclass(frozen=True)
class Hit:
    """The characters `first` to `last` of a page, and what stands around them."""

    page: int
    title: str
    first: int
    last: int
    around: str


def search(pattern: re.Pattern[str], pages: Sequence[tuple[int, str, str]]) -> tuple[list[Hit], int]:
    """The first hits on the pages (number, title, content), and how many there are in all."""
    hits: list[Hit] = []
    count = 0
    for number, title, content in pages:
        for found in pattern.finditer(content):
            count += 1
            if len(hits) < MOST:
                before, behind = content[max(0, found.start() - AROUND) : found.start()], content[found.end() : found.end() + AROUND]
                around = (
                    f"{'…' if found.start() > AROUND else ''}{before}{found[0]}{behind}{'…' if found.end() + AROUND < len(content) else ''}"
                )
                hits.append(Hit(number, title, found.start(), found.end(), " ".join(around.split())))
    return hits, count


class Everywhere(QWidget):
    """`wanted` carries a Hit to go to."""

    wanted = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 0, 8, 4)
        column.setSpacing(2)
        self.count = quiet("")
        self.list = QListWidget()
        self.list.setAccessibleName("Found on all pages")
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.list.setProperty("role", "rows")
        self.list.itemClicked.connect(lambda item: self.wanted.emit(item.data(PLACE)))
        self.list.itemActivated.connect(lambda item: self.wanted.emit(item.data(PLACE)))
        column.addWidget(self.count)
        column.addWidget(self.list, 1)
        self.setFixedHeight(HEIGHT)
        self.hide()

    def show_hits(self, hits: Sequence[Hit], count: int) -> None:
        pages = len({hit.page for hit in hits})
        more = f", the first {len(hits)} of them here" if count > len(hits) else ""
        on = f" on {pages} page{'' if pages == 1 else 's'}" if count == len(hits) else ""
        self.count.setText(f"{count:,} found{on}{more}" if count else "None on any page")
        self.list.clear()
        for hit in hits:
            item = QListWidgetItem(f"{hit.title}   ·   {hit.around}")
            item.setData(PLACE, hit)
            item.setToolTip(hit.around)
            self.list.addItem(item)
