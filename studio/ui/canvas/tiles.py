"""What the board looks like, tile by tile, as `render.flatten` composes it for files too: only what changed is composed anew."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from PySide6.QtCore import QPoint
from PySide6.QtGui import QImage, QPainter

from studio.documents.canvas import render
from studio.documents.canvas.edits import differences
from studio.documents.canvas.geometry import Rect
from studio.documents.canvas.model import Layer, around
from studio.documents.canvas.render import Patch
from studio.media import Picture

SIDE = 128  # pixels of a tile's image: small enough that a numpy plane of it stays in the processor's cache
KEPT = 512  # tiles, 32 MB of them
STALE = 64  # rectangles that wait to be composed, before they become one


def image_of(pixels: np.ndarray) -> QImage:
    """A QImage over the same memory, which may be a part of a larger picture's; the array must outlive it."""
    height, width = pixels.shape[:2]
    bytes_in_all = (height - 1) * pixels.strides[0] + width * 4
    whole = np.lib.stride_tricks.as_strided(pixels, (bytes_in_all,), (1,), writeable=False)
    return QImage(whole.data, width, height, pixels.strides[0], QImage.Format.Format_RGBA8888)


def picture_of(image: QImage) -> Picture:
    """The pixels of a QImage."""
    plain = image.convertToFormat(QImage.Format.Format_RGBA8888)
    rows = np.frombuffer(plain.constBits(), np.uint8).reshape(plain.height(), plain.bytesPerLine())
    return Picture(rows[:, : plain.width() * 4].reshape(plain.height(), plain.width(), 4).copy())


class Tiles:
    """The composed board as squares of SIDE × SIDE image pixels, each of which stands for `step` × `step` board pixels.

    Composing is a matter of single pixels, so a board that is shown smaller is composed only where it is looked at.
    """

    def __init__(self) -> None:
        self._images: dict[Rect, QImage] = {}  # by the board rectangle that they show
        self._stale: list[Rect] = []
        self._layers: tuple[Layer, ...] = ()
        self._step = 1
        self._gesture: object = None
        self._patched = Rect(0, 0, 0, 0)

    def touched(self, rect: Rect | None, layers: tuple[Layer, ...]) -> None:
        """The board shows `layers` now, which look different within `rect` from those before; None where that is to be found out."""
        self._stale += [rect] if rect is not None else differences(self._layers, layers)
        self._layers = layers
        if len(self._stale) > STALE:  # nobody looks: the canvas is not in sight
            self._stale = [around(self._stale)]

    def patched(self, gesture: object, painted: Rect) -> None:
        """A gesture shows its own pixels within `painted`, or none does any more; another one than before takes its place at once."""
        if gesture is not self._gesture:
            self._stale += [self._patched, painted]
        self._gesture, self._patched = gesture, painted

    def shown(self, layers: tuple[Layer, ...], patch: Patch | None, seen: Rect, step: int) -> Iterator[tuple[Rect, QImage]]:
        """The tiles over `seen`, with the board rectangles that they show."""
        if layers is not self._layers:
            self.touched(None, layers)
        if step != self._step:
            self._images, self._step = {}, step
        over = around([*(layer.rect for layer in layers if layer.visible), *([patch.rect] if patch is not None else [])])
        wanted = [_whole(tile, SIDE * step) for tile in over.intersected(seen).tiles(SIDE * step)]
        self._refresh(set(wanted), layers, patch)
        for place in wanted:
            image = self._images.get(place)
            if image is None:
                image = self._images[place] = QImage(SIDE, SIDE, QImage.Format.Format_ARGB32_Premultiplied)
                self._compose(image, place, place, layers, patch)
            yield place, image
        if len(self._images) > KEPT:
            self._images = {place: self._images[place] for place in wanted}

    def _refresh(self, wanted: set[Rect], layers: Sequence[Layer], patch: Patch | None) -> None:
        """Compose the stale parts of tiles that are looked at, and forget the other stale tiles."""
        stale, self._stale = [rect for rect in self._stale if not rect.empty], []
        for place in list(self._images) if stale else []:
            part = around(rect.intersected(place) for rect in stale)
            if part.empty:
                continue
            if place in wanted:
                self._compose(self._images[place], place, part, layers, patch)
            else:
                del self._images[place]

    def _compose(self, image: QImage, place: Rect, part: Rect, layers: Sequence[Layer], patch: Patch | None) -> None:
        step = self._step
        whole = Rect.between(part.x // step * step, part.y // step * step, -(-part.right // step) * step, -(-part.bottom // step) * step)
        pixels = render.flatten(layers, whole, patch, step)
        painter = QPainter(image)
        painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_Source)
        painter.drawImage(QPoint((whole.x - place.x) // step, (whole.y - place.y) // step), image_of(pixels))
        painter.end()


def _whole(part: Rect, side: int) -> Rect:
    """The whole tile that a part of one belongs to."""
    return Rect(part.x // side * side, part.y // side * side, side, side)
