"""The window's frame: what is painted at once, while everything that goes into it is still being loaded."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QRect, QSize, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QMainWindow, QWidget

from studio.ui import theme

TOP, BOTTOM = 40, theme.FILMSTRIP_HEIGHT + 32
WIDTH, HEIGHT = 1280, 800
TITLE_BAR = 36  # what a desktop puts above a window


class Frame(QMainWindow):
    """Shows the panels' places until `populate` puts the studio in; `painted` once they were shown."""

    painted = Signal()

    def __init__(self, title: str) -> None:
        super().__init__()
        self._studio: QWidget | None = None
        self._painted = False
        self.setWindowTitle(title)
        self.resize(within(QSize(WIDTH, HEIGHT), self.screen().availableGeometry().size()))

    def fit_screen(self) -> None:
        """Bring a window that was larger on another screen, or at another scale, into this one."""
        room = self.screen().availableGeometry()
        if self.width() > room.width() or self.height() > room.height():
            self.resize(within(self.size(), room.size()))
            self.move(room.topLeft())

    def populate(self, studio: QWidget) -> None:
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


def title_of(project: Path | None) -> str:
    """What stands above a window. It ends in the program's name, so that no desktop adds it once more."""
    return f"{project.stem} — Atelier" if project is not None else "Atelier"


def within(size: QSize, room: QSize) -> QSize:
    """A window's size, with its frame still in sight on a screen with so much room; a high scale leaves less of it."""
    return size.boundedTo(QSize(room.width(), room.height() - TITLE_BAR))
