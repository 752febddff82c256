"""Marks, words and repeats as elements of MusicXML."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from xml.etree import ElementTree as Tree

from studio.media.score.entries import Mark, Words
from studio.media.score.model import Score, Track
from studio.media.score.spelling import alteration, chord_parts

FAMILIES = {"articulation": "articulations", "ornament": "ornaments", "technical": "technical"}
"""Kinds of marks → the element of `notations` that they stand in."""
BESIDE = ("dynamics", "wedge", "words", "harmony")
"""Marks that stand beside the staff, not at a note."""
DYNAMICS = {
    "pppp", "ppp", "pp", "p", "mp", "mf", "f", "ff", "fff", "ffff", "sf", "sfz", "sffz", "fz", "fp", "sfp", "sfpp", "rf", "rfz", "pf", "n",
}  # fmt: skip
TAG = re.compile(r"[a-z][a-z-]{0,30}")


def clean(text: str) -> str:
    """Without the characters that XML cannot hold."""
    return "".join(
        letter for letter in text if (letter >= " " or letter in "\t\n") and not "\ud800" <= letter <= "\udfff" and letter < "\ufffe"
    )


@dataclass
class Signs:
    """What belongs to one track's notes and bars, by the unit where it stands on paper. Taken out as it is written."""

    notes: dict[int, list[Mark]] = field(default_factory=dict)
    beside: list[tuple[int, Mark]] = field(default_factory=list)
    lyrics: dict[int, list[Words]] = field(default_factory=dict)

    @classmethod
    def of(cls, track: Track, lyrics: Iterable[Words], places: dict[int, int], units: float) -> Signs:
        """`places` are the units at which notes that begin at a tick stand, `units` how many a tick has."""
        found = cls()
        for mark in track.marks:
            at = places.get(mark.tick, round(mark.tick * units))
            if mark.kind in BESIDE:
                found.beside.append((at, mark))
            else:
                found.notes.setdefault(at, []).append(mark)
        found.beside.sort(key=lambda each: each[0])
        onsets = sorted(set(places.values()))
        for words in lyrics:
            at = places.get(words.tick, round(words.tick * units))
            if onsets:  # a syllable between two notes goes with the one before it
                at = max((each for each in onsets if each <= at), default=onsets[0]) if at not in onsets else at
                found.lyrics.setdefault(at, []).append(words)
        return found

    def at_note(self, unit: int, pitch: int, last: bool) -> list[Mark]:
        """Take the marks of the note that begins there; those of no single pitch go to the last of a chord."""
        own = [mark for mark in self.notes.get(unit, []) if mark.kind != "grace" and (mark.pitch == pitch or (last and mark.pitch < 0))]
        for mark in own:
            self.notes[unit].remove(mark)
        return own

    def graces(self, unit: int) -> list[Mark]:
        own = [mark for mark in self.notes.get(unit, []) if mark.kind == "grace"]
        for mark in own:
            self.notes[unit].remove(mark)
        return own

    def until(self, unit: int) -> list[tuple[int, Mark]]:
        """Take the marks beside the staff that stand before `unit`."""
        count = next((number for number, (at, _) in enumerate(self.beside) if at >= unit), len(self.beside))
        own, self.beside = self.beside[:count], self.beside[count:]
        return own


def lyrics_for(score: Score) -> list[list[Words]]:
    """The lyrics of each track: its own, and those that belong to none to the track with the most notes at their ticks."""
    found = [[words for words in track.texts if words.kind == "lyric"] for track in score.tracks]
    karaoke = any(words.text.startswith("@K") for words in score.texts)
    free = [
        words for words in score.texts if words.kind == "lyric" or (karaoke and words.kind == "text" and not words.text.startswith("@"))
    ]
    if free and score.tracks:
        ticks = {words.tick for words in free}
        hits = [len(ticks & set(track.notes["tick"].tolist())) - len(own) for track, own in zip(score.tracks, found, strict=True)]
        best = max(range(len(hits)), key=lambda number: hits[number])
        if hits[best] > 0:
            found[best] = sorted([*found[best], *free], key=lambda words: words.tick)
    return found


def write_lyrics(note: Tree.Element, words: Iterable[Words]) -> None:
    """A hyphen at its end says that a syllable goes on in the next one."""
    for each in words:
        text = clean(each.text).strip().lstrip("\\/").strip()
        inside = text.endswith("-") and len(text) > 1
        if text:
            element = Tree.SubElement(note, "lyric", number=str(each.verse))
            Tree.SubElement(element, "syllabic").text = "begin" if inside else "single"
            Tree.SubElement(element, "text").text = text.rstrip("-") if inside else text


def write_notations(note: Tree.Element, ties: list[str], tuplet: str, marks: list[Mark]) -> None:
    """`ties` are the kinds of the note's ties."""
    if not (ties or tuplet or marks):
        return
    notations = Tree.SubElement(note, "notations")
    for kind in ties:
        Tree.SubElement(notations, "tied", type=kind)
    for mark in marks:
        if mark.kind == "slur" and mark.text in ("start", "stop"):
            Tree.SubElement(notations, "slur", type=mark.text, number="1")
    if tuplet:
        Tree.SubElement(notations, "tuplet", type=tuplet, number="1")
    for kind, family in FAMILIES.items():
        own = [mark for mark in marks if mark.kind == kind and TAG.fullmatch(mark.text.partition(":")[0])]
        if own:
            element = Tree.SubElement(notations, family)
            for mark in own:
                tag, _, value = mark.text.partition(":")
                Tree.SubElement(element, tag, {"type": "single"} if tag == "tremolo" else {}).text = clean(value) or None
    for mark in marks:
        if mark.kind == "fermata":
            Tree.SubElement(notations, "fermata")
        elif mark.kind == "arpeggio":
            Tree.SubElement(notations, "arpeggiate")


def write_beside(measure: Tree.Element, mark: Mark, offset: int, staff: str) -> None:
    """A direction or a chord symbol, `offset` units after where the measure stands now."""
    if mark.kind == "harmony":
        _harmony(measure, mark.text, offset)
        return
    direction = Tree.SubElement(measure, "direction", placement="above" if mark.kind == "words" else "below")
    kind = Tree.SubElement(direction, "direction-type")
    if mark.kind == "dynamics":
        dynamics = Tree.SubElement(kind, "dynamics")
        if mark.text in DYNAMICS:
            Tree.SubElement(dynamics, mark.text)
        else:
            Tree.SubElement(dynamics, "other-dynamics").text = clean(mark.text)
    elif mark.kind == "wedge":
        Tree.SubElement(kind, "wedge", type=mark.text if mark.text in ("crescendo", "diminuendo", "stop", "continue") else "stop")
    else:
        Tree.SubElement(kind, "words").text = clean(mark.text)
    if offset:
        Tree.SubElement(direction, "offset").text = str(offset)
    if staff:
        Tree.SubElement(direction, "staff").text = staff


def _harmony(measure: Tree.Element, symbol: str, offset: int) -> None:
    parts = chord_parts(symbol)
    element = Tree.SubElement(measure, "harmony")
    if parts is None:
        Tree.SubElement(Tree.SubElement(element, "root"), "root-step", text="").text = "C"
        Tree.SubElement(element, "kind", text=clean(symbol)).text = "none"
    else:
        root, alter, kind, suffix, bass = parts
        _named(element, "root", root, alter)
        Tree.SubElement(element, "kind", text=clean(suffix)).text = kind
        if bass:
            _named(element, "bass", bass[0], alteration(bass[1:]))
    if offset:
        Tree.SubElement(element, "offset").text = str(offset)


def _named(parent: Tree.Element, name: str, step: str, alter: int) -> None:
    element = Tree.SubElement(parent, name)
    Tree.SubElement(element, f"{name}-step").text = step
    if alter:
        Tree.SubElement(element, f"{name}-alter").text = str(alter)


def write_repeats(measure: Tree.Element, repeats: Iterable[Mark], left: bool) -> None:
    """The bar line at the measure's beginning or end with the repeats and endings that stand on it; jumps beside it."""
    own = list(repeats)
    lines = [mark for mark in own if mark.kind in ("forward", "backward", "ending", "ending stop", "ending discontinue")]
    if lines:
        barline = Tree.SubElement(measure, "barline", location="left" if left else "right")
        if not left and any(mark.kind == "backward" for mark in lines):
            Tree.SubElement(barline, "bar-style").text = "light-heavy"
        for mark in lines:
            if mark.kind.startswith("ending"):
                how = {"ending": "start", "ending stop": "stop"}.get(mark.kind, "discontinue")
                numbers = mark.text if re.fullmatch(r"\d{1,3}(, ?\d{1,3}){0,8}", mark.text) else "1"
                Tree.SubElement(barline, "ending", number=numbers, type=how)
        for mark in lines:
            if mark.kind in ("forward", "backward"):
                times = {"times": mark.text} if mark.kind == "backward" and mark.text.isdigit() and mark.text != "2" else {}
                Tree.SubElement(barline, "repeat", {"direction": mark.kind, **times})
    for mark in own:
        if mark not in lines:
            direction = Tree.SubElement(measure, "direction", placement="above")
            kind = Tree.SubElement(direction, "direction-type")
            if mark.kind in ("segno", "coda"):
                Tree.SubElement(kind, mark.kind)
            else:
                usual = {"dacapo": "D.C.", "dalsegno": "D.S.", "tocoda": "To Coda", "fine": "Fine"}[mark.kind]
                Tree.SubElement(kind, "words").text = clean(mark.text) or usual
            Tree.SubElement(direction, "sound", {mark.kind: "yes" if mark.kind in ("dacapo", "fine") else mark.kind})
