"""MuseNet: one decoder step a note; onset, part, pitch and length are then chosen one after the other by a small chain of heads.

Run this file for shapes, parameter counts and a forward's time.
"""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from studio.generators.musenet import MuseNetConfig
from studio.generators.musenet.steps import OFFSETS, TABLE
from studio.generators.parts.bars import LENGTHS, SLOTS
from studio.generators.parts.decoder import DecoderConfig
from studio.generators.parts.note_decoder import NoteDecoder, bar_rotary, condition_vectors
from studio.generators.parts.step_rows import ONSETS

FIELD_NAMES = ("onset", "part", "pitch", "length")
SIZES = (ONSETS, SLOTS, 128, len(LENGTHS))
PROGRAMS = PITCHES = 129  # 0 for none


def decoder_config(config: MuseNetConfig) -> DecoderConfig:
    rotary = bar_rotary(config.width // config.heads)
    return DecoderConfig(config.width, config.layers, config.heads, config.heads, config.hidden, rotary=rotary)


class MuseNet(NoteDecoder):
    """A `NoteDecoder` whose heads are asked one after the other, each given what was chosen before it."""

    def __init__(self, config: MuseNetConfig) -> None:
        super().__init__(decoder_config(config), OFFSETS, TABLE, SIZES)
        self.conditioning = nn.ModuleList(condition_vectors(size, config.width) for size in (*SIZES[:3], PROGRAMS, PITCHES))

    def condition(self, seen: Tensor, chosen: int, value: Tensor, program: Tensor | None = None, last: Tensor | None = None) -> Tensor:
        """Hidden states (N, D) plus the vector of field number `chosen`'s `value` (N,), and of a part's program and last pitch."""
        seen = seen + self.conditioning[chosen](value)
        if program is not None:
            seen = seen + self.conditioning[3](program)
        return seen if last is None else seen + self.conditioning[4](last)

    def surprise(self, seen: Tensor, targets: Tensor) -> Tensor:
        """Hidden states (N, D), targets (N, 6) → (N, 4): −ln p of onset, part, pitch and length, each given those before it.

        0 where a target is NONE.
        """
        onset, slot, pitch, length, program, last = targets.unbind(1)
        found = seen.new_zeros(len(seen), 4)
        asked = onset >= 0
        notes = slot >= 0
        found[asked, 0] = F.cross_entropy(self.heads[0](seen[asked]), onset[asked], reduction="none")
        at = self.condition(seen[notes], 0, onset[notes])
        parts = [F.cross_entropy(self.heads[1](at), slot[notes], reduction="none")]
        at = self.condition(at, 1, slot[notes], program[notes], last[notes])
        parts.append(F.cross_entropy(self.heads[2](at), pitch[notes], reduction="none"))
        at = self.condition(at, 2, pitch[notes])
        parts.append(F.cross_entropy(self.heads[3](at), length[notes], reduction="none"))
        found[notes, 1:] = torch.stack(parts, dim=1)
        return found


if __name__ == "__main__":
    from studio.generators.musenet.steps import FIELDS
    from studio.generators.parts.report import report

    empty = torch.zeros(1, 64, len(FIELDS), dtype=torch.long)
    report("musenet", MuseNet(MuseNetConfig()), empty, torch.zeros(1, 64, 3, dtype=torch.long))
