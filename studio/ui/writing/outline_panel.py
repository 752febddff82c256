"""The outline of a page: its headings as a tree that folds; press to go there, drag a chapter to put it elsewhere."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QAbstractItemView, QTreeWidget, QTreeWidgetItem, QVBoxLayout, QWidget

from studio.media.text.outline import Heading
from studio.ui.widgets.labels import hairline, title, wrapped

NUMBER = Qt.ItemDataRole.UserRole
FOLDED_FROM = 60  # headings: a longer outline shows its chapters, and folds what lies in them


class _Tree(QTreeWidget):
    """`put` says which heading's chapter is to stand at which character."""

    put = Signal(int, int)

    def __init__(self) -> None:
        super().__init__()
        self.headings: Sequence[Heading] = ()
        self.setHeaderHidden(True)
        self.setAccessibleName("Outline")
        self.setIndentation(14)
        self.setUniformRowHeights(True)
        self.setDragDropMode(QAbstractItemView.DragDropMode.InternalMove)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.setProperty("role", "rows")

    def dropEvent(self, event: QDropEvent) -> None:
        """The page is edited, and the tree drawn anew from it; Qt moves nothing itself."""
        dragged, over = self.currentItem(), self.itemAt(event.position().toPoint())
        if dragged is not None:
            self.put.emit(dragged.data(0, NUMBER), self.place_of(over, self.dropIndicatorPosition()))
        event.setDropAction(Qt.DropAction.IgnoreAction)
        event.accept()

    def place_of(self, over: QTreeWidgetItem | None, where: QAbstractItemView.DropIndicatorPosition) -> int:
        """The character that a chapter dropped above, on or below a row is to begin at."""
        if over is None:
            return self.headings[-1].last
        heading = self.headings[over.data(0, NUMBER)]
        if where == QAbstractItemView.DropIndicatorPosition.AboveItem:
            return heading.first
        child = over.child(0) if over.isExpanded() else None
        if where == QAbstractItemView.DropIndicatorPosition.BelowItem and child is not None:
            return self.headings[child.data(0, NUMBER)].first
        return heading.last


class OutlinePanel(QWidget):
    """`wanted` carries the number of a heading to go to, `put` a heading and the character that its chapter is to begin at."""

    wanted = Signal(int)
    put = Signal(int, int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 0, 4, 8)
        column.setSpacing(4)
        column.addWidget(hairline())
        column.addWidget(title("Outline"))
        self.tree = _Tree()
        self.tree.itemClicked.connect(lambda item: self.wanted.emit(item.data(0, NUMBER)))
        self.tree.itemActivated.connect(lambda item: self.wanted.emit(item.data(0, NUMBER)))
        self.tree.put.connect(self.put)
        self._empty = wrapped("A line that begins with # is a heading, and appears here.")
        self._empty.setAlignment(Qt.AlignmentFlag.AlignTop)
        column.addWidget(self.tree, 1)
        column.addWidget(self._empty, 1)
        self._shown: list[tuple[int, str]] = []
        self._items: list[QTreeWidgetItem] = []
        self.show_outline([])

    def show_outline(self, headings: Sequence[Heading]) -> None:
        """Draw the tree anew where its words differ; what was folded stays folded."""
        self.tree.headings = headings
        words = [(heading.level, heading.title) for heading in headings]
        if words != self._shown or not headings:
            folded = {item.text(0) for item in self._items if item.childCount() and not item.isExpanded()}
            known = {item.text(0) for item in self._items}
            self._shown = words
            self._fill(headings)
            for item in self._items:
                fresh = item.text(0) not in known
                item.setExpanded(item.text(0) not in folded and (not fresh or len(headings) < FOLDED_FROM))
        self.tree.setVisible(bool(headings))
        self._empty.setVisible(not headings)

    def mark(self, number: int) -> None:
        """Show under which heading the cursor is; within what is folded its chapter."""
        item = self._items[number] if 0 <= number < len(self._items) else None
        above = item.parent() if item is not None else None
        while above is not None:
            item = above if not above.isExpanded() else item
            above = above.parent()
        if item is None:
            self.tree.setCurrentItem(None)  # type: ignore[call-overload]
        elif item is not self.tree.currentItem():
            self.tree.setCurrentItem(item)

    def _fill(self, headings: Sequence[Heading]) -> None:
        self.tree.clear()
        self._items = []
        above: list[tuple[int, QTreeWidgetItem]] = []
        for number, heading in enumerate(headings):
            item = QTreeWidgetItem([heading.title])
            item.setData(0, NUMBER, number)
            item.setToolTip(0, heading.title)
            while above and above[-1][0] >= heading.level:
                above.pop()
            if above:
                above[-1][1].addChild(item)
            else:
                self.tree.addTopLevelItem(item)
            above.append((heading.level, item))
            self._items.append(item)
