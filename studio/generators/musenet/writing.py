"""Writes bars: reads what stands there, then one note after another, each field chosen within the grammar."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import torch
from torch import Tensor

from studio.generators.musenet import knobs
from studio.generators.musenet.knobs import KNOBS
from studio.generators.musenet.networks import MuseNet
from studio.generators.musenet.steps import COLUMN, Labels, bar_step, note_steps, passage, prefix
from studio.generators.parts.bars import LENGTHS, ROW, SLOTS, Bars, ordered
from studio.generators.parts.note_grammar import Grammar
from studio.generators.parts.nucleus import SamplingParams, sample
from studio.generators.parts.reader import Reader
from studio.generators.parts.score_writing import window
from studio.generators.parts.step_rows import CONTEXT, END, END_BAR, PLAIN, SAME, joined

TRIES = 8
GUIDANCE = 3.0  # how far of the logits given the knobs beyond those without (Ho & Salimans 2022, arXiv:2207.12598)
OVER = 160  # steps beyond those learnt, so that a dense bar is not cut off
READ_SHARE = 0.6  # of the steps, at most, are what is read before something is written


@dataclass(frozen=True)
class Infill:
    """What is to be written: the bars `numbers` of `bars`, in the parts `slots`. What `bars` holds stands already.

    With `holes` everything around is read first; without, only what comes before. `velocities` are the loudness of each part.
    """

    bars: Bars
    numbers: Sequence[int]
    slots: tuple[int, ...]
    labels: Labels
    holes: bool
    params: SamplingParams
    lowest: int
    highest: int
    velocities: Sequence[int]


class Writer:
    """Writes one candidate of one infill. `chances` gives numbers in [0, 1): all chance there is.

    Where knobs are turned, the second of `readers` reads along without knowing of them, and what is chosen leans away from it.
    """

    def __init__(
        self, network: MuseNet, readers: tuple[Reader, Reader], steps: int, infill: Infill, chances: Callable[[int], Sequence[float]]
    ) -> None:
        self.network, self.steps, self.infill, self.chances = network, steps, infill, chances
        self.readers = readers if _turned(infill.labels) else readers[:1]
        self.reader = readers[0]
        allowed = np.zeros((SLOTS, 128), bool)
        allowed[list(infill.slots), infill.lowest : infill.highest + 1] = True
        self.grammar = Grammar(infill.bars, infill.bars.rows["pitch"], allowed)
        self.written = np.zeros(0, ROW)

    def write(self) -> Iterator[np.ndarray | int]:
        """Yields each note as an array of one ROW, and between them, while reading and after each bar, how many bars are done."""
        done = 0
        while done < len(self.infill.numbers):
            rows = self._before(done)
            for reader, each in zip(self.readers, (rows, _unconditional(rows)), strict=False):
                for _ in reader.read(each):
                    yield done
            while done < len(self.infill.numbers):
                yield from self._bar(self.infill.numbers[done], done)
                done += 1
                yield done
                if self.reader.cache.length > self.steps or self._beyond(done):
                    break  # too long to go on, or nothing was read of what sounds there: read again, from there outwards

    def _beyond(self, done: int) -> bool:
        """Whether the next bar of a hole lies outside of what was read."""
        return self.infill.holes and done < len(self.infill.numbers) and self.infill.numbers[done] >= self.last

    def _before(self, done: int) -> np.ndarray:
        """What is read before the next bar is written, (T, F + 3): as much of what stands around as fits."""
        infill, number = self.infill, self.infill.numbers[done]
        rows = ordered(np.concatenate([infill.bars.rows, self.written]))
        costs = 1 + np.bincount(rows["bar"], minlength=len(infill.bars))
        first, last = window(costs, number, int(self.steps * READ_SHARE) - 1 - len(infill.bars.programs), infill.holes)
        self.first, self.last = first, last
        view = replace(infill.bars.between(first, last), rows=rows[(rows["bar"] >= first) & (rows["bar"] < last)])
        view.rows["bar"] -= first
        left = None if infill.labels.left is None else infill.labels.left + len(infill.bars) - last
        labels = replace(infill.labels, left=left, bars=None, ends=False)
        head = prefix(view, labels, infill.slots if infill.holes else ())
        numbers = np.arange(last - first) if infill.holes else np.arange(number - first)
        kept = view.rows[view.rows["bar"] < len(numbers)][: int(self.steps * READ_SHARE)]
        before = kept[:0] if infill.holes else kept
        self.grammar.recall(before, before["pitch"])
        return joined(head, passage(view, kept, numbers, labels, CONTEXT if infill.holes else PLAIN)).rows

    def _bar(self, number: int, done: int) -> Iterator[np.ndarray | int]:
        """One bar. Where knobs are turned it is written up to TRIES times until it is what was asked for, and then yielded whole."""
        wanted = self._wanted(number)
        if not wanted.any():
            yield from self._notes(number)
            return
        before, length, count = self.grammar.saved(), self.reader.cache.length, len(self.written)
        best: tuple[int, np.ndarray] | None = None
        for _ in range(TRIES):
            self._back(before, length, count)
            for _ in self._notes(number):
                yield done
            rows = self.written[count:].copy()
            missed = int((np.abs(self._measured(rows, number) - wanted) * (wanted > 0)).sum())
            if best is None or missed < best[0]:
                best = missed, rows
            if not missed:
                break
        assert best is not None
        if best[1] is not rows:
            self._back(before, length, count)
            self._again(best[1], number)
        yield from (best[1][place : place + 1] for place in range(len(best[1])))

    def _wanted(self, number: int) -> np.ndarray:
        """(4,) the bins that the bar is to be in: those of the one part that is written, or the bar's own; 0 for any."""
        labels, slots = self.infill.labels, self.infill.slots
        parts = np.zeros(len(KNOBS), np.int64) if labels.slots is None or len(slots) > 1 else labels.slots[slots[0]]
        return parts if parts.any() or labels.bars is None else labels.bars[number]

    def _measured(self, rows: np.ndarray, number: int) -> np.ndarray:
        """(4,) the bins that these ROWs of one bar are in; for one part, with all that was written of it before."""
        parts = self.infill.labels.slots
        if parts is not None and len(self.infill.slots) == 1 and parts[self.infill.slots[0]].any():
            return knobs.of_slots(replace(self.infill.bars, rows=ordered(self.written)))[self.infill.slots[0]]
        rows = rows.copy()
        rows["bar"] = 0
        return knobs.of_bars(replace(self.infill.bars.between(number, number + 1), rows=rows))[0]

    def _back(self, saved: Any, length: int, count: int) -> None:
        self.grammar.restore(saved)
        for reader in self.readers:
            reader.cache.truncate(length)
        self.written = self.written[:count]

    def _again(self, rows: np.ndarray, number: int) -> None:
        """Take in a bar that was written before."""
        self._begin(number)
        for place in range(len(rows)):
            row = rows[place : place + 1]
            self.grammar.wrote(*(int(row[name][0]) for name in ("position", "slot", "pitch", "length")))
            self._take(row, number)

    def _notes(self, number: int) -> Iterator[np.ndarray]:
        """The notes of one bar."""
        self._begin(number)
        while self.reader.left >= 2 and (row := self._note()) is not None:
            row["velocity"] = self.infill.velocities[int(row["slot"][0])]
            self._take(row, number)
            yield row

    def _begin(self, number: int) -> None:
        self.grammar.begin_bar(number, number == self.infill.numbers[-1])
        self._enter(bar_step(self.infill.bars, self.infill.labels, number, PLAIN), number, 0)

    def _take(self, row: np.ndarray, number: int) -> None:
        self.written = np.concatenate([self.written, row])
        fields = note_steps(row, self.infill.bars.programs, PLAIN, self.infill.labels.instruments)[0]
        self._enter(fields, number, int(row["position"][0]))

    def _enter(self, fields: np.ndarray, bar: int, position: int) -> None:
        place = (self.reader.cache.length, bar - self.first, position)
        row = np.concatenate([fields, place])
        for reader, each in zip(self.readers, (row, _unconditional(row[None])[0]), strict=False):
            reader.step(each)

    @torch.inference_mode()
    def _note(self) -> np.ndarray | None:
        """The next note, or None where the bar ends."""
        network, grammar, chances = self.network, self.grammar, self.chances(4)
        seen = torch.stack([reader.seen for reader in self.readers])

        def here(number: int) -> Tensor:
            return torch.tensor([number], device=seen.device)

        onsets = grammar.onsets()
        while True:
            onset = self._choice(0, seen, chances[0], onsets)
            if onset in (END_BAR, END):
                return None
            same = onset == SAME
            position = grammar.position if same else onset - 1
            parts = grammar.parts(position, same)
            if parts.any():
                break
            onsets[onset] = False
        seen = network.condition(seen, 0, here(onset))
        slot = self._choice(1, seen, chances[1], parts)
        program = 1 + self.infill.bars.programs[slot] if self.infill.labels.instruments else 0
        seen = network.condition(seen, 1, here(slot), here(program), here(int(grammar.last_sounds[slot])))
        pitch = self._choice(2, seen, chances[2], grammar.sounds(position, slot, same))
        seen = network.condition(seen, 2, here(pitch))
        length = self._choice(3, seen, chances[3], grammar.lengths(position, slot, pitch))
        return grammar.wrote(position, slot, pitch, int(LENGTHS[length]))

    def _choice(self, head: int, seen: Tensor, chance: float, allowed: np.ndarray) -> int:
        found = self.network.heads[head](seen).float()  # (1 or 2, V)
        logits = found[0] if len(found) == 1 else torch.lerp(found[1], found[0], GUIDANCE)
        return sample(logits.cpu().numpy(), chance, self.infill.params, allowed)


_KNOBS = slice(COLUMN["track_density"], COLUMN["bar_density"] + len(KNOBS))


def _turned(labels: Labels) -> bool:
    """Whether any knob is."""
    return any(each is not None and bool(each.any()) for each in (labels.slots, labels.bars))


def _unconditional(rows: np.ndarray) -> np.ndarray:
    """The same rows, (T, F + 3), without knobs."""
    plain = rows.copy()
    plain[:, _KNOBS] = 0
    return plain
