"""The board's layers as a list, top first: rows, thumbnails, and what a drop or a rename does. Every change is an edit."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import (
    QAbstractItemModel,
    QAbstractListModel,
    QByteArray,
    QEvent,
    QMimeData,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QSize,
    Qt,
)
from PySide6.QtGui import QImage, QMouseEvent, QPainter, QPen, QPixmap
from PySide6.QtWidgets import QLineEdit, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from studio.documents.canvas.edits import RenameLayer, ReorderLayer, SetVisible
from studio.documents.canvas.model import NAME_LIMIT, Layer
from studio.media import Picture
from studio.ui import theme
from studio.ui.canvas.painting import checkerboard
from studio.ui.canvas.tiles import image_of
from studio.ui.canvas.tool_context import ToolContext

Index = QModelIndex | QPersistentModelIndex
LAYER = "application/x-atelier-layer"
THUMBNAIL = 32
ROW = THUMBNAIL + 2 * theme.SPACE
EYE = theme.CONTROL_HEIGHT
VisibleRole = int(Qt.ItemDataRole.UserRole)
_NOWHERE = QModelIndex()


class LayerModel(QAbstractListModel):
    """Row 0 is the top layer."""

    def __init__(self, context: ToolContext) -> None:
        super().__init__()
        self._context = context
        self._layers: tuple[Layer, ...] = ()
        self._thumbnails: dict[int, tuple[Picture, QPixmap]] = {}
        self.refresh()

    def refresh(self) -> None:
        """Take over the board as it is now."""
        layers = tuple(reversed(self._context.document.board.layers))
        if [layer.id for layer in layers] != [layer.id for layer in self._layers]:
            self.beginResetModel()
            self._layers = layers
            self.endResetModel()
        else:
            before, self._layers = self._layers, layers
            for row, (old, new) in enumerate(zip(before, layers, strict=True)):
                if old is not new:
                    self.dataChanged.emit(self.index(row), self.index(row))
        alive = {id(layer.picture) for layer in layers}
        self._thumbnails = {key: value for key, value in self._thumbnails.items() if key in alive}

    def forget_thumbnails(self) -> None:
        """The theme, and with it the checkerboard, has changed."""
        self._thumbnails.clear()

    def layer(self, row: int) -> Layer:
        return self._layers[row]

    def row_of(self, layer_id: str | None) -> int:
        return next((row for row, layer in enumerate(self._layers) if layer.id == layer_id), -1)

    def rowCount(self, parent: Index = _NOWHERE) -> int:
        return 0 if parent.isValid() else len(self._layers)

    def data(self, index: Index, role: int = int(Qt.ItemDataRole.DisplayRole)) -> object:
        layer = self._layers[index.row()]
        roles = Qt.ItemDataRole
        if role in (roles.DisplayRole, roles.EditRole):
            return layer.name
        if role == VisibleRole:
            return layer.visible
        if role == roles.DecorationRole:
            return self._thumbnail(layer.picture)
        size = f"{layer.picture.width} × {layer.picture.height}"
        if role == roles.ToolTipRole:
            return f"{layer.name}\n{size} at {layer.x}, {layer.y}\nOpacity {round(layer.opacity * 100)} %"
        if role == roles.AccessibleTextRole:
            return f"{layer.name}, {size}, {'shown' if layer.visible else 'hidden'}"
        return None

    def setData(self, index: Index, value: object, role: int = int(Qt.ItemDataRole.EditRole)) -> bool:
        layer, name = self._layers[index.row()], str(value).strip()
        if role != Qt.ItemDataRole.EditRole or not name or name == layer.name:
            return False
        return self._context.apply(RenameLayer(layer.id, name[:NAME_LIMIT]))

    def flags(self, index: Index) -> Qt.ItemFlag:
        flags = Qt.ItemFlag
        if not index.isValid():
            return flags.ItemIsDropEnabled
        return flags.ItemIsEnabled | flags.ItemIsSelectable | flags.ItemIsEditable | flags.ItemIsDragEnabled

    def toggle(self, row: int) -> None:
        layer = self._layers[row]
        self._context.apply(SetVisible(layer.id, not layer.visible))

    def supportedDropActions(self) -> Qt.DropAction:
        return Qt.DropAction.MoveAction

    def mimeTypes(self) -> list[str]:
        return [LAYER]

    def mimeData(self, indexes: Sequence[Index]) -> QMimeData:
        data = QMimeData()
        data.setData(LAYER, QByteArray(self._layers[indexes[0].row()].id.encode()))
        return data

    def dropMimeData(self, data: QMimeData, action: Qt.DropAction, row: int, column: int, parent: Index) -> bool:
        """A row set down before `row`. False always: the edit has moved the layer already, and the list must not remove it."""
        moved = self.row_of(bytes(data.data(LAYER).data()).decode("utf-8", "replace"))
        if moved < 0:
            return False
        target = row if row >= 0 else parent.row() if parent.isValid() else len(self._layers)
        landing = target - 1 if target > moved else target  # the row that it has once it is gone from its old one
        if landing != moved:
            self._context.apply(ReorderLayer(self._layers[moved].id, len(self._layers) - 1 - landing))
        return False

    def _thumbnail(self, picture: Picture) -> QPixmap:
        found = self._thumbnails.get(id(picture))
        if found is None:
            found = self._thumbnails[id(picture)] = (picture, thumbnail(image_of(picture.pixels)))
        return found[1]


class LayerDelegate(QStyledItemDelegate):
    """One row: eye, thumbnail, name."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(40 * theme.SPACE, ROW)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        tokens, row = theme.tokens(), _rect(option)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        state = option.state
        if state & QStyle.StateFlag.State_Selected:
            painter.setPen(QPen(tokens.color("accent"), 1) if state & QStyle.StateFlag.State_HasFocus else QPen(tokens.color("line"), 1))
            painter.setBrush(tokens.color("line", 0.45))
            painter.drawRoundedRect(row.adjusted(1, 1, -2, -2), theme.CORNER, theme.CORNER)
        visible = bool(index.data(VisibleRole))
        eye = eye_rect(row)
        theme.icon("eye" if visible else "eye-off", "quiet" if visible else "disabled").paint(painter, eye.adjusted(5, 5, -5, -5))
        pixmap: QPixmap = index.data(Qt.ItemDataRole.DecorationRole)
        painter.setOpacity(1 if visible else 0.4)
        painter.drawPixmap(QPoint(eye.right() + theme.SPACE, row.center().y() - THUMBNAIL // 2 + 1), pixmap)
        painter.setOpacity(1)
        painter.setPen(tokens.color("text" if visible else "quiet"))
        painter.setFont(theme.font())
        text = name_rect(row)
        name = painter.fontMetrics().elidedText(str(index.data()), Qt.TextElideMode.ElideRight, text.width())
        painter.drawText(text, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, name)
        painter.restore()

    def editorEvent(self, event: QEvent, model: QAbstractItemModel, option: QStyleOptionViewItem, index: Index) -> bool:
        if isinstance(event, QMouseEvent) and eye_rect(_rect(option)).contains(event.position().toPoint()):
            if event.type() == QEvent.Type.MouseButtonRelease and isinstance(model, LayerModel):
                model.toggle(index.row())
            return True
        return super().editorEvent(event, model, option, index)

    def createEditor(self, parent: QWidget, option: QStyleOptionViewItem, index: Index) -> QWidget:
        editor = QLineEdit(parent, maxLength=NAME_LIMIT)
        editor.setAccessibleName("Layer name")
        return editor

    def updateEditorGeometry(self, editor: QWidget, option: QStyleOptionViewItem, index: Index) -> None:
        editor.setGeometry(name_rect(_rect(option)).adjusted(-2 * theme.SPACE, theme.SPACE, 0, -theme.SPACE))


def thumbnail(image: QImage) -> QPixmap:
    """The picture in a small square, whole, its pixels hard, checkerboard where it is transparent."""
    ratio = 2  # sharp at both 1× and 2×
    side = THUMBNAIL * ratio
    small = image.scaled(side, side, Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.FastTransformation)
    pixmap = QPixmap(side, side)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    place = QRect(QPoint((side - small.width()) // 2, (side - small.height()) // 2), small.size())
    painter.fillRect(place, checkerboard(2 * theme.SPACE))
    painter.drawImage(place.topLeft(), small)
    painter.end()
    pixmap.setDevicePixelRatio(ratio)
    return pixmap


def eye_rect(row: QRect) -> QRect:
    return QRect(row.left() + theme.SPACE, row.center().y() - EYE // 2 + 1, EYE, EYE)


def name_rect(row: QRect) -> QRect:
    return row.adjusted(EYE + THUMBNAIL + 5 * theme.SPACE, 0, -2 * theme.SPACE, 0)


def _rect(option: QStyleOptionViewItem) -> QRect:
    found: QRect = option.rect
    return found
