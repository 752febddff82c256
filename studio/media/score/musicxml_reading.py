"""MusicXML read as a score: measure by measure over all parts, so that the bars of the score are those on paper.

Repeats, endings, grace notes, dynamics and the signs at notes are kept as marks; the notes stand once, as they are written.
"""

from __future__ import annotations

from fractions import Fraction
from xml.etree import ElementTree as Tree

from studio.media.errors import MediaError
from studio.media.score.barlines import TICKS, BarLines, tick_of
from studio.media.score.maps import PAN, VOLUME
from studio.media.score.model import TRACKS_LIMIT, Score
from studio.media.score.musicxml_files import Measure, measures_of, part_name, root_of
from studio.media.score.musicxml_part import Head, Maps, PartReading
from studio.media.score.musicxml_writing import NOTE_FIELD

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
    bars = BarLines()
    for measure in measures:
        _read(measure, parts, maps, bars)
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


def _read(measure: Measure, parts: dict[str, PartReading], maps: Maps, bars: BarLines) -> None:
    """Read one measure of all parts, and go on to the next."""
    maps.metre = None
    for key, element in measure.items():
        parts[key].measure(element, bars.at)
    if maps.metre is not None:
        bars.say(maps.metre)
    longest = max((parts[key].longest - bars.at for key in measure), default=Fraction(0))
    fills = [parts[key].filled - bars.at for key in measure]
    filled = max(fills, default=Fraction(0))
    implicit = any(element.get("implicit") == "yes" for element in measure.values())
    if bars.whole in fills and not implicit:  # a part that overflows or ends early does not move the bars of the others
        filled = bars.whole
    if not filled and (implicit or longest < bars.whole):  # rests of a whole bar last as long as it does, at most
        filled = longest
    start, end = bars.add(filled)
    maps.bar_ends(tick_of(start), tick_of(end))


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
