"""Scores as MusicXML 4.0, partwise: what notation programs read and the engraved page is made from."""

from __future__ import annotations

from typing import cast
from xml.etree import ElementTree as Tree

from studio.media.score.maps import PAN, VOLUME, setting_of
from studio.media.score.model import Score, Track
from studio.media.score.notation import UNITS, Part, Symbol, part_of
from studio.media.score.theory import DRUMS, INSTRUMENTS

SHARPS = (("C", 0), ("C", 1), ("D", 0), ("D", 1), ("E", 0), ("F", 0), ("F", 1), ("G", 0), ("G", 1), ("A", 0), ("A", 1), ("B", 0))
FLATS = (("C", 0), ("D", -1), ("D", 0), ("E", -1), ("E", 0), ("F", 0), ("G", -1), ("G", 0), ("A", -1), ("A", 0), ("B", -1), ("B", 0))
HEAD = b'<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE score-partwise PUBLIC "-//Recordare//DTD MusicXML 4.0 Partwise//EN" ' \
    b'"http://www.musicxml.org/dtds/partwise.dtd">\n'  # fmt: skip
FULL_VELOCITY = 90  # MusicXML's dynamics are percents of this
NOTE_FIELD = "atelier"
LOW_MEAN = 57  # a staff whose pitches lie below this on the average gets a bass clef
NAMES_FROM = 1


def encode_musicxml(score: Score, note: str = "") -> bytes:
    """The score on paper; `note` goes into a miscellaneous field. Times are drawn to thirty-seconds and triplets."""
    root = Tree.Element("score-partwise", version="4.0")
    if score.title:
        Tree.SubElement(Tree.SubElement(root, "work"), "work-title").text = _clean(score.title)
    identification = Tree.SubElement(root, "identification")
    Tree.SubElement(Tree.SubElement(identification, "encoding"), "software").text = "Atelier"
    if note:
        field = Tree.SubElement(Tree.SubElement(identification, "miscellaneous"), "miscellaneous-field", name=NOTE_FIELD)
        field.text = _clean(note)
    parts = Tree.SubElement(root, "part-list")
    for number, track in enumerate(score.tracks, NAMES_FROM):
        _part_head(parts, number, track)
    for number, track in enumerate(score.tracks, NAMES_FROM):
        _part(Tree.SubElement(root, "part", id=f"P{number}"), score, track, number)
    return HEAD + cast(bytes, Tree.tostring(root, "utf-8"))


def _clean(text: str) -> str:
    """Without the control characters that XML cannot hold."""
    return "".join(letter for letter in text if letter >= " " or letter in "\t\n")


def _part_head(parts: Tree.Element, number: int, track: Track) -> None:
    head = Tree.SubElement(parts, "score-part", id=f"P{number}")
    name = track.name or ("Drums" if track.drums else INSTRUMENTS[track.program])
    Tree.SubElement(head, "part-name").text = _clean(name)
    pitches = sorted(set(track.notes["pitch"].tolist())) if track.drums else [None]
    for pitch in pitches:
        instrument = Tree.SubElement(head, "score-instrument", id=_instrument(number, pitch))
        Tree.SubElement(instrument, "instrument-name").text = DRUMS.get(pitch, f"Drum {pitch}") if pitch is not None else _clean(name)
    for pitch in pitches:
        midi = Tree.SubElement(head, "midi-instrument", id=_instrument(number, pitch))
        channel = 10 if track.drums else (number - 1) % 15 + 1 + ((number - 1) % 15 >= 9)
        Tree.SubElement(midi, "midi-channel").text = str(channel)
        Tree.SubElement(midi, "midi-program").text = str(track.program + 1)
        if pitch is not None:
            Tree.SubElement(midi, "midi-unpitched").text = str(pitch + 1)
        Tree.SubElement(midi, "volume").text = f"{setting_of(track, VOLUME) / 1.27:.4g}"
        Tree.SubElement(midi, "pan").text = f"{(setting_of(track, PAN) - 64) * 90 / 64:.4g}"


def _instrument(number: int, pitch: int | None) -> str:
    return f"P{number}-I{1 if pitch is None else pitch + 1}"


def _part(element: Tree.Element, score: Score, track: Track, number: int) -> None:
    part = part_of(score, track)
    keys = {_units(score, each.tick): each for each in score.keys}
    metres = {_units(score, each.tick): each for each in score.metres}
    sharps = score.keys[0].sharps if score.keys else 0
    bars = part.staves[0]
    for place, bar in enumerate(bars):
        measure = Tree.SubElement(element, "measure", number=str(place + 1))
        key = next((each for at, each in keys.items() if bar.start <= at < bar.start + bar.units), None)
        sharps = key.sharps if key is not None else sharps
        if place == 0 or bar.start in metres or key is not None:
            attributes = Tree.SubElement(measure, "attributes")
            if place == 0:
                Tree.SubElement(attributes, "divisions").text = str(UNITS)
            if key is not None or place == 0:
                fifths = Tree.SubElement(attributes, "key")
                Tree.SubElement(fifths, "fifths").text = str(sharps)
                if key is not None:
                    Tree.SubElement(fifths, "mode").text = "minor" if key.minor else "major"
            if bar.start in metres:
                time = Tree.SubElement(attributes, "time")
                Tree.SubElement(time, "beats").text = str(metres[bar.start].beats)
                Tree.SubElement(time, "beat-type").text = str(metres[bar.start].unit)
            if place == 0:
                _clefs(attributes, part, track)
        if number == NAMES_FROM:
            _directions(measure, score, bar.start, bar.units)
        _staves(measure, part, place, track, number, sharps)


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


def _directions(measure: Tree.Element, score: Score, start: int, units: int) -> None:
    """Tempos and markers, in the first part only."""
    for tempo in score.tempos:
        at = _units(score, tempo.tick) - start
        if 0 <= at < units:
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
        if 0 <= at < units:
            direction = Tree.SubElement(measure, "direction", placement="above")
            Tree.SubElement(Tree.SubElement(direction, "direction-type"), "rehearsal").text = _clean(marker.text)
            if at:
                Tree.SubElement(direction, "offset").text = str(at)


def _staves(measure: Tree.Element, part: Part, place: int, track: Track, number: int, sharps: int) -> None:
    first = True
    for staff, bars in enumerate(part.staves):
        bar = bars[place]
        for number_of_voice, voice in enumerate(bar.voices):
            if not first:
                Tree.SubElement(Tree.SubElement(measure, "backup"), "duration").text = str(bar.units)
            first = False
            where = (str(staff * 4 + number_of_voice + 1), str(staff + 1) if len(part.staves) > 1 else "")
            for symbol in voice:
                for place_in_chord, pitch in enumerate(symbol.pitches or (None,)):
                    _note(measure, symbol, pitch, place_in_chord > 0, where, track, number, sharps)


def _note(
    measure: Tree.Element, symbol: Symbol, pitch: int | None, chord: bool, where: tuple[str, str], track: Track, number: int, sharps: int
) -> None:
    attributes = {} if pitch is None else {"dynamics": f"{symbol.velocity * 100 / FULL_VELOCITY:.6g}"}
    note = Tree.SubElement(measure, "note", attributes)
    if chord:
        Tree.SubElement(note, "chord")
    if pitch is None:
        Tree.SubElement(note, "rest", {"measure": "yes"} if symbol.kind == "whole" and symbol.units not in (96,) else {})
    else:
        _pitch(note, pitch, track.drums, sharps)
    Tree.SubElement(note, "duration").text = str(symbol.units)
    for on, kind in ((symbol.tied_from, "stop"), (symbol.tied, "start")):
        if on and pitch is not None:
            Tree.SubElement(note, "tie", type=kind)
    if track.drums and pitch is not None:
        Tree.SubElement(note, "instrument", id=_instrument(number, pitch))
    Tree.SubElement(note, "voice").text = where[0]
    Tree.SubElement(note, "type").text = symbol.kind
    for _ in range(symbol.dots):
        Tree.SubElement(note, "dot")
    if symbol.triplet:
        change = Tree.SubElement(note, "time-modification")
        Tree.SubElement(change, "actual-notes").text = "3"
        Tree.SubElement(change, "normal-notes").text = "2"
    if where[1]:
        Tree.SubElement(note, "staff").text = where[1]
    if not chord:
        for level, word in enumerate(symbol.beams, 1):
            Tree.SubElement(note, "beam", number=str(level)).text = word
    _notations(note, symbol, pitch, chord)


def _pitch(note: Tree.Element, pitch: int, drums: bool, sharps: int) -> None:
    step, alter = (SHARPS if sharps >= 0 else FLATS)[pitch % 12]
    if drums:
        element = Tree.SubElement(note, "unpitched")
        Tree.SubElement(element, "display-step").text = step
        Tree.SubElement(element, "display-octave").text = str(min(9, max(0, pitch // 12 + 1)))
        return
    element = Tree.SubElement(note, "pitch")
    Tree.SubElement(element, "step").text = step
    if alter:
        Tree.SubElement(element, "alter").text = str(alter)
    Tree.SubElement(element, "octave").text = str(pitch // 12 - 1)


def _notations(note: Tree.Element, symbol: Symbol, pitch: int | None, chord: bool) -> None:
    ties = [kind for on, kind in ((symbol.tied_from, "stop"), (symbol.tied, "start")) if on and pitch is not None]
    if not ties and (not symbol.tuplet or chord):
        return
    notations = Tree.SubElement(note, "notations")
    for kind in ties:
        Tree.SubElement(notations, "tied", type=kind)
    if symbol.tuplet and not chord:
        Tree.SubElement(notations, "tuplet", type=symbol.tuplet, number="1")
