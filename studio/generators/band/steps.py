"""Music as a row of steps: what the piece is, its parts, and then bar after bar a mark and its notes, one step a note. No torch.

Each step is a row of categorical fields (FIELDS), NULL where absent or hidden; `targets` (TARGETS) are the next step's. To fill a hole,
the whole passage without it is read first (segment CONTEXT), then the hole's bars are written (as MMM, Ens & Pasquier 2020,
arXiv:2008.06048). Every step also carries what would come next if the bar that its bar is like were copied (`form.pointer`).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from studio.generators.band.form import FURTHEST, note_places, places_within, pointer, sounds_of
from studio.generators.band.knobs import KNOBS, ROLES
from studio.generators.parts.bars import DRUMS, LENGTHS, LONGEST_BAR, Bars
from studio.generators.parts.harmony import CHORDS as ALL_CHORDS
from studio.generators.parts.harmony import KEYS, NO_CHORD, QUALITIES, halves
from studio.generators.parts.step_rows import (
    BAR,
    BEATS,
    CONTEXT,
    FILL,
    HEAD,
    NONE,
    NOTE,
    ONSETS,
    PLAIN,
    TRACK,
    UNITS,
    Layout,
    Steps,
    joined,
    metre_number,
)

NULL = 0
SLOTS = 12
SOUNDS = 256  # 128 pitches and 128 pieces of a drum kit
TEMPO_EDGES = (50, 62, 76, 92, 112, 136, 168, 200, 240)  # beats a minute
LEFT, NUMBERED = 16, 64
COMPOSERS, STYLES = 64, 160
PROGRAMS = DRUMS + 1
CHORDS = 2 + ALL_CHORDS  # 0 is not said, 1 is no chord
LIKENESSES = 5

_COPIED = {"onset": 1 + ONSETS, "slot": 1 + SLOTS, "sound": 1 + SOUNDS, "length": 1 + len(LENGTHS)}

FIELDS = {
    "kind": 5, "segment": 4, "position": 1 + LONGEST_BAR, "slot": 1 + SLOTS, "program": 1 + PROGRAMS, "sound": 1 + SOUNDS, "chroma": 13,
    "octave": 12, "length": 1 + len(LENGTHS), "composer": 1 + COMPOSERS, "style": 1 + STYLES, "tempo": 2 + len(TEMPO_EDGES),
    "key": 1 + KEYS, "metre": 1 + BEATS * UNITS, "number": 1 + NUMBERED, "left": 1 + LEFT, "role": 1 + len(ROLES),
    "first_chord": CHORDS, "second_chord": CHORDS, "root": 14, "quality": 1 + len(QUALITIES),
    "like": 2 + FURTHEST, "likeness": 1 + LIKENESSES,
    **{f"ref_{name}": size for name, size in _COPIED.items()},
    **{f"previous_{name}": size for name, size in _COPIED.items()},
    **{f"{scope}_{name}": 1 + len(bins) for scope in ("track", "bar") for name, bins in KNOBS.items()},
}  # fmt: skip
"""Field → how many numbers it takes."""
COLUMN = {name: number for number, name in enumerate(FIELDS)}
OFFSETS = np.cumsum([0, *FIELDS.values()])[:-1]
TABLE = sum(FIELDS.values())

TARGETS = ("onset", "slot", "sound", "length", "program", "last", "chord")
"""What comes next; with the slot come its program and its part's last sound, with the onset the chord in force there."""


@dataclass(frozen=True)
class Labels:
    """What is said of a passage; NULL or None where it is hidden. Arrays have a row for each of its bars, or for each of its parts."""

    composer: int = NULL
    style: int = NULL
    tempo: int = NULL
    instruments: bool = True
    metre: bool = True
    key: int = NULL
    """Of the piece: 1 + tonic, and 12 more where it is minor."""
    keys: np.ndarray | None = None
    chords: np.ndarray | None = None
    """(n, 2) chord numbers of `parts/harmony.py`."""
    form: tuple[np.ndarray, np.ndarray] | None = None
    """`like` and `likeness` of `form.form`."""
    first: int | None = None
    """Which bar of the piece the first one is."""
    left: int | None = None
    """How many bars the piece has after the last of these."""
    roles: np.ndarray | None = None
    slots: np.ndarray | None = None
    bars: np.ndarray | None = None
    ends: bool = False
    """Whether the piece ends with the last bar."""


@dataclass(frozen=True)
class Copied:
    """The notes that a pointer may show, and which bar of theirs the passage's first bar is."""

    rows: np.ndarray
    sounds: np.ndarray
    places: np.ndarray
    first: int = 0

    @classmethod
    def of(cls, bars: Bars, first: int = 0, slots: tuple[int, ...] | None = None) -> Copied:
        """Of the whole piece `bars`; only the parts `slots` where some are named."""
        sounds, rows = sounds_of(bars), bars.rows
        if slots is not None:
            kept = np.isin(rows["slot"], slots)
            sounds, rows = sounds[kept], rows[kept]
        return cls(rows, sounds, note_places(rows, sounds), first)


def tempo_bin(microseconds: float) -> int:
    """1 to 10: from under 50 to over 240 beats a minute."""
    return 1 + int(np.searchsorted(TEMPO_EDGES, 60e6 / microseconds))


def prefix(bars: Bars, labels: Labels, filled: tuple[int, ...] = ()) -> np.ndarray:
    """The head and one step a part; `filled` are the slots of a hole. Parts are left out where the instruments are hidden."""
    parts = min(len(bars.programs), SLOTS) if labels.instruments else 0
    rows = np.zeros((1 + parts, len(FIELDS)), np.int64)
    rows[:, COLUMN["kind"]] = TRACK
    rows[0, COLUMN["kind"]] = HEAD
    for name in ("composer", "style", "tempo", "key"):
        rows[0, COLUMN[name]] = getattr(labels, name)
    if labels.metre and len(bars):
        rows[0, COLUMN["metre"]] = metre_number(bars.metres[:1])[0]
    rows[:, COLUMN["segment"]] = CONTEXT if filled else PLAIN
    rows[1:, COLUMN["slot"]] = 1 + np.arange(parts)
    rows[1:, COLUMN["program"]] = 1 + np.array(bars.programs[:parts], np.int64)
    rows[[1 + slot for slot in filled if slot < parts], COLUMN["segment"]] = FILL
    if labels.roles is not None:
        rows[1:, COLUMN["role"]] = labels.roles[:parts]
    if labels.slots is not None:
        first = COLUMN["track_density"]
        rows[1:, first : first + len(KNOBS)] = labels.slots[:parts]
    return rows


def bar_steps(bars: Bars, labels: Labels, numbers: np.ndarray, segment: int) -> np.ndarray:
    """(n, F) marks of the bars with these numbers, without what their notes carry too (chord, pointers)."""
    rows = np.zeros((len(numbers), len(FIELDS)), np.int64)
    rows[:, COLUMN["kind"]], rows[:, COLUMN["segment"]] = BAR, segment
    if labels.metre:
        rows[:, COLUMN["metre"]] = metre_number(bars.metres[numbers])
    if labels.keys is not None:
        rows[:, COLUMN["key"]] = 1 + labels.keys[numbers]
    if labels.chords is not None:
        rows[:, COLUMN["first_chord"] : COLUMN["second_chord"] + 1] = chord_field(labels.chords[numbers])
    if labels.first is not None:
        rows[:, COLUMN["number"]] = np.minimum(NUMBERED, 1 + labels.first + numbers)
    if labels.left is not None:
        rows[:, COLUMN["left"]] = np.minimum(LEFT, 1 + labels.left + len(bars) - 1 - numbers)
    if segment == PLAIN and labels.form is not None:
        rows[:, COLUMN["like"]], rows[:, COLUMN["likeness"]] = 1 + labels.form[0][numbers], labels.form[1][numbers]
    if segment == PLAIN and labels.bars is not None:
        first = COLUMN["bar_density"]
        rows[:, first : first + len(KNOBS)] = labels.bars[numbers]
    return rows


def chord_field(chords: np.ndarray) -> np.ndarray:
    """Chord numbers as the steps say them: 1 for none, and from 2 on."""
    return np.where(chords == NO_CHORD, 1, 2 + chords)


def note_steps(rows: np.ndarray, sounds: np.ndarray, programs: tuple[int, ...], segment: int, instruments: bool) -> np.ndarray:
    """(n, F) steps of ROWs, without the chord and the pointers."""
    steps = np.zeros((len(rows), len(FIELDS)), np.int64)
    pitched = sounds < 128
    values: dict[str, Any] = {
        "kind": NOTE, "segment": segment, "position": 1 + rows["position"], "slot": 1 + rows["slot"], "sound": 1 + sounds,
        "chroma": np.where(pitched, 1 + sounds % 12, 0), "octave": np.where(pitched, 1 + sounds // 12, 0),
        "length": 1 + np.searchsorted(LENGTHS, rows["length"]),
    }  # fmt: skip
    for name, value in values.items():
        steps[:, COLUMN[name]] = value
    if instruments:
        steps[:, COLUMN["program"]] = 1 + np.array([*programs, 0])[rows["slot"]]
    return steps


def passage(bars: Bars, rows: np.ndarray, numbers: np.ndarray, labels: Labels, segment: int, copied: Copied | None = None) -> Steps:
    """The bars `numbers` (rising) with the notes `rows` in them: marks and notes, and after each step the next as its target.

    Steps of a CONTEXT have targets too: it teaches. Pointers show notes of `copied`, none where that is None.
    """
    layout = Layout.of(numbers, rows)
    fields, places = np.zeros((len(layout), len(FIELDS)), np.int64), layout.places
    sounds = rows["pitch"].astype(np.int64) + 128 * (np.array([*bars.programs, 0]) == DRUMS)[rows["slot"]]
    fields[layout.marks] = bar_steps(bars, labels, numbers, segment)
    fields[layout.notes] = note_steps(rows, sounds, bars.programs, segment, labels.instruments)
    chords = _chords_in_force(bars, labels, places)
    fields[:, COLUMN["root"]] = np.where(chords > 1, 2 + (chords - 2) // len(QUALITIES), chords)
    fields[:, COLUMN["quality"]] = np.where(chords > 1, 1 + (chords - 2) % len(QUALITIES), 0)
    if copied is not None:
        within = np.zeros(len(layout), np.int64)
        within[layout.notes] = places_within(rows["position"], rows["slot"], sounds)
        _point(fields, places[:, 1], within, labels, copied)
    targets, before = layout.targets(len(TARGETS), labels.ends), layout.notes - 1
    targets[before, 1], targets[before, 2] = rows["slot"], sounds
    targets[before, 3] = fields[layout.notes, COLUMN["length"]] - 1
    targets[before, 4] = fields[layout.notes, COLUMN["program"]]
    targets[before, 5] = last_sounds(rows, sounds)
    targets[before, 6] = chords[layout.notes]
    return Steps(fields, places, targets)


def _chords_in_force(bars: Bars, labels: Labels, places: np.ndarray) -> np.ndarray:
    """(T,) the chord at each step's own place, as `chord_field` says it; 0 where chords are hidden."""
    if labels.chords is None:
        return np.zeros(len(places), np.int64)
    second = places[:, 2] >= halves(bars)[places[:, 1]]
    return chord_field(labels.chords[places[:, 1], second.astype(np.int64)])


def _point(fields: np.ndarray, bar: np.ndarray, within: np.ndarray, labels: Labels, copied: Copied) -> None:
    """Fill in both pointers: to the bar that each is said to be like, and, unless that is the one before, to the one before."""
    position = fields[:, COLUMN["position"]] - 1
    now = copied.first + bar
    like = np.zeros(len(bar), np.int64) if labels.form is None else labels.form[0][bar]
    given = (copied.rows, copied.sounds, copied.places)
    for name, ago in (("ref_onset", like), ("previous_onset", np.where(like == 1, 0, 1))):
        reference = np.where(ago > 0, now - ago, NONE)
        fields[:, COLUMN[name] : COLUMN[name] + 4] = pointer(*given, reference, within, position)


def last_sounds(rows: np.ndarray, sounds: np.ndarray) -> np.ndarray:
    """For each of ROWs 1 + the sound of the note before it in its part, 0 for a part's first."""
    found = np.zeros(len(rows), np.int64)
    order = np.argsort(rows["slot"], kind="stable")
    again = rows["slot"][order[1:]] == rows["slot"][order[:-1]]
    found[order[1:][again]] = 1 + sounds[order[:-1][again]]
    return found


def whole(bars: Bars, labels: Labels, copied: Copied | None = None) -> Steps:
    """A passage as it is, to be learnt, scored or continued; `copied` are the notes of the piece that it was cut from."""
    given = Copied.of(bars) if copied is None else copied
    return joined(prefix(bars, labels), passage(bars, bars.rows, np.arange(len(bars)), labels, PLAIN, given))


def holed(
    bars: Bars, labels: Labels, hole: np.ndarray, numbers: np.ndarray, filled: tuple[int, ...], copied: Copied | None = None
) -> Steps:
    """The passage without the notes `hole` (a mask of its rows), then those notes in the bars `numbers`.

    Pointers show notes of the parts `filled` in earlier bars: those are known by then, whether they stood there or were written.
    """
    given = Copied.of(bars, slots=filled) if copied is None else copied
    context = passage(bars, bars.rows[~hole], np.arange(len(bars)), replace(labels, ends=False), CONTEXT)
    last = replace(labels, ends=True)
    return joined(prefix(bars, labels, filled), context, passage(bars, bars.rows[hole], numbers, last, PLAIN, given))


def rows_of(steps: Steps) -> np.ndarray:
    """The notes of a row of steps as (n, 5) bar, position, slot, sound, length: what was put in comes out again."""
    notes = steps.fields[:, COLUMN["kind"]] == NOTE
    named = [steps.fields[notes, COLUMN[name]] - 1 for name in ("position", "slot", "sound")]
    return np.stack([steps.places[notes, 1], *named, LENGTHS[steps.fields[notes, COLUMN["length"]] - 1]], axis=1)
