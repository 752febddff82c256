"""What the sixteen channels of a MIDI file mean for its tracks: a channel's instrument, controls and bends reach all that speak on it.

A score's tracks each have a channel of their own, so what one channel is told is told to each of its tracks. Within one tick a score
says: ends of notes, instrument, controls, beginnings of notes; what a file says in another order moves to the next tick.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from studio.media.score.entries import BEND, CONTROL, EVERY_PITCH, PRESSURE, PROGRAM, Exclusive, Words
from studio.media.score.midi_bytes import BANKS, CHANGE, DRUM_CHANNEL, MELODIC, OFF, ON, POLY, WHEEL
from studio.media.score.midi_bytes import PRESSURE as CHANNEL_PRESSURE
from studio.media.score.midi_bytes import PROGRAM as PROGRAM_CHANGE
from studio.media.score.model import LAST_TICK, Track
from studio.media.score.pairing import paired


@dataclass(eq=False)
class Chunk:
    """One track of a file. `rows` are (tick, status, first, second) in the file's order; `made` tells whether a track came of it."""

    rows: np.ndarray = field(default_factory=lambda: np.zeros((0, 4), np.int64))
    label: str = ""
    last: int = 0
    port: int = 0
    texts: list[Words] = field(default_factory=list)
    exclusives: list[Exclusive] = field(default_factory=list)
    made: bool = False


def tracks_of(chunks: list[Chunk]) -> list[Track]:
    """A track for each chunk and channel with notes, in their order. A chunk without notes is one too where it speaks on one channel
    alone, or on a channel that has no note anywhere: what sets up channels for other chunks is none."""
    told = _told(chunks)
    played = {channel for channel, rows in told.items() if _begins(rows).any()}
    found = []
    for number, chunk in enumerate(chunks):
        channels = chunk.port * 16 + (chunk.rows[:, 1] & 0x0F)
        spoken = np.unique(channels).tolist()
        own = set(np.unique(channels[_begins(chunk.rows)]).tolist())
        for channel in spoken:
            if channel in own or len(spoken) == 1 or channel not in played:
                found.append(_track(chunk, number, told[channel], channel, not chunk.made))
                chunk.made = True
    return found


def _begins(rows: np.ndarray) -> np.ndarray:
    return ((rows[:, 1] >> 4) == ON) & (rows[:, 3] & 0x7F > 0)


def _told(chunks: list[Chunk]) -> dict[int, np.ndarray]:
    """For each channel of each port all that is said on it, as rows (tick, status, first, second, chunk) in order of time."""
    for chunk in chunks:
        chunk.rows[:, 2:] &= 0x7F
    numbers = np.repeat(np.arange(len(chunks)), [len(chunk.rows) for chunk in chunks])
    ports = np.repeat([chunk.port for chunk in chunks], [len(chunk.rows) for chunk in chunks])
    rows = np.column_stack([np.concatenate([chunk.rows for chunk in chunks]), numbers])
    channels = ports * 16 + (rows[:, 1] & 0x0F)
    order = np.lexsort((rows[:, 0], channels))
    rows, channels = rows[order], channels[order]
    cuts = np.flatnonzero(np.diff(channels)) + 1
    return {int(part[0]): own for part, own in zip(np.split(channels, cuts), np.split(rows, cuts), strict=True) if len(part)}


def _track(chunk: Chunk, number: int, told: np.ndarray, channel: int, first: bool) -> Track:
    """The track of one chunk on one channel; the chunk's words go to its first one."""
    own = told[:, 4] == number
    kinds = told[:, 1] >> 4
    notes, _ = paired(told[own & ((kinds == ON) | (kinds == OFF))], chunk.last)
    late = _follows(own & _begins(told), told[:, 0]) & (kinds > POLY)
    late |= _follows(kinds == PROGRAM_CHANGE, told[:, 0]) & (kinds == CHANGE) & np.isin(told[:, 2], BANKS)
    ticks = np.minimum(told[:, 0] + late, LAST_TICK)
    states = kinds >= POLY
    tables = _tables(np.column_stack([ticks, kinds, told[:, 2:4]])[states], own[states])
    changes = tables.pop("programs")
    program, tables["programs"] = _programs(notes, changes, bool(np.isin(tables["controls"]["number"], BANKS).any()))
    if len(notes):
        tables["controls"] = _banks_first(tables["controls"], changes, int(notes["tick"][0]))
        if len(changes) and any(each.tick for each in chunk.exclusives):  # a reset may lie between: say the instrument where it was said
            tables["programs"] = changes
    rest: Any = {**tables, "texts": tuple(chunk.texts), "exclusives": tuple(chunk.exclusives)} if first else tables
    return Track(chunk.label, program, channel % 16 == DRUM_CHANNEL, notes, **rest)


def _follows(those: np.ndarray, ticks: np.ndarray) -> np.ndarray:
    """Which rows come after one of `those` within its tick: what they say is not for it, and is said a tick later."""
    last = np.maximum.accumulate(np.where(those, ticks, -1)) if len(ticks) else ticks
    return (last == ticks) & ~those


def _tables(rows: np.ndarray, own: np.ndarray) -> dict[str, np.ndarray]:
    """Rows (tick, kind, first, second) as the tables of a track; aftertouch of a single pitch only where it is the track's own."""
    kinds = rows[:, 1]
    pressures = rows[(kinds == CHANNEL_PRESSURE) | ((kinds == POLY) & own)]
    whole = pressures[:, 1] == CHANNEL_PRESSURE
    wheel = rows[kinds == WHEEL]
    return {
        "controls": _table(rows[kinds == CHANGE], CONTROL),
        "bends": _rows(BEND, wheel[:, 0], (wheel[:, 3] << 7 | wheel[:, 2]) - 8192),
        "programs": _rows(PROGRAM, rows[kinds == PROGRAM_CHANGE][:, 0], rows[kinds == PROGRAM_CHANGE][:, 2]),
        "pressures": _rows(
            PRESSURE, pressures[:, 0], np.where(whole, EVERY_PITCH, pressures[:, 2]), np.where(whole, pressures[:, 2], pressures[:, 3])
        ),
    }


def _table(rows: np.ndarray, dtype: np.dtype) -> np.ndarray:
    return _rows(dtype, rows[:, 0], rows[:, 2], rows[:, 3])


def _rows(dtype: np.dtype, *columns: np.ndarray) -> np.ndarray:
    found = np.zeros(len(columns[0]), dtype)
    for name, column in zip(dtype.names or (), columns, strict=True):
        found[name] = column
    return found


def _programs(notes: np.ndarray, changes: np.ndarray, banked: bool) -> tuple[int, np.ndarray]:
    """The instrument of the first note, and the changes that a later note hears: in a `banked` track also to the same number."""
    if not len(notes):
        return (int(changes["program"][-1]) if len(changes) else 0), changes[:0]
    changes = changes[np.argsort(changes["tick"], kind="stable")]
    heard = np.searchsorted(changes["tick"], notes["tick"], side="right") - 1
    first = int(changes["program"][heard[0]]) if heard[0] >= 0 else 0
    kept = changes[np.unique(heard[heard > heard[0]])]
    differs = np.diff(np.concatenate([[first], kept["program"].astype(np.int64)])) != 0
    return first, kept if banked else kept[differs]


def _banks_first(controls: np.ndarray, changes: np.ndarray, first_note: int) -> np.ndarray:
    """The track's instrument is said at tick 0: so are the banks that it is taken from, and those that it is not a tick later."""
    banks = np.isin(controls["number"], BANKS)
    if not banks.any():
        return controls
    before = changes[changes["tick"] <= first_note]
    said = int(before["tick"][-1]) if len(before) else -1
    moved = controls.copy()
    moved["tick"][banks & (controls["tick"] <= said)] = 0
    moved["tick"][banks & (controls["tick"] > said)] = np.maximum(1, controls["tick"][banks & (controls["tick"] > said)])
    return moved


def alike(first: Track, second: Track) -> bool:
    """Whether two tracks tell their channel the same, so that one channel can serve both."""
    if (first.program, first.drums) != (second.program, second.drums):
        return False
    if not np.array_equal(of_channel(first.pressures), of_channel(second.pressures)):
        return False
    return all(np.array_equal(getattr(first, name), getattr(second, name)) for name in ("controls", "bends", "programs"))


def of_channel(pressures: np.ndarray) -> np.ndarray:
    """The aftertouches that are no single pitch's."""
    return pressures[pressures["pitch"] == EVERY_PITCH]


def collide(first: np.ndarray, second: np.ndarray) -> bool:
    """Whether in two tables of NOTE one pitch sounds twice at once, which one channel cannot tell apart."""
    both = np.concatenate([first, second])
    both = both[np.lexsort((both["tick"], both["pitch"]))]
    ends = both["tick"].astype(np.int64) + both["length"]
    return bool(((both["pitch"][1:] == both["pitch"][:-1]) & (both["tick"][1:] < ends[:-1])).any())


def places(tracks: tuple[Track, ...]) -> list[tuple[int, int]]:
    """(port, channel) of each track: a channel each as long as there are enough, then one for tracks that are alike, then more ports.

    Drums share their channel where they are alike; others speak on the tenth channel of another port.
    """
    crowded = sum(not track.drums for track in tracks) > len(MELODIC)
    lanes: dict[bool, list[tuple[Track, np.ndarray]]] = {False: [], True: []}
    found = []
    for track in tracks:
        held = lanes[track.drums]
        fits = (
            at
            for at, (other, notes) in enumerate(held)
            if (crowded or track.drums) and alike(track, other) and (track.drums or not collide(track.notes, notes))
        )
        place = next(fits, len(held))
        if place == len(held):
            held.append((track, track.notes))
        else:
            held[place] = (held[place][0], np.concatenate([held[place][1], track.notes]))
        found.append((place, DRUM_CHANNEL) if track.drums else (place // len(MELODIC), MELODIC[place % len(MELODIC)]))
    return found
