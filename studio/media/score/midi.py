"""MIDI files of type 0 and 1, bare or in a RIFF wrapper, written and read without loss of what a score holds.

Standard MIDI Files 1.0 (MIDI Manufacturers Association, 1996). Reading is one pass over the bytes; notes are paired in numpy.
"""

from __future__ import annotations

import struct
from array import array
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from studio.media.errors import MediaError
from studio.media.score.model import BEND, CONTROL, EVENTS_LIMIT, LAST_TICK, TRACKS_LIMIT, Key, Marker, Metre, Score, Tempo, Track
from studio.media.score.pairing import paired

NOTE_KEY = "atelier:"
NOTE_LIMIT = 256 * 1024
DRUM_CHANNEL = 9
MELODIC = [channel for channel in range(16) if channel != DRUM_CHANNEL]
OFF, ON, CHANGE, PROGRAM, WHEEL = 8, 9, 11, 12, 14
META, EXCLUSIVE = 0xFF, (0xF0, 0xF7)
TEXT, NAME, MARKER, END_OF_TRACK, TEMPO, METRE, KEY = 0x01, 0x03, 0x06, 0x2F, 0x51, 0x58, 0x59
# Within one tick notes end first, then the instrument is set, then it plays: so repeated notes stay apart.
ORDER = {OFF: 0, PROGRAM: 1, CHANGE: 2, WHEEL: 3, ON: 4}
SMPTE_BEAT = 500_000  # microseconds that a beat is taken for in files that count film frames


@dataclass
class _Found:
    """What the tracks of one file say together."""

    tempos: list[Tempo] = field(default_factory=list)
    metres: list[Metre] = field(default_factory=list)
    keys: list[Key] = field(default_factory=list)
    markers: list[Marker] = field(default_factory=list)
    note: str = ""
    events: int = 0


def decode_midi(data: bytes, name: str = "this score") -> tuple[Score, str]:
    """Score and note (empty where there is none); raises MediaError naming `name` and the reason for what is no whole MIDI file.

    A note without an end lasts to the end of its track, a tempo of zero is left out, a program change ends one track and
    begins another only where it comes between notes of the same channel.
    """
    chunks, division = _chunks(data, name)
    ticks_per_beat, smpte = (_smpte_beat(division, name), True) if division & 0x8000 else (division, False)
    if ticks_per_beat == 0:
        raise MediaError(f"{name} is damaged: it says that a beat has no ticks.")
    found, tracks, title = _Found(), [], ""
    for number, (start, stop) in enumerate(chunks):
        try:
            channels, label, last = _track(data, start, stop, found)
        except OverflowError as error:
            raise MediaError(f"{name} is damaged: track {number + 1} of {len(chunks)} lasts longer than any score may.") from error
        except IndexError as error:
            raise MediaError(f"{name} is damaged: track {number + 1} of {len(chunks)} ends in the middle of an event.") from error
        except _Broken as error:
            raise MediaError(f"{name} is damaged: track {number + 1} of {len(chunks)} {error}.") from error
        if number == 0 and (not len(channels) or len(chunks) == 1):
            title = label
        tracks += _tracks_of(channels, label, last)
    if len(tracks) > TRACKS_LIMIT:
        raise MediaError(f"{name} has {len(tracks)} tracks, more than the {TRACKS_LIMIT} that Atelier takes.")
    try:
        score = Score(
            tuple(tracks), ticks_per_beat, () if smpte else tuple(found.tempos), tuple(found.metres), tuple(found.keys),
            tuple(found.markers), title,
        )  # fmt: skip
    except MediaError as error:
        raise MediaError(f"{name} cannot be taken: {error}") from error
    return score, found.note


class _Broken(Exception):
    """Why a track cannot be read, as the end of a sentence."""


def _chunks(data: bytes, name: str) -> tuple[list[tuple[int, int]], int]:
    """Where each track's bytes lie, and the header's division."""
    at = 0
    if data[:4] == b"RIFF" and data[8:12] == b"RMID":
        at = _riff_data(data, name)
    if data[at : at + 4] != b"MThd":
        raise MediaError(f"{name} is not a MIDI file.")
    if len(data) < at + 14:
        raise MediaError(f"{name} is cut short: it ends in its header.")
    length, form, _, division = struct.unpack_from(">IHHH", data, at + 4)
    if length < 6 or form > 1:
        kind = "is damaged: its header is too short" if length < 6 else f"is a MIDI file of type {form}; Atelier reads types 0 and 1"
        raise MediaError(f"{name} {kind}.")
    at += 8 + length
    chunks: list[tuple[int, int]] = []
    while at + 8 <= len(data):
        tag, size = data[at : at + 4], int.from_bytes(data[at + 4 : at + 8], "big")
        if tag == b"MTrk":
            if at + 8 + size > len(data):
                raise MediaError(f"{name} is cut short: it ends in track {len(chunks) + 1}.")
            chunks.append((at + 8, at + 8 + size))
        elif not chunks and at + 8 + size > len(data):
            raise MediaError(f"{name} is cut short: it ends before its first track.")
        at += 8 + size
    if not chunks:
        raise MediaError(f"{name} holds no track.")
    return chunks, division


def _riff_data(data: bytes, name: str) -> int:
    """Where the MIDI file begins within a RIFF one."""
    at = 12
    while at + 8 <= len(data):
        size = int.from_bytes(data[at + 4 : at + 8], "little")
        if data[at : at + 4] == b"data":
            return at + 8
        at += 8 + size + size % 2
    raise MediaError(f"{name} is a RIFF file without MIDI in it.")


def _smpte_beat(division: int, name: str) -> int:
    """Ticks in half a second of a file that counts frames."""
    frames, ticks = 256 - (division >> 8), division & 0xFF
    if frames not in (24, 25, 29, 30) or not ticks:
        raise MediaError(f"{name} is damaged: it counts {frames} frames a second.")
    return max(1, frames * ticks // 2)


def _track(data: bytes, at: int, stop: int, found: _Found) -> tuple[np.ndarray, str, int]:
    """The channel events of one track as rows (tick, status, first, second), its name and its last tick."""
    data = data[at:stop]
    at, tick, running, label = 0, 0, 0, ""
    rows = array("Q")  # tick, status, first and second byte packed into one number: millions of tuples would take gigabytes
    append = rows.append
    room = EVENTS_LIMIT * 2 - found.events  # a note is two events
    stop = len(data)
    while at < stop:
        delta = data[at]
        at += 1
        if delta > 0x7F:
            delta, at = _long(data, at, delta)
        tick += delta
        status = data[at]
        if status > 0x7F:
            at += 1
        elif running:
            status = running
        else:
            raise _Broken("has data where an event should begin")
        if status < 0xC0 or 0xE0 <= status < 0xF0:
            append(tick << 24 | status << 16 | data[at] << 8 | data[at + 1])
            at += 2
            running = status
        elif status < 0xE0:
            append(tick << 24 | status << 16 | data[at] << 8)
            at += 1
            running = status
        else:
            kind = data[at] if status == META else -1
            text, at = _long_event(data, at, status)
            if kind == END_OF_TRACK:
                break
            label = _meta(kind, text, tick, found) or label
        if len(rows) > room:
            raise _Broken(f"goes beyond the {EVENTS_LIMIT // 10**6} million events that Atelier takes")
    if tick > LAST_TICK:
        raise _Broken("lasts longer than any score may")
    found.events += len(rows)
    packed = np.frombuffer(rows, np.uint64).astype(np.int64) if len(rows) else np.zeros(0, np.int64)
    return np.stack([packed >> 24, packed >> 16 & 0xFF, packed >> 8 & 0xFF, packed & 0xFF], axis=1), label, tick


def _long_event(data: bytes, at: int, status: int) -> tuple[bytes, int]:
    """The content of a meta event or a system exclusive one, and where the next event begins."""
    if status not in (META, *EXCLUSIVE):
        raise _Broken(f"holds an event {status:#x} that no MIDI file may hold")
    size, at = _size(data, at + (status == META))
    if at + size > len(data):
        raise IndexError
    return data[at : at + size], at + size


def _long(data: bytes, at: int, value: int) -> tuple[int, int]:
    value &= 0x7F
    for _ in range(3):
        byte = data[at]
        at += 1
        value = value << 7 | byte & 0x7F
        if byte < 0x80:
            return value, at
    raise _Broken("holds a number of more than four bytes")


def _size(data: bytes, at: int) -> tuple[int, int]:
    value = data[at]
    return (value, at + 1) if value < 0x80 else _long(data, at + 1, value)


def _meta(kind: int, data: bytes, tick: int, found: _Found) -> str:
    """Take in a meta event; gives the track's name where this is it. What is too short or says nonsense is left out."""
    if kind == NAME:
        return _text(data)
    if kind == TEXT and data.startswith(NOTE_KEY.encode()) and len(data) <= NOTE_LIMIT + len(NOTE_KEY):
        found.note = _text(data[len(NOTE_KEY) :])
    elif kind == MARKER:
        found.markers.append(Marker(tick, _text(data)))
    elif kind == TEMPO and len(data) >= 3 and (pace := int.from_bytes(data[:3], "big")):
        found.tempos.append(Tempo(tick, pace))
    elif kind == METRE and len(data) >= 2 and data[0] and data[1] <= 7:
        found.metres.append(Metre(tick, data[0], 1 << data[1]))
    elif kind == KEY and len(data) >= 2:
        sharps = data[0] - 256 if data[0] > 127 else data[0]
        if -7 <= sharps <= 7:
            found.keys.append(Key(tick, sharps, data[1] == 1))
    return ""


def _text(data: bytes) -> str:
    try:
        return data.decode("utf-8").strip("\0")
    except UnicodeDecodeError:
        return data.decode("latin-1").strip("\0")


def _tracks_of(rows: np.ndarray, label: str, last: int) -> list[Track]:
    """One track a channel; one more for each instrument that a channel changes to between notes."""
    made = []
    rows = rows.copy()
    rows[:, 2:] &= 0x7F
    for channel in np.unique(rows[:, 1] & 0x0F):
        own = rows[(rows[:, 1] & 0x0F) == channel]
        kinds = own[:, 1] >> 4
        notes, begun = paired(own[(kinds == ON) | (kinds == OFF)], last)
        changes = own[kinds == PROGRAM]
        controls = own[kinds == CHANGE]
        bends = own[kinds == WHEEL]
        table = np.zeros(len(controls), CONTROL)
        table["tick"], table["number"], table["value"] = controls[:, 0], controls[:, 2], controls[:, 3]
        wheel = np.zeros(len(bends), BEND)
        wheel["tick"], wheel["value"] = bends[:, 0], (bends[:, 3] << 7 | bends[:, 2]) - 8192
        parts = _by_instrument(notes, begun, changes)
        for number, (program, part) in enumerate(parts):
            rest = (table, wheel) if number == 0 else (table[:0], wheel[:0])
            made.append(Track(label, program, bool(channel == DRUM_CHANNEL), part, *rest))
    return made


def _by_instrument(notes: np.ndarray, begun: np.ndarray, changes: np.ndarray) -> list[tuple[int, np.ndarray]]:
    """(program, notes) for each instrument that plays; the first one said where none plays."""
    if not len(changes):
        return [(0, notes)]
    if not len(notes):
        return [(int(changes[-1, 2]), notes)]
    places = np.searchsorted(changes[:, 0], begun, side="right") - 1
    programs = np.where(places >= 0, changes[np.maximum(places, 0), 2], changes[0, 2])
    order = programs[np.sort(np.unique(programs, return_index=True)[1])]
    return [(int(program), notes[programs == program]) for program in order]


# Writing.


def encode_midi(score: Score, note: str = "") -> bytes:
    """The score as a MIDI file of type 1: a track of tempo, metre, key and markers, then one a track. `note` is a text event."""
    chunks = [_conductor(score, note)]
    melodic = 0
    for track in score.tracks:
        channel = DRUM_CHANNEL if track.drums else MELODIC[melodic % len(MELODIC)]
        melodic += not track.drums
        chunks.append(_written(track, channel))
    header = b"MThd" + struct.pack(">IHHH", 6, 1, len(chunks), score.ticks_per_beat)
    return header + b"".join(b"MTrk" + struct.pack(">I", len(chunk)) + chunk for chunk in chunks)


def _conductor(score: Score, note: str) -> bytes:
    events: list[tuple[int, bytes]] = []
    if score.title:
        events.append((0, _meta_bytes(NAME, score.title.encode())))
    if note:
        events.append((0, _meta_bytes(TEXT, (NOTE_KEY + note).encode())))
    events += [(each.tick, _meta_bytes(METRE, bytes([each.beats, each.unit.bit_length() - 1, 24, 8]))) for each in score.metres]
    events += [(each.tick, _meta_bytes(KEY, bytes([each.sharps & 0xFF, int(each.minor)]))) for each in score.keys]
    events += [(each.tick, _meta_bytes(TEMPO, each.microseconds.to_bytes(3, "big"))) for each in score.tempos]
    events += [(each.tick, _meta_bytes(MARKER, each.text.encode())) for each in score.markers]
    events.sort(key=lambda each: each[0])
    return _timed([tick for tick, _ in events], [data for _, data in events])


def _written(track: Track, channel: int) -> bytes:
    """One track: its name, its instrument and its events in order of time."""
    notes, controls, bends = track.notes, track.controls, track.bends
    count = len(notes)
    ticks = np.concatenate([[0], notes["tick"] + notes["length"], notes["tick"], controls["tick"], bends["tick"]]).astype(np.int64)
    kinds = np.repeat([PROGRAM, OFF, ON, CHANGE, WHEEL], [1, count, count, len(controls), len(bends)])
    wheel = bends["value"].astype(np.int64) + 8192
    first = np.concatenate([[track.program], notes["pitch"], notes["pitch"], controls["number"], wheel & 0x7F])
    second = np.concatenate([[0], np.zeros(count, np.int64), notes["velocity"], controls["value"], wheel >> 7])
    ranks = np.array([ORDER.get(kind, 0) for kind in range(16)])[kinds]
    order = np.lexsort((np.arange(len(ticks)), ranks, ticks))
    head = _meta_bytes(NAME, track.name.encode()) if track.name else b""
    events = [
        bytes((kind << 4 | channel, one)) if kind == PROGRAM else bytes((kind << 4 | channel, one, two))
        for kind, one, two in zip(kinds[order].tolist(), first[order].tolist(), second[order].tolist(), strict=True)
    ]
    return (b"\0" + head if head else b"") + _timed(ticks[order].tolist(), events)


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
    return bytes((0xFF, kind)) + _number(len(data)) + data


def _number(value: int) -> bytes:
    """A whole number in MIDI's groups of seven bits."""
    if value < 0x80:
        return _SHORT[value]
    groups = [value & 0x7F]
    while value := value >> 7:
        groups.append(value & 0x7F | 0x80)
    return bytes(reversed(groups))


_SHORT = [bytes((value,)) for value in range(128)]
