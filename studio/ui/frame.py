"""The window's frame: what is painted at once, while everything that goes into it is still being loaded."""

from __future__ import annotations

from PySide6.QtCore import QRect, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QMainWindow, QWidget

from studio.ui import theme

TOP, BOTTOM = 40, theme.FILMSTRIP_HEIGHT + 32
WIDTH, HEIGHT = 1280, 800


class Frame(QMainWindow):
    """Shows the panels' places until `furnish` puts the studio in; `painted` once they were shown."""

    painted = Signal()

    def __init__(self, title: str) -> None:
        super().__init__()
        self._studio: QWidget | None = None
        self._painted = False
        self.setWindowTitle(title)
        self.resize(WIDTH, HEIGHT)

    def furnish(self, studio: QWidget) -> None:
        """Put the studio in the frame; closing the frame closes it."""
        self._studio = studio
        self.setCentralWidget(studio)

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._studio is not None:
            return
        if not self._painted:
            self._painted = True
            QTimer.singleShot(0, self.painted.emit)
        t = theme.tokens()
        painter = QPainter(self)
        painter.fillRect(self.rect(), t.color("panel"))
        middle = QRect(theme.SHELF_WIDTH, TOP, self.width() - theme.SHELF_WIDTH - theme.INSPECTOR_WIDTH, self.height() - TOP - BOTTOM)
        painter.fillRect(middle, t.color("ground"))
        painter.setPen(t.color("line"))
        painter.drawRect(middle.adjusted(-1, -1, 0, 0))

    def closeEvent(self, event: QCloseEvent) -> None:
        if self._studio is not None and not self._studio.close():
            event.ignore()
