"""The history: everything made, newest first. Only what is in sight is fetched, so that 10,000 items stay smooth."""

from __future__ import annotations

from PySide6.QtCore import QAbstractListModel, QMimeData, QModelIndex, QPersistentModelIndex, QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QPen, QPixmap, QWheelEvent
from PySide6.QtWidgets import QAbstractItemView, QListView, QMenu, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from studio.project import Asset
from studio.ui import theme
from studio.ui.desk import Desk

ASSET_MIME = "application/x-atelier-asset"
CELL = 74
MEDIUM_ICONS = {"picture": "image", "score": "music", "text": "type", "sound": "audio-lines", "shape": "box"}
PLACES = {"score": ("piano", "Open in the piano roll"), "text": ("pen-line", "Open on a page")}
Index = QModelIndex | QPersistentModelIndex


class HistoryModel(QAbstractListModel):
    """Ids of assets, newest first; what an asset is, is looked up when it comes into sight."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._desk = desk
        self.ids: list[int] = [int(each) for each in desk.project.asset_ids()]
        desk.asset_added.connect(self._added)
        desk.asset_removed.connect(self._removed)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 (Qt's signature)
        return 0 if parent.isValid() else len(self.ids)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        asset = self.ids[index.row()]
        if role == Qt.ItemDataRole.DecorationRole:
            return self._desk.images.image(asset)
        if role in (Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole):
            return self._desk.project.asset(asset).title
        return asset if role == Qt.ItemDataRole.UserRole else None

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
    """Draws one picture, nearest-neighbour when it is small, on the ground colour."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        t = theme.tokens()
        cell: QRect = option.rect.adjusted(2, 2, -2, -2)  # type: ignore[attr-defined]
        state: QStyle.StateFlag = option.state  # type: ignore[attr-defined]
        painter.fillRect(cell, t.color("raised"))
        pixmap = index.data(Qt.ItemDataRole.DecorationRole)
        if isinstance(pixmap, QPixmap):
            draw_fitted(painter, cell.adjusted(3, 3, -3, -3), pixmap)
        if state & QStyle.StateFlag.State_Selected:
            painter.setPen(QPen(t.color("accent"), 2))
            painter.drawRect(cell.adjusted(1, 1, -1, -1))
        elif state & QStyle.StateFlag.State_MouseOver:
            painter.setPen(QPen(t.color("quiet"), 1))
            painter.drawRect(cell.adjusted(0, 0, -1, -1))

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(CELL, CELL)


def draw_fitted(painter: QPainter, area: QRect, pixmap: QPixmap) -> None:
    """Draw `pixmap` as large as fits, by a whole factor where it is smaller than the area."""
    ratio = min(area.width() / pixmap.width(), area.height() / pixmap.height())
    factor = max(1, int(ratio)) if ratio >= 1 else ratio
    size = QSize(round(pixmap.width() * factor), round(pixmap.height() * factor))
    target = QRect(area.center() - QPoint(size.width() // 2 - 1, size.height() // 2 - 1), size)
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, ratio < 1)
    painter.drawPixmap(target, pixmap)


class Filmstrip(QListView):
    """Press to pick, double press to open, drag anywhere."""

    picked = Signal(int)
    opened = Signal(int)
    vary_wanted = Signal(int)
    explore_wanted = Signal(int)
    export_wanted = Signal(int)
    making_wanted = Signal(int)
    write_wanted = Signal(int)

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self.setAccessibleName("History")
        self.setModel(HistoryModel(desk))
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
        desk.images.arrived.connect(self.viewport().update)

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
        elif asset is not None and event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self._desk.remove_asset(asset)
        else:
            super().keyPressEvent(event)

    def _keep_place(self, parent: QModelIndex, first: int, last: int) -> None:
        """New things appear at the left without moving what is looked at further along."""
        bar = self.horizontalScrollBar()
        if bar.value() > 0:
            bar.setValue(bar.value() + CELL * (last - first + 1))

    def _menu(self, point: QPoint) -> None:
        index = self.indexAt(point)
        if not index.isValid():
            return
        asset = index.data(Qt.ItemDataRole.UserRole)
        menu = QMenu(self)
        medium = self._desk.project.asset(asset).medium
        if medium == "picture":
            menu.addAction(theme.icon("layers"), "Place on the canvas", lambda: self.opened.emit(asset))
            menu.addAction(theme.icon("copy-plus"), "More like this", lambda: self.vary_wanted.emit(asset))
            menu.addAction(theme.icon("compass"), "Open in the explorer", lambda: self.explore_wanted.emit(asset))
        else:
            icon, words = PLACES.get(medium, ("folder-open", "Open"))
            menu.addAction(theme.icon(icon), words, lambda: self.opened.emit(asset))
        if medium != "text":
            menu.addAction(theme.icon("pen-line"), "Write about this", lambda: self.write_wanted.emit(asset))
        menu.addAction(theme.icon("download"), "Export…", lambda: self.export_wanted.emit(asset))
        menu.addAction(theme.icon("film"), "Save its making…", lambda: self.making_wanted.emit(asset))
        menu.addSeparator()
        menu.addAction(theme.icon("trash-2"), "Remove from the history", lambda: self._desk.remove_asset(asset))
        menu.exec(self.viewport().mapToGlobal(point))
