"""The score that the sample project opens with: the first prelude of the Well-Tempered Clavier (Bach, 1722), a cello under it."""

from __future__ import annotations

import numpy as np

from studio.documents.score.model import Sheet, Strip
from studio.media.score import NOTE, Key, Score, Tempo, Track

# Five pitches a half bar, from below; the hand plays 1 2 3 4 5 3 4 5.
BARS = (
    (60, 64, 67, 72, 76), (60, 62, 69, 74, 77), (59, 62, 67, 74, 77), (60, 64, 67, 72, 76), (60, 64, 69, 76, 81), (60, 62, 66, 69, 74),
    (59, 62, 67, 74, 79), (59, 60, 64, 67, 72), (57, 60, 64, 67, 72), (50, 57, 62, 66, 72), (55, 59, 62, 67, 71), (55, 58, 64, 67, 73),
    (53, 57, 62, 69, 74), (53, 56, 62, 65, 71), (52, 55, 60, 67, 72), (52, 53, 57, 60, 65), (50, 53, 57, 60, 65), (43, 50, 55, 59, 65),
    (48, 52, 55, 60, 64),
)  # fmt: skip
HAND = (2, 3, 4, 2, 3, 4)
SIXTEENTH, HALF = 120, 960


def sample_sheet() -> Sheet:
    """Nineteen bars for piano and cello."""
    piano: list[tuple[int, int, int, int]] = []
    cello: list[tuple[int, int, int, int]] = []
    for bar, pitches in enumerate(BARS):
        swell = round(12 * np.sin(bar / len(BARS) * np.pi))
        for half in range(2):
            start = (2 * bar + half) * HALF
            piano.append((start, HALF, pitches[0], 62 + swell))
            piano.append((start + SIXTEENTH, HALF - SIXTEENTH, pitches[1], 56 + swell))
            for step, place in enumerate(HAND, 2):
                piano.append((start + step * SIXTEENTH, SIXTEENTH, pitches[place], 58 + swell + 5 * (place == 4)))
        cello.append((2 * bar * HALF, 2 * HALF, pitches[0] - 12, 50 + swell))
    tracks = (
        Track("Piano", 0, notes=np.array(piano, NOTE)),
        Track("Cello", 42, notes=np.array(cello, NOTE)),
    )
    score = Score(tracks, tempos=(Tempo(0, round(60e6 / 66)),), keys=(Key(0, 0),), title="Prelude in C")
    return Sheet(score, (Strip(), Strip()))
