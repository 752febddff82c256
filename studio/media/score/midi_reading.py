"""MIDI files of type 0 and 1, bare or in a RIFF wrapper, read without loss of what a score holds.

A reader of our own stands here beside `mido`, which the tests read every file with a second time: one pass over the bytes and notes
paired in numpy take 0.43 s for 200,000 notes, where objects for each message take 2.3 s and ten times the memory.
"""

from __future__ import annotations

import struct
from array import array
from dataclasses import dataclass, field

import numpy as np

from studio.media.errors import MediaError
from studio.media.score.entries import Exclusive, Key, Marker, Metre, Tempo, Words
from studio.media.score.midi_bytes import (
    END_OF_TRACK,
    EXCLUSIVE,
    KEY,
    MARKER,
    META,
    METRE,
    NAME,
    NOTE_KEY,
    NOTE_LIMIT,
    OWN,
    OWN_KEY,
    OWN_LIMIT,
    PORT,
    TEMPO,
    TEXT,
    TEXTS,
)
from studio.media.score.midi_channels import Chunk, tracks_of
from studio.media.score.midi_extra import with_extra
from studio.media.score.model import EVENTS_LIMIT, LAST_TICK, TRACKS_LIMIT, Score

FRAMES = {24: (24, 1000), 25: (25, 1000), 29: (30, 1001), 30: (30, 1000)}
"""What a file calls its film frames a second → frames in so many milliseconds: 29 stands for the 29.97 of American television."""


@dataclass
class _Found:
    """What the tracks of one file say together."""

    tempos: list[Tempo] = field(default_factory=list)
    metres: list[Metre] = field(default_factory=list)
    keys: list[Key] = field(default_factory=list)
    markers: list[Marker] = field(default_factory=list)
    note: str = ""
    own: bytes = b""
    events: int = 0


def decode_midi(data: bytes, name: str = "this score") -> tuple[Score, str]:
    """Score and note (empty where there is none); raises MediaError naming `name` and the reason for what is no whole MIDI file.

    A note without an end lasts to the end of its track, a tempo of zero is left out. Each track of the file is one of the score, or
    one for each channel that it speaks on; what a channel is told, in whatever track, is told to all tracks that speak on it.
    """
    places, division = _chunks(data, name)
    ticks_per_beat, tempo = _film_beat(division, name) if division & 0x8000 else (division, None)
    if ticks_per_beat == 0:
        raise MediaError(f"{name} is damaged: it says that a beat has no ticks.")
    found = _Found()
    chunks = [_chunk(data, place, (number + 1, len(places)), found, name) for number, place in enumerate(places)]
    title = chunks[0].label if not len(chunks[0].rows) or len(chunks) == 1 else ""
    tracks = tracks_of(chunks)
    if len(tracks) > TRACKS_LIMIT:
        raise MediaError(f"{name} has {len(tracks)} tracks, more than the {TRACKS_LIMIT} that Atelier takes.")
    silent = [each for each in chunks if not each.made]
    texts = [words for each in silent for words in each.texts]
    texts += [Words(0, each.label, "text") for each in silent if each.label and each is not chunks[0]]
    try:
        score = Score(
            tuple(tracks), ticks_per_beat, (tempo,) if tempo else tuple(found.tempos), tuple(found.metres), tuple(found.keys),
            tuple(found.markers), title, tuple(texts), tuple(each for chunk in silent for each in chunk.exclusives),
        )  # fmt: skip
        return with_extra(score, found.own), found.note
    except MediaError as error:
        raise MediaError(f"{name} cannot be taken: {error}") from error


class _Broken(Exception):
    """Why a track cannot be read, as the end of a sentence."""


def _chunk(data: bytes, place: tuple[int, int], number: tuple[int, int], found: _Found, name: str) -> Chunk:
    try:
        return _track(data, *place, found)
    except OverflowError as error:
        raise MediaError(f"{name} is damaged: track {number[0]} of {number[1]} lasts longer than any score may.") from error
    except IndexError as error:
        raise MediaError(f"{name} is damaged: track {number[0]} of {number[1]} ends in the middle of an event.") from error
    except _Broken as error:
        raise MediaError(f"{name} is damaged: track {number[0]} of {number[1]} {error}.") from error


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


def _film_beat(division: int, name: str) -> tuple[int, Tempo]:
    """Ticks of a beat, and how long it lasts, in a file that counts frames: half a second's worth, or one of a whole second."""
    frames, ticks = 256 - (division >> 8), division & 0xFF
    if frames not in FRAMES or not ticks:
        raise MediaError(f"{name} is damaged: it counts {frames} frames a second.")
    count, milliseconds = FRAMES[frames]
    if count * ticks % 2:
        return count * ticks, Tempo(0, milliseconds * 1000)
    return count * ticks // 2, Tempo(0, milliseconds * 500)


def _track(data: bytes, at: int, stop: int, found: _Found) -> Chunk:
    """One track of the file; its channel events as rows (tick, status, first, second)."""
    data = data[at:stop]
    chunk = Chunk()
    at, tick, running = 0, 0, 0
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
            if kind >= 0:
                _meta(kind, text, tick, found, chunk)
            else:
                chunk.exclusives.append(Exclusive(tick, bytes((status,)) + text))
        if len(rows) + len(chunk.texts) + len(chunk.exclusives) > room:
            raise _Broken(f"goes beyond the {EVENTS_LIMIT // 10**6} million events that Atelier takes")
    if tick > LAST_TICK:
        raise _Broken("lasts longer than any score may")
    found.events += len(rows) + len(chunk.texts) + len(chunk.exclusives)
    packed = np.frombuffer(rows, np.uint64).astype(np.int64) if len(rows) else np.zeros(0, np.int64)
    chunk.rows, chunk.last = np.stack([packed >> 24, packed >> 16 & 0xFF, packed >> 8 & 0xFF, packed & 0xFF], axis=1), tick
    return chunk


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


def _meta(kind: int, data: bytes, tick: int, found: _Found, chunk: Chunk) -> None:
    """Take in a meta event. What is too short or says nonsense is left out."""
    if kind == NAME:
        chunk.label = _text(data) or chunk.label
    elif kind == TEXT and data.startswith(NOTE_KEY.encode()) and len(data) <= NOTE_LIMIT + len(NOTE_KEY):
        found.note = _text(data[len(NOTE_KEY) :])
    elif kind in TEXTS:
        chunk.texts.append(Words(tick, _text(data), TEXTS[kind]))
    elif kind == PORT and data:
        chunk.port = data[0]
    elif kind == OWN and data.startswith(OWN_KEY) and len(data) <= OWN_LIMIT:
        found.own = data[len(OWN_KEY) :]
    elif kind == OWN:
        chunk.exclusives.append(Exclusive(tick, bytes((OWN,)) + data))
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


def _text(data: bytes) -> str:
    try:
        return data.decode("utf-8").strip("\0")
    except UnicodeDecodeError:
        return data.decode("latin-1").strip("\0")
