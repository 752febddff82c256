"""What may come next: no note is out of its bar, its part, its range or its order, none sounds into another one. No torch."""

from __future__ import annotations

import numpy as np

from studio.generators.band.form import sounds_of
from studio.generators.band.steps import SLOTS, SOUNDS
from studio.generators.parts.bars import COARSE, DRUMS, GRID, LENGTHS, ROW, Bars
from studio.generators.parts.step_rows import END, END_BAR, ONSETS, SAME

STEP = GRID // COARSE
KIT = slice(128 + 27, 128 + 88)  # the pieces of a General MIDI kit, as sounds


class Grammar:
    """Follows the parts `slots` of `bars` as they are written; the rows that `bars` holds stand already.

    `compasses` (slots, 2) are the lowest and highest pitch of each part.
    """

    def __init__(self, bars: Bars, slots: tuple[int, ...], compasses: np.ndarray) -> None:
        self.starts = bars.starts
        self.kit = np.zeros(SLOTS, bool)
        self.kit[: len(bars.programs)] = np.array(bars.programs) == DRUMS
        self.slots = np.zeros(SLOTS, bool)
        self.slots[list(slots)] = True
        self.range = np.zeros((SLOTS, SOUNDS), bool)
        for slot in slots:
            if self.kit[slot]:
                self.range[slot, KIT] = True
            else:
                self.range[slot, compasses[slot, 0] : compasses[slot, 1] + 1] = True
        self.ends = np.zeros((SLOTS, SOUNDS), np.int64)  # when the last written note of this part and sound stops
        self.last_sounds = [0] * SLOTS  # 1 + the sound of the note before in each part, as it was learnt
        begins, sounds = bars.starts[bars.rows["bar"]] + bars.rows["position"], sounds_of(bars)
        self.kept = {}
        for slot in slots:
            own = bars.rows["slot"] == slot
            if own.any():
                self.kept[slot] = begins[own], sounds[own], bars.rows["length"][own]
        self.bar, self.last = 0, False
        self.position, self.slot, self.sound = -1, 0, SOUNDS

    def recall(self, rows: np.ndarray, sounds: np.ndarray) -> None:
        """The passage goes on from these ROWs: the last sound of each part is theirs."""
        self.last_sounds = [0] * SLOTS
        for slot, sound in zip(rows["slot"].tolist(), sounds.tolist(), strict=True):
            self.last_sounds[slot] = 1 + sound

    def begin_bar(self, bar: int, last: bool) -> None:
        self.bar, self.last = bar, last
        self.position, self.slot, self.sound = -1, 0, SOUNDS

    def onsets(self) -> np.ndarray:
        """(ONSETS,) a later place in the bar on the coarse grid, the same one, or the bar's end."""
        allowed = np.zeros(ONSETS, bool)
        length = int(self.starts[self.bar + 1] - self.starts[self.bar])
        first = self.position + STEP if self.position >= 0 else 0
        allowed[1 + first : 1 + length : STEP] = True
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
            allowed[slot] = self.sounds(position, int(slot), same).any()
        return allowed

    def sounds(self, position: int, slot: int, same: bool) -> np.ndarray:
        """(SOUNDS,) in range, below the note before in a chord, and silent in this part just now."""
        now = self.starts[self.bar] + position
        allowed: np.ndarray = self.range[slot] & (self.ends[slot] <= now)
        if same and slot == self.slot:
            allowed[self.sound :] = False
        if slot in self.kept:
            begins, sounds, lengths = self.kept[slot]
            allowed[sounds[(begins <= now) & (begins + lengths > now)]] = False
        return allowed

    def lengths(self, position: int, slot: int, sound: int) -> np.ndarray:
        """(lengths,) those that end before a kept note of this part and sound begins, on the coarse grid; a stroke has the shortest."""
        now = self.starts[self.bar] + position
        if self.kit[slot]:
            return LENGTHS[0] == LENGTHS
        allowed = LENGTHS % STEP == 0
        if slot in self.kept:
            begins, sounds, _ = self.kept[slot]
            later = begins[(begins > now) & (sounds == sound)]
            if len(later):
                allowed &= now + LENGTHS <= later.min()
        return allowed if allowed.any() else LENGTHS == STEP

    def wrote(self, position: int, slot: int, sound: int, length: int) -> np.ndarray:
        """Take the note in; it as one ROW, still without a velocity."""
        self.position, self.slot, self.sound = position, slot, sound
        self.last_sounds[slot] = 1 + sound
        self.ends[slot, sound] = self.starts[self.bar] + position + length
        row = np.zeros(1, ROW)
        row["bar"], row["position"], row["slot"], row["pitch"], row["length"] = self.bar, position, slot, sound % 128, length
        return row
