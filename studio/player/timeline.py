"""A score laid out in seconds: what each channel of a synthesiser is told, and when."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from studio.media import Score

OFF, CONTROL, BEND, ON = 0, 1, 2, 3
EVENT = np.dtype([("at", "<f8"), ("kind", "u1"), ("channel", "<i2"), ("first", "<i2"), ("second", "<i2")])
"""`first` and `second` are pitch and velocity, control and value, or bend and 0. `at` is in seconds from tick 0."""
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
        """The last value of each control and bend before `seconds`: how things must stand for playing to begin there."""
        before = self.events[: self.place(seconds)]
        before = before[(before["kind"] == CONTROL) | (before["kind"] == BEND)]
        keys = (
            before["channel"].astype(np.int64) * 1024
            + before["kind"].astype(np.int64) * 256
            + np.where(before["kind"] == CONTROL, before["first"], 0)
        )
        last = len(keys) - 1 - np.unique(keys[::-1], return_index=True)[1] if len(keys) else np.zeros(0, np.int64)
        return before[np.sort(last)]

    def _of_track(self, number: int) -> np.ndarray:
        score, track = self.score, self.score.tracks[number]
        notes = track.notes if self.audible[number] else track.notes[:0]
        count = len(notes)
        found = np.zeros(2 * count + len(track.controls) + len(track.bends), EVENT)
        found["channel"] = number
        on, off = found[:count], found[count : 2 * count]
        on["at"], on["kind"], on["first"], on["second"] = score.seconds_at(notes["tick"]), ON, notes["pitch"], notes["velocity"]
        off["at"], off["kind"], off["first"] = score.seconds_at(notes["tick"].astype(np.int64) + notes["length"]), OFF, notes["pitch"]
        controls = found[2 * count : 2 * count + len(track.controls)]
        controls["at"], controls["kind"] = score.seconds_at(track.controls["tick"]), CONTROL
        controls["first"], controls["second"] = track.controls["number"], track.controls["value"]
        bends = found[2 * count + len(track.controls) :]
        bends["at"], bends["kind"], bends["first"] = score.seconds_at(track.bends["tick"]), BEND, track.bends["value"]
        return found

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
