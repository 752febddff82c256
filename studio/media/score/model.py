"""A score is tracks of notes on integer ticks, under one map of tempo, metre and key; a selection is bars × tracks.

Everything is immutable. Notes lie in numpy arrays, because 100,000 of them must be drawn, cut and searched at once.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import numpy as np

from studio.media.errors import MediaError
from studio.media.score.entries import (
    BEND,
    CONTROL,
    NOTE,
    PRESSURE,
    PROGRAM,
    Exclusive,
    Key,
    Mark,
    Marker,
    Metre,
    Tempo,
    Words,
)

TICKS_PER_BEAT = 480
EVENTS_LIMIT = 2 * 10**6
TRACKS_LIMIT = 128
LAST_TICK = 2**30
SLOWEST = 2**24 - 1
"""Microseconds a beat: what three bytes hold, 3.6 beats a minute."""
BEATS_LIMIT = 255


WHAT = {
    "notes": "notes", "controls": "control changes", "bends": "pitch bends", "programs": "changes of instrument",
    "pressures": "aftertouches",
}  # fmt: skip


def _in_time(entries: Iterable) -> tuple:
    found = tuple(sorted(entries, key=lambda each: each.tick))
    if found and not 0 <= found[0].tick <= found[-1].tick <= LAST_TICK:
        raise MediaError(f"Words and marks lie between tick 0 and {LAST_TICK}.")
    return found


def _table(values: np.ndarray | Sequence[tuple], dtype: np.dtype, what: str) -> np.ndarray:
    try:
        found = values if isinstance(values, np.ndarray) and values.dtype == dtype else np.array(list(values), dtype)
    except (TypeError, ValueError, OverflowError) as error:
        raise MediaError(f"These {what} are not rows of {', '.join(dtype.names or ())}.") from error
    if found.ndim != 1:
        raise MediaError(f"{what.capitalize()} are one row each.")
    order = ("tick", "pitch") if dtype == NOTE else ("tick",)
    if len(found) and (found["tick"].min() < 0 or found["tick"].max() > LAST_TICK):
        raise MediaError(f"{what.capitalize()} lie between tick 0 and {LAST_TICK}.")
    keys = [found[name] for name in reversed(order)]
    sorted_ = found[np.lexsort(keys)] if len(found) else found.copy()
    sorted_.setflags(write=False)
    return sorted_


TABLES: dict[str, np.dtype] = {"notes": NOTE, "controls": CONTROL, "bends": BEND, "programs": PROGRAM, "pressures": PRESSURE}
"""The tables of a track."""
ENTRIES = ("texts", "exclusives", "marks")
"""What else a track has at ticks."""


def _none(name: str) -> np.ndarray:
    return np.zeros(0, TABLES[name])


@dataclass(frozen=True, eq=False)
class Track:
    """`notes`, `controls`, `bends`, `programs` and `pressures` are arrays of NOTE, CONTROL, BEND, PROGRAM and PRESSURE, sorted by tick.

    `program` is the General MIDI instrument from 0 to 127 that it begins with, `programs` says where it changes; with `drums` the
    pitches are percussion instruments. `marks` are signs on paper that are not heard.
    """

    name: str = ""
    program: int = 0
    drums: bool = False
    notes: np.ndarray = field(default_factory=lambda: _none("notes"))
    controls: np.ndarray = field(default_factory=lambda: _none("controls"))
    bends: np.ndarray = field(default_factory=lambda: _none("bends"))
    programs: np.ndarray = field(default_factory=lambda: _none("programs"))
    pressures: np.ndarray = field(default_factory=lambda: _none("pressures"))
    texts: tuple[Words, ...] = ()
    exclusives: tuple[Exclusive, ...] = ()
    marks: tuple[Mark, ...] = ()

    def __post_init__(self) -> None:
        if not 0 <= self.program <= 127:
            raise MediaError(f"A track's instrument is a number from 0 to 127, not {self.program}.")
        for name, dtype in TABLES.items():
            object.__setattr__(self, name, _table(getattr(self, name), dtype, WHAT[name]))
        for name in ENTRIES:
            object.__setattr__(self, name, _in_time(getattr(self, name)))
        if len(self.notes) and (self.notes["length"].min() < 1 or self.notes["pitch"].max() > 127):
            raise MediaError("A note is at least one tick long and its pitch lies between 0 and 127.")
        if len(self.notes) and not (self.notes["velocity"].min() >= 1 and self.notes["velocity"].max() <= 127):
            raise MediaError("A note's velocity lies between 1 and 127.")
        if len(self.programs) and self.programs["program"].max() > 127:
            raise MediaError("A track's instrument is a number from 0 to 127.")

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Track):
            return NotImplemented
        names = ("name", "program", "drums", *ENTRIES)
        same = all(getattr(self, each) == getattr(other, each) for each in names)
        return same and all(np.array_equal(getattr(self, each), getattr(other, each)) for each in TABLES)

    def __hash__(self) -> int:
        return hash((self.name, self.program, self.drums, self.notes.tobytes()))

    @property
    def events(self) -> int:
        return sum(len(getattr(self, name)) for name in (*TABLES, *ENTRIES))

    @cached_property
    def end(self) -> int:
        """The tick at which the last note stops."""
        return int((self.notes["tick"] + self.notes["length"]).max()) if len(self.notes) else 0

    def with_notes(self, notes: np.ndarray | Sequence[tuple]) -> Track:
        return replace(self, notes=_table(notes, NOTE, "notes"))


@dataclass(frozen=True)
class Score:
    """`ticks_per_beat` is the resolution of a quarter note. Tempos and metres always say what holds at tick 0.

    A metre begins a bar wherever it stands: one that is said again cuts the bar before it short, as a pickup is. `repeats` are the
    repeats, endings and jumps that stand on paper; the notes stand once, as they are written. `texts` belong to no track.
    """

    tracks: tuple[Track, ...] = ()
    ticks_per_beat: int = TICKS_PER_BEAT
    tempos: tuple[Tempo, ...] = (Tempo(0),)
    metres: tuple[Metre, ...] = (Metre(0),)
    keys: tuple[Key, ...] = ()
    markers: tuple[Marker, ...] = ()
    title: str = ""
    texts: tuple[Words, ...] = ()
    exclusives: tuple[Exclusive, ...] = ()
    repeats: tuple[Mark, ...] = ()

    def __post_init__(self) -> None:
        if not 1 <= self.ticks_per_beat <= 32767:
            raise MediaError(f"A beat has 1 to 32767 ticks, not {self.ticks_per_beat}.")
        if len(self.tracks) > TRACKS_LIMIT:
            raise MediaError(f"A score of {len(self.tracks)} tracks is larger than the {TRACKS_LIMIT} that Atelier takes.")
        if sum(each.events for each in self.tracks) + len(self.texts) + len(self.exclusives) + len(self.repeats) > EVENTS_LIMIT:
            raise MediaError(f"This score has more than the {EVENTS_LIMIT // 10**6} million events that Atelier takes.")
        if any(not 1 <= each.microseconds <= SLOWEST for each in self.tempos):
            raise MediaError(f"A tempo is from 1 to {SLOWEST} microseconds a beat.")
        if any(not 1 <= each.beats <= BEATS_LIMIT or not 1 <= each.unit <= 128 or each.unit & (each.unit - 1) for each in self.metres):
            raise MediaError(f"A metre has 1 to {BEATS_LIMIT} beats, and its unit is a power of two up to 128.")
        if any(not -7 <= each.sharps <= 7 for each in self.keys):
            raise MediaError("A key has up to seven sharps or flats.")
        object.__setattr__(self, "tempos", _map(self.tempos, Tempo(0)))
        object.__setattr__(self, "metres", _map(self.metres, Metre(0)))
        for name in ("keys", "markers", "texts", "exclusives", "repeats"):
            object.__setattr__(self, name, _in_time(getattr(self, name)))

    @cached_property
    def end(self) -> int:
        """The tick at which the last note stops."""
        return max((track.end for track in self.tracks), default=0)

    @property
    def pickup(self) -> int:
        """The ticks of a first bar that is shorter than those after it; 0 where there is none."""
        if len(self.metres) < 2:
            return 0
        length = self.metres[1].tick
        return length if length <= self.bar_ticks(self.metres[0]) and length < self.bar_ticks(self.metres[1]) else 0

    @property
    def first_number(self) -> int:
        """What the first bar is called: 1, or 0 where it is a pickup, as on paper."""
        return 0 if self.pickup else 1

    def bar_ticks(self, metre: Metre) -> int:
        """A bar's length under `metre`, at least one tick."""
        return max(1, self.ticks_per_beat * 4 * metre.beats // metre.unit)

    def bar_starts(self, until: int | None = None) -> np.ndarray:
        """The tick of every bar line from 0 up to the first one at or after `until` (the end of the last note by default)."""
        until = max(1, self.end if until is None else until)
        lines: list[np.ndarray] = []
        for index, metre in enumerate(self.metres):
            after = self.metres[index + 1].tick if index + 1 < len(self.metres) else None
            stop = until if after is None else min(until, after)
            lines.append(np.arange(metre.tick, stop, self.bar_ticks(metre)))
            if after is None or after >= until:
                last = int(lines[-1][-1]) if len(lines[-1]) else metre.tick
                lines.append(np.array([last + self.bar_ticks(metre) if after is None else min(after, last + self.bar_ticks(metre))]))
                break
        found = np.concatenate(lines)
        return found[np.concatenate([[True], np.diff(found) > 0])]

    def span(self, selection: ScoreSelection) -> tuple[int, int]:
        """The first tick of the selected bars, and the tick at which they end. Bars go on beyond the last note."""
        lines = self.bar_starts()
        if selection.last >= len(lines):
            beyond = self.bar_ticks(self.metres[-1])
            lines = np.concatenate([lines, lines[-1] + beyond * np.arange(1, selection.last - len(lines) + 2)])
        return int(lines[selection.first]), int(lines[selection.last])

    def _tempo_map(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Where each tempo begins in ticks, its seconds a tick, and where it begins in seconds."""
        starts = np.array([each.tick for each in self.tempos], np.float64)
        pace = np.array([each.microseconds for each in self.tempos], np.float64) / 1e6 / self.ticks_per_beat
        sums = np.concatenate([[0.0], np.cumsum(np.diff(starts) * pace[:-1])])
        return starts, pace, sums

    def seconds_at(self, ticks: np.ndarray | float) -> np.ndarray:
        """When the given ticks sound, in seconds from tick 0, under the tempo map."""
        starts, pace, sums = self._tempo_map()
        ticks = np.asarray(ticks, np.float64)
        part = np.maximum(np.searchsorted(starts, ticks, side="right") - 1, 0)
        return np.asarray(sums[part] + (ticks - starts[part]) * pace[part])

    def ticks_at(self, seconds: np.ndarray | float) -> np.ndarray:
        """The inverse of `seconds_at`, as fractional ticks."""
        starts, pace, sums = self._tempo_map()
        seconds = np.asarray(seconds, np.float64)
        part = np.maximum(np.searchsorted(sums, seconds, side="right") - 1, 0)
        return np.asarray(starts[part] + (seconds - sums[part]) / pace[part])

    def resampled(self, ticks_per_beat: int) -> Score:
        """The same music on another resolution; ticks are rounded to the nearest, lengths stay at least one."""
        if ticks_per_beat == self.ticks_per_beat:
            return self

        def moved(tick: int) -> int:
            return (tick * ticks_per_beat * 2 + self.ticks_per_beat) // (2 * self.ticks_per_beat)

        def moved_table(table: np.ndarray) -> np.ndarray:
            found = table.copy()
            ticks = table["tick"].astype(np.int64)
            found["tick"] = moved(ticks)  # type: ignore[arg-type]
            if "length" in (table.dtype.names or ()):
                found["length"] = np.maximum(1, moved(ticks + table["length"]) - moved(ticks))  # type: ignore[arg-type]
            return found

        def moved_all(entries: tuple) -> tuple:
            return tuple(replace(each, tick=moved(each.tick)) for each in entries)

        def moved_track(track: Track) -> Track:
            found: Any = {name: moved_table(getattr(track, name)) for name in TABLES}
            found |= {name: moved_all(getattr(track, name)) for name in ENTRIES}
            return replace(track, **found)

        names = ("tempos", "metres", "keys", "markers", "texts", "exclusives", "repeats")
        maps: Any = {name: moved_all(getattr(self, name)) for name in names}
        return replace(self, tracks=tuple(moved_track(each) for each in self.tracks), ticks_per_beat=ticks_per_beat, **maps)

    def to_pretty_midi(self) -> Any:
        """The score as a `pretty_midi.PrettyMIDI`: one instrument a track and program, times in seconds, lyrics as lyrics."""
        from studio.media.score.pretty import to_pretty_midi

        return to_pretty_midi(self)

    @classmethod
    def from_pretty_midi(cls, found: Any) -> Score:
        """The score that a `pretty_midi.PrettyMIDI` holds; raises MediaError where it is larger than a score may be."""
        from studio.media.score.pretty import from_pretty_midi

        return from_pretty_midi(found)


def _map(entries: Iterable, first: object) -> tuple:
    """Sorted by tick, one entry a tick (the last one said), beginning at tick 0."""
    found = {each.tick: each for each in sorted(entries, key=lambda each: each.tick)}
    if not found or min(found) < 0:
        found = {max(0, tick): replace(each, tick=max(0, tick)) for tick, each in found.items()}
    if 0 not in found:
        found = {0: first, **found}
    return tuple(found.values())


@dataclass(frozen=True)
class ScoreSelection:
    """Bars `first` up to but without `last`, counted from 0, of the tracks with these indices (all where empty)."""

    first: int
    last: int
    tracks: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        if not 0 <= self.first < self.last:
            raise MediaError("A selection of bars begins at bar 0 or later and holds at least one bar.")

    def to_bytes(self) -> bytes:
        return json.dumps({"first": self.first, "last": self.last, "tracks": list(self.tracks)}, separators=(",", ":")).encode()

    @classmethod
    def from_bytes(cls, data: bytes) -> ScoreSelection:
        """Raise MediaError when `data` is not a selection written by `to_bytes`."""
        try:
            found = json.loads(data)
            numbers = [found["first"], found["last"], *found["tracks"]]
        except (ValueError, KeyError, TypeError, RecursionError) as error:
            raise MediaError("This is not a selection of bars.") from error
        if not all(type(each) is int and 0 <= each <= LAST_TICK for each in numbers):
            raise MediaError("This is not a selection of bars.")
        return cls(numbers[0], numbers[1], tuple(numbers[2:]))
