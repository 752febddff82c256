"""MusicXML read as a score: partwise files, bare or packed as .mxl. Repeats are read once, grace notes are left out."""

from __future__ import annotations

import io
import zipfile
import zlib
from dataclasses import dataclass, field
from fractions import Fraction
from xml.etree import ElementTree as Tree

import numpy as np

from studio.media.errors import MediaError
from studio.media.score.maps import PAN, VOLUME
from studio.media.score.entries import CONTROL, NOTE, Key, Marker, Metre, Tempo
from studio.media.score.model import EVENTS_LIMIT, TRACKS_LIMIT, Score, Track
from studio.media.score.musicxml_writing import FULL_VELOCITY, NOTE_FIELD

TICKS = 480
UNPACKED_LIMIT = 256 * 2**20
STEPS = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}
USUAL_VELOCITY = 80


@dataclass
class _Maps:
    tempos: dict[int, Tempo] = field(default_factory=dict)
    metres: dict[int, Metre] = field(default_factory=dict)
    keys: dict[int, Key] = field(default_factory=dict)
    markers: list[Marker] = field(default_factory=list)
    events: int = 0


@dataclass
class _Head:
    name: str = ""
    program: int = 0
    drums: bool = False
    unpitched: dict[str, int] = field(default_factory=dict)
    controls: list[tuple[int, int, int]] = field(default_factory=list)


def decode_musicxml(data: bytes, name: str = "this score") -> tuple[Score, str]:
    """Score and note; raises MediaError naming `name` and the reason for what is no whole MusicXML."""
    if data[:2] == b"PK":
        data = _unpacked(data, name)
    if b"<!ENTITY" in data[: 1 << 16]:
        raise MediaError(f"{name} declares entities, which no score needs; it is not read.")
    try:
        root = _tree(data)
        if root.tag != "score-partwise":
            raise MediaError(f"{name} is no partwise MusicXML: it begins with “{root.tag[:40]}”.")
        return _score(root, name)
    except Tree.ParseError as error:
        raise MediaError(f"{name} is damaged: its XML breaks off ({error}).") from error
    except (ValueError, ZeroDivisionError, OverflowError, KeyError, TypeError, RecursionError) as error:
        if isinstance(error, MediaError):
            raise MediaError(str(error) if name in str(error) else f"{name} cannot be taken: {error}") from error
        raise MediaError(f"{name} is damaged: it holds a number that is none ({error}).") from error


def _tree(data: bytes) -> Tree.Element:
    """The root of an XML file; raises ParseError for one that is damaged, or written in letters that nobody knows."""
    try:
        return Tree.fromstring(data)
    except (LookupError, ValueError) as error:  # an encoding that does not exist, or one of several bytes a letter
        raise Tree.ParseError(str(error)) from error


def _unpacked(data: bytes, name: str) -> bytes:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            wanted = next(
                (each for each in packed.namelist() if each.endswith((".xml", ".musicxml")) and not each.startswith("META-INF")), ""
            )
            if "META-INF/container.xml" in packed.namelist() and packed.getinfo("META-INF/container.xml").file_size < 1 << 16:
                root = _tree(packed.read("META-INF/container.xml"))
                wanted = next((each.get("full-path", "") for each in root.iter() if each.tag.endswith("rootfile")), wanted)
            if wanted not in packed.namelist() or packed.getinfo(wanted).file_size > UNPACKED_LIMIT:
                raise MediaError(f"{name} holds no score, or one that is too large.")
            return packed.read(wanted)
    except (zipfile.BadZipFile, zlib.error, Tree.ParseError, OSError, RuntimeError, NotImplementedError, EOFError) as error:
        raise MediaError(f"{name} is damaged: it cannot be unpacked.") from error


def _score(root: Tree.Element, name: str) -> tuple[Score, str]:
    parts = root.findall("part")
    if not parts:
        raise MediaError(f"{name} holds no part.")
    if len(parts) > TRACKS_LIMIT:
        raise MediaError(f"{name} has {len(parts)} parts, more than the {TRACKS_LIMIT} tracks that Atelier takes.")
    heads = {each.get("id", ""): _head(each) for each in root.iter("score-part")}
    maps = _Maps()
    tracks = [_track(part, heads.get(part.get("id", ""), _Head()), maps) for part in parts]
    title = root.findtext("work/work-title") or root.findtext("movement-title") or ""
    note = next((each.text or "" for each in root.iter("miscellaneous-field") if each.get("name") == NOTE_FIELD), "")
    score = Score(
        tuple(tracks), TICKS, tuple(maps.tempos.values()), tuple(maps.metres.values()), tuple(maps.keys.values()),
        tuple(maps.markers), title,
    )  # fmt: skip
    return score, note


def _head(element: Tree.Element) -> _Head:
    head = _Head(name=element.findtext("part-name") or "")
    for midi in element.iter("midi-instrument"):
        head.program = min(127, max(0, int(midi.findtext("midi-program") or 1) - 1))
        head.drums |= midi.findtext("midi-channel") == "10"
        if (key := midi.findtext("midi-unpitched")) is not None:
            head.unpitched[midi.get("id", "")] = min(127, max(0, int(key) - 1))
        if not head.controls:
            volume, pan = midi.findtext("volume"), midi.findtext("pan")
            if volume is not None:
                head.controls.append((0, VOLUME, min(127, max(0, round(float(volume) * 1.27)))))
            if pan is not None:
                head.controls.append((0, PAN, min(127, max(0, round(float(pan) * 64 / 90 + 64)))))
    return head


class _Reading:
    """One part on its way: where in time it is, and which notes wait for the rest of their tie."""

    def __init__(self, head: _Head, maps: _Maps) -> None:
        self.head, self.maps = head, maps
        self.divisions = Fraction(1)
        self.at, self.bar, self.longest, self.last = Fraction(0), Fraction(0), Fraction(0), Fraction(0)
        self.transpose = 0
        self.velocity = USUAL_VELOCITY
        self.notes: list[tuple[int, int, int, int]] = []
        self.tied: dict[int, int] = {}  # a tie may go on in another voice

    def tick(self, time: Fraction) -> int:
        return max(0, round(time * TICKS))

    def length(self, element: Tree.Element) -> Fraction:
        return Fraction(element.findtext("duration") or "0") / self.divisions

    def measure(self, measure: Tree.Element) -> None:
        self.at = self.longest = self.bar
        for element in measure:
            if element.tag == "note":
                self.note(element)
            elif element.tag == "backup":
                self.at = max(self.bar, self.at - self.length(element))
            elif element.tag == "forward":
                self.at += self.length(element)
            elif element.tag == "attributes":
                self.attributes(element)
            elif element.tag in ("direction", "sound"):
                self.direction(element)
            self.longest = max(self.longest, self.at)
        self.bar = self.longest

    def attributes(self, element: Tree.Element) -> None:
        if (text := element.findtext("divisions")) is not None:
            self.divisions = Fraction(text)
            if self.divisions <= 0:
                raise MediaError("A quarter note of this part has no length.")
        if (text := element.findtext("key/fifths")) is not None and -7 <= int(text) <= 7:
            self.maps.keys[self.tick(self.at)] = Key(self.tick(self.at), int(text), element.findtext("key/mode") == "minor")
        beats, unit = element.findtext("time/beats"), element.findtext("time/beat-type")
        if beats is not None and unit is not None:
            count = sum(int(each) for each in beats.split("+"))
            self.maps.metres[self.tick(self.at)] = Metre(self.tick(self.at), count, int(unit))
        if element.find("transpose") is not None:
            self.transpose = int(element.findtext("transpose/chromatic") or 0) + 12 * int(element.findtext("transpose/octave-change") or 0)

    def direction(self, element: Tree.Element) -> None:
        at = self.tick(self.at + Fraction(element.findtext("offset") or "0") / self.divisions)
        sound = element if element.tag == "sound" else element.find("sound")
        tempo = sound.get("tempo") if sound is not None else element.findtext("direction-type/metronome/per-minute")
        if tempo is not None and float(tempo) > 0:
            self.maps.tempos[at] = Tempo(at, min(2**24 - 1, max(1, round(60e6 / float(tempo)))))
        if sound is not None and (loud := sound.get("dynamics")) is not None:
            self.velocity = min(127, max(1, round(float(loud) * FULL_VELOCITY / 100)))
        for words in element.iter("rehearsal"):
            self.maps.markers.append(Marker(at, words.text or ""))

    def note(self, element: Tree.Element) -> None:
        if element.find("grace") is not None:
            return
        length = self.length(element)
        if element.find("chord") is not None:
            start = self.last
        else:
            start, self.last = self.at, self.at
            self.at += length
        pitch = self.pitch(element)
        if pitch is None or not 0 <= pitch <= 127 or length <= 0:
            return
        self.maps.events += 1
        if self.maps.events > EVENTS_LIMIT:
            raise MediaError(f"It has more than the {EVENTS_LIMIT // 10**6} million notes that Atelier takes.")
        begin, end = self.tick(start), max(self.tick(start) + 1, self.tick(start + length))
        kinds = {each.get("type") for each in element.findall("tie")}
        held = self.tied.pop(pitch, None) if "stop" in kinds else None
        if held is not None and sum(self.notes[held][:2]) == begin:
            first = self.notes[held]
            self.notes[held] = (first[0], end - first[0], pitch, first[3])
        else:
            held = len(self.notes)
            loud = element.get("dynamics")
            velocity = min(127, max(1, round(float(loud) * FULL_VELOCITY / 100))) if loud is not None else self.velocity
            self.notes.append((begin, end - begin, pitch, velocity))
        if "start" in kinds:
            self.tied[pitch] = held

    def pitch(self, element: Tree.Element) -> int | None:
        found = element.find("pitch")
        if found is not None:
            step = STEPS[found.findtext("step") or ""]
            alter = round(float(found.findtext("alter") or 0))
            return step + alter + 12 * (int(found.findtext("octave") or 4) + 1) + self.transpose
        if element.find("unpitched") is not None:
            self.head.drums = True
            instrument = element.find("instrument")
            return self.head.unpitched.get(instrument.get("id", "") if instrument is not None else "", 38)
        return None


def _track(part: Tree.Element, head: _Head, maps: _Maps) -> Track:
    reading = _Reading(head, maps)
    for measure in part.findall("measure"):
        reading.measure(measure)
    notes = np.array(reading.notes, NOTE) if reading.notes else np.zeros(0, NOTE)
    controls = np.array(head.controls, CONTROL) if head.controls else np.zeros(0, CONTROL)
    return Track(head.name, head.program, head.drums, notes, controls)
