"""The board as it is drawn: where it stands in the window, what is repainted, what lights up. It edits nothing."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QEnterEvent, QPainter, QPaintEvent, QPen, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QSizePolicy, QStyle, QWidget

from studio.documents.canvas.document import BoardDocument
from studio.documents.canvas.geometry import Rect
from studio.ui import theme
from studio.ui.canvas.painting import BoardPainter, name_rect
from studio.ui.canvas.tool_context import ToolContext
from studio.ui.canvas.tools import TOOLS, Tool
from studio.ui.canvas.viewport import Viewport

ANTS_MS = theme.MOTION_MS


class BoardSurface(QWidget):
    """Draws the board of `context.document`, zooms and pans."""

    zoom_changed = Signal(float)
    pointer_moved = Signal(int, int)
    document_replaced = Signal()

    def __init__(self, context: ToolContext, empty_title: str, empty_hint: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.context = context
        self.view = Viewport()
        self.tools: dict[str, Tool] = {kind.name: kind() for kind in TOOLS}
        self.tool = self.tools["move"]
        self._empty = (empty_title, empty_hint)
        self._painter = BoardPainter()
        self._hover: tuple[int, int] | None = None
        self._panning: QPointF | None = None
        self._space = False
        self._drop_over = False
        self._placed = False
        self._size = QSize()
        self._phase = 0
        self._still = self.style().styleHint(QStyle.StyleHint.SH_Widget_Animation_Duration, None, self) == 0
        self._ants = QTimer(self, interval=ANTS_MS)
        self._ants.timeout.connect(self._march)
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(200, 160)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        context.on_touched = self._touched
        context.document.changed.append(self._changed)
        context.brush.listeners.append(self.update)
        theme.current().changed.connect(self._recolour)

    def set_motion_reduced(self, still: bool) -> None:
        """Let the dashes around a selection stand still."""
        self._still = still
        self._changed(None)

    def fit(self) -> None:
        """Show every layer."""
        bounds = self.context.document.board.bounds(shown_only=True)
        self.view.ratio = self.devicePixelRatioF()
        self.view.fit(bounds if not bounds.empty else Rect(0, 0, 32, 32), self.width(), self.height())
        self._zoomed()

    def zoom_to_pixels(self) -> None:
        """One board pixel to one pixel of the window."""
        self.view.zoom_to(1, self.width() / 2, self.height() / 2)
        self._zoomed()

    def zoom_in(self) -> None:
        self._zoom(1, QPointF(self.rect().center()))

    def zoom_out(self) -> None:
        self._zoom(-1, QPointF(self.rect().center()))

    def centre(self) -> QPoint:
        """The board pixel in the middle of the view, where new things land."""
        return QPoint(*self.view.board(self.width() / 2, self.height() / 2))

    def _zoom(self, steps: int, at: QPointF) -> None:
        self.view.step(steps, at.x(), at.y())
        self._zoomed()

    def _zoomed(self) -> None:
        self._placed = True
        self.update()
        self.zoom_changed.emit(self.view.zoom)

    def marching(self) -> bool:
        """Whether the dashes around the selection move."""
        return self._ants.isActive()

    def set_document(self, document: BoardDocument) -> None:
        """Show another board in the same place."""
        self.context.document.changed.remove(self._changed)
        self.context.document = document
        document.changed.append(self._changed)
        self._changed(None)
        self.document_replaced.emit()

    # Drawing

    def paintEvent(self, event: QPaintEvent) -> None:
        self.view.ratio = self.devicePixelRatioF()
        painter, exposed, board = QPainter(self), event.rect(), self.context.document.shown
        self._painter.board(painter, exposed, self.context, self.view)
        painter.setClipRect(exposed)
        layer = board.active_layer
        if layer is not None:
            self._painter.active_outline(painter, layer, self.view)
        if board.selection is not None:
            self._painter.ants(painter, board.selection, self.view, self._phase)
        if self.context.outline:
            self._painter.live_outline(painter, self.context.outline, self.view)
        if self._hover is not None and self._hover_size():
            self._painter.brush_outline(painter, self._hover_shape(), *self._hover, self.view)
        if not board.layers and self.context.stroke is None:
            self._teach(painter)
        if self._drop_over:
            painter.setPen(QPen(theme.tokens().color("accent"), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(3, 3, -3, -3), theme.CORNER, theme.CORNER)

    def _teach(self, painter: QPainter) -> None:
        title, hint = self._empty
        middle = self.rect().center().y()
        painter.setPen(theme.tokens().color("quiet"))
        painter.setFont(theme.title_font())
        painter.drawText(QRect(0, middle - 28, self.width(), 24), Qt.AlignmentFlag.AlignCenter, title)
        painter.setFont(theme.font())
        painter.drawText(QRect(0, middle + 4, self.width(), 24), Qt.AlignmentFlag.AlignCenter, hint)

    def _hover_shape(self) -> np.ndarray:
        return self.tool.touches(self.context)

    def _hover_size(self) -> int:
        """How many pixels the outline under the pointer covers; none where it would be too small to see."""
        if self._panning is not None or self._space or self.tool.pans or self.tool.lifts:
            return 0
        size = max(self._hover_shape().shape)
        return size if size * self.view.zoom >= 4 else 0

    def _touched(self, rect: Rect | None) -> None:
        """A gesture changed pixels within `rect`; None where only lines over the board may be others."""
        if rect is not None:
            self._painter.tiles.touched(rect, self.context.document.shown.layers)
        self._repaint(rect)

    def _repaint(self, rect: Rect | None) -> None:
        if rect is None:
            self.update()
        elif not rect.empty:
            self.update(QRectF(*self.view.window(rect)).toAlignedRect().adjusted(-2, -2, 2, 2))

    def _changed(self, rect: Rect | None) -> None:
        board = self.context.document.shown
        marching = board.selection is not None and not self._still and self.isVisible()
        if marching != self._ants.isActive():
            self._ants.start() if marching else self._ants.stop()
        self._painter.tiles.touched(rect, board.layers)
        self._repaint(rect)
        layer = board.active_layer
        if rect is not None and layer is not None and not rect.empty:
            grown = QRectF(*self.view.window(rect)).toAlignedRect()
            name = name_rect(layer, self.view)  # it begins anywhere within what changed, and a short layer's goes on beyond it
            self.update(grown.adjusted(-2, -2 * name.height(), name.width() + 2, 2))

    def _march(self) -> None:
        selection = self.context.document.shown.selection
        self._phase = (self._phase - 1) % (2 * theme.SPACE)
        if selection is not None:
            self._repaint(selection.rect)

    def _recolour(self) -> None:
        self._painter.forget_colours()
        self.update()

    # Pointer and window

    def leaveEvent(self, event: QEvent) -> None:
        self._hover_at(None)

    def enterEvent(self, event: QEnterEvent) -> None:
        self._hover_at(event.position())

    def _hover_at(self, position: QPointF | None) -> None:
        before = self._hover
        self._hover = self.view.board(position.x(), position.y()) if position is not None else None
        if before == self._hover:
            return
        size = self._hover_size()
        for place in (before, self._hover):
            if place is not None and size:
                self._repaint(Rect(place[0] - size // 2, place[1] - size // 2, size, size).grown(1))
        if self._hover is not None:
            self.pointer_moved.emit(*self._hover)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if not self._placed:
            self.fit()
        self._changed(None)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """What was in the middle stays there. Qt names no old size to a board that grew out of sight, so it is remembered."""
        if self._size.isValid() and self._placed:
            grown = event.size() - self._size
            self.view.pan(grown.width() / 2, grown.height() / 2)
        self._size = event.size()
        super().resizeEvent(event)
