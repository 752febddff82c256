"""One picture, as large as fits by a whole factor, on neutral ground."""

from __future__ import annotations

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPixmap
from PySide6.QtWidgets import QSizePolicy, QWidget

from studio.media import Picture
from studio.ui import theme
from studio.ui.images import draw_fitted, to_image


class PictureView(QWidget):
    """`caption` stands in quiet text under the picture."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._pixmap: QPixmap | None = None
        self._caption = ""
        self.picture: Picture | None = None
        self.setAccessibleName("Picture at this point")
        self.setMinimumSize(200, 200)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def sizeHint(self) -> QSize:
        return QSize(300, 320)

    def show_picture(self, picture: Picture, caption: str) -> None:
        self.picture, self._caption = picture, caption
        self._pixmap = QPixmap.fromImage(to_image(picture))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        t = theme.tokens()
        painter = QPainter(self)
        painter.fillRect(self.rect(), t.color("ground"))
        if self._pixmap is not None:
            draw_fitted(painter, self.rect().adjusted(8, 8, -8, -28), self._pixmap)
        painter.setPen(t.color("quiet"))
        painter.setFont(theme.font(theme.LABEL_SIZE))
        painter.drawText(QRect(0, self.height() - 26, self.width(), 20), Qt.AlignmentFlag.AlignCenter, self._caption)
