"""Pairs the beginnings and ends of notes, all at once: an end belongs to the note of its pitch that has sounded longest."""

from __future__ import annotations

import numpy as np

from studio.media.score.entries import NOTE

ON = 9


def paired(rows: np.ndarray, last: int) -> tuple[np.ndarray, np.ndarray]:
    """Notes of one channel, from rows (tick, status, pitch, velocity) in the file's order.

    Ends without a beginning are left out; a beginning without an end lasts until `last`.
    """
    begins = ((rows[:, 1] >> 4) == ON) & (rows[:, 3] > 0)
    order = np.argsort(rows[:, 2], kind="stable")
    rows, begins = rows[order], begins[order]
    group = np.unique(rows[:, 2], return_inverse=True)[1] if len(rows) else np.zeros(0, np.int64)
    kept = begins | ~_stray(begins, group)
    rows, begins, group = rows[kept], begins[kept], group[kept]
    starts, ends = rows[begins], rows[~begins]
    # After the strays are gone, the k-th end of a pitch ends its k-th note.
    start_groups, end_groups = group[begins], group[~begins]
    rank = np.arange(len(starts)) - np.searchsorted(start_groups, start_groups)
    counts = np.bincount(end_groups, minlength=(int(group.max()) + 1) if len(group) else 1)
    first_end = np.searchsorted(end_groups, start_groups)
    ended = rank < counts[start_groups] if len(starts) else np.zeros(0, bool)
    stops = np.full(len(starts), last)
    stops[ended] = ends[(first_end + rank)[ended], 0]
    notes = np.zeros(len(starts), NOTE)
    notes["tick"], notes["pitch"], notes["velocity"] = starts[:, 0], starts[:, 2], starts[:, 3]
    notes["length"] = np.maximum(1, stops - starts[:, 0])
    in_time = np.lexsort((notes["pitch"], notes["tick"]))
    return notes[in_time], notes["tick"][in_time]


def _stray(begins: np.ndarray, group: np.ndarray) -> np.ndarray:
    """Which rows are ends that find no note of their pitch sounding."""
    steps = np.where(begins, 1, -1)
    height = np.cumsum(steps)
    if not len(height):
        return np.zeros(0, bool)
    # Each pitch counts from 0, and lies below all pitches before it, so that one running minimum serves all.
    bases = np.concatenate([[0], height[:-1]])[np.searchsorted(group, group)]
    height = height - bases - group * (2 * len(height) + 2)
    floor = -group * (2 * len(begins) + 2)
    before = np.concatenate([[np.iinfo(np.int64).max], np.minimum.accumulate(height)[:-1]])
    return ~begins & (height < np.minimum(before, floor))
