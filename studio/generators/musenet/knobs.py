"""What a person can turn: density, polyphony, note length and register of a track or a bar, each in a few named bins.

The measures of MIDI-GPT (Pasquier et al. 2025, arXiv:2501.17011), with edges where the shared scores have their quantiles. No torch.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from studio.generators.parts.bars import GRID, SLOTS, Bars

KNOBS: Mapping[str, tuple[str, ...]] = {
    "density": ("very sparse", "sparse", "calm", "moving", "busy", "very busy"),
    "polyphony": ("single notes", "some pairs", "pairs", "chords", "full chords"),
    "length": ("very short", "short", "medium", "long", "very long"),
    "register": ("very low", "low", "rather low", "middle", "rather high", "high", "very high"),
}
"""Knob → the names of its bins, from little to much. Bin 0 in a step means that nothing is said; names count from 1."""

_LENGTH, _REGISTER = np.array([0.4, 0.7, 1.3, 2.2]) * GRID, np.array([48.0, 54.0, 60.0, 65.0, 70.0, 76.0])
PART_EDGES: Mapping[str, np.ndarray] = {
    "density": np.array([0.4, 0.9, 1.6, 2.6, 4.2]),  # notes a beat
    "polyphony": np.array([1.02, 1.5, 2.2, 3.2]),  # notes that begin together
    "length": _LENGTH,  # the geometric mean
    "register": _REGISTER,  # the mean pitch
}
BAR_EDGES = {**PART_EDGES, "density": np.array([1.2, 2.2, 3.5, 5.0, 8.0]), "polyphony": np.array([1.02, 1.6, 2.4, 3.4])}
"""Of a bar, all its parts count together."""


def bar_bins(bins: np.ndarray) -> np.ndarray:
    """(4,) bins of a bar in which nothing plays but a part with these `bins`: those of density have other edges."""
    edges = PART_EDGES["density"]
    within = np.sqrt(np.concatenate([edges[:1] / 2, edges]) * np.concatenate([edges, edges[-1:] * 2]))
    found = bins.copy()
    if bins[0]:
        found[0] = 1 + np.searchsorted(BAR_EDGES["density"], within[bins[0] - 1], side="right")
    return found


def of_bars(bars: Bars) -> np.ndarray:
    """(n, 4) bins of each bar; 0 where nothing plays."""
    rows = bars.rows
    together = np.unique(np.stack([rows["bar"], rows["position"]], axis=1), axis=0)[:, 0]
    return _bins(rows, rows["bar"], together, len(bars), bars.lengths / GRID, BAR_EDGES)


def of_slots(bars: Bars) -> np.ndarray:
    """(SLOTS, 4) bins of each part, over the bars that it plays in; 0 where it never does."""
    rows = bars.rows
    playing = np.zeros((SLOTS, len(bars)), bool)
    playing[rows["slot"], rows["bar"]] = True
    together = np.unique(np.stack([rows["slot"], rows["bar"], rows["position"]], axis=1), axis=0)[:, 0]
    return _bins(rows, rows["slot"], together, SLOTS, playing @ (bars.lengths / GRID), PART_EDGES)


def _bins(
    rows: np.ndarray, group: np.ndarray, together: np.ndarray, count: int, beats: np.ndarray, edges: Mapping[str, np.ndarray]
) -> np.ndarray:
    """(count, 4) bins of the notes that `group` puts together; `together` has a group for each moment in which something begins."""
    notes, moments = np.bincount(group, minlength=count), np.bincount(together, minlength=count)
    with np.errstate(divide="ignore", invalid="ignore"):
        values = {
            "density": notes / beats,
            "polyphony": notes / moments,
            "length": np.exp(np.bincount(group, np.log(rows["length"]), count) / notes),
            "register": np.bincount(group, rows["pitch"].astype(float), count) / notes,
        }
    found = [1 + np.searchsorted(edges[name], np.nan_to_num(value), side="right") for name, value in values.items()]
    return np.where((notes > 0)[:, None], np.stack(found, axis=1), 0)
