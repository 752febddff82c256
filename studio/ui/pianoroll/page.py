"""The engraved page beside the roll: made on the file threads, when the score has come to rest."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QByteArray, QRectF, QSize, Qt, QTimer
from PySide6.QtGui import QColor, QImage, QPainter, QPaintEvent, QShowEvent
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QLabel, QScrollArea, QVBoxLayout, QWidget

from studio.media import MediaError
from studio.media.score.engraving import engraved
from studio.ui.desk import Desk
from studio.ui.pianoroll.state import RollState

REST_MS = 400
PAGE_WIDTH, PAGE_HEIGHT = 2100, 2970  # 1/10 mm: A4
SCALE = 40
GAP = 16
PAPER = QColor(255, 255, 255)  # paper is white in both themes, as in print


class _Page(QWidget):
    """One page, as wide as there is room. Its drawing is kept as an image: a page of SVG takes tens of milliseconds."""

    def __init__(self, svg: str) -> None:
        super().__init__()
        self._renderer = QSvgRenderer(QByteArray(svg.encode()))
        self._image: QImage | None = None

    def set_width(self, width: int) -> None:
        self.setFixedSize(QSize(width, width * PAGE_HEIGHT // PAGE_WIDTH))
        self._image = None

    def paintEvent(self, event: QPaintEvent) -> None:
        ratio = self.devicePixelRatioF()
        if self._image is None:
            self._image = QImage((QSize(self.width(), self.height()) * ratio), QImage.Format.Format_RGB32)
            self._image.fill(PAPER)
            painter = QPainter(self._image)
            self._renderer.render(painter)
            painter.end()
        QPainter(self).drawImage(QRectF(self.rect()), self._image)


class PageView(QScrollArea):
    """Pages one below the other."""

    def __init__(self, desk: Desk, state: RollState, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk, self.state = desk, state
        self._engraved: object = None
        self._asked: object = None
        self._pages: list[_Page] = []
        inside = QWidget()
        self._column = QVBoxLayout(inside)
        self._column.setContentsMargins(GAP, GAP, GAP, GAP)
        self._column.setSpacing(GAP)
        self._column.setAlignment(Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop)
        self._says = QLabel("")
        self._says.setProperty("role", "quiet")
        self._says.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._column.addWidget(self._says)
        self.setWidget(inside)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName("Engraved page")
        self._rest = QTimer(self, singleShot=True, interval=REST_MS)
        self._rest.timeout.connect(self._engrave)
        state.sheet_changed.connect(self._changed)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._engrave()

    def pages(self) -> int:
        return len(self._pages)

    def _changed(self) -> None:
        if self.isVisible():
            self._rest.start()

    def _engrave(self) -> None:
        score = self.state.score
        if score is self._engraved or score is self._asked or not self.isVisible():
            return
        if not score.end:
            self._say("Draw some notes, and they stand here on paper.")
            return
        self._asked = score
        if not self._pages:
            self._say("Engraving…")

        def arrived(done: Any) -> None:
            self._asked = None
            error = done.exception()
            if error is not None:
                self._say(str(error) if isinstance(error, MediaError) else f"The page cannot be engraved: {error}")
                return
            self._engraved = score
            self._show(done.result())
            self._changed()

        self._desk.bridge.in_background(lambda: engraved(score, PAGE_WIDTH, PAGE_HEIGHT, SCALE), arrived)

    def _show(self, svgs: list[str]) -> None:
        place = self.verticalScrollBar().value()
        self._say("")
        for svg in svgs:
            page = _Page(svg)
            page.setAccessibleName(f"Page {len(self._pages) + 1}")
            self._pages.append(page)
            self._column.addWidget(page)
        self._fit()
        self.verticalScrollBar().setValue(place)

    def _say(self, text: str) -> None:
        for page in self._pages:
            page.hide()
            page.deleteLater()
        self._pages = []
        self._says.setText(text)
        self._says.setVisible(bool(text))

    def resizeEvent(self, event: Any) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        for page in self._pages:
            page.set_width(max(200, min(900, self.viewport().width() - 2 * GAP)))
