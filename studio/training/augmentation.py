"""What is done to a work each time it is seen, so that a small set goes further; of pictures: mirrored, moved by whole pixels."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

Augment = Callable[[Any, np.random.Generator], Any]  # works of a set's medium, such as a batch of pictures → the same, changed


@dataclass(frozen=True)
class Augmentation:
    """`mirror` turns every second picture left to right; `shift` moves by up to so many pixels, repeating the picture's edge."""

    mirror: bool = False
    shift: int = 0

    def __call__(self, pictures: np.ndarray, chance: np.random.Generator) -> np.ndarray:
        """(n, s, s, 4) uint8 → the same shape; `pictures` itself is left alone."""
        if self.mirror:
            turned = chance.random(len(pictures)) < 0.5
            pictures = np.where(turned[:, None, None, None], pictures[:, :, ::-1], pictures)
        if self.shift > 0:
            pictures = self._shifted(pictures, chance)
        return pictures

    def _shifted(self, pictures: np.ndarray, chance: np.random.Generator) -> np.ndarray:
        side = pictures.shape[1]
        padded = np.pad(pictures, ((0, 0), (self.shift, self.shift), (self.shift, self.shift), (0, 0)), mode="edge")
        offsets = chance.integers(0, 2 * self.shift + 1, (len(pictures), 2))
        moved = [each[top : top + side, left : left + side] for each, (top, left) in zip(padded, offsets, strict=True)]
        return np.stack(moved)


PLAIN = Augmentation()
