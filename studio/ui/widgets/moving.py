"""A cell that moves while the pointer is over it: the frames of an animation, small, at their times."""

from __future__ import annotations

from PySide6.QtCore import QObject, Qt, QTimer, Signal
from PySide6.QtGui import QImage, QPixmap

from studio.media import Animation
from studio.project import Asset
from studio.ui.context import AppContext
from studio.ui.images import to_image

MOST = 400  # frames that are shown of a long one


class MovingCell(QObject):
    """One work at a time; `turned` says that it shows another frame."""

    turned = Signal()

    def __init__(self, context: AppContext, side: int, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._context, self._side = context, side
        self._asset: int | None = None
        self._frames: list[tuple[QPixmap, int]] = []
        self._at = 0
        self._next = QTimer(self, singleShot=True)
        self._next.timeout.connect(self._turn)

    def frame(self, asset: int) -> QPixmap | None:
        """What a work shows now; None for one that does not move."""
        return self._frames[self._at][0] if asset == self._asset and self._frames else None

    def move(self, asset: int | None) -> None:
        """Let this work move, and none else; None for none."""
        if asset == self._asset:
            return
        self._next.stop()
        self._asset, self._frames, self._at = asset, [], 0
        self.turned.emit()
        if asset is not None:
            self._context.with_work(asset, "animation", self._arrived)

    def _arrived(self, animation: Animation, asset: Asset) -> None:
        if asset.id == self._asset:
            self._context.read_aside(lambda: self._small(animation), lambda found: self._begin(asset.id, found))

    def _small(self, animation: Animation) -> list[tuple[QImage, int]]:
        """On a file thread."""
        size, images = self._side, [to_image(animation.picture(number)) for number in range(min(len(animation), MOST))]
        if max(animation.width, animation.height) > size:
            smooth = Qt.TransformationMode.SmoothTransformation
            images = [each.scaled(size, size, Qt.AspectRatioMode.KeepAspectRatio, smooth) for each in images]
        return list(zip(images, animation.milliseconds, strict=False))

    def _begin(self, asset: int, found: list[tuple[QImage, int]]) -> None:
        if asset == self._asset and len(found) > 1:
            self._frames = [(QPixmap.fromImage(image), stays) for image, stays in found]
            self._next.start(self._frames[0][1])
            self.turned.emit()

    def _turn(self) -> None:
        self._at = (self._at + 1) % len(self._frames)
        self._next.start(self._frames[self._at][1])
        self.turned.emit()
