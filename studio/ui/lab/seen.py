"""A live look at what the model will see: small pictures or rolls in a grid, or a passage as its vocabulary cuts it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPixmap, QTextCharFormat, QTextCursor
from PySide6.QtWidgets import QFrame, QLabel, QTextEdit, QVBoxLayout, QWidget

from studio.media import Picture
from studio.training.own_texts import Cut
from studio.ui import theme
from studio.ui.images import to_image

GAP = 4
HEIGHT, ROLLS_HEIGHT = 136, 196
TEXT_HEIGHT = 220
PIECE_OPACITY = 0.3


class DropHere(QFrame):
    """Where a folder can be dropped, while there is nothing yet."""

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("role", "raised")
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 24, 12, 24)
        column.setSpacing(8)
        self._picture = QLabel()
        self._picture.setAlignment(Qt.AlignmentFlag.AlignCenter)
        text = QLabel("Drop a folder here:\npictures, texts or scores")
        text.setAlignment(Qt.AlignmentFlag.AlignCenter)
        column.addWidget(self._picture)
        column.addWidget(text)
        theme.current().changed.connect(self._paint)
        self._paint()

    def _paint(self) -> None:
        self._picture.setPixmap(theme.icon("images", "disabled", 40).pixmap(40, 40))


class SeenPictures(QWidget):
    """The squares, or the rolls, that the model will see."""

    COUNT = 18

    def __init__(self, columns: int = 6, rows: int = 3, height: int = HEIGHT) -> None:
        super().__init__()
        self._columns, self._rows = columns, rows
        self._pixmaps: list[QPixmap] = []
        self.setAccessibleName("What the model will see")
        self.setFixedHeight(height)
        theme.current().changed.connect(self.update)

    def show_pictures(self, pictures: Sequence[Picture]) -> None:
        self._pixmaps = [QPixmap.fromImage(to_image(each)) for each in pictures]
        self.update()

    def count(self) -> int:
        """How many are shown."""
        return len(self._pixmaps)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        width = (self.width() - GAP) // self._columns - GAP
        height = (self.height() - GAP) // self._rows - GAP
        shape = self._pixmaps[0].width() / self._pixmaps[0].height() if self._pixmaps else 1.0
        width, height = min(width, int(height * shape)), min(height, int(width / shape))
        for number in range(self._columns * self._rows):
            x = GAP + number % self._columns * (width + GAP)
            y = GAP + number // self._columns * (height + GAP)
            painter.fillRect(x, y, width, height, theme.tokens().color("ground"))
            if number < len(self._pixmaps):
                painter.drawPixmap(QRect(x, y, width, height), self._pixmaps[number])


class SeenText(QTextEdit):
    """A passage of the texts; what the model reads as one piece has one colour."""

    def __init__(self) -> None:
        super().__init__()
        self._cut = Cut("")
        self.setReadOnly(True)
        self.setAccessibleName("How the model's vocabulary cuts the text")
        self.setFixedHeight(TEXT_HEIGHT)
        theme.current().changed.connect(self._paint)

    def show_cut(self, cut: Cut) -> None:
        self._cut = cut
        self.setPlainText(cut.passage)
        self._paint()

    def count(self) -> int:
        """How many pieces are shown."""
        return len(self._cut.spans)

    def _paint(self) -> None:
        cursor, colours = QTextCursor(self.document()), list(theme.tokens().tracks()[:4])
        for each in colours:
            each.setAlphaF(PIECE_OPACITY)
        for number, (first, last) in enumerate(self._cut.spans):
            look = QTextCharFormat()
            look.setBackground(colours[number % len(colours)])
            cursor.setPosition(_units(self._cut.passage, first))
            cursor.setPosition(_units(self._cut.passage, last), QTextCursor.MoveMode.KeepAnchor)
            cursor.mergeCharFormat(look)


def _units(text: str, characters: int) -> int:
    """Where a character stands as Qt counts, which takes those beyond the first 65,536 for two."""
    return len(text[:characters].encode("utf-16-le")) // 2
