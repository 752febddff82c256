"""One part of a MusicXML score on its way: where in time it is, its notes, and the marks at them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from xml.etree import ElementTree as Tree

import numpy as np

from studio.media.errors import MediaError
from studio.media.score.barlines import tick_of
from studio.media.score.entries import CONTROL, NOTE, PROGRAM, Key, Mark, Marker, Metre, Tempo, Words
from studio.media.score.model import EVENTS_LIMIT, SLOWEST, Track
from studio.media.score.musicxml_notes import FULL_VELOCITY
from studio.media.score.spelling import STEPS, SUFFIXES, sign

USUAL_VELOCITY = 80
LOUDNESS = {"pppp": 8, "ppp": 20, "pp": 33, "p": 49, "mp": 64, "mf": 80, "f": 96, "ff": 112, "fff": 122, "ffff": 127}
"""Velocities of dynamics that say none themselves, as notation programs take them."""
BEATS = {"breve": 8.0, "whole": 4.0, "half": 2.0, "quarter": 1.0, "eighth": 0.5, "16th": 0.25, "32nd": 0.125}
"""Quarters of the notes that a metronome mark may count."""
JUMPS = ("dacapo", "dalsegno", "tocoda", "fine", "segno", "coda")
FAMILIES = {"articulations": "articulation", "ornaments": "ornament", "technical": "technical"}
NUMBER = re.compile(r"\d+(?:[.,]\d+)?")
USUAL_DRUM = 38


@dataclass
class Maps:
    """What all parts say together. `metre` is what the measure at hand says; bar lines at its end wait for where that is."""

    tempos: dict[int, Tempo] = field(default_factory=dict)
    keys: dict[int, Key] = field(default_factory=dict)
    markers: list[Marker] = field(default_factory=list)
    repeats: list[Mark] = field(default_factory=list)
    metre: Metre | None = None
    events: int = 0
    waiting: list[tuple[str, str, bool]] = field(default_factory=list)

    def count(self) -> None:
        self.events += 1
        if self.events > EVENTS_LIMIT:
            raise MediaError(f"It has more than the {EVENTS_LIMIT // 10**6} million notes that Atelier takes.")

    def bar_ends(self, start: int, end: int) -> None:
        """The measure goes from tick `start` to `end`: its bar lines find their places."""
        self.repeats += [Mark(start if left else end, kind, text) for kind, text, left in self.waiting]
        self.waiting = []


@dataclass
class Head:
    """What the list of parts says of one. `programs` and `unpitched` are by the name of an instrument."""

    name: str = ""
    program: int = 0
    drums: bool = False
    programs: dict[str, int] = field(default_factory=dict)
    unpitched: dict[str, int] = field(default_factory=dict)
    controls: list[tuple[int, int, int]] = field(default_factory=list)


class PartReading:
    """Times are in quarters from the beginning of the score. Repeats are taken from the first part alone."""

    def __init__(self, head: Head, maps: Maps, first: bool) -> None:
        self.head, self.maps, self.first = head, maps, first
        self.divisions = Fraction(1)
        self.at = self.bar = self.longest = self.filled = self.last = Fraction(0)
        self.transpose = 0
        self.velocity = USUAL_VELOCITY
        self.notes: list[tuple[int, int, int, int]] = []
        self.programs: list[tuple[int, int]] = []
        self.tied: dict[int, list[int]] = {}  # pitch → notes that go on, maybe in another voice
        self.marks: list[Mark] = []
        self.texts: list[Words] = []
        self.graces: list[tuple[int, str]] = []  # pitch and slash of grace notes that wait for their note

    def measure(self, element: Tree.Element, start: Fraction) -> None:
        """Read a measure that begins at `start`; `longest` and `filled` say where it ends, without rests of a whole bar in `filled`."""
        self.at = self.bar = self.longest = self.filled = start
        for child in element:
            if child.tag == "note":
                self._note(child)
            elif child.tag == "backup":
                self.at = max(self.bar, self.at - self._length(child))
            elif child.tag == "forward":
                self.at += self._length(child)
            elif child.tag == "attributes":
                self._attributes(child)
            elif child.tag in ("direction", "sound"):
                self._direction(child)
            elif child.tag == "harmony":
                self._harmony(child)
            elif child.tag == "barline" and self.first:
                self._barline(child)
            self.longest = max(self.longest, self.at)

    def finish(self) -> None:
        """Grace notes behind the last note stand where the part ends."""
        self._place_graces()

    def track(self) -> Track:
        notes = np.array(self.notes, NOTE) if self.notes else np.zeros(0, NOTE)
        controls = np.array(self.head.controls, CONTROL) if self.head.controls else np.zeros(0, CONTROL)
        program = self.programs[0][1] if self.programs else self.head.program
        changes = [row for before, row in zip(self.programs, self.programs[1:], strict=False) if row[1] != before[1]]
        programs = np.array(changes, PROGRAM) if changes else np.zeros(0, PROGRAM)
        return Track(
            self.head.name, program, self.head.drums, notes, controls, programs=programs, texts=tuple(self.texts), marks=tuple(self.marks)
        )

    def _tick(self, time: Fraction) -> int:
        return tick_of(time)

    def _length(self, element: Tree.Element) -> Fraction:
        return Fraction((element.findtext("duration") or "0").strip()) / self.divisions

    def _attributes(self, element: Tree.Element) -> None:
        if (text := element.findtext("divisions")) is not None:
            self.divisions = Fraction(text.strip())
            if self.divisions <= 0:
                raise MediaError("A quarter note of this part has no length.")
        if (text := element.findtext("key/fifths")) is not None and -7 <= int(text) <= 7:
            self.maps.keys[self._tick(self.at)] = Key(self._tick(self.at), int(text), element.findtext("key/mode") == "minor")
        time = element.find("time")
        if time is not None and self.at == self.bar and (metre := metre_of(time)) is not None:
            self.maps.metre = metre
        if element.find("transpose") is not None:
            self.transpose = int(element.findtext("transpose/chromatic") or 0) + 12 * int(element.findtext("transpose/octave-change") or 0)

    def _direction(self, element: Tree.Element) -> None:
        at = self._tick(self.at + Fraction((element.findtext("offset") or "0").strip()) / self.divisions)
        sound = element if element.tag == "sound" else element.find("sound")
        said = sound.get("tempo") if sound is not None else None
        tempo = float(said) if said is not None else _metronome(element)
        if tempo > 0:
            self.maps.tempos[at] = Tempo(at, min(SLOWEST, max(1, round(60e6 / tempo))))
        for mark in element.findall("direction-type/*"):
            self._direction_mark(mark, at)
        if sound is not None:
            if (loud := sound.get("dynamics")) is not None:
                self.velocity = _velocity(loud)
            if self.first:
                jumps = [kind for kind in JUMPS if sound.get(kind) is not None]
                words = " ".join(each.text or "" for each in element.iter("words")).strip()
                self.maps.repeats += [Mark(at, kind, words if kind not in ("segno", "coda") else "") for kind in jumps]

    def _direction_mark(self, mark: Tree.Element, at: int) -> None:
        if mark.tag == "rehearsal":
            self.maps.markers.append(Marker(at, mark.text or ""))
        elif mark.tag == "dynamics":
            self._dynamics(mark, at)
        elif mark.tag == "wedge":
            self._mark(Mark(at, "wedge", mark.get("type", "stop")))
        elif mark.tag == "words" and (mark.text or "").strip():
            self._mark(Mark(at, "words", (mark.text or "").strip()))
        elif mark.tag in ("segno", "coda") and self.first:
            self.maps.repeats.append(Mark(at, mark.tag))

    def _dynamics(self, mark: Tree.Element, at: int) -> None:
        for each in mark:
            name = (each.text or "").strip() if each.tag == "other-dynamics" else each.tag
            self._mark(Mark(at, "dynamics", name))
            self.velocity = LOUDNESS.get(name, self.velocity)

    def _mark(self, mark: Mark) -> None:
        self.maps.count()
        self.marks.append(mark)

    def _harmony(self, element: Tree.Element) -> None:
        root = element.findtext("root/root-step")
        kind = element.find("kind")
        if kind is None:
            return
        text = kind.get("text")
        suffix = text if text is not None else SUFFIXES.get((kind.text or "").strip(), "")
        name = suffix
        if root is not None and (kind.text or "").strip() != "none":
            name = root.strip() + sign(round(float(element.findtext("root/root-alter") or 0))) + suffix
            bass = element.findtext("bass/bass-step")
            name += "/" + bass.strip() + sign(round(float(element.findtext("bass/bass-alter") or 0))) if bass else ""
        at = self._tick(self.at + Fraction((element.findtext("offset") or "0").strip()) / self.divisions)
        if name:
            self._mark(Mark(at, "harmony", name))

    def _barline(self, element: Tree.Element) -> None:
        left = element.get("location", "right") == "left"
        for ending in element.findall("ending"):
            kind = {"start": "ending", "stop": "ending stop"}.get(ending.get("type", ""), "ending discontinue")
            self.maps.waiting.append((kind, ending.get("number", "1"), left))
        repeat = element.find("repeat")
        if repeat is not None:
            backward = repeat.get("direction") == "backward"
            self.maps.waiting.append(("backward" if backward else "forward", repeat.get("times", "2") if backward else "", left))

    def _note(self, element: Tree.Element) -> None:
        grace = element.find("grace")
        pitch = self._pitch(element)
        if grace is not None:
            if pitch is not None and 0 <= pitch <= 127:
                self.graces.append((pitch, "slash" if grace.get("slash") == "yes" else ""))
            return
        length = self._length(element)
        rest = element.find("rest")
        if element.find("chord") is not None:
            start = self.last
        else:
            start, self.last = self.at, self.at
            self.at += length
        if rest is None or rest.get("measure") != "yes":
            self.filled = max(self.filled, self.at)
        if pitch is None or not 0 <= pitch <= 127 or length <= 0:
            return
        self.maps.count()
        begin = self._tick(start)
        self._sound(element, begin, max(begin + 1, self._tick(start + length)), pitch)
        self._place_graces(begin)
        self._signs(element, begin, pitch)

    def _sound(self, element: Tree.Element, begin: int, end: int, pitch: int) -> None:
        kinds = {each.get("type") for each in element.findall("tie")}
        waiting = self.tied.get(pitch, [])
        held = next((each for each in waiting if sum(self.notes[each][:2]) == begin), None) if "stop" in kinds else None
        if held is not None:
            first = self.notes[held]
            self.notes[held] = (first[0], end - first[0], pitch, first[3])
            waiting.remove(held)
        else:
            held = len(self.notes)
            loud = element.get("dynamics")
            self.notes.append((begin, end - begin, pitch, _velocity(loud) if loud is not None else self.velocity))
            self._instrument(element, begin)
        if "start" in kinds:
            self.tied.setdefault(pitch, []).append(held)

    def _instrument(self, element: Tree.Element, tick: int) -> None:
        """A note may name the instrument that plays from here on."""
        named = element.find("instrument")
        if named is None or self.head.drums or named.get("id", "") not in self.head.programs:
            return
        program = self.head.programs[named.get("id", "")]
        if not self.programs or (self.programs[-1][1] != program and tick >= self.programs[-1][0]):
            self.programs.append((tick, program))

    def _place_graces(self, tick: int | None = None) -> None:
        tick = self._tick(self.at) if tick is None else tick
        for pitch, text in self.graces:
            self._mark(Mark(tick, "grace", text, pitch))
        self.graces = []

    def _signs(self, element: Tree.Element, tick: int, pitch: int) -> None:
        for notations in element.findall("notations"):
            for mark in _marks(notations, tick, pitch):
                self._mark(mark)
            for dynamics in notations.findall("dynamics"):
                self._dynamics(dynamics, tick)
        for lyric in element.findall("lyric"):
            text = "".join(each.text or "" for each in lyric.findall("text")).strip().rstrip("-").strip()
            if text:
                inside = lyric.findtext("syllabic") in ("begin", "middle")
                verse = int(number) if (number := lyric.get("number", "1")).isdigit() else 1
                self.maps.count()
                self.texts.append(Words(tick, text + "-" * inside, verse=min(max(verse, 1), 99)))

    def _pitch(self, element: Tree.Element) -> int | None:
        found = element.find("pitch")
        if found is not None:
            step = STEPS[(found.findtext("step") or "").strip()]
            alter = round(float(found.findtext("alter") or 0))
            return step + alter + 12 * (int(found.findtext("octave") or 4) + 1) + self.transpose
        if element.find("unpitched") is not None:
            self.head.drums = True
            instrument = element.find("instrument")
            return self.head.unpitched.get(instrument.get("id", "") if instrument is not None else "", USUAL_DRUM)
        return None


def metre_of(time: Tree.Element) -> Metre | None:
    """The metre of a `time` element, a composite one as the sum of its parts; None for one without beats."""
    beats = [(each.text or "").replace(" ", "") for each in time.findall("beats")]
    units = [int(each.text or "") for each in time.findall("beat-type")]
    if not beats or len(beats) != len(units):
        return None
    counts = [sum(int(each) for each in part.split("+")) for part in beats]
    unit = max(units)
    if unit <= 0 or any(each <= 0 or unit % each for each in units):
        raise MediaError("A metre has 1 to 255 beats, and its unit is a power of two up to 128.")
    composite = len(beats) > 1 or "+" in beats[0]
    written = "+".join(f"{part}/{each}" for part, each in zip(beats, units, strict=True)) if composite else ""
    return Metre(0, sum(count * (unit // each) for count, each in zip(counts, units, strict=True)), unit, written)


def _metronome(element: Tree.Element) -> float:
    """Quarters a minute of a metronome mark; 0 where it says none."""
    mark = element.find("direction-type/metronome")
    found = NUMBER.search(mark.findtext("per-minute") or "") if mark is not None else None
    if mark is None or found is None:
        return 0.0
    unit = BEATS.get((mark.findtext("beat-unit") or "quarter").strip(), 1.0)
    dots = min(3, len(mark.findall("beat-unit-dot")))
    return float(found.group().replace(",", ".")) * unit * (2 - 0.5**dots)


def _velocity(percent: str) -> int:
    return min(127, max(1, round(float(percent) * FULL_VELOCITY / 100)))


def _marks(notations: Tree.Element, tick: int, pitch: int) -> Iterator[Mark]:
    for child in notations:
        if child.tag in FAMILIES:
            for each in child:
                if isinstance(each.tag, str) and each.tag not in ("accidental-mark",):
                    value = (each.text or "").strip()
                    yield Mark(tick, FAMILIES[child.tag], f"{each.tag}:{value}" if value else each.tag, pitch)
        elif child.tag == "fermata":
            yield Mark(tick, "fermata")
        elif child.tag == "slur" and child.get("type") in ("start", "stop"):
            yield Mark(tick, "slur", child.get("type", ""), pitch)
        elif child.tag == "arpeggiate":
            yield Mark(tick, "arpeggio")
