"""Scores grow: what was appended to one, put into it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from studio.media.score.model import ENTRIES, TABLES, Score


def appended(score: Score, more: Score) -> Score:
    """`score` with the events of `more`, track by track in their order; tracks that it has not yet are added at the end.

    `more` is on the same ticks. Its names, instruments and maps count only for tracks that `score` has not.
    """
    more = more.resampled(score.ticks_per_beat)
    tracks = list(score.tracks)
    for number, track in enumerate(more.tracks):
        if number >= len(tracks):
            tracks.append(track)
            continue
        own = tracks[number]
        grown: Any = {name: np.concatenate([getattr(own, name), getattr(track, name)]) for name in TABLES}
        grown |= {name: (*getattr(own, name), *getattr(track, name)) for name in ENTRIES}
        tracks[number] = replace(own, **grown)
    return replace(score, tracks=tuple(tracks))
