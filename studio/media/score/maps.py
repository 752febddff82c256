"""Edits of what holds for the whole score: tempo, metre, key; and of a track's volume and pan."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np

from studio.media.score.entries import CONTROL, Key, Metre, Tempo
from studio.media.score.model import Score, Track

VOLUME, PAN = 7, 10
USUAL = {VOLUME: 100, PAN: 64}


def with_tempo(score: Score, tick: int, beats_a_minute: float) -> Score:
    """Another tempo from `tick` on, until the next one that is written."""
    pace = max(1, min(2**24 - 1, round(60e6 / max(beats_a_minute, 1e-3))))
    return replace(score, tempos=(*(each for each in score.tempos if each.tick != tick), Tempo(tick, pace)))


def without_tempo(score: Score, tick: int) -> Score:
    return replace(score, tempos=tuple(each for each in score.tempos if each.tick != tick or each.tick == 0))


def with_metre(score: Score, tick: int, beats: int, unit: int) -> Score:
    """Another metre from the bar line at or before `tick` on, until another one is written. Pickups and short bars stay as they are."""
    lines = score.bar_starts(max(score.end, tick + 1))
    line = int(lines[np.searchsorted(lines, tick, side="right") - 1])
    before = metre_at(score, line)
    found = [each for each in score.metres if each.tick < line]
    found.append(Metre(line, beats, unit))
    same = True
    for each in score.metres:
        if each.tick > line:
            # What is the same again is no change: a bar before it is short.
            same = same and (each.beats, each.unit) == (before.beats, before.unit)
            found.append(Metre(each.tick, beats, unit) if same else each)
    return replace(score, metres=tuple(found))


def changes_of_metre(score: Score) -> tuple[Metre, ...]:
    """The metres that differ from the one before: those that stand on paper."""
    metres = (score.metres[1:] if score.pickup else score.metres) or score.metres
    metres = (replace(metres[0], tick=0), *metres[1:])
    pairs = pairwise(metres)
    return (metres[0], *(each for before, each in pairs if (each.beats, each.unit) != (before.beats, before.unit)))


def without_metre(score: Score, tick: int) -> Score:
    return replace(score, metres=tuple(each for each in score.metres if each.tick != tick or each.tick == 0))


def with_key(score: Score, sharps: int, minor: bool) -> Score:
    """One key for the whole score."""
    return replace(score, keys=(Key(0, sharps, minor),))


def tempo_at(score: Score, tick: int) -> float:
    """Quarter notes a minute."""
    return 60e6 / next(each for each in reversed(score.tempos) if each.tick <= tick).microseconds


def metre_at(score: Score, tick: int) -> Metre:
    return next(each for each in reversed(score.metres) if each.tick <= tick)


def setting_of(track: Track, number: int) -> int:
    """The first value of a control that a track sets, such as its volume."""
    found = track.controls[track.controls["number"] == number]
    return int(found["value"][0]) if len(found) else USUAL.get(number, 0)


def with_setting(track: Track, number: int, value: int) -> Track:
    """The same track with `value` as the first of a control, at its very beginning."""
    rest = track.controls[(track.controls["number"] != number)]
    later = track.controls[track.controls["number"] == number][1:]
    return replace(track, controls=np.concatenate([np.array([(0, number, value)], CONTROL), rest, later]))
