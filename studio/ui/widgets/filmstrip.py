"""The history: everything made, newest first. Only what is in sight is fetched, so that 10,000 items stay smooth."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QAbstractListModel, QEvent, QMimeData, QModelIndex, QPersistentModelIndex, QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QPixmap, QWheelEvent
from PySide6.QtWidgets import QAbstractItemView, QListView, QMenu, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from studio.project import Asset, ProjectError
from studio.ui import theme
from studio.ui.context import AppContext
from studio.ui.listening import Listening
from studio.ui.media import look_of
from studio.ui.widgets.moving import MovingCell

ASSET_MIME = "application/x-atelier-asset"
CELL = 74
BUTTON, SIGN = 24, 14
MEDIUM = Qt.ItemDataRole.UserRole + 1
OFFERS = {
    "play": ("play", "Play, or stop (Space)"),
    "vary": ("copy-plus", "More like this"),
    "explore": ("compass", "Open in the explorer"),
    "write": ("pen-line", "Write about this"),
    "export": ("download", "Export…"),
    "making": ("film", "Save its making…"),
}
"""What the menu of a work offers beside opening it: the icon and the words of each. Which of them, the medium's row says."""
Index = QModelIndex | QPersistentModelIndex


class HistoryModel(QAbstractListModel):
    """Ids of assets, newest first; what an asset is, is looked up when it comes into sight."""

    def __init__(self, context: AppContext) -> None:
        super().__init__(context)
        self._context = context
        self.ids: list[int] = [int(each) for each in context.project.asset_ids()]
        self._media: dict[int, str] = {}
        context.asset_added.connect(self._added)
        context.asset_removed.connect(self._removed)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 (Qt's signature)
        return 0 if parent.isValid() else len(self.ids)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        asset = self.ids[index.row()]
        if role == Qt.ItemDataRole.DecorationRole:
            return self._context.images.image(asset)
        if role in (Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole):
            return self._context.project.asset(asset).title
        if role == MEDIUM:
            return self._medium(asset)
        return asset if role == Qt.ItemDataRole.UserRole else None

    def _medium(self, asset: int) -> str:
        """Asked for at every paint, so it is looked up once; empty for what was removed meanwhile."""
        if asset not in self._media:
            try:
                self._media[asset] = self._context.project.asset(asset).medium
            except ProjectError:
                return ""
        return self._media[asset]

    def flags(self, index: Index) -> Qt.ItemFlag:
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsDragEnabled

    def mimeData(self, indexes: list[QModelIndex]) -> QMimeData:  # type: ignore[override]
        data = QMimeData()
        if indexes:
            data.setData(ASSET_MIME, str(self.ids[indexes[0].row()]).encode())
        return data

    def mimeTypes(self) -> list[str]:
        return [ASSET_MIME]

    def _added(self, asset: Asset) -> None:
        row = next((row for row, other in enumerate(self.ids) if other < asset.id), len(self.ids))
        if row < len(self.ids) and self.ids[row] == asset.id:
            return
        self.beginInsertRows(QModelIndex(), row, row)
        self.ids.insert(row, asset.id)
        self.endInsertRows()

    def _removed(self, asset: int) -> None:
        if asset in self.ids:
            row = self.ids.index(asset)
            self.beginRemoveRows(QModelIndex(), row, row)
            del self.ids[row]
            self.endRemoveRows()


class _CellDelegate(QStyledItemDelegate):
    """Draws one work as its medium's row says, on the ground colour."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        t = theme.tokens()
        cell: QRect = option.rect.adjusted(2, 2, -2, -2)  # type: ignore[attr-defined]
        state: QStyle.StateFlag = option.state  # type: ignore[attr-defined]
        painter.fillRect(cell, t.color("raised"))
        strip: Filmstrip = self.parent()  # type: ignore[assignment]
        asset = index.data(Qt.ItemDataRole.UserRole)
        pixmap = strip.moving_frame(asset) or index.data(Qt.ItemDataRole.DecorationRole)
        look = look_of(index.data(MEDIUM))
        if isinstance(pixmap, QPixmap):
            look.paint(painter, cell.adjusted(3, 3, -3, -3), pixmap)
        if look.moves:
            theme.icon(look.icon, "quiet", SIGN).paint(painter, play_button(option.rect).adjusted(10, 10, 0, 0))  # type: ignore[attr-defined]
        if "play" in look.offers:
            draw_play_button(painter, play_button(option.rect), strip.listening.playing == asset)  # type: ignore[attr-defined]
        if state & QStyle.StateFlag.State_Selected:
            painter.setPen(QPen(t.color("accent"), 2))
            painter.drawRect(cell.adjusted(1, 1, -1, -1))
        elif state & QStyle.StateFlag.State_MouseOver:
            painter.setPen(QPen(t.color("quiet"), 1))
            painter.drawRect(cell.adjusted(0, 0, -1, -1))

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(CELL, CELL)


def play_button(cell: QRect) -> QRect:
    """Where the button lies in the cell of a work that can be heard."""
    return QRect(cell.right() - BUTTON - 5, cell.bottom() - BUTTON - 5, BUTTON, BUTTON)


def draw_play_button(painter: QPainter, area: QRect, playing: bool) -> None:
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.tokens().color("panel", 0.85))
    painter.drawEllipse(area)
    painter.restore()
    sign = theme.icon("pause" if playing else "play", "accent" if playing else "text", SIGN)
    sign.paint(painter, area.adjusted(5, 5, -5, -5))


class Filmstrip(QListView):
    """Press to pick, double press to open, drag anywhere. What can be heard has a button, and is heard by Space."""

    picked = Signal(int)
    opened = Signal(int)
    vary_wanted = Signal(int)
    explore_wanted = Signal(int)
    export_wanted = Signal(int)
    making_wanted = Signal(int)
    write_wanted = Signal(int)

    def __init__(self, context: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self.listening = Listening(context, self)
        self.listening.changed.connect(self.viewport().update)
        self._moving = MovingCell(context, CELL, self)
        self._moving.turned.connect(self.viewport().update)
        self._do: dict[str, Callable[[int], object]] = {
            "open": self.opened.emit, "play": self.listening.toggle, "vary": self.vary_wanted.emit, "explore": self.explore_wanted.emit,
            "write": self.write_wanted.emit, "export": self.export_wanted.emit, "making": self.making_wanted.emit,
        }  # fmt: skip
        self.setAccessibleName("History")
        self.setModel(HistoryModel(context))
        self.setItemDelegate(_CellDelegate(self))
        self.setFlow(QListView.Flow.LeftToRight)
        self.setWrapping(False)
        self.setUniformItemSizes(True)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setDragEnabled(True)
        self.setDragDropMode(QAbstractItemView.DragDropMode.DragOnly)
        self.setMouseTracking(True)
        self.setFixedHeight(theme.FILMSTRIP_HEIGHT - 4)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.customContextMenuRequested.connect(self._menu)
        self.clicked.connect(lambda index: self.picked.emit(index.data(Qt.ItemDataRole.UserRole)))
        self.doubleClicked.connect(lambda index: self.opened.emit(index.data(Qt.ItemDataRole.UserRole)))
        self.model().rowsInserted.connect(self._keep_place)
        context.images.arrived.connect(self.viewport().update)

    def moving_frame(self, asset: int) -> QPixmap | None:
        """The frame that a work under the pointer shows; None where it stands still."""
        return self._moving.frame(asset)

    def current_asset(self) -> int | None:
        index = self.currentIndex()
        return index.data(Qt.ItemDataRole.UserRole) if index.isValid() else None

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self.model().rowCount() == 0:
            painter = QPainter(self.viewport())
            painter.setPen(theme.tokens().color("quiet"))
            painter.drawText(self.viewport().rect(), Qt.AlignmentFlag.AlignCenter, "Everything you make appears here, newest first")

    def wheelEvent(self, event: QWheelEvent) -> None:
        bar = self.horizontalScrollBar()
        delta = event.angleDelta().x() or event.angleDelta().y()
        bar.setValue(bar.value() - delta)
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        asset = self.current_asset()
        if asset is not None and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.modifiers():
            self.opened.emit(asset)
        elif asset is not None and event.key() == Qt.Key.Key_Space and self._offers(asset, "play"):
            self.listening.toggle(asset)
        elif asset is not None and event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self._context.remove_asset(asset)
        else:
            super().keyPressEvent(event)

    def _keep_place(self, parent: QModelIndex, first: int, last: int) -> None:
        """New things appear at the left without moving what is looked at further along."""
        bar = self.horizontalScrollBar()
        if bar.value() > 0:
            bar.setValue(bar.value() + CELL * (last - first + 1))

    def _menu(self, point: QPoint) -> None:
        index = self.indexAt(point)
        if index.isValid():
            self.menu_of(index.data(Qt.ItemDataRole.UserRole)).exec(self.viewport().mapToGlobal(point))

    def menu_of(self, asset: int) -> QMenu:
        """What can be done with a work."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        look = look_of(self._context.project.asset(asset).medium)
        for name in look.offers:
            icon, words = OFFERS.get(name, (look.open_icon, look.open_words))
            menu.addAction(theme.icon(icon), words, partial(self._do[name], asset))
        menu.addSeparator()
        menu.addAction(theme.icon("trash-2"), "Remove from the history", lambda: self._context.remove_asset(asset))
        return menu

    # What is heard, and what moves.

    def _offers(self, asset: int, name: str) -> bool:
        return name in look_of(self._context.project.asset(asset).medium).offers

    def viewportEvent(self, event: QEvent) -> bool:
        """What moves does so under the pointer; the button in a cell that can be heard takes the press."""
        if isinstance(event, QMouseEvent):
            index = self.indexAt(event.position().toPoint())
            asset = index.data(Qt.ItemDataRole.UserRole) if index.isValid() else None
            if event.type() == QEvent.Type.MouseMove:
                self._moving.move(asset if asset is not None and look_of(index.data(MEDIUM)).moves else None)
            pressed = event.type() == QEvent.Type.MouseButtonPress and event.button() == Qt.MouseButton.LeftButton
            on_button = pressed and play_button(self.visualRect(index)).contains(event.position().toPoint())
            if on_button and asset is not None and self._offers(asset, "play"):
                self.setCurrentIndex(index)
                self.listening.toggle(asset)
                return True
        elif event.type() == QEvent.Type.Leave:
            self._moving.move(None)
        return super().viewportEvent(event)
