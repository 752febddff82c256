"""A score as a small picture: a piano roll a few fingers wide, as thumbnails and tooltips show it."""

from __future__ import annotations

import numpy as np

from studio.media.picture.model import Picture
from studio.media.score.model import Score

SIDE = 128
MARGIN = 4
LEAST_PITCHES = 24
# Eight hues of equal lightness, as the studio's tracks have them (OKLCH 0.75, 0.12).
HUES = np.array(
    [(226, 157, 86), (104, 181, 245), (115, 195, 133), (231, 141, 185), (185, 178, 80), (173, 160, 245), (44, 197, 197), (240, 143, 135)],
    np.uint8,
)


CLEAR = (0, 0, 0, 0)
SHADE = (128, 128, 128, 40)  # a ground that stands out from dark and light alike


def drawn(score: Score, width: int = SIDE, height: int = SIDE, ground: tuple[int, int, int, int] = CLEAR) -> Picture:
    """`width` × `height` pixels on `ground`: time from left to right over the whole score, each track in its hue."""
    pixels = np.full((height, width, 4), ground, np.uint8)
    end = max(score.end, 1)
    pitches = [track.notes["pitch"] for track in score.tracks if len(track.notes)]
    if not pitches:
        return Picture(pixels)
    low, high = int(min(each.min() for each in pitches)), int(max(each.max() for each in pitches))
    spread = max(high - low + 1, LEAST_PITCHES)
    low -= (spread - (high - low + 1)) // 2
    room = height - 2 * MARGIN
    thick = max(1, room // spread)
    for number, track in enumerate(score.tracks):
        notes = track.notes
        left = MARGIN + (notes["tick"].astype(np.int64) * (width - 2 * MARGIN)) // end
        right = MARGIN + ((notes["tick"].astype(np.int64) + notes["length"]) * (width - 2 * MARGIN)) // end
        top = MARGIN + ((low + spread - 1 - notes["pitch"].astype(np.int64)) * room) // spread
        bars = np.unique(np.stack([left, np.maximum(right, left + 1), top], axis=1), axis=0) if len(notes) else np.zeros((0, 3), np.int64)
        for one, two, row in bars.tolist():
            pixels[row : row + thick, one:two, :3] = HUES[number % len(HUES)]
            pixels[row : row + thick, one:two, 3] = 255
    return Picture(pixels)
