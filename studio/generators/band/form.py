"""The form of a piece: which earlier bar each bar is most like, and how much; and the copy pointer that follows such a bar. No torch."""

from __future__ import annotations

import numpy as np

from studio.generators.parts.bars import LENGTHS, Bars

FURTHEST = 64  # bars ago
EXACT, NEAR, PARTLY, RHYTHM, NOTHING = 5, 4, 3, 2, 1  # `likeness`, from the same bar to a bar like none before it
THRESHOLDS = ((EXACT, 0.98), (NEAR, 0.8), (PARTLY, 0.5))
SAME_RHYTHM = 0.8
PREFERRED = (1, 2, 4, 8, 16, 32)  # where several bars are equally like
SAME, END_BAR = 0, 1 + 288  # onsets beside 1 + position
_INNER = 1 << 24  # more than any place within a bar


def sounds_of(bars: Bars) -> np.ndarray:
    """(rows,) 0 … 127 a pitch, 128 … 255 a piece of a drum kit."""
    found: np.ndarray = bars.rows["pitch"].astype(np.int64) + 128 * bars.drums
    return found


def form(bars: Bars) -> tuple[np.ndarray, np.ndarray]:
    """(n,) how many bars ago the bar is that each is most like, 0 for none, and (n,) its likeness.

    Likeness is F1 of the notes as (position, slot, sound); where less than half agrees, of (position, slot): the rhythm.
    """
    place = bars.rows["position"].astype(np.int64) << 12 | bars.rows["slot"].astype(np.int64) << 8
    like, best = _nearest(_overlaps(bars.rows["bar"], place | sounds_of(bars), len(bars)))
    beat, rhythm = _nearest(_overlaps(bars.rows["bar"], place, len(bars)))
    likeness = np.full(len(bars), NOTHING, np.int64)
    for name, least in reversed(THRESHOLDS):
        likeness[best >= least] = name
    alike = (likeness == NOTHING) & (rhythm >= SAME_RHYTHM)
    likeness[alike] = RHYTHM
    return np.where(alike, beat, np.where(likeness == NOTHING, 0, like)), likeness


def _overlaps(bar: np.ndarray, code: np.ndarray, count: int) -> np.ndarray:
    """(n, 65) F1 of each bar's set of codes with that of the bar so many bars ago; 0 where there is none."""
    both = np.unique(code << 20 | bar.astype(np.int64))
    bar, code = both & (1 << 20) - 1, both >> 20
    size = np.bincount(bar, minlength=count)
    shared = np.zeros(count * (FURTHEST + 1))
    for step in range(1, FURTHEST + 1):  # the next, the one after next … bar that has this code
        apart = bar[step:] - bar[:-step]
        near = (code[step:] == code[:-step]) & (apart <= FURTHEST)
        if not near.any():
            break
        shared += np.bincount(bar[step:][near] * (FURTHEST + 1) + apart[near], minlength=len(shared))
    lag = np.arange(FURTHEST + 1)
    earlier = np.arange(count)[:, None] - lag
    sizes = size[:, None] + np.where(earlier >= 0, size[np.maximum(0, earlier)], 0)
    return 2 * shared.reshape(count, -1) / np.maximum(1, sizes)


def _nearest(alike: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(n,) the lag with the greatest of (n, 65) likenesses, and (n,) that; of equal ones a power of two, or else the nearest."""
    order = np.array([*PREFERRED, *(lag for lag in range(1, FURTHEST + 1) if lag not in PREFERRED)])
    ordered = alike[:, order].round(6)
    chosen = ordered.argmax(1)
    return order[chosen], ordered[np.arange(len(alike)), chosen]


def places_within(position: np.ndarray, slot: np.ndarray, sound: np.ndarray) -> np.ndarray:
    """(n,) numbers in the order in which the notes of a bar are read; the bar's mark is 0, before them all."""
    found: np.ndarray = 1 + (position.astype(np.int64) << 12 | slot.astype(np.int64) << 8 | 255 - sound)
    return found


def note_places(rows: np.ndarray, sounds: np.ndarray) -> np.ndarray:
    """(rows,) rising numbers of all notes of a piece, as `pointer` wants them."""
    return rows["bar"].astype(np.int64) * _INNER + places_within(rows["position"], rows["slot"], sounds)


def pointer(
    rows: np.ndarray, sounds: np.ndarray, places: np.ndarray, reference: np.ndarray, within: np.ndarray, position: np.ndarray
) -> np.ndarray:
    """(T, 4) what would come next if the bar `reference` were copied: 1 + onset, 1 + slot, 1 + sound, 1 + length; 0 for nothing.

    `rows`, `sounds` and `places` are the notes that may be copied, in the order of reading (`note_places`). Of each step `reference`
    (T,) is a bar's number, or negative for none, `within` (T,) its place in its own bar (`places_within`, 0 at the bar's mark) and
    `position` (T,) that of its note, −1 at a mark. Onsets are as the model says them: SAME, 1 + position, or END_BAR with no note left.
    """
    found = np.zeros((len(reference), 4), np.int64)
    at = np.searchsorted(places, np.maximum(0, reference) * _INNER + within, side="right")
    inside = np.zeros(len(reference), bool)
    inside[at < len(rows)] = rows["bar"][at[at < len(rows)]] == reference[at < len(rows)]
    found[:, 0] = 1 + END_BAR
    note = at[inside]
    onset = rows["position"][note].astype(np.int64)
    found[inside, 0] = 1 + np.where(onset == position[inside], SAME, 1 + onset)
    found[inside, 1], found[inside, 2] = 1 + rows["slot"][note], 1 + sounds[note]
    found[inside, 3] = 1 + np.searchsorted(LENGTHS, rows["length"][note])
    return np.where(reference[:, None] >= 0, found, 0)
