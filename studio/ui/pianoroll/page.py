"""The engraved page beside the roll: made on the file threads, when the score has come to rest."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QByteArray, QRectF, QSize, Qt, QTimer
from PySide6.QtGui import QColor, QImage, QPainter, QPaintEvent, QShowEvent
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QLabel, QScrollArea, QVBoxLayout, QWidget

from studio.media import MediaError, Score
from studio.media.score.engraving import Engraving
from studio.ui.context import AppContext
from studio.ui.pianoroll.state import RollState

REST_MS = 400
PAGE_WIDTH, PAGE_HEIGHT = 2100, 2970  # 1/10 mm: A4
SCALE = 40
GAP = 16
OLD_OPACITY = 0.4
ENGRAVING = "Engraving…"
PAPER = QColor(255, 255, 255)  # paper is white in both themes, as in print


class _Page(QWidget):
    """One page, as wide as there is room. Its drawing is kept as an image: a page of SVG takes tens of milliseconds."""

    def __init__(self, svg: str) -> None:
        super().__init__()
        self._renderer = QSvgRenderer(QByteArray(svg.encode()))
        self._image: QImage | None = None
        self._old = False

    def set_width(self, width: int) -> None:
        self.setFixedSize(QSize(width, width * PAGE_HEIGHT // PAGE_WIDTH))
        self._image = None

    def set_old(self, old: bool) -> None:
        """Pale while a newer one is engraved."""
        if old != self._old:
            self._old = old
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        ratio = self.devicePixelRatioF()
        if self._image is None:
            self._image = QImage((QSize(self.width(), self.height()) * ratio), QImage.Format.Format_RGB32)
            self._image.fill(PAPER)
            painter = QPainter(self._image)
            self._renderer.render(painter)
            painter.end()
        painter = QPainter(self)
        painter.setOpacity(OLD_OPACITY if self._old else 1.0)
        painter.drawImage(QRectF(self.rect()), self._image)


class PageView(QScrollArea):
    """Pages one below the other. While newer ones are engraved, it says so and the old ones turn pale; another piece's go at once."""

    def __init__(self, context: AppContext, state: RollState, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context, self.state = context, state
        self._engraved: Score | None = None
        self._asked: Engraving | None = None
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
        self._notice = QLabel(ENGRAVING, self)
        self._notice.setProperty("role", "badge")
        self._notice.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._notice.hide()
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

    def engraving(self) -> bool:
        """Whether newer pages are on their way."""
        return not self._notice.isHidden()

    def _changed(self) -> None:
        if self.isVisible() and self.state.score is not self._engraved:
            self._wait()
            self._rest.start()

    def _wait(self) -> None:
        """Say that what is shown is not what will be."""
        if self._engraved is not None and not _same_piece(self._engraved, self.state.score):
            self._clear()
        for page in self._pages:
            page.set_old(True)
        self._notice.adjustSize()
        self._place_notice()
        self._notice.show()
        self._notice.raise_()

    def _engrave(self) -> None:
        score = self.state.score
        if score is self._engraved or not self.isVisible() or (self._asked is not None and self._asked.score is score):
            return
        if self._asked is not None:
            self._asked.stop()
            self._asked = None
        if not score.end:
            self._say("Draw some notes, and they stand here on paper.")
            self._engraved = score
            return
        asked = self._asked = Engraving(score, PAGE_WIDTH, PAGE_HEIGHT, SCALE)
        self._says.hide()
        self._wait()
        bridge = self._context.bridge
        bridge.in_background(
            lambda: asked.pages(lambda svgs: bridge.post(lambda: self._begin(asked, svgs))), lambda done: self._arrived(asked, done)
        )

    def _begin(self, asked: Engraving, svgs: list[str]) -> None:
        """The first pages of a long piece; the others are still to come."""
        if asked is self._asked:
            self._show(svgs)

    def _arrived(self, asked: Engraving, done: Any) -> None:
        if asked is not self._asked:
            return  # a newer one is on its way
        self._asked = None
        self._engraved = asked.score
        self._notice.hide()
        error = done.exception()
        if error is None:
            self._show(done.result())
        else:
            self._say(str(error) if isinstance(error, MediaError) else f"The page cannot be engraved: {error}")
        self._changed()

    def _show(self, svgs: list[str]) -> None:
        place = self.verticalScrollBar().value()
        self._clear()
        self._says.hide()
        for svg in svgs:
            page = _Page(svg)
            page.setAccessibleName(f"Page {len(self._pages) + 1}")
            self._pages.append(page)
            self._column.addWidget(page)
        self._fit()
        self.verticalScrollBar().setValue(place)

    def _say(self, text: str) -> None:
        self._clear()
        self._notice.hide()
        self._says.setText(text)
        self._says.show()

    def _clear(self) -> None:
        for page in self._pages:
            page.hide()
            page.deleteLater()
        self._pages = []

    def _place_notice(self) -> None:
        self._notice.move((self.viewport().width() - self._notice.width()) // 2, GAP)

    def resizeEvent(self, event: Any) -> None:
        super().resizeEvent(event)
        self._fit()
        self._place_notice()

    def _fit(self) -> None:
        for page in self._pages:
            page.set_width(max(200, min(900, self.viewport().width() - 2 * GAP)))


def _same_piece(one: Score, other: Score) -> bool:
    """Whether a score is another one edited, as far as its tracks tell, and not another piece."""
    return one.title == other.title and [track.name for track in one.tracks] == [track.name for track in other.tracks]
