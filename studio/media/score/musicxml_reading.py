"""MusicXML read as a score: measure by measure over all parts, so that the bars of the score are those on paper.

Repeats, endings, grace notes, dynamics and the signs at notes are kept as marks; the notes stand once, as they are written.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from fractions import Fraction
from xml.etree import ElementTree as Tree

from studio.media.errors import MediaError
from studio.media.score.entries import Metre
from studio.media.score.maps import PAN, VOLUME
from studio.media.score.model import LAST_TICK, TRACKS_LIMIT, Score
from studio.media.score.musicxml_files import Measure, measures_of, part_name, root_of
from studio.media.score.musicxml_part import Head, Maps, PartReading
from studio.media.score.musicxml_writing import NOTE_FIELD

TICKS = 480
ODD = Fraction(1, 32)
"""Quarters by which a bar may miss its metre because its triplets were rounded."""
FINEST = 64
NUMBERS = (ValueError, ZeroDivisionError, OverflowError, KeyError, TypeError, RecursionError, IndexError)


def decode_musicxml(data: bytes, name: str = "this score") -> tuple[Score, str]:
    """Score and note; raises MediaError naming `name` and the reason for what is no whole MusicXML."""
    root = root_of(data, name)
    try:
        return _score(root, name)
    except NUMBERS as error:
        if isinstance(error, MediaError):
            raise MediaError(str(error) if name in str(error) else f"{name} cannot be taken: {error}") from error
        raise MediaError(f"{name} is damaged: it holds a number that is none ({error}).") from error


def _score(root: Tree.Element, name: str) -> tuple[Score, str]:
    names, measures = measures_of(root, name)
    if len(names) > TRACKS_LIMIT:
        raise MediaError(f"{name} has {len(names)} parts, more than the {TRACKS_LIMIT} tracks that Atelier takes.")
    heads = {each.get("id", ""): _head(each) for each in root.iter("score-part")}
    maps = Maps()
    parts = {key: PartReading(heads.get(part_name(key), Head()), maps, number == 0) for number, key in enumerate(names)}
    bars = _Bars()
    for number, measure in enumerate(measures):
        bars.read(measure, parts, maps, number == len(measures) - 1)
    for part in parts.values():
        part.finish()
    tracks = [part.track() for part in parts.values()]
    title = root.findtext("work/work-title") or root.findtext("movement-title") or ""
    note = next((each.text or "" for each in root.iter("miscellaneous-field") if each.get("name") == NOTE_FIELD), "")
    score = Score(
        tuple(tracks), TICKS, tuple(maps.tempos.values()), tuple(bars.metres()), tuple(maps.keys.values()), tuple(maps.markers), title,
        repeats=tuple(dict.fromkeys(maps.repeats)),
    )  # fmt: skip
    return score, note


@dataclass
class _Bars:
    """Where the bars lie, in quarters; what is shorter or longer than its metre asks stays so."""

    at: Fraction = Fraction(0)
    metre: Metre = field(default_factory=lambda: Metre(0))
    found: dict[Fraction, Metre] = field(default_factory=dict)

    def read(self, measure: Measure, parts: dict[str, PartReading], maps: Maps, last: bool) -> None:
        """Read one measure of all parts, and go on to the next."""
        maps.metre = None
        for key, element in measure.items():
            parts[key].measure(element, self.at)
        if maps.metre is not None:
            self.metre = maps.metre
            self.found[self.at] = self.metre
        whole = Fraction(4 * self.metre.beats, self.metre.unit)
        length = max((parts[key].longest - self.at for key in measure), default=Fraction(0))
        filled = max((parts[key].filled - self.at for key in measure), default=Fraction(0))
        implicit = any(element.get("implicit") == "yes" for element in measure.values())
        if filled == 0:  # rests of a whole bar, or nothing at all
            length = length if implicit and length else whole
        else:
            length = filled
        if abs(length - whole) < ODD or length <= 0:
            length = whole
        end = self.at + length
        maps.bar_ends(_tick(self.at), _tick(end))
        if not last and length != whole:
            self._odd(length, whole, end)
        self.at = end

    def _odd(self, length: Fraction, whole: Fraction, end: Fraction) -> None:
        """A short bar is cut by its metre that begins anew; a long one bears the metre that it has."""
        if length > whole and (own := _metre_of(length)) is not None:
            self.found[self.at] = own
        self.found.setdefault(end, self.metre)

    def metres(self) -> list[Metre]:
        return [replace(metre, tick=_tick(at)) for at, metre in self.found.items()]


def _metre_of(length: Fraction) -> Metre | None:
    """The metre of a bar of so many quarters, in quarters or finer; None where there is none that a score can hold."""
    unit = 4
    while unit <= FINEST:
        beats = length * unit / 4
        if beats.denominator == 1:
            return Metre(0, int(beats), unit) if 1 <= beats <= 255 else None
        unit *= 2
    return None


def _tick(time: Fraction) -> int:
    return min(LAST_TICK, max(0, round(time * TICKS)))


def _head(element: Tree.Element) -> Head:
    head = Head(name=element.findtext("part-name") or "")
    for number, midi in enumerate(element.iter("midi-instrument")):
        program = min(127, max(0, int(midi.findtext("midi-program") or 1) - 1))
        head.programs[midi.get("id", "")] = program
        head.program = head.program if number else program
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
