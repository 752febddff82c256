"""The shelf at the left: the models with something to press, each with a corner of its sheet."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QIcon, QPixmap
from PySide6.QtWidgets import QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from studio.shelf import Card
from studio.ui import theme
from studio.ui.context import AppContext
from studio.ui.images import sheet_corner
from studio.ui.media import look_of
from studio.ui.widgets.labels import title, wrapped

PREVIEW_ROWS, PREVIEW_COLUMNS, PICTURE = 2, 5, 32


class ModelsList(QWidget):
    """Press a model to take it in hand."""

    def __init__(self, context: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 12, 4, 8)
        column.setSpacing(8)
        column.addWidget(title("Shelf"))
        self._list = QListWidget()
        self._list.setAccessibleName("Models")
        self._list.setIconSize(QSize(PREVIEW_COLUMNS * PICTURE, PREVIEW_ROWS * PICTURE))
        self._list.setViewMode(QListWidget.ViewMode.IconMode)
        self._list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._list.setMovement(QListWidget.Movement.Static)
        self._list.setFlow(QListWidget.Flow.TopToBottom)
        self._list.setWrapping(False)
        self._list.setSpacing(2)
        self._list.itemClicked.connect(lambda item: context.choose_model(item.data(Qt.ItemDataRole.UserRole)))
        self._list.itemActivated.connect(lambda item: context.choose_model(item.data(Qt.ItemDataRole.UserRole)))
        column.addWidget(self._list, 1)
        self._empty = wrapped("No model yet. Add one on the Shelf page.")
        column.addWidget(self._empty)
        context.model_changed.connect(self._mark)
        context.medium_changed.connect(lambda _: self.refresh())
        self.refresh()

    def refresh(self) -> None:
        """Draw the list anew."""
        self._list.clear()
        for card in self._context.usable():
            item = QListWidgetItem(_corner(card), card.title)
            item.setData(Qt.ItemDataRole.UserRole, card.name)
            item.setToolTip(f"{card.makes}\n{card.credit}")
            item.setSizeHint(QSize(PREVIEW_COLUMNS * PICTURE + 14, PREVIEW_ROWS * PICTURE + 34))
            self._list.addItem(item)
        self._empty.setVisible(self._list.count() == 0)
        self._mark(self._context.model)

    def _mark(self, name: str) -> None:
        for row in range(self._list.count()):
            if self._list.item(row).data(Qt.ItemDataRole.UserRole) == name:
                self._list.setCurrentRow(row)


def _corner(card: Card) -> QIcon:
    """The first pictures of the card's unpicked sheet."""
    if card.preview is None:
        return theme.icon(look_of(card.actions()[0].output).icon, "quiet", 32)
    corner = sheet_corner(QPixmap(str(card.preview)), PREVIEW_COLUMNS, PREVIEW_ROWS, PICTURE)
    icon = QIcon(corner)
    icon.addPixmap(corner, QIcon.Mode.Selected)  # else Qt tints it with the highlight
    return icon
