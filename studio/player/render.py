"""Scores rendered to samples, faster than they are heard: whole, a stem a track, at an even loudness."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from studio.media import Score
from studio.media.sound import Sound
from studio.player.errors import PlayerError
from studio.player.loudness import normalised
from studio.player.outputs import give
from studio.player.synth import Synth
from studio.player.timeline import Timeline

BLOCK = 64  # samples that FluidSynth reckons at once: an event falls on the beginning of one
TAIL_SECONDS = 2.5
HOURS_LIMIT = 4
LOUDNESS = -16.0  # LUFS, as streaming services play music


def rendered(
    score: Score, audible: Sequence[bool] | None = None, progress: Callable[[float], bool] | None = None, loudness: float | None = LOUDNESS
) -> Sound:
    """The score as stereo at 44.1 kHz with its ringing out. `progress` gets shares in [0, 1]; it answers False to stop.

    Raises PlayerError with what to install, for an empty or far too long score, or when it was stopped.
    """
    timeline = Timeline(score, audible)
    if not len(timeline.events) or timeline.end == 0:
        raise PlayerError("There is no note to render. Draw some first, or turn a track on.")
    if timeline.end > HOURS_LIMIT * 3600:
        raise PlayerError(f"This score lasts {timeline.end / 3600:.1f} hours; Atelier renders up to {HOURS_LIMIT}.")
    synth = Synth()
    try:
        samples = _samples(synth, timeline, progress)
    finally:
        synth.close()
    return Sound(normalised(samples, synth.rate, loudness) if loudness is not None else samples, synth.rate)


def stems(score: Score, audible: Sequence[bool], progress: Callable[[float], bool] | None = None) -> list[tuple[int, Sound]]:
    """(track, sound) for each audible track with notes, at the levels that they have together."""
    wanted = [number for number, track in enumerate(score.tracks) if audible[number] and len(track.notes)]
    if not wanted:
        raise PlayerError("There is no note to render. Draw some first, or turn a track on.")
    held = Synth()  # while one is there, FluidSynth shares the soundfont with the next: loading takes 0.1 s instead of 4
    try:
        return [(number, _stem(score, number, (place, len(wanted)), progress)) for place, number in enumerate(wanted)]
    finally:
        held.close()


def _stem(score: Score, number: int, place: tuple[int, int], progress: Callable[[float], bool] | None) -> Sound:
    """One track alone, with a synthesiser of its own, so that no echo of another is in it; `place` is (how many before, of how many)."""
    only = tuple(each == number for each in range(len(score.tracks)))
    return rendered(score, only, lambda share: progress is None or progress((place[0] + share) / place[1]), loudness=None)


def _samples(synth: Synth, timeline: Timeline, progress: Callable[[float], bool] | None) -> np.ndarray:
    for channel, program, drums in timeline.programs():
        synth.program(channel, program, drums)
    total = int((timeline.end + TAIL_SECONDS) * synth.rate) // BLOCK * BLOCK
    found = np.zeros((total, 2), np.float32)
    starts = (timeline.events["at"] * synth.rate).astype(np.int64) // BLOCK * BLOCK
    at, told = 0, 0
    for event, start in zip([*timeline.events, None], [*np.minimum(starts, total).tolist(), total], strict=True):
        while at < start:
            step = min(start - at, synth.rate)
            found[at : at + step] = synth.write(step)
            at += step
            if progress is not None and (at - told >= synth.rate or at == total):
                told = at
                if not progress(at / total):
                    raise PlayerError("Rendering was stopped.")
        if event is not None:
            give(synth, event)
    return found
