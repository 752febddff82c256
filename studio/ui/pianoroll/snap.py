"""The grids that notes snap to. No Qt."""

from __future__ import annotations

import numpy as np

from studio.media import Score

# Name → share of a quarter note; 0 is a bar, None is none.
GRIDS: dict[str, float | None] = {
    "Bar": 0, "1/2": 2, "1/4": 1, "1/8": 1 / 2, "1/16": 1 / 4, "1/32": 1 / 8,
    "1/4 triplet": 2 / 3, "1/8 triplet": 1 / 3, "1/16 triplet": 1 / 6, "Off": None,
}  # fmt: skip
USUAL = "1/16"


def step_of(score: Score, name: str, tick: float = 0) -> int:
    """The grid's step in ticks, a bar's at `tick` for the grid of bars, one tick where it is off."""
    share = GRIDS[name]
    if share is None:
        return 1
    if share == 0:
        lines = score.bar_starts(max(score.end, int(tick) + 1))
        place = max(0, int(np.searchsorted(lines, tick, side="right")) - 1)
        return int(lines[min(place + 1, len(lines) - 1)] - lines[max(0, min(place, len(lines) - 2))]) or 1
    return max(1, round(share * score.ticks_per_beat))


def bar_line(score: Score, tick: float) -> int:
    """The bar line at or before `tick`."""
    lines = score.bar_starts(max(score.end, int(tick) + 1))
    return int(lines[max(0, int(np.searchsorted(lines, tick, side="right")) - 1)])


def snapped(score: Score, name: str, tick: float, down: bool = False) -> int:
    """The grid line nearest to `tick`, or with `down` the one at or before it. Grids begin anew with every bar."""
    tick = max(0.0, tick)
    if GRIDS[name] is None:
        return int(tick) if down else round(tick)
    line, step = bar_line(score, tick), step_of(score, name, tick)
    steps = (tick - line) / step
    return int(line + (np.floor(steps) if down else np.floor(steps + 0.5)) * step)


def coarse_enough(score: Score, name: str, scale: float, least: float) -> int:
    """The step of the grid in ticks, doubled until its lines stand `least` pixels apart at `scale` pixels a tick."""
    step = score.ticks_per_beat // 4 if GRIDS[name] is None else step_of(score, name)
    step = max(1, step)
    while step * scale < least:
        step *= 2
    return step
