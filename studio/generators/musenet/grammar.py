"""What may come next: no note is out of its bar, its part, its range or its order, none sounds into another one. No torch."""

from __future__ import annotations

import numpy as np

from studio.generators.parts.bars import LENGTHS, ROW, SLOTS
from studio.generators.parts.step_rows import END, END_BAR, ONSETS, SAME


class Grammar:
    """Follows one passage as it is written. `kept` are the ROWs that stand already, `starts` the bar lines in grid steps."""

    def __init__(self, starts: np.ndarray, kept: np.ndarray, slots: tuple[int, ...], lowest: int, highest: int) -> None:
        self.starts = starts
        self.slots = np.zeros(SLOTS, bool)
        self.slots[list(slots)] = True
        self.range = np.zeros(128, bool)
        self.range[lowest : highest + 1] = True
        self.ends = np.zeros((SLOTS, 128), np.int64)  # when the last written note of this part and pitch stops
        self.last_pitches = [0] * SLOTS  # 1 + the pitch of the note before in each part, as it was learnt
        begins = starts[kept["bar"]] + kept["position"]
        self.kept = {slot: (begins[rows], kept[rows]) for slot in slots if (rows := kept["slot"] == slot).any()}
        self.bar, self.last = 0, False
        self.position, self.slot, self.pitch = -1, 0, 128

    def recall(self, rows: np.ndarray) -> None:
        """The passage goes on from these ROWs: the last pitch of each part is theirs."""
        self.last_pitches = [0] * SLOTS
        for slot, pitch in zip(rows["slot"].tolist(), rows["pitch"].tolist(), strict=True):
            self.last_pitches[slot] = 1 + pitch

    def saved(self) -> tuple[np.ndarray, list[int]]:
        """What a bar changes, to come back to."""
        return self.ends.copy(), list(self.last_pitches)

    def restore(self, saved: tuple[np.ndarray, list[int]]) -> None:
        self.ends, self.last_pitches = saved[0].copy(), list(saved[1])

    def begin_bar(self, bar: int, last: bool) -> None:
        self.bar, self.last = bar, last
        self.position, self.slot, self.pitch = -1, 0, 128

    def onsets(self) -> np.ndarray:
        """(ONSETS,) a later place in the bar, the same one, or the bar's end."""
        allowed = np.zeros(ONSETS, bool)
        length = int(self.starts[self.bar + 1] - self.starts[self.bar])
        allowed[2 + self.position : 1 + length] = True
        allowed[SAME] = self.position >= 0 and bool(self.parts(self.position, True).any())
        allowed[END_BAR] = True
        allowed[END] = self.last
        return allowed

    def parts(self, position: int, same: bool) -> np.ndarray:
        """(SLOTS,) those that may begin a note here: in their order from the top where others have begun."""
        allowed = self.slots.copy()
        if same:
            allowed[: self.slot] = False
        for slot in np.flatnonzero(allowed):
            allowed[slot] = self.pitches(position, int(slot), same).any()
        return allowed

    def pitches(self, position: int, slot: int, same: bool) -> np.ndarray:
        """(128,) in range, below the note before in a chord, and silent in this part just now."""
        now = self.starts[self.bar] + position
        allowed = self.range & (self.ends[slot] <= now)
        if same and slot == self.slot:
            allowed[self.pitch :] = False
        if slot in self.kept:
            begins, rows = self.kept[slot]
            allowed[rows["pitch"][(begins <= now) & (begins + rows["length"] > now)]] = False
        return allowed

    def lengths(self, position: int, slot: int, pitch: int) -> np.ndarray:
        """(lengths,) those that end before a kept note of this part and pitch begins; the shortest is always there."""
        now = self.starts[self.bar] + position
        allowed = np.ones(len(LENGTHS), bool)
        if slot in self.kept:
            begins, rows = self.kept[slot]
            later = begins[(begins > now) & (rows["pitch"] == pitch)]
            if len(later):
                allowed = now + LENGTHS <= later.min()
        return allowed

    def wrote(self, position: int, slot: int, pitch: int, length: int) -> np.ndarray:
        """Take the note in; it as one ROW, still without a velocity."""
        self.position, self.slot, self.pitch = position, slot, pitch
        self.last_pitches[slot] = 1 + pitch
        self.ends[slot, pitch] = self.starts[self.bar] + position + length
        row = np.zeros(1, ROW)
        row["bar"], row["position"], row["slot"], row["pitch"], row["length"] = self.bar, position, slot, pitch, length
        return row
