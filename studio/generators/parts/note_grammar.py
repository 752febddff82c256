"""What may come next: no note is out of its bar, its part, its range or its order, none sounds into another one. No torch."""

from __future__ import annotations

import numpy as np

from studio.generators.parts.bars import LENGTHS, ROW, Bars
from studio.generators.parts.step_rows import END, END_BAR, ONSETS, SAME


class Grammar:
    """Follows parts of `bars` as they are written; the rows that `bars` holds, whose `sounds` (rows,) are given, stand already.

    `allowed` (S, V) bool says which sounds each slot may play, none for a part that is not written. Notes begin and last whole multiples
    of `step` grid steps; those of a slot in `strokes` (S,) bool all have the shortest length, as a drum's.
    """

    def __init__(self, bars: Bars, sounds: np.ndarray, allowed: np.ndarray, step: int = 1, strokes: np.ndarray | None = None) -> None:
        self.starts, self.range, self.step = bars.starts, allowed, step
        self.slots = np.asarray(allowed.any(1))
        count, values = allowed.shape
        self.strokes = np.zeros(count, bool) if strokes is None else strokes
        self.ends = np.zeros((count, values), np.int64)  # when the last written note of this part and sound stops
        self.last_sounds = [0] * count  # 1 + the sound of the note before in each part, as it was learnt
        begins = bars.starts[bars.rows["bar"]] + bars.rows["position"]
        self.kept = {}
        for slot in np.flatnonzero(self.slots).tolist():
            own = bars.rows["slot"] == slot
            if own.any():
                self.kept[slot] = begins[own], sounds[own], bars.rows["length"][own]
        self.bar, self.last = 0, False
        self.position, self.slot, self.sound = -1, 0, values

    def recall(self, rows: np.ndarray, sounds: np.ndarray) -> None:
        """The passage goes on from these ROWs: the last sound of each part is theirs."""
        self.last_sounds = [0] * len(self.slots)
        for slot, sound in zip(rows["slot"].tolist(), sounds.tolist(), strict=True):
            self.last_sounds[slot] = 1 + sound

    def saved(self) -> tuple[np.ndarray, list[int]]:
        """What a bar changes, to come back to."""
        return self.ends.copy(), list(self.last_sounds)

    def restore(self, saved: tuple[np.ndarray, list[int]]) -> None:
        self.ends, self.last_sounds = saved[0].copy(), list(saved[1])

    def begin_bar(self, bar: int, last: bool) -> None:
        self.bar, self.last = bar, last
        self.position, self.slot, self.sound = -1, 0, self.range.shape[1]

    def onsets(self) -> np.ndarray:
        """(ONSETS,) a later place in the bar, the same one, or the bar's end."""
        allowed = np.zeros(ONSETS, bool)
        length = int(self.starts[self.bar + 1] - self.starts[self.bar])
        first = self.position + self.step if self.position >= 0 else 0
        allowed[1 + first : 1 + length : self.step] = True
        allowed[SAME] = self.position >= 0 and bool(self.parts(self.position, True).any())
        allowed[END_BAR] = True
        allowed[END] = self.last
        return allowed

    def parts(self, position: int, same: bool) -> np.ndarray:
        """(S,) those that may begin a note here: in their order from the top where others have begun."""
        allowed = self.slots.copy()
        if same:
            allowed[: self.slot] = False
        for slot in np.flatnonzero(allowed):
            allowed[slot] = self.sounds(position, int(slot), same).any()
        return allowed

    def sounds(self, position: int, slot: int, same: bool) -> np.ndarray:
        """(V,) in range, below the note before in a chord, and silent in this part just now."""
        now = self.starts[self.bar] + position
        allowed: np.ndarray = self.range[slot] & (self.ends[slot] <= now)
        if same and slot == self.slot:
            allowed[self.sound :] = False
        if slot in self.kept:
            begins, sounds, lengths = self.kept[slot]
            allowed[sounds[(begins <= now) & (begins + lengths > now)]] = False
        return allowed

    def lengths(self, position: int, slot: int, sound: int) -> np.ndarray:
        """(lengths,) those that end before a kept note of this part and sound begins; a stroke has the shortest."""
        now = self.starts[self.bar] + position
        if self.strokes[slot]:
            return np.asarray(LENGTHS[0] == LENGTHS)
        allowed: np.ndarray = LENGTHS % self.step == 0
        if slot in self.kept:
            begins, sounds, _ = self.kept[slot]
            later = begins[(begins > now) & (sounds == sound)]
            if len(later):
                allowed &= now + LENGTHS <= later.min()
        return allowed if allowed.any() else np.asarray(self.step == LENGTHS)

    def wrote(self, position: int, slot: int, sound: int, length: int) -> np.ndarray:
        """Take the note in; it as one ROW, still without a velocity."""
        self.position, self.slot, self.sound = position, slot, sound
        self.last_sounds[slot] = 1 + sound
        self.ends[slot, sound] = self.starts[self.bar] + position + length
        row = np.zeros(1, ROW)
        row["bar"], row["position"], row["slot"], row["pitch"], row["length"] = self.bar, position, slot, sound % 128, length
        return row
