"""MuseNet with a band: one decoder step a note; onset, part, sound and length are then chosen one after the other by a chain of heads.

Run this file for shapes, parameter counts and a forward's time.
"""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from studio.generators.band import BandConfig
from studio.generators.band.steps import CHORDS, OFFSETS, PROGRAMS, SLOTS, SOUNDS, TABLE
from studio.generators.parts.bars import LENGTHS
from studio.generators.parts.decoder import DecoderConfig
from studio.generators.parts.note_decoder import NoteDecoder, bar_rotary, condition_vectors
from studio.generators.parts.step_rows import ONSETS

FIELD_NAMES = ("onset", "part", "sound", "length")
SIZES = (ONSETS, SLOTS, SOUNDS, len(LENGTHS))
CONDITIONING = (*SIZES[:3], 1 + PROGRAMS, 1 + SOUNDS, CHORDS)  # what a head may be given beside: chosen fields, program, last sound, chord


def decoder_config(config: BandConfig) -> DecoderConfig:
    rotary = bar_rotary(config.width // config.heads)
    return DecoderConfig(config.width, config.layers, config.heads, config.heads, config.hidden, rotary=rotary)


class Band(NoteDecoder):
    """A `NoteDecoder` whose heads are asked one after the other, each given what was chosen before it."""

    def __init__(self, config: BandConfig) -> None:
        super().__init__(decoder_config(config), OFFSETS, TABLE, SIZES)
        self.conditioning = nn.ModuleList(condition_vectors(size, config.width) for size in CONDITIONING)

    def with_onset(self, seen: Tensor, onset: Tensor, chord: Tensor) -> Tensor:
        """What is seen, once the next onset is known and with it the chord in force there (`steps.chord_field`)."""
        return seen + self.conditioning[0](onset) + self.conditioning[5](chord)

    def with_slot(self, seen: Tensor, slot: Tensor, program: Tensor, last: Tensor) -> Tensor:
        """The same, once the part is known, and with it 1 + its program and 1 + its last sound (0 where there is none)."""
        return seen + self.conditioning[1](slot) + self.conditioning[3](program) + self.conditioning[4](last)

    def with_sound(self, seen: Tensor, sound: Tensor) -> Tensor:
        return seen + self.conditioning[2](sound)

    def surprise(self, seen: Tensor, targets: Tensor) -> Tensor:
        """Hidden states (N, D), targets (N, 7) → (N, 4): −ln p of onset, part, sound and length, each given those before it.

        0 where a target is NONE.
        """
        onset, slot, sound, length, program, last, chord = targets.unbind(1)
        found = seen.new_zeros(len(seen), 4)
        asked, notes = onset >= 0, slot >= 0
        found[asked, 0] = F.cross_entropy(self.heads[0](seen[asked]), onset[asked], reduction="none")
        at = self.with_onset(seen[notes], onset[notes], chord[notes])
        parts = [F.cross_entropy(self.heads[1](at), slot[notes], reduction="none")]
        at = self.with_slot(at, slot[notes], program[notes], last[notes])
        parts.append(F.cross_entropy(self.heads[2](at), sound[notes], reduction="none"))
        at = self.with_sound(at, sound[notes])
        parts.append(F.cross_entropy(self.heads[3](at), length[notes], reduction="none"))
        found[notes, 1:] = torch.stack(parts, dim=1)
        return found


if __name__ == "__main__":
    from studio.generators.band.steps import FIELDS
    from studio.generators.parts.report import report

    empty = torch.zeros(1, 64, len(FIELDS), dtype=torch.long)
    report("band", Band(BandConfig()), empty, torch.zeros(1, 64, 3, dtype=torch.long))
