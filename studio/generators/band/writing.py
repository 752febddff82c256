"""Writes bars: reads what stands there, then one note after another, each field chosen by its own head within the grammar."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
import torch
from torch import Tensor

from studio.generators.band.form import sounds_of
from studio.generators.band.networks import Band
from studio.generators.band.steps import SLOTS, SOUNDS, Copied, Labels, chord_field, passage, prefix
from studio.generators.parts.bars import COARSE, DRUMS, GRID, LENGTHS, ROW, Bars, ordered
from studio.generators.parts.harmony import halves
from studio.generators.parts.note_grammar import Grammar
from studio.generators.parts.nucleus import SamplingParams, sample
from studio.generators.parts.reader import Reader
from studio.generators.parts.score_writing import window
from studio.generators.parts.step_rows import CONTEXT, END, END_BAR, PLAIN, SAME, joined

OVER = 200  # steps beyond those learnt, so that a dense bar is not cut off
KIT = slice(128 + 27, 128 + 88)  # the pieces of a General MIDI kit, as sounds
READ_SHARE = 0.6  # of the steps, at most, are what is read before something is written


@dataclass(frozen=True)
class Infill:
    """What is to be written: the bars `numbers` of `bars`, in the parts `slots`. What `bars` holds stands already.

    With `holes` everything around is read first; without, only what comes before. `labels` has a row for every bar of `bars`.
    `compasses` (parts, 2) are lowest and highest pitches, `velocities` the loudness of each part.
    """

    bars: Bars
    numbers: Sequence[int]
    slots: tuple[int, ...]
    labels: Labels
    holes: bool
    params: SamplingParams
    compasses: np.ndarray
    velocities: Sequence[int]


class Writer:
    """Writes one infill, one candidate. `chances` gives numbers in [0, 1): all chance there is."""

    def __init__(self, network: Band, reader: Reader, steps: int, infill: Infill, chances: Callable[[int], Sequence[float]]) -> None:
        self.network, self.reader, self.steps, self.infill, self.chances = network, reader, steps, infill, chances
        kit = drums_of(infill.bars)
        self.grammar = Grammar(infill.bars, sounds_of(infill.bars), ranges(infill, kit), GRID // COARSE, kit)
        self.halves = halves(infill.bars)
        self.written = np.zeros(0, ROW)
        self.first, self.last = 0, 0  # the bars that were read

    def write(self) -> Iterator[np.ndarray | int]:
        """Yields each note as an array of one ROW, and between them, while reading and after each bar, how many bars are done."""
        done, numbers = 0, self.infill.numbers
        while done < len(numbers):
            for _ in self.reader.read(self._before(numbers[done])):
                yield done
            while done < len(numbers):
                yield from self._bar(numbers[done])
                done += 1
                yield done
                beyond = self.infill.holes and done < len(numbers) and numbers[done] >= self.last
                if self.reader.cache.length > self.steps or beyond:
                    break  # too long to go on, or nothing was read of what sounds there: read again, from there outwards

    def _standing(self) -> Bars:
        """The bars with all that stands in them by now."""
        return replace(self.infill.bars, rows=ordered(np.concatenate([self.infill.bars.rows, self.written])))

    def _before(self, number: int) -> np.ndarray:
        """What is read before the bar `number` is written, (T, F + 3): as much of what stands around as fits."""
        infill, bars = self.infill, self._standing()
        costs = 1 + np.bincount(bars.rows["bar"], minlength=len(bars))
        room = int(self.steps * READ_SHARE) - 1 - len(bars.programs)
        self.first, self.last = window(costs, number, room, infill.holes)
        self.last = self.last if infill.holes else len(bars)
        view, labels = bars.between(self.first, self.last), labels_between(infill.labels, self.first, self.last, len(bars))
        head = prefix(view, labels, infill.slots if infill.holes else ())
        numbers = np.arange(self.last - self.first if infill.holes else number - self.first)
        kept = view.rows[view.rows["bar"] < len(numbers)][: int(self.steps * READ_SHARE)]
        heard = kept[:0] if infill.holes else kept
        self.grammar.recall(heard, sounds_of(replace(view, rows=heard)))
        copied = None if infill.holes else Copied.of(bars, self.first)
        return joined(head, passage(view, kept, numbers, labels, CONTEXT if infill.holes else PLAIN, copied)).rows

    def _bar(self, number: int) -> Iterator[np.ndarray]:
        infill = self.infill
        bars = self._standing()
        view = replace(bars, rows=bars.rows[:0]).between(self.first, self.last)
        labels = labels_between(infill.labels, self.first, self.last, len(bars))
        copied = Copied.of(bars, self.first, infill.slots if infill.holes else None)
        here = np.array([number - self.first])

        def enter(row: np.ndarray) -> None:
            moved = row.copy()
            moved["bar"] -= self.first
            step = passage(view, moved, here, labels, PLAIN, copied)
            step.places[-1, 0] = self.reader.cache.length
            self.reader.step(step.rows[-1])

        self.grammar.begin_bar(number, number == infill.numbers[-1])
        enter(self.written[:0])
        while self.reader.left >= 2 and (row := self._note(number)) is not None:
            row["velocity"] = infill.velocities[int(row["slot"][0])]
            self.written = np.concatenate([self.written, row])
            enter(row)
            yield row

    @torch.inference_mode()
    def _note(self, number: int) -> np.ndarray | None:
        """The next note, or None where the bar ends."""
        network, grammar, chances, seen = self.network, self.grammar, self.chances(4), self.reader.seen

        def one(value: int) -> Tensor:
            return torch.tensor(value, device=seen.device)

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
        at = network.with_onset(seen, one(onset), one(self._chord(number, position)))
        slot = self._choice(1, at, chances[1], parts)
        program = 1 + self.infill.bars.programs[slot] if self.infill.labels.instruments else 0
        at = network.with_slot(at, one(slot), one(program), one(grammar.last_sounds[slot]))
        sound = self._choice(2, at, chances[2], grammar.sounds(position, slot, same))
        at = network.with_sound(at, one(sound))
        length = self._choice(3, at, chances[3], grammar.lengths(position, slot, sound))
        return grammar.wrote(position, slot, sound, int(LENGTHS[length]))

    def _chord(self, number: int, position: int) -> int:
        """The chord in force at a place, as the steps say it; 0 where none is said."""
        chords = self.infill.labels.chords
        return 0 if chords is None else int(chord_field(chords[number, int(position >= self.halves[number])]))

    def _choice(self, head: int, seen: Tensor, chance: float, allowed: np.ndarray) -> int:
        return sample(self.network.heads[head](seen).float().cpu().numpy(), chance, self.infill.params, allowed)


def drums_of(bars: Bars) -> np.ndarray:
    """(SLOTS,) which parts are a kit."""
    found = np.zeros(SLOTS, bool)
    found[: len(bars.programs)] = np.array(bars.programs) == DRUMS
    return found


def ranges(infill: Infill, kit: np.ndarray) -> np.ndarray:
    """(SLOTS, SOUNDS) what each part that is written may play: a kit its pieces, another one its compass."""
    found = np.zeros((SLOTS, SOUNDS), bool)
    for slot in infill.slots:
        lowest, highest = infill.compasses[slot]
        found[slot, KIT if kit[slot] else slice(lowest, highest + 1)] = True
    return found


def labels_between(labels: Labels, first: int, last: int, count: int) -> Labels:
    """What is said of bars `first` up to but without `last` of `count`, from what is said of all of them."""

    def cut(rows: np.ndarray | None) -> np.ndarray | None:
        return None if rows is None else rows[first:last]

    form = None if labels.form is None else (labels.form[0][first:last], labels.form[1][first:last])
    return replace(
        labels, keys=cut(labels.keys), chords=cut(labels.chords), form=form, bars=cut(labels.bars), ends=False,
        first=None if labels.first is None else labels.first + first,
        left=None if labels.left is None else labels.left + count - last,
    )  # fmt: skip
