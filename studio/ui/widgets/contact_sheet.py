"""The contact sheet: N cells that fill in as pictures arrive, with previews while they are being made."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QByteArray, QEvent, QMimeData, QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QDrag, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QPixmap
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from studio.media import Picture
from studio.ui import theme
from studio.ui.images import draw_fitted, to_image
from studio.ui.widgets.filmstrip import ASSET_MIME

GAP = 4
LARGEST_CELL, SMALLEST_CELL = 136, 40


@dataclass
class _Cell:
    pixmap: QPixmap | None = None
    asset: int | None = None
    preview: bool = True


class ContactSheet(QWidget):
    """Cells are reached by mouse and by arrow keys; `placed` carries a picture's asset, `vary_wanted` one to vary."""

    placed = Signal(int)
    vary_wanted = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._cells: list[_Cell] = []
        self._hover = -1
        self._focus = 0
        self._pressed = -1
        self._pressed_at = QPoint()
        self.setAccessibleName("Contact sheet")
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumHeight(SMALLEST_CELL)

    def begin(self, count: int) -> None:
        """Empty cells for `count` items to come."""
        self._cells = [_Cell() for _ in range(count)]
        self._hover, self._focus = -1, 0
        self.setAccessibleDescription(f"{count} pictures")
        self.update()

    def preview(self, index: int, picture: Picture) -> None:
        if index < len(self._cells) and self._cells[index].preview:
            self._cells[index].pixmap = QPixmap.fromImage(to_image(picture))
            self._repaint(index)

    def fill(self, index: int, picture: Picture, asset: int | None) -> None:
        """Item `index` is finished."""
        if index < len(self._cells):
            self._cells[index] = _Cell(QPixmap.fromImage(to_image(picture)), asset, preview=False)
            self._repaint(index)

    def drop_unfinished(self) -> None:
        """After a stop: only what was finished stays."""
        self._cells = [cell for cell in self._cells if not cell.preview]
        self._focus = 0
        self.update()

    def count(self) -> int:
        return len(self._cells)

    def finished(self) -> int:
        return sum(not cell.preview for cell in self._cells)

    def assets(self) -> list[int]:
        return [cell.asset for cell in self._cells if cell.asset is not None]

    def sizeHint(self) -> QSize:
        return QSize(400, 2 * LARGEST_CELL // 2 + GAP)

    def cell_rect(self, index: int) -> QRect:
        """Where cell `index` is drawn."""
        columns, side = self._layout()
        row, column = divmod(index, columns)
        return QRect(column * (side + GAP), row * (side + GAP), side, side)

    def _layout(self) -> tuple[int, int]:
        """Columns and side: the largest cells with which all fit."""
        count, width, height = max(1, len(self._cells)), max(self.width(), 1), max(self.height(), 1)
        for side in range(LARGEST_CELL, SMALLEST_CELL - 1, -4):
            columns = max(1, (width + GAP) // (side + GAP))
            if -(-count // columns) * (side + GAP) - GAP <= height:
                return min(columns, count), side
        return max(1, (width + GAP) // (SMALLEST_CELL + GAP)), SMALLEST_CELL

    def _at(self, point: QPoint) -> int:
        return next((index for index in range(len(self._cells)) if self.cell_rect(index).contains(point)), -1)

    def _repaint(self, index: int) -> None:
        self.update(self.cell_rect(index))

    def paintEvent(self, event: QPaintEvent) -> None:
        t = theme.tokens()
        painter = QPainter(self)
        for index, cell in enumerate(self._cells):
            area = self.cell_rect(index)
            if not area.intersects(event.rect()):
                continue
            painter.fillRect(area, t.color("raised"))
            if cell.pixmap is not None:
                painter.setOpacity(0.6 if cell.preview else 1.0)
                draw_fitted(painter, area.adjusted(4, 4, -4, -4), cell.pixmap)
                painter.setOpacity(1.0)
            if index == self._hover or (self.hasFocus() and index == self._focus):
                painter.setPen(QPen(t.color("accent"), 2))
                painter.drawRect(area.adjusted(1, 1, -1, -1))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        point = event.position().toPoint()
        if self._pressed >= 0 and (point - self._pressed_at).manhattanLength() > 8:
            self._drag(self._pressed)
            self._pressed = -1
            return
        hover = self._at(point)
        if hover != self._hover:
            self._hover = hover
            finished = hover >= 0 and self._cells[hover].asset is not None
            self.setCursor(Qt.CursorShape.PointingHandCursor if finished else Qt.CursorShape.ArrowCursor)
            self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        index = self._at(event.position().toPoint())
        if index < 0 or self._cells[index].asset is None:
            return
        if event.button() == Qt.MouseButton.LeftButton:
            self._pressed, self._pressed_at, self._focus = index, event.position().toPoint(), index
        elif event.button() == Qt.MouseButton.RightButton:
            self.vary_wanted.emit(self._cells[index].asset)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        index, self._pressed = self._pressed, -1
        if index >= 0 and index == self._at(event.position().toPoint()):
            self.placed.emit(self._cells[index].asset)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        columns, _ = self._layout()
        steps = {Qt.Key.Key_Right: 1, Qt.Key.Key_Left: -1, Qt.Key.Key_Down: columns, Qt.Key.Key_Up: -columns}
        asset = self._cells[self._focus].asset if self._cells else None
        key = Qt.Key(event.key())
        if key in steps and self._cells:
            self._focus = min(max(self._focus + steps[key], 0), len(self._cells) - 1)
            self.update()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space) and not event.modifiers() and asset is not None:
            self.placed.emit(asset)
        elif key == Qt.Key.Key_Plus and asset is not None:
            self.vary_wanted.emit(asset)
        else:
            super().keyPressEvent(event)

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip and self._hover >= 0:
            QToolTip.showText(event.globalPos(), "Press to place it on the board, drag it anywhere,\nright press for more like this", self)  # type: ignore[attr-defined]
            return True
        return super().event(event)

    def leaveEvent(self, event: QEvent) -> None:
        self._hover = -1
        self.update()

    def _drag(self, index: int) -> None:
        cell = self._cells[index]
        drag, data = QDrag(self), QMimeData()
        data.setData(ASSET_MIME, QByteArray(str(cell.asset).encode()))
        drag.setMimeData(data)
        if cell.pixmap is not None:
            drag.setPixmap(cell.pixmap.scaled(64, 64, Qt.AspectRatioMode.KeepAspectRatio))
        drag.exec(Qt.DropAction.CopyAction)
