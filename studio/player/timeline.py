"""A score laid out in seconds: what each channel of a synthesiser is told, and when."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from studio.media import Score
from studio.media.score import EVERY_PITCH

# In the order in which they are told where they fall together: a note has its instrument and its controls when it begins.
OFF, PROGRAM, CONTROL, BEND, PRESSURE, ON, KEY_PRESSURE = range(7)
EVENT = np.dtype([("at", "<f8"), ("kind", "u1"), ("channel", "<i2"), ("first", "<i2"), ("second", "<i2")])
"""`first` and `second` are pitch and velocity, control and value, pitch and pressure, program and whether it is drums, or bend or
pressure and 0. `at` is in seconds from tick 0."""
CLICK_CHANNEL = 254
CLICK_FIRST, CLICK_OTHER = 76, 77  # the high and the low wood block
CLICK_SECONDS = 0.05


class Timeline:
    """Track i speaks on channel i. Tracks that are not `audible` hold no notes; `clicks` adds a metronome to the end of the score."""

    def __init__(self, score: Score, audible: Sequence[bool] | None = None, clicks: bool = False) -> None:
        self.score = score
        self.audible = tuple(audible) if audible is not None else (True,) * len(score.tracks)
        parts = [self._of_track(number) for number in range(len(score.tracks))]
        if clicks:
            parts.append(self._clicks())
        events = np.concatenate(parts) if parts else np.zeros(0, EVENT)
        self.events = events[np.lexsort((events["kind"], events["at"]))]
        self.end = float(score.seconds_at(score.end))

    def programs(self) -> list[tuple[int, int, bool]]:
        """(channel, program, drums) of each track."""
        found = [(number, track.program, track.drums) for number, track in enumerate(self.score.tracks)]
        return [*found, (CLICK_CHANNEL, 0, True)]

    def place(self, seconds: float) -> int:
        """The row of the first event at or after `seconds`."""
        return int(np.searchsorted(self.events["at"], seconds - 1e-9))

    def after(self, seconds: float) -> int:
        """The row of the first event later than `seconds`."""
        return int(np.searchsorted(self.events["at"], seconds + 1e-9))

    def chase(self, seconds: float) -> np.ndarray:
        """The last instrument, control, bend and pressure before `seconds`: how things must stand for playing to begin there."""
        before = self.events[: self.place(seconds)]
        before = before[np.isin(before["kind"], (PROGRAM, CONTROL, BEND, PRESSURE))]
        keys = (
            before["channel"].astype(np.int64) * 1024
            + before["kind"].astype(np.int64) * 128
            + np.where(before["kind"] == CONTROL, before["first"], 0)
        )
        last = len(keys) - 1 - np.unique(keys[::-1], return_index=True)[1] if len(keys) else np.zeros(0, np.int64)
        return before[np.sort(last)]

    def _of_track(self, number: int) -> np.ndarray:
        score, track = self.score, self.score.tracks[number]
        notes = track.notes if self.audible[number] else track.notes[:0]
        ends = notes["tick"].astype(np.int64) + notes["length"]
        single = track.pressures["pitch"] != EVERY_PITCH
        keyed, whole = track.pressures[single & self.audible[number]], track.pressures[~single]
        parts = (
            (ON, notes["tick"], notes["pitch"], notes["velocity"]),
            (OFF, ends, notes["pitch"], 0),
            (PROGRAM, track.programs["tick"], track.programs["program"], track.drums),
            (CONTROL, track.controls["tick"], track.controls["number"], track.controls["value"]),
            (BEND, track.bends["tick"], track.bends["value"], 0),
            (PRESSURE, whole["tick"], whole["value"], 0),
            (KEY_PRESSURE, keyed["tick"], keyed["pitch"], keyed["value"]),
        )
        return np.concatenate([_events(number, kind, score.seconds_at(ticks), first, second) for kind, ticks, first, second in parts])

    def _clicks(self) -> np.ndarray:
        """A click a beat, the first of each bar higher; some bars beyond the end, for those who write on."""
        score = self.score
        until = score.end + 64 * score.bar_ticks(score.metres[-1])
        lines = score.bar_starts(until)
        ticks, firsts = [], []
        for start, stop in zip(lines[:-1].tolist(), lines[1:].tolist(), strict=True):
            metre = next(each for each in reversed(score.metres) if each.tick <= start)
            beats = np.arange(start, stop, max(1, score.ticks_per_beat * 4 // metre.unit))
            ticks.append(beats)
            firsts.append(beats == start)
        at = score.seconds_at(np.concatenate(ticks))
        first = np.concatenate(firsts)
        found = np.zeros(2 * len(at), EVENT)
        found["channel"], found["first"] = CLICK_CHANNEL, np.tile(np.where(first, CLICK_FIRST, CLICK_OTHER), 2)
        found["at"][: len(at)], found["kind"][: len(at)], found["second"][: len(at)] = at, ON, np.where(first, 110, 80)
        found["at"][len(at) :], found["kind"][len(at) :] = at + CLICK_SECONDS, OFF
        return found


def _events(channel: int, kind: int, at: np.ndarray, first: np.ndarray, second: np.ndarray | int) -> np.ndarray:
    found = np.zeros(len(at), EVENT)
    found["channel"], found["kind"], found["at"], found["first"], found["second"] = channel, kind, at, first, second
    return found
