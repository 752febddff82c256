"""How much each pixel of a picture matters to a model, painted over it: amber a little, red very much."""

from __future__ import annotations

import numpy as np

from studio.media import Picture

AMBER, RED = np.array([255, 176, 46]), np.array([224, 36, 36])


def heat(picture: Picture, strength: np.ndarray) -> Picture:
    """The picture in grey, with (h, w) `strength` over it: 0 clear, then amber, 1 red."""
    strength = np.clip(strength, 0, 1)[..., None]
    grey = picture.pixels[..., :3].mean(2, keepdims=True).repeat(3, axis=2) * 0.7
    under = picture.pixels[..., 3:] / 255
    over = np.clip(2 * strength, 0, 0.9)
    colour = AMBER + (RED - AMBER) * strength
    alpha = over + under * (1 - over)
    mixed = (colour * over + grey * under * (1 - over)) / np.maximum(alpha, 1e-6)
    return Picture(np.concatenate([mixed, alpha * 255], axis=2).round().astype(np.uint8))
