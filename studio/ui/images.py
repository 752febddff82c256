"""Between pictures and Qt's images, and the cache of what assets look like, filled on the file threads."""

from __future__ import annotations

from collections import OrderedDict
from concurrent.futures import Future

import numpy as np
from PySide6.QtCore import QObject, QPoint, QRect, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QImage, QPainter, QPixmap

from studio.media import Media, MediaError, Picture, medium_of, named
from studio.media.registry import THUMBNAIL
from studio.project import Project, ProjectError
from studio.ui.bridge import Bridge

CACHE_SIZE = 4000


def to_image(picture: Picture) -> QImage:
    """A copy of the pixels as an image."""
    pixels = picture.pixels
    return QImage(pixels.tobytes(), picture.width, picture.height, picture.width * 4, QImage.Format.Format_RGBA8888).copy()


def to_picture(image: QImage) -> Picture:
    """The pixels of an image, straight alpha."""
    converted = image.convertToFormat(QImage.Format.Format_RGBA8888)
    rows = np.frombuffer(converted.constBits(), np.uint8).reshape(converted.height(), converted.bytesPerLine())
    return Picture(rows[:, : converted.width() * 4].reshape(converted.height(), converted.width(), 4).copy())


class AssetImages(QObject):
    """Thumbnails of assets. `image` answers at once; what is not there yet is fetched and `loaded` says when, `arrived` once a batch."""

    loaded = Signal(int)
    arrived = Signal()

    def __init__(self, project: Project, bridge: Bridge, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._project, self._bridge = project, bridge
        self._images: OrderedDict[int, QPixmap] = OrderedDict()
        self._asked: set[int] = set()
        self._next: list[int] = []
        self._soon = QTimer(self, singleShot=True, interval=0)
        self._soon.timeout.connect(self._fetch_asked)

    def image(self, asset: int) -> QPixmap | None:
        """The thumbnail, or None while it is being fetched."""
        found = self._images.get(asset)
        if found is not None:
            self._images.move_to_end(asset)
            return found
        if asset not in self._asked:
            self._asked.add(asset)
            self._next.append(asset)
            self._soon.start()
        return None

    def put(self, asset: int, media: Media) -> None:
        """Remember what is already at hand, so that it need not be fetched."""
        drawing = medium_of(media).drawing
        picture = drawing(media) if drawing is not None else None
        if picture is not None and max(picture.width, picture.height) <= THUMBNAIL:
            self._arrived(asset, to_image(picture))

    def _fetch_asked(self) -> None:
        """One job for all that came into sight in this turn of the event loop; the newest wishes first."""
        wanted, self._next = self._next[::-1], []
        self._bridge.in_background(lambda: [(asset, self._fetch(asset)) for asset in wanted], self._fetched)

    def _fetched(self, done: Future[list[tuple[int, QImage]]]) -> None:
        if done.cancelled() or isinstance(done.exception(), ProjectError):  # the project was closed meanwhile
            return
        for asset, image in done.result():
            self._arrived(asset, image)
        self.arrived.emit()

    def _fetch(self, asset: int) -> QImage:
        """On a file thread. A picture that cannot be read is shown as an empty one; opening it says why."""
        try:
            small = self._project.thumbnail(asset)
            if small is not None:
                return to_image(named("picture").decode(small, "thumbnail")[0])
            found = self._project.asset(asset)
            medium = named(found.medium)
            media = medium.decode(self._project.blob(found.sha256), found.title)[0]
            return to_image(medium.drawing(media)) if medium.drawing is not None else QImage(1, 1, QImage.Format.Format_RGBA8888)
        except (MediaError, ProjectError):
            return QImage(1, 1, QImage.Format.Format_RGBA8888)

    def _arrived(self, asset: int, image: QImage) -> None:
        self._asked.discard(asset)
        self._images[asset] = QPixmap.fromImage(image)
        while len(self._images) > CACHE_SIZE:
            self._images.popitem(last=False)
        self.loaded.emit(asset)


def draw_fitted(painter: QPainter, area: QRect, pixmap: QPixmap) -> None:
    """Draw `pixmap` as large as fits, by a whole factor where it is smaller than the area."""
    ratio = min(area.width() / pixmap.width(), area.height() / pixmap.height())
    factor = max(1, int(ratio)) if ratio >= 1 else ratio
    size = QSize(round(pixmap.width() * factor), round(pixmap.height() * factor))
    target = QRect(area.center() - QPoint(size.width() // 2 - 1, size.height() // 2 - 1), size)
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, ratio < 1)
    painter.drawPixmap(target, pixmap)


SHEET = 10  # pictures in a row of a model's unpicked sheet, and rows
COARSE = 8  # pixels, of a picture as one sees it at a glance


def sheet_corner(sheet: QPixmap, columns: int, rows: int, cell: int) -> QPixmap:
    """The first pictures of a model's preview, each `cell` pixels wide and whole. What is no sheet of squares is fitted into that room."""
    if not _is_sheet(sheet):
        smooth = Qt.TransformationMode.SmoothTransformation
        return sheet.scaled(columns * cell, rows * cell, Qt.AspectRatioMode.KeepAspectRatio, smooth)
    return _cut(sheet, 0, 0, min(columns, SHEET), min(rows, SHEET), cell)


def sheet_icon(sheet: QPixmap, cell: int) -> QPixmap:
    """The first picture of a model's preview that is not dull when small, `cell` pixels wide: its brightness varies as that of most."""
    if not _is_sheet(sheet):
        return sheet_corner(sheet, 1, 1, cell)
    coarse = to_picture(sheet.toImage().scaled(SHEET * COARSE, SHEET * COARSE, mode=Qt.TransformationMode.SmoothTransformation))
    brightness = coarse.premultiplied()[..., :3].mean(2).reshape(SHEET, COARSE, SHEET, COARSE)
    varies = brightness.std((1, 3)).flatten()
    row, column = divmod(int((varies >= np.median(varies)).argmax()), SHEET)
    return _cut(sheet, column, row, 1, 1, cell)


def _is_sheet(sheet: QPixmap) -> bool:
    return not sheet.isNull() and sheet.width() == sheet.height() and sheet.width() % SHEET == 0


def _cut(sheet: QPixmap, column: int, row: int, columns: int, rows: int, cell: int) -> QPixmap:
    """These pictures of a sheet, each `cell` pixels wide; pixel art keeps its pixels where they come out whole."""
    side = sheet.width() // SHEET
    mode = Qt.TransformationMode.FastTransformation if cell % side == 0 else Qt.TransformationMode.SmoothTransformation
    piece = sheet.copy(column * side, row * side, columns * side, rows * side)
    return piece.scaled(columns * cell, rows * cell, Qt.AspectRatioMode.IgnoreAspectRatio, mode)
