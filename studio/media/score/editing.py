"""What a hand does to notes: functions from a table of NOTE and a mask of the chosen ones to the table and mask after.

Nothing is changed in place. Tables come back sorted by tick and pitch, masks in the same order; chosen notes stay chosen.
"""

from __future__ import annotations

import numpy as np

from studio.media.score.entries import NOTE
from studio.media.score.model import LAST_TICK

Edited = tuple[np.ndarray, np.ndarray]


def in_order(notes: np.ndarray, mask: np.ndarray) -> Edited:
    """The same notes sorted, the mask with them; two that are wholly alike become one."""
    order = np.lexsort((notes["length"], notes["pitch"], notes["tick"]))
    notes, mask = notes[order], mask[order]
    if len(notes) > 1:
        alike = notes[1:] == notes[:-1]
        if alike.any():
            kept = np.concatenate([[True], ~alike])
            chosen = np.concatenate([mask[:-1] | (alike & mask[1:]), mask[-1:]])
            return notes[kept], chosen[kept]
    return notes, mask


def added(notes: np.ndarray, mask: np.ndarray, more: np.ndarray) -> Edited:
    """With `more` notes; they alone are chosen."""
    return in_order(np.concatenate([notes, more]), np.concatenate([np.zeros(len(notes), bool), np.ones(len(more), bool)]))


def removed(notes: np.ndarray, mask: np.ndarray) -> Edited:
    return notes[~mask], np.zeros(int((~mask).sum()), bool)


def moved(notes: np.ndarray, mask: np.ndarray, ticks: int, pitches: int) -> Edited:
    """Chosen notes together, as far as the first of them reaches the edge of time or pitch."""
    found = notes.copy()
    if mask.any():
        ticks = max(ticks, -int(notes["tick"][mask].min()))
        ticks = min(ticks, LAST_TICK - int(notes["tick"][mask].max()))
        low, high = int(notes["pitch"][mask].min()), int(notes["pitch"][mask].max())
        pitches = min(max(pitches, -low), 127 - high)
        found["tick"][mask] += ticks
        found["pitch"][mask] = (notes["pitch"][mask].astype(np.int64) + pitches).astype(np.uint8)
    return in_order(found, mask)


def resized(notes: np.ndarray, mask: np.ndarray, ticks: int, least: int = 1, at_start: bool = False) -> Edited:
    """Chosen notes longer by `ticks` at their end, or earlier at their start; none shorter than `least` ticks."""
    found = notes.copy()
    length = notes["length"][mask].astype(np.int64)
    if at_start:
        shift = np.minimum(np.maximum(ticks, -notes["tick"][mask].astype(np.int64)), np.maximum(length - least, 0))
        found["tick"][mask] += shift.astype(np.int32)
        found["length"][mask] = length - shift
    else:
        found["length"][mask] = np.clip(length + ticks, min(least, int(length.min(initial=least))), LAST_TICK)
    return in_order(found, mask)


def split(notes: np.ndarray, mask: np.ndarray, tick: int) -> Edited:
    """Chosen notes that sound at `tick` are cut in two there; both halves are chosen."""
    cut = mask & (notes["tick"] < tick) & (notes["tick"] + notes["length"] > tick)
    found, tail = notes.copy(), notes[cut].copy()
    found["length"][cut] = tick - notes["tick"][cut]
    tail["length"] = notes["tick"][cut] + notes["length"][cut] - tick
    tail["tick"] = tick
    return in_order(np.concatenate([found, tail]), np.concatenate([mask, np.ones(len(tail), bool)]))


def joined(notes: np.ndarray, mask: np.ndarray) -> Edited:
    """Chosen notes of one pitch become one, from where the first begins to where the last ends."""
    chosen = notes[mask]
    whole = np.zeros(len(np.unique(chosen["pitch"])), NOTE)
    for row, pitch in enumerate(np.unique(chosen["pitch"])):
        same = chosen[chosen["pitch"] == pitch]
        start = int(same["tick"].min())
        whole[row] = (start, int((same["tick"] + same["length"]).max()) - start, pitch, same["velocity"][0])
    return in_order(np.concatenate([notes[~mask], whole]), np.concatenate([np.zeros(int((~mask).sum()), bool), np.ones(len(whole), bool)]))


def duplicated(notes: np.ndarray, mask: np.ndarray, ticks: int) -> Edited:
    """Copies of the chosen notes `ticks` later; the copies are chosen."""
    copies = notes[mask].copy()
    copies["tick"] += ticks
    return added(notes, mask, copies)


def quantised(notes: np.ndarray, mask: np.ndarray, grid: int, strength: float = 1.0, swing: float = 0.0, ends: bool = False) -> Edited:
    """Chosen notes drawn to a grid of `grid` ticks by a share `strength` in [0, 1].

    `swing` in [0, 1] makes every second line of the grid late, at 1 by a third of its step. With `ends` lengths become whole steps.
    """
    found = notes.copy()
    tick = notes["tick"][mask].astype(np.float64)
    lines = np.round(tick / grid)
    target = lines * grid + (lines % 2) * swing * grid / 3
    found["tick"][mask] = np.maximum(0, np.round(tick + (target - tick) * strength)).astype(np.int32)
    if ends:
        length = notes["length"][mask].astype(np.float64)
        whole = np.maximum(1, np.round(length / grid)) * grid
        found["length"][mask] = np.maximum(1, np.round(length + (whole - length) * strength)).astype(np.int32)
    return in_order(found, mask)


def humanised(notes: np.ndarray, mask: np.ndarray, ticks: int, velocity: int, seed: int) -> Edited:
    """Chosen notes a little off: starts by a normal deviation of `ticks`, velocities by one of `velocity`."""
    chance = np.random.default_rng(seed)
    found = notes.copy()
    count = int(mask.sum())
    shift = np.round(chance.normal(0, max(ticks, 0), count)).astype(np.int64)
    found["tick"][mask] = np.maximum(0, notes["tick"][mask] + shift)
    strength = notes["velocity"][mask].astype(np.float64) + chance.normal(0, max(velocity, 0), count)
    found["velocity"][mask] = np.clip(np.round(strength), 1, 127).astype(np.uint8)
    return in_order(found, mask)


def legato(notes: np.ndarray, mask: np.ndarray) -> Edited:
    """Each chosen note lasts until the next chosen one begins; notes that begin together end together."""
    found = notes.copy()
    starts = np.unique(notes["tick"][mask])
    places = np.searchsorted(starts, notes["tick"][mask], side="right")
    ends = np.append(starts, 0)[places]
    length = np.where(places < len(starts), ends - notes["tick"][mask], notes["length"][mask])
    found["length"][mask] = length
    return in_order(found, mask)


def with_velocity(notes: np.ndarray, mask: np.ndarray, velocity: int | np.ndarray) -> Edited:
    """Chosen notes at `velocity`, one number or one a chosen note; kept within 1 to 127."""
    found = notes.copy()
    found["velocity"][mask] = np.clip(velocity, 1, 127)
    return found, mask


def snapped_to_scale(notes: np.ndarray, mask: np.ndarray, classes: frozenset[int]) -> Edited:
    """Chosen notes on the nearest pitch of the scale (pitch classes from 0 for C), the lower one where two are as near."""
    found = notes.copy()
    if classes:
        allowed = np.array([pitch for pitch in range(128) if pitch % 12 in classes])
        distance = np.abs(allowed[None, :] - notes["pitch"][mask].astype(np.int64)[:, None])
        found["pitch"][mask] = allowed[distance.argmin(axis=1)].astype(np.uint8) if mask.any() else notes["pitch"][mask]
    return in_order(found, mask)


def line_of(table: np.ndarray, start: int, stop: int, first: int, last: int, step: int, number: int = 0) -> np.ndarray:
    """A table of BEND, or of CONTROL all `number`, with a straight line drawn over the ticks [start, stop], a value each `step` ticks."""
    outside = table[(table["tick"] < start) | (table["tick"] > stop)]
    ticks = np.unique(np.append(np.arange(start, stop + 1, max(1, step)), stop))
    values = np.round(np.interp(ticks, [start, max(stop, start + 1)], [first, last])).astype(np.int64)
    changed = np.concatenate([[True], np.diff(values) != 0])
    drawn = np.zeros(int(changed.sum()), table.dtype)
    drawn["tick"], drawn["value"] = ticks[changed], values[changed]
    if "number" in (table.dtype.names or ()):
        drawn["number"] = number
    found = np.concatenate([outside, drawn])
    return found[np.argsort(found["tick"], kind="stable")]
