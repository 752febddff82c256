"""A grid of small pictures at whole pixels, on the ground colour."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPixmap
from PySide6.QtWidgets import QFrame, QLabel, QVBoxLayout, QWidget

from studio.media import Picture
from studio.ui import theme
from studio.ui.images import to_image

GAP = 4


class DropHere(QFrame):
    """Where a folder can be dropped, while there are no pictures yet."""

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("role", "raised")
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 24, 12, 24)
        column.setSpacing(8)
        self._picture = QLabel()
        self._picture.setAlignment(Qt.AlignmentFlag.AlignCenter)
        text = QLabel("Drop a folder of pictures here")
        text.setAlignment(Qt.AlignmentFlag.AlignCenter)
        column.addWidget(self._picture)
        column.addWidget(text)
        theme.current().changed.connect(self._paint)
        self._paint()

    def _paint(self) -> None:
        self._picture.setPixmap(theme.icon("images", "disabled", 40).pixmap(40, 40))


class SeenPictures(QWidget):
    """The squares that the model will see."""

    COLUMNS, ROWS = 6, 3
    COUNT = COLUMNS * ROWS

    def __init__(self) -> None:
        super().__init__()
        self._pixmaps: list[QPixmap] = []
        self.setAccessibleName("What the model will see")
        self.setFixedHeight(136)
        theme.current().changed.connect(self.update)

    def show_pictures(self, pictures: Sequence[Picture]) -> None:
        self._pixmaps = [QPixmap.fromImage(to_image(each)) for each in pictures]
        self.update()

    def count(self) -> int:
        """How many are shown."""
        return len(self._pixmaps)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        cell = min((self.width() - GAP) // self.COLUMNS, (self.height() - GAP) // self.ROWS) - GAP
        for number in range(self.COUNT):
            x = GAP + number % self.COLUMNS * (cell + GAP)
            y = GAP + number // self.COLUMNS * (cell + GAP)
            painter.fillRect(x, y, cell, cell, theme.tokens().color("ground"))
            if number < len(self._pixmaps):
                painter.drawPixmap(QRect(x, y, cell, cell), self._pixmaps[number])
