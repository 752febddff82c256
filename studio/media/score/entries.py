"""What stands in a score at a tick: rows of the tables that a track keeps, and the entries of maps and texts. All immutable."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

NOTE = np.dtype([("tick", "<i4"), ("length", "<i4"), ("pitch", "u1"), ("velocity", "u1")])
"""One note: start and length in ticks, MIDI pitch 0–127 (60 is middle C), velocity 1–127."""

CONTROL = np.dtype([("tick", "<i4"), ("number", "u1"), ("value", "u1")])
"""A control change: number 0–127 (7 volume, 10 pan, 64 pedal), value 0–127."""

BEND = np.dtype([("tick", "<i4"), ("value", "<i2")])
"""A pitch bend from -8192 to 8191; 0 is none."""

PROGRAM = np.dtype([("tick", "<i4"), ("program", "u1")])
"""Another instrument from `tick` on, a General MIDI program from 0 to 127."""

PRESSURE = np.dtype([("tick", "<i4"), ("pitch", "u1"), ("value", "u1")])
"""Aftertouch, value 0–127, of one pitch or of the whole channel where `pitch` is EVERY_PITCH."""

EVERY_PITCH = 128


@dataclass(frozen=True)
class Tempo:
    tick: int
    microseconds: int = 500_000
    """A quarter note's length."""


@dataclass(frozen=True)
class Metre:
    """Holds from `tick`, which begins a bar. `written` is how a composite one stands on paper, such as `3/8+3/4` for 9/8."""

    tick: int
    beats: int = 4
    unit: int = 4
    written: str = ""


@dataclass(frozen=True)
class Key:
    """`sharps` from -7 (seven flats) to 7."""

    tick: int
    sharps: int = 0
    minor: bool = False


@dataclass(frozen=True)
class Marker:
    tick: int
    text: str


@dataclass(frozen=True)
class Words:
    """Words at a tick. `kind` is one of TEXT_KINDS; a syllable of a lyric that goes on within its word ends with a hyphen."""

    tick: int
    text: str
    kind: str = "lyric"
    verse: int = 1


TEXT_KINDS = ("lyric", "text", "copyright", "instrument", "cue", "program", "device")


@dataclass(frozen=True)
class Exclusive:
    """A message of one maker's instruments, kept as it came: its first byte says what it is (0xF0, 0xF7, or 0x7F within the file)."""

    tick: int
    data: bytes


@dataclass(frozen=True)
class Mark:
    """A sign on paper. `kind` is one of MARKS for a track or REPEATS for the score, `text` the sign's name in MusicXML.

    `pitch` names the note that it belongs to, -1 where it belongs to all that begins there. A grace note is a mark at the note that
    it leads to, with its own pitch, in the order played.
    """

    tick: int
    kind: str
    text: str = ""
    pitch: int = -1


MARKS = ("dynamics", "wedge", "articulation", "ornament", "technical", "fermata", "slur", "grace", "words", "harmony", "arpeggio")
REPEATS = ("forward", "backward", "ending", "ending stop", "ending discontinue", "segno", "coda", "dacapo", "dalsegno", "tocoda", "fine")
