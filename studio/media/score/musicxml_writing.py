"""Scores as MusicXML 4.0, partwise: what notation programs read and the engraved page is made from."""

from __future__ import annotations

import re
from typing import cast
from xml.etree import ElementTree as Tree

from studio.media.score.entries import Metre, Words
from studio.media.score.maps import PAN, VOLUME, setting_of
from studio.media.score.model import Score, Track
from studio.media.score.musicxml_marks import Signs, clean, lyrics_for, write_repeats
from studio.media.score.musicxml_notes import Staves, instrument
from studio.media.score.notation import UNITS, Bar, Part, part_of
from studio.media.score.theory import DRUMS, INSTRUMENTS

HEAD = b'<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE score-partwise PUBLIC "-//Recordare//DTD MusicXML 4.0 Partwise//EN" ' \
    b'"http://www.musicxml.org/dtds/partwise.dtd">\n'  # fmt: skip
NOTE_FIELD = "atelier"
LOW_MEAN = 57  # a staff whose pitches lie below this on the average gets a bass clef
NAMES_FROM = 1


def encode_musicxml(score: Score, note: str = "") -> bytes:
    """The score on paper; `note` goes into a miscellaneous field. Times are drawn to thirty-seconds and triplets."""
    root = Tree.Element("score-partwise", version="4.0")
    if score.title:
        Tree.SubElement(Tree.SubElement(root, "work"), "work-title").text = clean(score.title)
    identification = Tree.SubElement(root, "identification")
    Tree.SubElement(Tree.SubElement(identification, "encoding"), "software").text = "Atelier"
    if note:
        field = Tree.SubElement(Tree.SubElement(identification, "miscellaneous"), "miscellaneous-field", name=NOTE_FIELD)
        field.text = clean(note)
    parts = Tree.SubElement(root, "part-list")
    for number, track in enumerate(score.tracks, NAMES_FROM):
        _part_head(parts, number, track)
    for number, (track, lyrics) in enumerate(zip(score.tracks, lyrics_for(score), strict=True), NAMES_FROM):
        _part(Tree.SubElement(root, "part", id=f"P{number}"), score, track, number, lyrics)
    return HEAD + cast(bytes, Tree.tostring(root, "utf-8"))


def _part_head(parts: Tree.Element, number: int, track: Track) -> None:
    head = Tree.SubElement(parts, "score-part", id=f"P{number}")
    name = track.name or ("Drums" if track.drums else INSTRUMENTS[track.program])
    Tree.SubElement(head, "part-name").text = clean(name)
    for sound in _sounds(track):
        told = Tree.SubElement(head, "score-instrument", id=instrument(number, sound))
        usual = clean(name) if sound is None else INSTRUMENTS[sound]
        Tree.SubElement(told, "instrument-name").text = DRUMS.get(sound, f"Drum {sound}") if track.drums and sound is not None else usual
    for sound in _sounds(track):
        midi = Tree.SubElement(head, "midi-instrument", id=instrument(number, sound))
        channel = 10 if track.drums else (number - 1) % 15 + 1 + ((number - 1) % 15 >= 9)
        Tree.SubElement(midi, "midi-channel").text = str(channel)
        Tree.SubElement(midi, "midi-program").text = str((track.program if sound is None or track.drums else sound) + 1)
        if track.drums and sound is not None:
            Tree.SubElement(midi, "midi-unpitched").text = str(sound + 1)
        Tree.SubElement(midi, "volume").text = f"{setting_of(track, VOLUME) / 1.27:.4g}"
        Tree.SubElement(midi, "pan").text = f"{(setting_of(track, PAN) - 64) * 90 / 64:.4g}"


def _sounds(track: Track) -> list[int | None]:
    """The instruments of a part: what is struck on drums, the programs of a track that changes, else the one."""
    if track.drums:
        return sorted(set(track.notes["pitch"].tolist())) or [None]
    return list(dict.fromkeys([track.program, *track.programs["program"].tolist()])) if len(track.programs) else [None]


def _part(element: Tree.Element, score: Score, track: Track, number: int, lyrics: list[Words]) -> None:
    part = part_of(score, track)
    signs = Signs.of(track, lyrics, part.places, UNITS / score.ticks_per_beat)
    staves = Staves(track, number, part, signs, _program_places(score, track))
    keys = {_units(score, each.tick): each for each in score.keys}
    metres = _metres(score)
    sharps, shown = 0, None
    repeats = [(_units(score, each.tick), each) for each in score.repeats] if number == NAMES_FROM else []
    bars = part.staves[0]
    for place, bar in enumerate(bars):
        pickup = place == 0 and score.pickup > 0
        measure = Tree.SubElement(element, "measure", {"number": str(place + score.first_number)} | ({"implicit": "yes"} if pickup else {}))
        write_repeats(measure, (each for at, each in repeats if at == bar.start and each.kind in BEGIN), left=True)
        key = next((each for at, each in keys.items() if bar.start <= at < bar.start + bar.units), None)
        sharps = key.sharps if key is not None else sharps
        metre = metres.get(bar.start)
        metre = None if metre is None or (metre.beats, metre.unit, metre.written) == shown else metre
        if place == 0 or metre is not None or key is not None:
            attributes = Tree.SubElement(measure, "attributes")
            if place == 0:
                Tree.SubElement(attributes, "divisions").text = str(UNITS)
            if key is not None or place == 0:
                fifths = Tree.SubElement(attributes, "key")
                Tree.SubElement(fifths, "fifths").text = str(sharps)
                if key is not None:
                    Tree.SubElement(fifths, "mode").text = "minor" if key.minor else "major"
            if metre is not None:
                shown = (metre.beats, metre.unit, metre.written)
                _time(attributes, metre)
            if place == 0:
                _clefs(attributes, part, track)
        if number == NAMES_FROM:
            _directions(measure, score, bar.start, bar.units, place == len(bars) - 1)
        staves.write(measure, place, sharps, place == len(bars) - 1)
        write_repeats(
            measure, (each for at, each in repeats if _ends(bar, at, place == len(bars) - 1) and each.kind not in BEGIN), left=False
        )


BEGIN = ("forward", "ending", "segno", "coda")
"""Repeats that stand where a bar begins; the others stand where one ends."""


def _ends(bar: Bar, at: int, last: bool) -> bool:
    return bar.start < at <= bar.start + bar.units or (last and at > bar.start)


def _metres(score: Score) -> dict[int, Metre]:
    """The metres by the unit where they are written: a pickup bears the sign of the bars after it."""
    found = {_units(score, each.tick): each for each in score.metres}
    if score.pickup:
        found[0] = score.metres[1]
    return found


def _time(attributes: Tree.Element, metre: Metre) -> None:
    time = Tree.SubElement(attributes, "time")
    written = re.findall(r"(\d+(?:\+\d+)*)/(\d+)", metre.written) or [(str(metre.beats), str(metre.unit))]
    for beats, unit in written:
        Tree.SubElement(time, "beats").text = beats
        Tree.SubElement(time, "beat-type").text = unit


def _program_places(score: Score, track: Track) -> list[tuple[int, int]]:
    """(unit, program) of each instrument of a track that changes it; empty where it keeps the one."""
    if not len(track.programs) or track.drums:
        return []
    return [(-1, track.program), *((_units(score, row["tick"]), int(row["program"])) for row in track.programs)]


def _units(score: Score, tick: int) -> int:
    return round(tick * UNITS / score.ticks_per_beat)


def _clefs(attributes: Tree.Element, part: Part, track: Track) -> None:
    if len(part.staves) > 1:
        Tree.SubElement(attributes, "staves").text = str(len(part.staves))
    mean = float(track.notes["pitch"].mean()) if len(track.notes) else 60.0
    for number in range(len(part.staves)):
        clef = Tree.SubElement(attributes, "clef", {"number": str(number + 1)} if len(part.staves) > 1 else {})
        low = number == 1 or (len(part.staves) == 1 and mean < LOW_MEAN)
        sign, line = ("percussion", "2") if track.drums else ("F", "4") if low else ("G", "2")
        Tree.SubElement(clef, "sign").text = sign
        Tree.SubElement(clef, "line").text = line


def _directions(measure: Tree.Element, score: Score, start: int, units: int, last: bool) -> None:
    """Tempos and markers, in the first part only; what lies behind the last bar stands in it."""
    for tempo in score.tempos:
        at = _units(score, tempo.tick) - start
        if 0 <= at < units or (last and at == units):
            beats = 60e6 / tempo.microseconds
            direction = Tree.SubElement(measure, "direction", placement="above")
            metronome = Tree.SubElement(Tree.SubElement(direction, "direction-type"), "metronome")
            Tree.SubElement(metronome, "beat-unit").text = "quarter"
            Tree.SubElement(metronome, "per-minute").text = f"{beats:.4g}"
            if at:
                Tree.SubElement(direction, "offset").text = str(at)
            Tree.SubElement(direction, "sound", tempo=f"{beats:.9g}")
    for marker in score.markers:
        at = _units(score, marker.tick) - start
        if 0 <= at < units or (last and at >= units):
            direction = Tree.SubElement(measure, "direction", placement="above")
            Tree.SubElement(Tree.SubElement(direction, "direction-type"), "rehearsal").text = clean(marker.text)
            if at:
                Tree.SubElement(direction, "offset").text = str(at)
