"""One palette a picture set: colours found by k-means, pixels as indices, and snapping of continuous pictures to it."""

from __future__ import annotations

import numpy as np
from PIL import Image

from studio.media import Picture

ALPHA_THRESHOLD = 128
MANY = 2000
ROW = 512  # pixels of the picture that k-means looks at
NOT_BEFORE = np.where(np.tri(256, k=-1, dtype=bool), np.float32(0), np.float32(np.inf))  # added to a row, it hides all but the earlier


class Palette:
    """`colours` (k, 3) uint8. Index k means transparent."""

    def __init__(self, colours: np.ndarray) -> None:
        self.colours = np.ascontiguousarray(colours, dtype=np.uint8)
        self._image = Image.new("P", (1, 1))
        rgb = self.colours.astype(np.float32)
        self._apart = ((rgb[:, None] - rgb[None]) ** 2).sum(2)
        self._image.putpalette(self.colours.flatten().tolist() + self.colours[-1].tolist() * (256 - len(self.colours)))

    @property
    def transparent(self) -> int:
        return len(self.colours)

    @classmethod
    def fitted(cls, pictures: np.ndarray, size: int = 255) -> Palette:
        """`size` colours by k-means over the opaque pixels of (n, h, w, 4) uint8 pictures, every eighth where there are many.

        Where the pictures have fewer colours, the last one is repeated.
        """
        some = pictures[::8] if len(pictures) >= MANY else pictures
        opaque = some[..., :3][some[..., 3] >= ALPHA_THRESHOLD]
        if len(opaque) < ROW:  # a few pixels, or none: say them again until they fill a row
            opaque = np.resize(opaque if len(opaque) else np.zeros((1, 3), np.uint8), (ROW, 3))
        rows = opaque[: len(opaque) // ROW * ROW].reshape(-1, ROW, 3)
        quantized = Image.fromarray(rows).quantize(size, method=Image.Quantize.MEDIANCUT, kmeans=3, dither=Image.Dither.NONE)
        found = np.array((quantized.getpalette() or [])[: size * 3], dtype=np.uint8).reshape(-1, 3)
        return cls(np.concatenate([found, found[-1:].repeat(size - len(found), axis=0)]))

    def index(self, pictures: np.ndarray) -> np.ndarray:
        """(n, h, w, 4) uint8 → (n, h, w) int64: the nearest colour, or `transparent`."""
        n, height, width, _ = pictures.shape
        flat = Image.fromarray(np.ascontiguousarray(pictures[..., :3]).reshape(-1, width, 3))
        nearest = np.array(flat.quantize(palette=self._image, dither=Image.Dither.NONE)).reshape(n, height, width)
        indices = np.minimum(nearest.astype(np.int64), len(self.colours) - 1)
        indices[pictures[..., 3] < ALPHA_THRESHOLD] = self.transparent
        return indices

    def rgba(self) -> np.ndarray:
        """(k + 1, 4) uint8: each colour opaque, and transparent last."""
        opaque = np.concatenate([self.colours, np.full((len(self.colours), 1), 255, np.uint8)], axis=1)
        return np.concatenate([opaque, np.zeros((1, 4), np.uint8)])

    def paint(self, indices: np.ndarray) -> list[Picture]:
        """(n, h, w) indices → pictures."""
        return [Picture(pixels) for pixels in self.rgba()[indices]]

    def snap(self, pictures: list[Picture], colours: int = 255) -> list[Picture]:
        """Each pixel to the nearest colour, alpha to fully opaque or fully transparent, at most `colours` in one picture."""
        indices = self.index(np.stack([picture.pixels for picture in pictures]))
        return self.paint(np.stack([self._limited(each, colours) for each in indices]))

    def _limited(self, indices: np.ndarray, most: int) -> np.ndarray:
        """(h, w) indices with at most `most` colours: a colour counts by its pixels and its distance to any that is more common."""
        counts = np.bincount(indices.ravel(), minlength=len(self.colours) + 1)[:-1]
        used = np.argsort(-counts, kind="stable")[: np.count_nonzero(counts)]
        if len(used) <= most:
            return indices
        distance = self._apart[np.ix_(used, used)]
        to_common = (distance + NOT_BEFORE[: len(used), : len(used)]).min(1)
        kept = np.sort(np.argsort(-(counts[used] * to_common), kind="stable")[:most])
        become = np.arange(len(self.colours) + 1)
        become[used] = used[kept[distance[:, kept].argmin(1)]]
        return become[indices]
