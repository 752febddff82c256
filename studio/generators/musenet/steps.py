"""Music as a row of steps: what the piece is, its parts, and then bar after bar a mark and its notes, one step a note. No torch.

Each step is a row of categorical fields (FIELDS), 0 where a field is absent or hidden; `targets` are six fields of the step that follows.
To fill a hole, the whole passage without it is read first (segment `context`), then the hole's bars are written (as MMM,
Ens & Pasquier 2020, arXiv:2008.06048, with notes in the order of time); steps know their bar and position, so that what is written
attends to what sounds at the same time.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from studio.generators.musenet.knobs import KNOBS
from studio.generators.parts.bars import KEYS, LENGTHS, LONGEST_BAR, SLOTS, Bars
from studio.generators.parts.step_rows import (
    BAR,
    BEATS,
    CONTEXT,
    FILL,
    HEAD,
    NOTE,
    PLAIN,
    TRACK,
    UNITS,
    Layout,
    Steps,
    joined,
    metre_number,
)

TEMPOS = 8
LEFT = 16
COMPOSERS, COLLECTIONS = 64, 8

FIELDS = {
    "kind": 5, "segment": 4, "position": 1 + LONGEST_BAR, "slot": 1 + SLOTS, "program": 129, "pitch": 129, "chroma": 13, "octave": 12,
    "length": 1 + len(LENGTHS), "composer": 1 + COMPOSERS, "collection": 1 + COLLECTIONS, "tempo": 1 + TEMPOS, "key": 1 + KEYS,
    "metre": 1 + BEATS * UNITS, "left": 1 + LEFT,
    **{f"{scope}_{name}": 1 + len(bins) for scope in ("track", "bar") for name, bins in KNOBS.items()},
}  # fmt: skip
"""Field → how many numbers it takes."""
COLUMN = {name: number for number, name in enumerate(FIELDS)}
OFFSETS = np.cumsum([0, *FIELDS.values()])[:-1]
TABLE = sum(FIELDS.values())

TARGET_FIELDS = 6  # onset, slot, pitch, length; and what comes with the slot: its program, and its last pitch


@dataclass(frozen=True)
class Labels:
    """What is said of a piece, 0 where it is hidden. `slots` are the four knobs of each part, `bars` of each bar."""

    composer: int = 0
    collection: int = 0
    tempo: int = 0
    instruments: bool = True
    metre: bool = True
    key: bool = True
    slots: np.ndarray | None = None
    bars: np.ndarray | None = None
    left: int | None = None
    """How many bars the piece has after the last of these; None hides it."""
    ends: bool = False
    """Whether the piece ends with the last bar."""


def tempo_bin(microseconds: float) -> int:
    """1 to 8: from under 50 to over 170 beats a minute."""
    return 1 + int(np.searchsorted([50, 62, 76, 92, 112, 136, 168], 60e6 / microseconds))


def prefix(bars: Bars, labels: Labels, filled: tuple[int, ...] = ()) -> np.ndarray:
    """The head and one step a part; `filled` are the slots of a hole. Parts are left out where the instruments are hidden."""
    parts = min(len(bars.programs), SLOTS) if labels.instruments else 0
    rows = np.zeros((1 + parts, len(FIELDS)), np.int64)
    rows[:, COLUMN["kind"]] = TRACK
    rows[0, COLUMN["kind"]] = HEAD
    for name in ("composer", "collection", "tempo"):
        rows[0, COLUMN[name]] = getattr(labels, name)
    rows[:, COLUMN["segment"]] = CONTEXT if filled else PLAIN
    for slot in range(parts):
        rows[1 + slot, COLUMN["slot"]], rows[1 + slot, COLUMN["program"]] = 1 + slot, 1 + bars.programs[slot]
        if slot in filled:
            rows[1 + slot, COLUMN["segment"]] = FILL
    if labels.slots is not None and parts:
        first = COLUMN["track_density"]
        rows[1:, first : first + len(KNOBS)] = labels.slots[:parts]
    return rows


def bar_step(bars: Bars, labels: Labels, number: int, segment: int) -> np.ndarray:
    """The mark of bar `number`, (F,)."""
    return bar_steps(bars, labels, np.array([number]), segment)[0]


def bar_steps(bars: Bars, labels: Labels, numbers: np.ndarray, segment: int) -> np.ndarray:
    """(n, F) marks of the bars with these numbers."""
    rows = np.zeros((len(numbers), len(FIELDS)), np.int64)
    rows[:, COLUMN["kind"]], rows[:, COLUMN["segment"]] = BAR, segment
    if labels.metre:
        rows[:, COLUMN["metre"]] = metre_number(bars.metres[numbers])
    if labels.key:
        rows[:, COLUMN["key"]] = bars.keys[numbers]
    if labels.left is not None:
        rows[:, COLUMN["left"]] = np.minimum(LEFT, 1 + labels.left + len(bars) - 1 - numbers)
    if labels.bars is not None and segment == PLAIN:
        first = COLUMN["bar_density"]
        rows[:, first : first + len(KNOBS)] = labels.bars[numbers]
    return rows


def note_steps(rows: np.ndarray, programs: tuple[int, ...], segment: int, instruments: bool) -> np.ndarray:
    """(n, F) steps of ROWs."""
    steps = np.zeros((len(rows), len(FIELDS)), np.int64)
    pitch = rows["pitch"].astype(int)
    values: dict[str, Any] = {
        "kind": NOTE, "segment": segment, "position": 1 + rows["position"], "slot": 1 + rows["slot"], "pitch": 1 + pitch,
        "chroma": 1 + pitch % 12, "octave": 1 + pitch // 12, "length": 1 + np.searchsorted(LENGTHS, rows["length"]),
    }  # fmt: skip
    for name, value in values.items():
        steps[:, COLUMN[name]] = value
    if instruments:
        steps[:, COLUMN["program"]] = 1 + np.array([*programs, 0])[rows["slot"]]
    return steps


def passage(bars: Bars, rows: np.ndarray, numbers: np.ndarray, labels: Labels, segment: int) -> Steps:
    """The bars `numbers` (rising) with the notes `rows` in them: marks and notes, and after each step the next as its target.

    Steps of a CONTEXT have targets too: it teaches.
    """
    layout = Layout.of(numbers, rows)
    fields = np.zeros((len(layout), len(FIELDS)), np.int64)
    fields[layout.marks] = bar_steps(bars, labels, numbers, segment)
    fields[layout.notes] = note_steps(rows, bars.programs, segment, labels.instruments)
    targets, before = layout.targets(TARGET_FIELDS, labels.ends), layout.notes - 1
    for column, name in enumerate(("slot", "pitch", "length"), start=1):
        targets[before, column] = fields[layout.notes, COLUMN[name]] - 1
    targets[before, 4] = fields[layout.notes, COLUMN["program"]]
    targets[before, 5] = last_pitches(rows)
    return Steps(fields, layout.places, targets)


def last_pitches(rows: np.ndarray) -> np.ndarray:
    """For each of ROWs 1 + the pitch of the note before it in its part, 0 for a part's first."""
    found = np.zeros(len(rows), np.int64)
    for slot in np.unique(rows["slot"]):
        own = np.flatnonzero(rows["slot"] == slot)
        found[own[1:]] = 1 + rows["pitch"][own[:-1]].astype(int)
    return found


def whole(bars: Bars, labels: Labels) -> Steps:
    """A passage as it is, to be learnt, scored or continued."""
    return joined(prefix(bars, labels), passage(bars, bars.rows, np.arange(len(bars)), labels, PLAIN))


def holed(bars: Bars, labels: Labels, hole: np.ndarray, numbers: np.ndarray, filled: tuple[int, ...]) -> Steps:
    """The passage without the notes `hole` (a mask of its rows), then those notes in the bars `numbers`."""
    context = passage(bars, bars.rows[~hole], np.arange(len(bars)), replace(labels, ends=False), CONTEXT)
    last = replace(labels, ends=True)
    return joined(prefix(bars, labels, filled), context, passage(bars, bars.rows[hole], numbers, last, PLAIN))
