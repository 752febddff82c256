"""The walk as a thin band: every point visited, in order, with its branches; press one to go back to it."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, QSize, Qt, Signal
from PySide6.QtGui import QHelpEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from studio.documents.walk.model import LatentHistory
from studio.ui.widgets.dots import dot_at, paint_dots

HEIGHT = 36
STEP = 18
LANES = 3


class TreeBand(QWidget):
    """`wanted` carries the number of a point to go to."""

    wanted = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._walk = LatentHistory()
        self._places: dict[int, QPointF] = {}
        self.setAccessibleName("Points visited")
        self.setFixedHeight(HEIGHT)
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        return QSize(300, HEIGHT)

    def show_walk(self, walk: LatentHistory) -> None:
        self._walk = walk
        self._place()
        self.setAccessibleDescription(f"{len(walk.nodes)} points")
        self.update()

    def _place(self) -> None:
        """Newest at the right edge; a branch that leaves an earlier point drops one lane."""
        lanes: dict[int, int] = {}
        had_child: set[int] = set()
        for node in self._walk.nodes:
            lane = lanes.get(node.parent, 0) if node.parent is not None else 0
            if node.parent is not None and node.parent in had_child:
                lane = min(lane + 1, LANES - 1)
            if node.parent is not None:
                had_child.add(node.parent)
            lanes[node.number] = lane
        shift = min(0, self.width() - 24 - STEP * len(self._walk.nodes))
        self._places = {
            number: QPointF(12 + shift + STEP * number, 8 + lane * (HEIGHT - 16) / (LANES - 1)) for number, lane in lanes.items()
        }

    def paintEvent(self, event: QPaintEvent) -> None:
        self._place()
        lines = ((node.parent, node.number) for node in self._walk.nodes if node.parent is not None)
        paint_dots(QPainter(self), self._places, lines, self._walk.current)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        number = self._at(event.position())
        if number is not None:
            self.wanted.emit(number)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        over = self._at(event.position()) is not None
        self.setCursor(Qt.CursorShape.PointingHandCursor if over else Qt.CursorShape.ArrowCursor)

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            number = self._at(QPointF(event.pos()))
            if number is not None:
                QToolTip.showText(event.globalPos(), self._walk.nodes[number].label, self)
            return True
        return super().event(event)

    def _at(self, point: QPointF) -> int | None:
        return dot_at(self._places, point)
