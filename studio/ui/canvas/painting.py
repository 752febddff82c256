"""How the board is drawn: checkerboard, layers, grid, outlines, marching ants. It reads the desk and changes nothing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QFontMetrics, QImage, QPainter, QPainterPath, QPen, QPixmap, QPolygonF, QRegion, QTransform

from studio.documents.canvas import render
from studio.documents.canvas.geometry import Rect
from studio.documents.canvas.model import Layer, Selection, around
from studio.documents.canvas.stroke import Patch
from studio.media import Picture
from studio.ui import theme
from studio.ui.canvas.desk import Desk
from studio.ui.canvas.viewport import Viewport

CHECK = 2 * theme.SPACE
GRID_FROM = 8
DASH = theme.SPACE
EDGES_LIMIT = 20_000


def image_of(pixels: np.ndarray) -> QImage:
    """A QImage over the same memory, which may be a part of a larger picture's; the array must outlive it."""
    height, width = pixels.shape[:2]
    bytes_in_all = (height - 1) * pixels.strides[0] + width * 4
    whole = np.lib.stride_tricks.as_strided(pixels, (bytes_in_all,), (1,), writeable=False)
    return QImage(whole.data, width, height, pixels.strides[0], QImage.Format.Format_RGBA8888)


def picture_of(image: QImage) -> Picture:
    """The pixels of a QImage."""
    plain = image.convertToFormat(QImage.Format.Format_RGBA8888)
    rows = np.frombuffer(plain.constBits(), np.uint8).reshape(plain.height(), plain.bytesPerLine())
    return Picture(rows[:, : plain.width() * 4].reshape(plain.height(), plain.width(), 4).copy())


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
    """Keeps what is costly to make anew at each repaint: images over the layers' memory, the selection's path, the checkerboard."""

    def __init__(self) -> None:
        self._images: dict[int, tuple[Picture, QImage]] = {}
        self._path: tuple[Selection, QPainterPath] | None = None
        self._checks: QBrush | None = None

    def forget_colours(self) -> None:
        """The theme has changed."""
        self._checks = None

    def board(self, painter: QPainter, exposed: QRect, desk: Desk, view: Viewport) -> None:
        """Layers over checkerboard, and the pixel grid, within `exposed`."""
        painter.fillRect(exposed, theme.tokens().color("ground"))
        board, seen = desk.document.shown, view.seen(exposed.x(), exposed.y(), exposed.width(), exposed.height())
        patch = desk.patch
        areas = []
        for rect in [layer.rect for layer in board.layers if layer.visible] + ([patch.rect] if patch and patch.layer_id else []):
            part = rect.intersected(seen)
            if not part.empty and patch and rect is patch.rect:
                part = part.intersected(_owner_rect(desk, patch))
            if not part.empty:
                areas.append(part)
        self._checks = self._checks or checkerboard()
        painter.setBrushOrigin(QPointF(view.x, view.y))
        for area in areas:
            painter.fillRect(QRectF(*view.window(area)), self._checks)
        for layer in board.layers:
            if layer.visible:
                self._layer(painter, layer, seen, view, patch if patch and patch.layer_id == layer.id else None)
        if patch is not None and patch.layer_id is None:
            self._pixels(painter, image_of(patch.pixels), patch.rect, (patch.rect.intersected(seen),), view)
        if view.zoom >= GRID_FROM:
            self._grid(painter, exposed, areas, view)
        alive = {id(layer.picture) for layer in board.layers}
        self._images = {key: value for key, value in self._images.items() if key in alive}

    def _layer(self, painter: QPainter, layer: Layer, seen: Rect, view: Viewport, patch: Patch | None) -> None:
        painter.setOpacity(layer.opacity)
        visible = layer.rect.intersected(seen)
        if not visible.empty:
            image = self._images.setdefault(id(layer.picture), (layer.picture, image_of(layer.picture.pixels)))[1]
            self._pixels(painter, image, layer.rect, visible.without(patch.rect) if patch else (visible,), view)
        if patch is not None:
            self._pixels(painter, image_of(patch.pixels), patch.rect, (patch.rect.intersected(seen),), view)
        painter.setOpacity(1)

    @staticmethod
    def _pixels(painter: QPainter, image: QImage, rect: Rect, parts: Iterable[Rect], view: Viewport) -> None:
        for part in parts:
            if not part.empty:
                painter.drawImage(QRectF(*view.window(part)), image, QRectF(*part.moved(-rect.x, -rect.y)))

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


def _owner_rect(desk: Desk, patch: Patch) -> Rect:
    """Within a stroke's room only what is painted may show a checkerboard beyond the layer."""
    return desk.stroke.painted if desk.stroke is not None else patch.rect
