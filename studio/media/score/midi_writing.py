"""Scores written as MIDI files of type 1: first a track of tempo, metre, key, markers and words, then one a track."""

from __future__ import annotations

import struct
from collections.abc import Iterable, Sequence

import numpy as np

from studio.media.score.entries import EVERY_PITCH, Exclusive, Words
from studio.media.score.midi_bytes import (
    BANKS,
    CHANGE,
    END_OF_TRACK,
    KEY,
    MARKER,
    META,
    METRE,
    NAME,
    NOTE_KEY,
    OFF,
    ON,
    OWN,
    OWN_KEY,
    POLY,
    PORT,
    PRESSURE,
    PROGRAM,
    TEMPO,
    TEXT,
    TEXTS,
    WHEEL,
)
from studio.media.score.midi_channels import of_channel, places
from studio.media.score.midi_extra import extra_of
from studio.media.score.model import Score, Track

# Within one tick notes end first, then makers' messages, then the instrument from its bank, then its controls, and then it plays.
RANKS = {OFF: 0, PROGRAM: 4, CHANGE: 5, PRESSURE: 6, WHEEL: 7, ON: 8, POLY: 9}
EXCLUSIVE_RANK, WORDS_RANK, BANK_RANK = 1, 2, 3
CODES = {kind: code for code, kind in TEXTS.items()}


def crowded(score: Score) -> str:
    """A sentence for a person where a score needs more than sixteen channels; else empty."""
    ports = max((port for port, _ in places(score.tracks)), default=0) + 1
    if ports == 1:
        return ""
    return (
        f"A MIDI port has 15 channels for melodies and one for drums; this score speaks on {ports} ports, "
        "and a player that knows only one will play some tracks with another's sound."
    )


def encode_midi(score: Score, note: str = "") -> bytes:
    """The score as a MIDI file of type 1. `note` is a text event; what MIDI has no word for lies in an event of our own."""
    chunks = [_conductor(score, note)]
    told: set[tuple[int, int]] = set()
    for track, place in zip(score.tracks, places(score.tracks), strict=True):
        chunks.append(_written(track, *place, first=place not in told))
        told.add(place)
    header = b"MThd" + struct.pack(">IHHH", 6, 1, len(chunks), score.ticks_per_beat)
    return header + b"".join(b"MTrk" + struct.pack(">I", len(chunk)) + chunk for chunk in chunks)


def _conductor(score: Score, note: str) -> bytes:
    events: list[tuple[int, bytes]] = []
    if score.title:
        events.append((0, _meta_bytes(NAME, score.title.encode())))
    if note:
        events.append((0, _meta_bytes(TEXT, (NOTE_KEY + note).encode())))
    if extra := extra_of(score):
        events.append((0, _meta_bytes(OWN, OWN_KEY + extra)))
    events += [(each.tick, _meta_bytes(METRE, bytes([each.beats, each.unit.bit_length() - 1, 24, 8]))) for each in score.metres]
    events += [(each.tick, _meta_bytes(KEY, bytes([each.sharps & 0xFF, int(each.minor)]))) for each in score.keys]
    events += [(each.tick, _meta_bytes(TEMPO, each.microseconds.to_bytes(3, "big"))) for each in score.tempos]
    events += [(each.tick, _meta_bytes(MARKER, each.text.encode())) for each in score.markers]
    events += [(tick, data) for tick, _, data in (*_exclusives(score.exclusives), *_words(score.texts))]
    events.sort(key=lambda each: each[0])
    return _timed([tick for tick, _ in events], [data for _, data in events])


def _words(texts: Iterable[Words]) -> list[tuple[int, int, bytes]]:
    """(tick, rank, event) of words; lyrics beyond the first verse have no event in MIDI and go with what is our own."""
    return [(each.tick, WORDS_RANK, _meta_bytes(CODES.get(each.kind, TEXT), each.text.encode())) for each in texts if each.verse == 1]


def _exclusives(messages: Iterable[Exclusive]) -> list[tuple[int, int, bytes]]:
    found = []
    for each in messages:
        data = _meta_bytes(OWN, each.data[1:]) if each.data[0] == OWN else each.data[:1] + _number(len(each.data) - 1) + each.data[1:]
        found.append((each.tick, EXCLUSIVE_RANK, data))
    return found


def _written(track: Track, port: int, channel: int, first: bool) -> bytes:
    """One track: its name, its port, its instrument and its events in order of time; what the whole channel is told only in the first."""
    shared = (track.controls, track.bends, track.programs, of_channel(track.pressures))
    controls, bends, programs, wide = (table if first else table[:0] for table in shared)
    notes, single = track.notes, track.pressures[track.pressures["pitch"] != EVERY_PITCH]
    count = len(notes)
    wheel = bends["value"].astype(np.int64) + 8192
    parts = [  # kind, ticks, first byte, second byte
        (PROGRAM, np.zeros(1), np.array([track.program]), np.zeros(1)),
        (PROGRAM, programs["tick"], programs["program"], np.zeros(len(programs))),
        (OFF, notes["tick"].astype(np.int64) + notes["length"], notes["pitch"], np.zeros(count)),
        (ON, notes["tick"], notes["pitch"], notes["velocity"]),
        (CHANGE, controls["tick"], controls["number"], controls["value"]),
        (WHEEL, bends["tick"], wheel & 0x7F, wheel >> 7),
        (PRESSURE, wide["tick"], wide["value"], np.zeros(len(wide))),
        (POLY, single["tick"], single["pitch"], single["value"]),
    ]
    kinds = np.repeat([part[0] for part in parts], [len(part[1]) for part in parts])
    ticks, one, two = (np.concatenate([part[place] for part in parts]).astype(np.int64) for place in (1, 2, 3))
    ranks = np.array([RANKS.get(kind, 0) for kind in range(16)])[kinds]
    if np.isin(controls["number"], BANKS).any():  # the bank comes before the instrument, and controls keep their order
        ranks[kinds == CHANGE] = BANK_RANK
    events = [
        bytes((kind << 4 | channel, low)) if kind in (PROGRAM, PRESSURE) else bytes((kind << 4 | channel, low, high))
        for kind, low, high in zip(kinds.tolist(), one.tolist(), two.tolist(), strict=True)
    ]
    extra = [*_exclusives(track.exclusives), *_words(track.texts)]
    events += [data for _, _, data in extra]
    ticks = np.concatenate([ticks, np.array([tick for tick, _, _ in extra], np.int64)])
    ranks = np.concatenate([ranks, np.array([rank for _, rank, _ in extra], np.int64)])
    order = np.lexsort((np.arange(len(ticks)), ranks, ticks)).tolist()
    head = _meta_bytes(NAME, track.name.encode()) if track.name else b""
    ported = _meta_bytes(PORT, bytes((port,))) if port else b""
    return b"".join(b"\0" + each for each in (head, ported) if each) + _timed(ticks[order].tolist(), [events[place] for place in order])


def _timed(ticks: Sequence[int], events: Sequence[bytes]) -> bytes:
    """Events with the time since the last one before each, and the end of the track."""
    parts: list[bytes] = []
    before = 0
    for tick, event in zip(ticks, events, strict=True):
        parts.append(_number(tick - before))
        parts.append(event)
        before = tick
    return b"".join(parts) + b"\0" + _meta_bytes(END_OF_TRACK, b"")


def _meta_bytes(kind: int, data: bytes) -> bytes:
    return bytes((META, kind)) + _number(len(data)) + data


def _number(value: int) -> bytes:
    """A whole number in MIDI's groups of seven bits."""
    if value < 0x80:
        return _SHORT[value]
    groups = [value & 0x7F]
    while value := value >> 7:
        groups.append(value & 0x7F | 0x80)
    return bytes(reversed(groups))


_SHORT = [bytes((value,)) for value in range(128)]
