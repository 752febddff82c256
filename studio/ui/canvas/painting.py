"""How the board is drawn: checkerboard, layers, grid, outlines, marching ants. It reads the context and changes nothing."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QFontMetrics, QPainter, QPainterPath, QPen, QPixmap, QPolygonF, QRegion, QTransform

from studio.documents.canvas import render
from studio.documents.canvas.geometry import Rect
from studio.documents.canvas.model import Layer, Selection, around
from studio.ui import theme
from studio.ui.canvas.tiles import Tiles
from studio.ui.canvas.tool_context import ToolContext
from studio.ui.canvas.viewport import Viewport

CHECK = 2 * theme.SPACE
GRID_FROM = 8
DASH = theme.SPACE
EDGES_LIMIT = 20_000


def checkerboard(cell: int = CHECK) -> QBrush:
    """Two neutral greys near the ground, so that colours are seen as they are."""
    tokens = theme.tokens()
    tile = QPixmap(2 * cell, 2 * cell)
    tile.fill(tokens.color("panel"))
    painter = QPainter(tile)
    for x, y in ((0, 0), (cell, cell)):
        painter.fillRect(x, y, cell, cell, tokens.color("line", 0.5))
    painter.end()
    return QBrush(tile)


class BoardPainter:
    """Keeps what is costly to make anew at each repaint: the composed tiles, the selection's path, the checkerboard."""

    def __init__(self) -> None:
        self.tiles = Tiles()
        self._path: tuple[Selection, QPainterPath] | None = None
        self._checks: QBrush | None = None

    def forget_colours(self) -> None:
        """The theme has changed."""
        self._checks = None

    def board(self, painter: QPainter, exposed: QRect, context: ToolContext, view: Viewport) -> None:
        """The composed board over checkerboard, and the pixel grid, within `exposed`."""
        painter.fillRect(exposed, theme.tokens().color("ground"))
        board, seen = context.document.shown, view.seen(exposed.x(), exposed.y(), exposed.width(), exposed.height())
        patch, painted = context.patch, context.painted
        rects = [layer.rect for layer in board.layers if layer.visible] + ([painted] if patch and patch.layer_id else [])
        areas = [part for part in (rect.intersected(seen) for rect in rects) if not part.empty]
        self._checks = self._checks or checkerboard()
        painter.setBrushOrigin(QPointF(view.x, view.y))
        for area in areas:
            painter.fillRect(QRectF(*view.window(area)), self._checks)
        step = max(1, round(1 / view.zoom))
        self.tiles.patched(context.stroke or context.lifted, painted)
        for place, image in self.tiles.shown(board.layers, patch, seen, step):
            part = place.intersected(seen) if step == 1 else place
            source = part.moved(-place.x, -place.y)
            painter.drawImage(QRectF(*view.window(part)), image, QRectF(source.x, source.y, source.w // step, source.h // step))
        if view.zoom >= GRID_FROM:
            self._grid(painter, exposed, areas, view)

    @staticmethod
    def _grid(painter: QPainter, exposed: QRect, areas: Sequence[Rect], view: Viewport) -> None:
        colour, thin = theme.tokens().color("text", 0.09), 1 / view.ratio
        region = QRegion()  # a clip, so that lines do not add up where layers overlap
        for area in areas:
            region = region.united(QRectF(*view.window(area)).toRect())
        painter.setClipRegion(region.intersected(exposed))
        whole = around(areas)
        left, top, width, height = view.window(whole)
        for number in range(whole.w):  # rectangles: Qt fills them many times faster than it draws lines
            painter.fillRect(QRectF(left + number * view.zoom, top, thin, height), colour)
        for number in range(whole.h):
            painter.fillRect(QRectF(left, top + number * view.zoom, width, thin), colour)
        painter.setClipping(False)

    def active_outline(self, painter: QPainter, layer: Layer, view: Viewport) -> None:
        """A thin line around the active layer, its name above."""
        tokens = theme.tokens()
        frame = QRectF(*view.window(layer.rect)).adjusted(-0.5, -0.5, 0.5, 0.5)
        painter.setPen(QPen(tokens.color("accent", 1.0 if layer.visible else 0.5), 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(frame)
        painter.setFont(theme.font(theme.LABEL_SIZE))
        label = name_rect(layer, view)
        full = layer.name if layer.visible else f"{layer.name} (hidden)"
        name = QFontMetrics(painter.font()).elidedText(full, Qt.TextElideMode.ElideRight, label.width() - theme.SPACE)
        painter.fillRect(label, tokens.color("ground", 0.85))
        painter.setPen(tokens.color("text"))
        painter.drawText(label, Qt.AlignmentFlag.AlignCenter, name)

    def ants(self, painter: QPainter, selection: Selection, view: Viewport, phase: int) -> None:
        """Dashes around the selected pixels."""
        if self._path is None or self._path[0] is not selection:
            path = QPainterPath()
            simple = render.edges(selection.mask) <= EDGES_LIMIT
            for loop in render.loops(selection.mask if simple else np.ones((1, 1), bool)):
                path.addPolygon(QPolygonF([QPointF(x, y) for x, y in (*loop, loop[0])]))
            if not simple:  # dust is not outlined grain by grain, but by the rectangle that holds it
                path = QTransform.fromScale(selection.rect.w, selection.rect.h).map(path)
            self._path = (selection, path)
        place = QTransform(view.zoom, 0, 0, view.zoom, view.x + selection.x * view.zoom, view.y + selection.y * view.zoom)
        two_tone(painter, place.map(self._path[1]), phase)

    @staticmethod
    def live_outline(painter: QPainter, points: Sequence[tuple[float, float]], view: Viewport) -> None:
        """The line that a selection tool is drawing."""
        path = QPainterPath()
        path.addPolygon(QPolygonF([QPointF(view.x + x * view.zoom, view.y + y * view.zoom) for x, y in points]))
        two_tone(painter, path, 0)

    @staticmethod
    def brush_outline(painter: QPainter, shape: np.ndarray, x: int, y: int, view: Viewport) -> None:
        """The pixels that a brush would paint with its middle at (x, y)."""
        half = shape.shape[0] // 2
        path = QPainterPath()
        for loop in render.loops(shape):
            points = [QPointF(view.x + (x - half + px) * view.zoom, view.y + (y - half + py) * view.zoom) for px, py in (*loop, loop[0])]
            path.addPolygon(QPolygonF(points))
        two_tone(painter, path, None)


def name_rect(layer: Layer, view: Viewport) -> QRect:
    """Where the active layer's name stands: above its outline, inside it where that is out of sight."""
    metrics = QFontMetrics(theme.font(theme.LABEL_SIZE))
    text = layer.name if layer.visible else f"{layer.name} (hidden)"
    width = min(metrics.horizontalAdvance(text) + 3 * theme.SPACE, 60 * theme.SPACE)
    left, top, across, down = view.window(layer.rect)
    height = metrics.height() + theme.SPACE
    x = min(max(left, theme.SPACE), max(left, left + across - width))
    y = min(max(top - height - theme.SPACE, theme.SPACE), max(top, top + down - height))
    return QRect(round(x), round(y), width, height)


def two_tone(painter: QPainter, path: QPainterPath, phase: int | None) -> None:
    """A line that is seen on any colour: dark below, light dashes above; without a phase thin and whole."""
    tokens = theme.tokens()
    dark, light = (tokens.ground, tokens.text) if tokens.name == "dark" else (tokens.text, tokens.panel)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for colour, dashed in ((dark, False), (light, True)):
        pen = QPen(QColor(colour), 1)
        if dashed and phase is not None:
            pen.setDashPattern([DASH, DASH])
            pen.setDashOffset(phase)
        elif phase is None and not dashed:
            pen.setWidth(3)
        painter.setPen(pen)
        painter.drawPath(path)
