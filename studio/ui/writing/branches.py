"""The tree of continuations as a thin column: press a dot to go back to the page as it was with it."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, QSize, Qt, Signal
from PySide6.QtGui import QHelpEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QWheelEvent
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from studio.documents.page.versions import ROOT
from studio.ui import theme
from studio.ui.widgets.dots import dot_at, paint_dots
from studio.ui.writing.version_history import VersionHistory

STEP, LANE, EDGE = 22, 14, 14
LANES = 4


class BranchTree(QWidget):
    """`wanted` carries the number of a branch."""

    wanted = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._past: VersionHistory | None = None
        self._places: dict[int, QPointF] = {}
        self._top = 0.0
        self.setAccessibleName("Branches of the page")
        self.setFixedWidth(2 * EDGE + (LANES - 1) * LANE)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding)
        theme.current().changed.connect(self.update)

    def sizeHint(self) -> QSize:
        return QSize(self.width(), 200)

    def show_past(self, past: VersionHistory) -> None:
        self._past = past
        self._place()
        low = self._places[past.here].y() if past.here in self._places else 0.0
        self._top = max(0.0, low - max(0, self.height() - 3 * STEP))
        self.setAccessibleDescription(f"{len(past.branches)} continuations")
        self.update()

    def _place(self) -> None:
        """Oldest on top; a branch that leaves one which went on already takes the next lane."""
        assert self._past is not None
        lanes, had = {ROOT: 0}, set()
        self._places = {ROOT: QPointF(EDGE, EDGE)}
        for number, branch in enumerate(self._past.branches):
            lane = lanes.get(branch.parent, 0)
            if branch.parent in had:
                lane = min(lane + 1, LANES - 1)
            had.add(branch.parent)
            lanes[number] = lane
            self._places[number] = QPointF(EDGE + lane * LANE, EDGE + (number + 1) * STEP)

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._past is None:
            return
        painter = QPainter(self)
        painter.translate(0, -self._top)
        lines = ((branch.parent, number) for number, branch in enumerate(self._past.branches))
        paint_dots(painter, self._places, lines, self._past.here)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        number = self._at(event.position())
        if number is not None:
            self.wanted.emit(number)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        over = self._at(event.position()) is not None
        self.setCursor(Qt.CursorShape.PointingHandCursor if over else Qt.CursorShape.ArrowCursor)

    def wheelEvent(self, event: QWheelEvent) -> None:
        lowest = max((place.y() for place in self._places.values()), default=0.0)
        self._top = min(max(0.0, self._top - event.angleDelta().y() / 4), max(0.0, lowest - self.height() + EDGE))
        self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}
        step = steps.get(Qt.Key(event.key()))
        if step is None or self._past is None:
            super().keyPressEvent(event)
        elif ROOT <= self._past.here + step < len(self._past.branches):
            self.wanted.emit(self._past.here + step)

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip and self._past is not None:
            number = self._at(QPointF(event.pos()))
            if number == ROOT:
                QToolTip.showText(event.globalPos(), "The page before a model wrote on it", self)
            elif number is not None:
                branch = self._past.branches[number]
                QToolTip.showText(event.globalPos(), f"{branch.label}\n{branch.begins}…", self)
            return True
        return super().event(event)

    def _at(self, point: QPointF) -> int | None:
        return dot_at(self._places, point + QPointF(0, self._top))
