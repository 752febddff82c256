"""Beats found in a performance, so that what was played without a metronome lies on bars and can be edited, printed and continued.

A tracker of our own, because pretty_midi can only guess one tempo for all: the steadiest tempo by autocorrelation of the onsets, then
the row of beats that hits most of them by dynamic programming (D. Ellis, Beat Tracking by Dynamic Programming, 2007). What is heard
stays where it is: only the tempo map and the ticks change.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from studio.media.errors import MediaError
from studio.media.score.entries import Metre, Tempo
from studio.media.score.model import ENTRIES, LAST_TICK, SLOWEST, TABLES, TICKS_PER_BEAT, Score, Track

LEAST_NOTES = 8
RATE = 100  # places a second at which onsets are counted
SLOW, FAST, USUAL = 40.0, 220.0, 110.0  # beats a minute: the range, and what is likely when all else is equal
SPREAD = 0.7  # octaves of tempo around the usual one
TIGHTNESS = 60.0  # how dear a beat that comes early or late is: a tempo may drift, but not leap
REACH = 0.07  # seconds within which a beat is drawn to the onsets around it
SECONDS_LIMIT = 4 * 3600


def beats_of(score: Score) -> np.ndarray:
    """The seconds at which beats fall, at least two; raises MediaError where there are too few notes to tell, or too many hours."""
    onsets = np.concatenate([score.seconds_at(track.notes["tick"]) for track in score.tracks] or [np.zeros(0)])
    loud = np.concatenate([track.notes["velocity"] for track in score.tracks] or [np.zeros(0)]).astype(np.float64)
    if len(onsets) < LEAST_NOTES or onsets.max() - onsets.min() < 2 * 60 / FAST:
        raise MediaError("There are too few notes to hear a beat in. Play or write some more first.")
    if onsets.max() > SECONDS_LIMIT:
        raise MediaError(f"Beats are looked for in up to {SECONDS_LIMIT // 3600} hours of music.")
    begin = float(onsets.min())
    curve = np.bincount(np.round((onsets - begin) * RATE).astype(np.int64), loud)
    window = np.exp(-0.5 * (np.arange(-5, 6) / 2.0) ** 2)  # an onset counts for 20 ms around it
    curve = np.convolve(curve / loud.mean(), window)[5 : 5 + len(curve)]
    curve = np.minimum(curve, 4 * curve[curve > 0].mean())
    places = _best_row(curve, _period(curve))
    return _drawn(begin + places / RATE, np.sort(onsets))


def _period(curve: np.ndarray) -> float:
    """The places from beat to beat that fit all of it best."""
    size = 1 << (2 * len(curve) - 1).bit_length()
    power = np.abs(np.fft.rfft(curve - curve.mean(), size)) ** 2
    alike = np.fft.irfft(power, size)[: len(curve)]
    lags = np.arange(int(60 * RATE / FAST), min(int(60 * RATE / SLOW), len(curve) - 1) + 1)
    doubles = np.where(2 * lags < len(alike), alike[np.minimum(2 * lags, len(alike) - 1)], 0)
    likely = np.exp(-0.5 * (np.log2(60 * RATE / lags / USUAL) / SPREAD) ** 2)
    return float(lags[np.argmax((alike[lags] + 0.5 * doubles) * likely)])


def _best_row(curve: np.ndarray, period: float) -> np.ndarray:
    """Places of beats: the row with the most onsets on its beats and the most even steps."""
    steps = np.arange(-round(2 * period), -max(1, round(period / 2)) + 1)
    dear = -TIGHTNESS * np.log(-steps / period) ** 2
    score, before = np.zeros(len(curve)), np.full(len(curve), -1)
    for place in range(len(curve)):
        reach = steps[place + steps >= 0]
        if len(reach):
            found = score[place + reach] + dear[-len(reach) :]
            best = int(np.argmax(found))
            if found[best] > 0:
                score[place], before[place] = found[best], place + reach[best]
        score[place] += curve[place]
    row = [len(curve) - 1 - int(np.argmax(score[::-1][: round(period) + 1]))]
    while before[row[-1]] >= 0:
        row.append(int(before[row[-1]]))
    if len(row) < 2:
        raise MediaError("No steady beat can be heard in these notes.")
    return np.array(row[::-1])


def _drawn(beats: np.ndarray, onsets: np.ndarray) -> np.ndarray:
    """Beats at the mean of the onsets close to them."""
    low, high = np.searchsorted(onsets, beats - REACH), np.searchsorted(onsets, beats + REACH)
    sums = np.concatenate([[0.0], np.cumsum(onsets)])
    near = np.where(high > low, (sums[high] - sums[low]) / np.maximum(high - low, 1), beats)
    return near if (np.diff(near) > 0).all() else beats


def laid_on_beats(score: Score, beats: np.ndarray | None = None, metre: Metre | None = None) -> Score:
    """The same music in the same seconds, with a bar line at the first beat and a tempo from each beat to the next.

    `beats` are seconds in rising order, found by `beats_of` where none are given; `metre` is 4/4 where none is given.
    """
    beats = beats_of(score) if beats is None else np.asarray(beats, np.float64)
    if len(beats) < 2 or not (np.diff(beats) > 0).all():
        raise MediaError("Beats are at least two seconds in rising order.")
    first = float(beats[0])
    step = float(beats[1] - beats[0])
    count = max(1, round(first / step)) if first > 1e-6 else 0  # beats of silence before it, so that second 0 is tick 0
    lines = np.concatenate([np.arange(count) * (first / max(count, 1)), beats])
    end = float(score.seconds_at(score.end))
    last = float(lines[-1] - lines[-2])
    lines = np.concatenate([lines, lines[-1] + last * np.arange(1, max(2, int(np.ceil((end - lines[-1]) / last)) + 1))])
    paces = np.clip(np.round(np.diff(lines) * 1e6), 1, SLOWEST).astype(np.int64)
    tempos = [Tempo(number * TICKS_PER_BEAT, pace) for number, pace in enumerate(paces.tolist())]
    tempos = [each for number, each in enumerate(tempos) if not number or each.microseconds != tempos[number - 1].microseconds]

    def moved(ticks: np.ndarray) -> np.ndarray:
        at = np.interp(score.seconds_at(ticks), lines, np.arange(len(lines)) * TICKS_PER_BEAT)
        return np.clip(np.round(at), 0, LAST_TICK).astype(np.int64)

    base = metre or Metre(0)
    pickup = count % base.beats
    metres = (replace(base, tick=0), *((replace(base, tick=pickup * TICKS_PER_BEAT * 4 // base.unit),) if pickup else ()))
    maps: Any = {name: _moved(getattr(score, name), moved) for name in ("keys", "markers", "texts", "exclusives", "repeats")}
    return replace(
        score, tracks=tuple(_track(each, moved) for each in score.tracks), ticks_per_beat=TICKS_PER_BEAT, tempos=tuple(tempos),
        metres=metres, **maps,
    )  # fmt: skip


def _moved(entries: tuple, moved: Any) -> tuple:
    return tuple(replace(each, tick=int(tick)) for each, tick in zip(entries, moved([each.tick for each in entries]), strict=True))


def _track(track: Track, moved: Any) -> Track:
    changed: dict[str, Any] = {name: _moved(getattr(track, name), moved) for name in ENTRIES}
    for name in TABLES:
        table = getattr(track, name).copy()
        if name == "notes":
            ends = moved(table["tick"].astype(np.int64) + table["length"])
            table["length"] = np.maximum(1, ends - moved(table["tick"]))
        table["tick"] = moved(getattr(track, name)["tick"])
        changed[name] = table
    return replace(track, **changed)
