"""The notes of one part as elements of MusicXML, bar by bar, with the marks and lyrics that belong to them."""

from __future__ import annotations

from xml.etree import ElementTree as Tree

from studio.media.score.entries import Mark
from studio.media.score.model import Track
from studio.media.score.musicxml_marks import Signs, write_beside, write_lyrics, write_notations
from studio.media.score.notation import UNITS, VOICES_A_STAFF, Bar, Part, Symbol
from studio.media.score.spelling import spelt

FULL_VELOCITY = 90
"""MusicXML's dynamics are percents of this."""
WHOLE = 4 * UNITS
END = 2**31


def instrument(number: int, sound: int | None) -> str:
    """The name of an instrument of a part: `sound` is a drum's pitch or a program, None where the part has the one."""
    return f"P{number}-I{1 if sound is None else sound + 1}"


class Staves:
    """Writes one track, a measure at a time and in their order."""

    def __init__(self, track: Track, number: int, part: Part, signs: Signs, programs: list[tuple[int, int]]) -> None:
        self._track, self._number, self._part, self._signs, self._programs = track, number, part, signs, programs

    def write(self, measure: Tree.Element, place: int, sharps: int, last: bool) -> None:
        """The notes of bar `place`, in a key of so many sharps."""
        begun = False
        for staff, bars in enumerate(self._part.staves):
            bar = bars[place]
            for voice, symbols in enumerate(bar.voices):
                if begun:
                    Tree.SubElement(Tree.SubElement(measure, "backup"), "duration").text = str(bar.units)
                where = (str(staff * VOICES_A_STAFF + voice + 1), str(staff + 1) if len(self._part.staves) > 1 else "")
                self._voice(measure, bar, symbols, where, sharps, first=not begun, last=last)
                begun = True

    def _voice(
        self, measure: Tree.Element, bar: Bar, symbols: list[Symbol], where: tuple[str, str], sharps: int, first: bool, last: bool
    ) -> None:
        at = bar.start
        for symbol in symbols:
            if first:  # what stands beside the staff is written with the first voice
                for unit, mark in self._signs.until(at + symbol.units):
                    write_beside(measure, mark, unit - at, where[1] and "1")
            if symbol.pitches and not symbol.tied_from:
                for grace in self._signs.graces(at):
                    self._grace(measure, grace, where, sharps)
            for number in range(max(1, len(symbol.pitches))):
                self._note(measure, symbol, number, where, sharps, at)
            at += symbol.units
        if first and last:
            for unit, mark in self._signs.until(END):
                write_beside(measure, mark, unit - at, where[1] and "1")

    def _note(self, measure: Tree.Element, symbol: Symbol, number: int, where: tuple[str, str], sharps: int, at: int) -> None:
        """Note `number` of a chord, or a rest."""
        rest = not symbol.pitches
        pitch = None if rest else symbol.pitches[number]
        note = Tree.SubElement(measure, "note", {} if rest else {"dynamics": f"{symbol.velocities[number] * 100 / FULL_VELOCITY:.6g}"})
        if number:
            Tree.SubElement(note, "chord")
        if pitch is None:
            whole_bar = symbol.kind == "whole" and symbol.units != WHOLE
            Tree.SubElement(note, "rest", {"measure": "yes"} if whole_bar else {})
        else:
            self._pitch(note, pitch, sharps)
        Tree.SubElement(note, "duration").text = str(symbol.units)
        ties = [] if rest else [kind for on, kind in ((symbol.tied_from, "stop"), (symbol.tied, "start")) if on]
        for kind in ties:
            Tree.SubElement(note, "tie", type=kind)
        sound = pitch if self._track.drums else next((program for unit, program in reversed(self._programs) if unit <= at), None)
        if pitch is not None and sound is not None:
            Tree.SubElement(note, "instrument", id=instrument(self._number, sound))
        self._shape(note, symbol.kind, symbol.dots, symbol.triplet, where)
        if not number:
            for level, word in enumerate(symbol.beams, 1):
                Tree.SubElement(note, "beam", number=str(level)).text = word
        marks = self._signs.at_note(at, pitch, number == len(symbol.pitches) - 1) if pitch is not None else []
        write_notations(note, ties, "" if number else symbol.tuplet, marks)
        if pitch is not None and not symbol.tied_from and not number:
            write_lyrics(note, self._signs.lyrics.pop(at, []))

    def _shape(self, note: Tree.Element, kind: str, dots: int, triplet: bool, where: tuple[str, str]) -> None:
        Tree.SubElement(note, "voice").text = where[0]
        Tree.SubElement(note, "type").text = kind
        for _ in range(dots):
            Tree.SubElement(note, "dot")
        if triplet:
            change = Tree.SubElement(note, "time-modification")
            Tree.SubElement(change, "actual-notes").text = "3"
            Tree.SubElement(change, "normal-notes").text = "2"
        if where[1]:
            Tree.SubElement(note, "staff").text = where[1]

    def _grace(self, measure: Tree.Element, mark: Mark, where: tuple[str, str], sharps: int) -> None:
        if not 0 <= mark.pitch <= 127:
            return
        note = Tree.SubElement(measure, "note")
        Tree.SubElement(note, "grace", {"slash": "yes"} if mark.text == "slash" else {})
        self._pitch(note, mark.pitch, sharps)
        self._shape(note, "eighth", 0, False, where)

    def _pitch(self, note: Tree.Element, pitch: int, sharps: int) -> None:
        step, alter, octave = spelt(pitch, 0 if self._track.drums else sharps)
        if self._track.drums:
            element = Tree.SubElement(note, "unpitched")
            Tree.SubElement(element, "display-step").text = step
            Tree.SubElement(element, "display-octave").text = str(min(9, max(0, pitch // 12 + 1)))
            return
        element = Tree.SubElement(note, "pitch")
        Tree.SubElement(element, "step").text = step
        if alter:
            Tree.SubElement(element, "alter").text = str(alter)
        Tree.SubElement(element, "octave").text = str(octave)
