"""What a person can turn of a part or a bar: density, polyphony, note length and register, in a few named bins; and a part's role.

The measures of MIDI-GPT (Pasquier et al. 2025, arXiv:2501.17011), with edges for bands as well as for scores. No torch.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from studio.generators.parts.bars import DRUMS, GRID, Bars

KNOBS: Mapping[str, tuple[str, ...]] = {
    "density": ("very sparse", "sparse", "calm", "moving", "busy", "very busy", "dense", "very dense"),
    "polyphony": ("single notes", "some pairs", "pairs", "chords", "full chords", "many at once"),
    "length": ("very short", "short", "medium", "long", "very long"),
    "register": ("very low", "low", "rather low", "middle", "rather high", "high", "very high"),
}
"""Knob → the names of its bins, from little to much. Bin 0 in a step means that nothing is said; names count from 1."""

_LENGTH, _REGISTER = np.array([0.4, 0.7, 1.3, 2.2]) * GRID, np.array([48.0, 54.0, 60.0, 65.0, 70.0, 76.0])
PART_EDGES: Mapping[str, np.ndarray] = {
    "density": np.array([0.4, 0.9, 1.6, 2.6, 4.2, 6.0, 9.0]),  # notes a beat
    "polyphony": np.array([1.02, 1.5, 2.2, 3.2, 4.5]),  # notes that begin together
    "length": _LENGTH,  # the geometric mean
    "register": _REGISTER,  # the mean pitch
}
BAR_EDGES = {**PART_EDGES, "density": np.array([1.2, 2.2, 3.5, 5.0, 8.0, 12.0, 18.0]), "polyphony": np.array([1.02, 1.6, 2.4, 3.4, 5.0])}
"""Of a bar, all its parts count together, drums left out."""

ROLES = ("melody", "bass", "chords", "pad", "drums")
MELODY, BASS, CHORDS, PAD, KIT = range(1, 6)
"""What part a part plays; 0 is not said."""

SINGLE, PAD_LENGTH = 1.15, 1.9 * GRID  # notes that begin together at most, of a line; grid steps that a pad's notes last at least
_WORDS = {
    "melody": MELODY, "voice": MELODY, "soprano": MELODY, "solo": MELODY, "bass": BASS, "walk": BASS, "drum": KIT,
}  # fmt: skip


def of_bars(bars: Bars) -> np.ndarray:
    """(n, 4) bins of each bar; 0 where nothing with a pitch plays."""
    rows = bars.rows[~bars.drums]
    moments = np.unique(rows["bar"].astype(np.int64) << 16 | rows["position"]) >> 16
    return _bins(_measures(rows, rows["bar"], moments, len(bars), bars.lengths / GRID), BAR_EDGES)


def of_slots(bars: Bars, slots: int) -> np.ndarray:
    """(slots, 4) bins of each part, over the bars that it plays in; 0 where it never does. Drums have density and polyphony alone."""
    found = _bins(_slot_measures(bars, slots), PART_EDGES)
    kit = np.flatnonzero(np.array(bars.programs) == DRUMS)
    found[kit, 2:] = 0
    return found


def roles(bars: Bars, names: Sequence[str] = ()) -> np.ndarray:
    """(parts,) the role of each part by its program, its name where that tells, or else by how it moves; 0 for one that never plays."""
    parts = len(bars.programs)
    found = np.zeros(parts, np.int64)
    _, polyphony, length, register = _slot_measures(bars, parts)
    plays = polyphony > 0
    line = plays & (polyphony <= SINGLE)
    kit = np.array(bars.programs, int) == DRUMS
    for slot, name in enumerate(names[:parts]):
        found[slot] = next((role for word, role in _WORDS.items() if word in name.lower()), 0)
    found[kit] = KIT
    open_ = plays & ~kit & (found == 0)
    if BASS not in found and (at := np.flatnonzero(open_ & (polyphony <= 1.5))).size and open_.sum() > 1:
        found[at[register[at].argmin()]] = BASS
    open_ = open_ & (found == 0)
    if MELODY not in found and (at := np.flatnonzero(open_ & line)).size:
        found[at[register[at].argmax()]] = MELODY
    open_ = open_ & (found == 0)
    found[open_] = np.where(length[open_] >= PAD_LENGTH, PAD, CHORDS)
    return np.where(plays, found, 0)


def _slot_measures(bars: Bars, slots: int) -> np.ndarray:
    rows = bars.rows
    playing = np.zeros((slots, len(bars)), bool)
    playing[rows["slot"], rows["bar"]] = True
    place = (rows["slot"].astype(np.int64) << 32 | rows["bar"].astype(np.int64)) << 16 | rows["position"]
    return _measures(rows, rows["slot"], np.unique(place) >> 48, slots, playing @ (bars.lengths / GRID))


def _measures(rows: np.ndarray, group: np.ndarray, moments: np.ndarray, count: int, beats: np.ndarray) -> np.ndarray:
    """(4, count) of the notes that `group` puts together; `moments` has a group for each moment in which something begins; 0 for none."""
    notes, together = np.bincount(group, minlength=count), np.bincount(moments, minlength=count)
    some = np.maximum(1, notes)
    return np.where(notes > 0, np.stack([
        notes / np.maximum(1e-9, beats),
        notes / np.maximum(1, together),
        np.exp(np.bincount(group, np.log(rows["length"]), count) / some),
        np.bincount(group, rows["pitch"].astype(float), count) / some,
    ]), 0.0)  # fmt: skip


def _bins(measures: np.ndarray, edges: Mapping[str, np.ndarray]) -> np.ndarray:
    found = [1 + np.searchsorted(edges[name], values, side="right") for name, values in zip(KNOBS, measures, strict=True)]
    return np.where((measures[1] > 0)[:, None], np.stack(found, axis=1), 0)
