"""The map: a plane through latent space as a mosaic of small pictures; the point under the pointer is decoded at once."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QPixmap, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from studio.media import Picture
from studio.ui import theme
from studio.ui.images import to_image

CELL = 36
SMALLEST_SPAN, LARGEST_SPAN = 0.5, 6.0
SETTLE_KEYS = {Qt.Key.Key_Left: (-1, 0), Qt.Key.Key_Right: (1, 0), Qt.Key.Key_Up: (0, 1), Qt.Key.Key_Down: (0, -1)}


class MapView(QWidget):
    """Positions are in standard deviations along the two axes; y grows upwards.

    `pointed` follows the pointer, `left` says that it went away, `settled` that a point was chosen, `grid_changed` that
    the mosaic has to be drawn anew.
    """

    pointed = Signal(float, float)
    left = Signal()
    settled = Signal(float, float)
    grid_changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.span = 3.0
        self._here = (0.0, 0.0)
        self._trail: list[tuple[float, float]] = []
        self._cells: dict[int, QPixmap] = {}
        self._pointer: QPointF | None = None
        self._dragging = False
        self.x_label, self.y_label = "", ""
        self.setAccessibleName("Map of the latent space")
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.CrossCursor)
        self.setMinimumSize(CELL * 6, CELL * 5)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def sizeHint(self) -> QSize:
        return QSize(12 * CELL, 9 * CELL)

    def grid(self) -> tuple[int, int]:
        """Columns and rows of the mosaic; odd, so that one cell is the middle."""
        return max(3, (self.width() // CELL - 1) // 2 * 2 + 1), max(3, (self.height() // CELL - 1) // 2 * 2 + 1)

    def cell_position(self, number: int) -> tuple[float, float]:
        """The position of the middle of cell `number`."""
        columns, _ = self.grid()
        row, column = divmod(number, columns)
        area = self._cell_rect(row, column)
        return self.to_position(QPointF(area.center()) + QPointF(0.5, 0.5))

    def order(self) -> list[int]:
        """Cells from the middle outwards, so that the mosaic grows from where one looks."""
        columns, rows = self.grid()
        return sorted(range(columns * rows), key=lambda n: (n // columns - rows // 2) ** 2 + (n % columns - columns // 2) ** 2)

    def clear(self) -> None:
        self._cells.clear()
        self.update()

    def fill(self, numbers: Sequence[int], pictures: Sequence[Picture]) -> None:
        columns, _ = self.grid()
        for number, picture in zip(numbers, pictures, strict=True):
            self._cells[number] = QPixmap.fromImage(to_image(picture))
            self.update(self._cell_rect(*divmod(number, columns)))

    def filled(self) -> int:
        return len(self._cells)

    def set_here(self, x: float, y: float, trail: Sequence[tuple[float, float]] = ()) -> None:
        """Mark where the walk is, and the way it came."""
        self._here, self._trail = (x, y), list(trail)
        self.update()

    def to_position(self, point: QPointF) -> tuple[float, float]:
        scale = self._pixels_a_deviation()
        return (point.x() - self.width() / 2) / scale, (self.height() / 2 - point.y()) / scale

    def to_point(self, x: float, y: float) -> QPointF:
        scale = self._pixels_a_deviation()
        return QPointF(self.width() / 2 + x * scale, self.height() / 2 - y * scale)

    def _pixels_a_deviation(self) -> float:
        return max(self.width(), 1) / (2 * self.span)

    def _cell_rect(self, row: int, column: int) -> QRect:
        columns, rows = self.grid()
        left, top = (self.width() - columns * CELL) // 2, (self.height() - rows * CELL) // 2
        return QRect(left + column * CELL, top + row * CELL, CELL, CELL)

    def paintEvent(self, event: QPaintEvent) -> None:
        t = theme.tokens()
        painter = QPainter(self)
        painter.fillRect(event.rect(), t.color("ground"))
        columns, _ = self.grid()
        under = self._cell_under_pointer()
        for number, pixmap in self._cells.items():
            area = self._cell_rect(*divmod(number, columns))
            if not area.intersects(event.rect()):
                continue
            painter.setOpacity(1.0 if number == under else 0.62)
            room = CELL - 4
            side = room if pixmap.width() > room else pixmap.width() * (room // pixmap.width())
            painter.drawPixmap(QRect(area.x() + (CELL - side) // 2, area.y() + (CELL - side) // 2, side, side), pixmap)
        painter.setOpacity(1.0)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_trail(painter)
        self._paint_axes(painter)

    def _cell_under_pointer(self) -> int:
        columns, rows = self.grid()
        if self._pointer is None:
            return -1
        corner = self._cell_rect(0, 0).topLeft()
        column, row = int(self._pointer.x() - corner.x()) // CELL, int(self._pointer.y() - corner.y()) // CELL
        return row * columns + column if 0 <= column < columns and 0 <= row < rows else -1

    def _paint_trail(self, painter: QPainter) -> None:
        t = theme.tokens()
        points = [self.to_point(*position) for position in (*self._trail, self._here)]
        painter.setPen(QPen(t.color("accent", 0.5), 1.5))
        painter.drawPolyline(points)
        painter.setBrush(t.color("accent", 0.6))
        for point in points[:-1]:
            painter.drawEllipse(point, 2.5, 2.5)
        painter.setBrush(t.color("ground", 0.5))
        painter.setPen(QPen(t.color("accent"), 2.5))
        painter.drawEllipse(points[-1], 8, 8)
        if self._pointer is not None:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(t.color("text"), 1))
            painter.drawEllipse(self._pointer, 4, 4)

    def _paint_axes(self, painter: QPainter) -> None:
        t = theme.tokens()
        painter.setFont(theme.font(theme.LABEL_SIZE))
        for text, align in ((f"{self.x_label} →", Qt.AlignmentFlag.AlignRight), (f"↑ {self.y_label}", Qt.AlignmentFlag.AlignLeft)):
            if not self.x_label:
                continue
            bottom = align == Qt.AlignmentFlag.AlignRight
            metrics = painter.fontMetrics()
            width = metrics.horizontalAdvance(text) + 12
            area = QRectF(self.width() - width - 4, self.height() - 24, width, 20) if bottom else QRectF(4, 4, width, 20)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(t.color("panel", 0.85))
            painter.drawRoundedRect(area, 4, 4)
            painter.setPen(t.color("quiet"))
            painter.drawText(area, Qt.AlignmentFlag.AlignCenter, text)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._pointer = event.position()
        self.update()
        self.pointed.emit(*self.to_position(event.position()))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._dragging = True
            self.mouseMoveEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._dragging:
            self._dragging = False
            self.settled.emit(*self.to_position(event.position()))

    def leaveEvent(self, event: QEvent) -> None:
        self._pointer = None
        self.update()
        self.left.emit()

    def wheelEvent(self, event: QWheelEvent) -> None:
        factor = 1 / 1.2 if event.angleDelta().y() > 0 else 1.2
        span = min(max(self.span * factor, SMALLEST_SPAN), LARGEST_SPAN)
        if span != self.span:
            self.span = span
            self.clear()
            self.grid_changed.emit()
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = SETTLE_KEYS.get(Qt.Key(event.key()))
        if step is None:
            super().keyPressEvent(event)
            return
        size = self.span / 12 * (4 if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 1)
        self.settled.emit(self._here[0] + step[0] * size, self._here[1] + step[1] * size)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self.clear()
        self.grid_changed.emit()
