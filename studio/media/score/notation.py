"""From notes on ticks to notes on paper: bars, voices, ties, rests, triplets and beams. What MusicXML and the engraved page show.

Times are in units of 1/24 of a quarter note, which holds thirty-seconds and triplets of sixteenths alike; onsets and ends are
drawn to whichever of both grids fits the beat better.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np

from studio.media.score.model import Score, Track

UNITS = 24
STRAIGHT, TRIPLET = 3, 4
# Units → (type, dots); the triplets' type is that of the note half as long again.
VALUES: dict[int, tuple[str, int]] = {
    96: ("whole", 0), 72: ("half", 1), 48: ("half", 0), 36: ("quarter", 1), 24: ("quarter", 0), 18: ("eighth", 1), 12: ("eighth", 0),
    9: ("16th", 1), 6: ("16th", 0), 3: ("32nd", 0),
}  # fmt: skip
TRIPLETS: dict[int, tuple[str, int]] = {16: ("quarter", 0), 8: ("eighth", 0), 4: ("16th", 0)}
FLAGS = {"eighth": 1, "16th": 2, "32nd": 3}
VOICES_A_STAFF = 8
SPLIT_PITCH = 60
LOW_REACH, HIGH_REACH = 55, 65  # a keyboard part that goes below and above these gets two staves
KEYBOARDS = range(24)
ODD_ONES = 20  # one note in so many may sound together with another in what is still a single line


@dataclass
class Symbol:
    """One chord or rest as it is written: `pitches` is empty for a rest, `tied` says whether it goes on in the next symbol.

    A pitch stands twice where two notes sound together on it; `velocities` go with the pitches.
    """

    units: int
    kind: str
    dots: int
    pitches: tuple[int, ...] = ()
    velocities: tuple[int, ...] = ()
    tied_from: bool = False
    tied: bool = False
    triplet: bool = False
    tuplet: str = ""
    beams: tuple[str, ...] = ()


@dataclass
class Bar:
    """One bar of one staff: `voices` in order, each filling the bar; an empty bar has one whole rest."""

    start: int
    units: int
    voices: list[list[Symbol]] = field(default_factory=list)


@dataclass(frozen=True)
class Part:
    """One track on paper: `staves` of bars, the upper one first. `places` is where the ticks at which notes begin are written, in units."""

    staves: list[list[Bar]]
    places: dict[int, int] = field(default_factory=dict)


@dataclass
class _Chord:
    start: int
    end: int
    notes: tuple[tuple[int, int], ...]
    """(pitch, velocity), rising; one pitch may stand twice."""


def beam_units(score: Score) -> list[int]:
    """How long one beam may be in each bar: a beat, three eighths in compound metres."""
    starts = np.array([start for start, _ in bar_units(score)])
    ticks = np.array([each.tick for each in score.metres])
    places = np.searchsorted(ticks * UNITS, (starts + 0.5) * score.ticks_per_beat, side="right") - 1
    compound = np.array([each.unit == 8 and each.beats % 3 == 0 for each in score.metres])
    return np.where(compound[np.maximum(places, 0)], UNITS * 3 // 2, UNITS).tolist()


def bar_units(score: Score) -> list[tuple[int, int]]:
    """(start, length) of every bar in units, to the end of the last note."""
    lines = np.round(score.bar_starts() * UNITS / score.ticks_per_beat).astype(np.int64)
    return [(start, stop - start) for start, stop in pairwise(lines.tolist()) if stop > start]


def part_of(score: Score, track: Track) -> Part:
    """The track in bars and voices."""
    notes = drawn_to_grid(score, track)
    bars = bar_units(score)
    wide = not track.drums and track.program in KEYBOARDS and len(notes) > 0
    two = wide and int(notes[:, 2].min()) < LOW_REACH and int(notes[:, 2].max()) > HIGH_REACH and not _single_line(notes)
    groups = [notes[notes[:, 2] >= SPLIT_PITCH], notes[notes[:, 2] < SPLIT_PITCH]] if two else [notes]
    beams = beam_units(score)
    order = np.lexsort((track.notes["pitch"], track.notes["tick"]))
    places = dict(zip(track.notes["tick"][order].tolist(), _starts(score, track).tolist(), strict=True))
    return Part([_staff(group, bars, beams) for group in groups], places)


def _single_line(notes: np.ndarray) -> bool:
    """Whether one note sounds at a time, give or take what is held over: a melody needs one staff, whatever plays it."""
    at = np.argsort(notes[:, 0], kind="stable")
    start, end = notes[at, 0], notes[at, 1]
    held = np.minimum(end[:-1], end[1:]) - start[1:]
    return bool((2 * held > end[:-1] - start[:-1]).sum() * ODD_ONES <= len(notes))


def drawn_to_grid(score: Score, track: Track) -> np.ndarray:
    """(n, 4) start, end, pitch, velocity in units; each beat is straight or in triplets, as fits its onsets better."""
    notes = track.notes[np.lexsort((track.notes["pitch"], track.notes["tick"]))]
    end = (notes["tick"].astype(np.int64) + notes["length"]) * (UNITS / score.ticks_per_beat)
    triplets = _triplet_beats(notes["tick"] * (UNITS / score.ticks_per_beat))
    first, last = _starts(score, track), _drawn(end, triplets)
    step = np.where(_in_triplets(first, triplets), TRIPLET, STRAIGHT)
    last = np.maximum(last, _drawn((first + step).astype(np.float64), triplets))
    last = np.where(last <= first, (first // UNITS + 1) * UNITS, last)
    rows = np.stack([first, last, notes["pitch"].astype(np.int64), notes["velocity"].astype(np.int64)], axis=1)
    return rows[np.lexsort((rows[:, 2], rows[:, 0]))]


def _starts(score: Score, track: Track) -> np.ndarray:
    """Where each note is written, in units and in the order of tick and pitch; none behind the last bar line."""
    ticks = track.notes["tick"][np.lexsort((track.notes["pitch"], track.notes["tick"]))]
    start = ticks * (UNITS / score.ticks_per_beat)
    drawn = _drawn(start, _triplet_beats(start))
    bars = bar_units(score)
    return np.minimum(drawn, max(0, sum(bars[-1]) - STRAIGHT)) if bars else drawn


def _triplet_beats(start: np.ndarray) -> frozenset[int]:
    """The beats whose onsets lie nearer to triplets."""
    beats = np.floor(start / UNITS).astype(np.int64)
    error = [np.abs(start - np.round(start / grid) * grid) for grid in (STRAIGHT, TRIPLET)]
    if not len(beats):
        return frozenset()
    base = int(beats.min())
    sums = [np.bincount(beats - base, each) for each in error]
    return frozenset((np.flatnonzero(sums[1] + 0.25 < sums[0]) + base).tolist())


def _in_triplets(units: np.ndarray, triplets: frozenset[int]) -> np.ndarray:
    return np.isin(units // UNITS, list(triplets)) if triplets else np.zeros(len(units), bool)


def _drawn(units: np.ndarray, triplets: frozenset[int]) -> np.ndarray:
    grid = np.where(_in_triplets(np.floor(units).astype(np.int64), triplets), TRIPLET, STRAIGHT)
    return (np.round(units / grid) * grid).astype(np.int64)


def _staff(notes: np.ndarray, bars: list[tuple[int, int]], beams: list[int]) -> list[Bar]:
    voices = _voices(_chords(notes))
    found = [Bar(start, units) for start, units in bars]
    starts = [start for start, _ in bars]
    inside: list[list[list[_Chord]]] = [[] for _ in bars]
    for voice in voices:
        own: dict[int, list[_Chord]] = {}
        for chord in voice:
            for place in range(max(0, bisect_right(starts, chord.start) - 1), bisect_left(starts, chord.end)):
                own.setdefault(place, []).append(chord)
        for place, chords in own.items():
            inside[place].append(chords)
    for bar, sounding, beam in zip(found, inside, beams, strict=True):
        for chords in sorted(sounding, key=_height, reverse=True):  # the first voice's stems go up
            bar.voices.append(_written(chords, bar.start, bar.units, beam))
        if not bar.voices:
            bar.voices.append([Symbol(bar.units, "whole", 0)])
    return found


def _height(chords: list[_Chord]) -> float:
    """The mean pitch."""
    pitches = [pitch for chord in chords for pitch, _ in chord.notes]
    return sum(pitches) / len(pitches)


def _chords(notes: np.ndarray) -> list[_Chord]:
    """Notes that begin and end together, as one."""
    grouped: dict[tuple[int, int], list[tuple[int, int]]] = {}
    for start, end, pitch, velocity in notes.tolist():
        grouped.setdefault((start, end), []).append((pitch, velocity))
    ordered = sorted(grouped.items(), key=lambda item: (item[0][0], -item[0][1]))
    return [_Chord(start, end, tuple(sorted(group))) for (start, end), group in ordered]


def _voices(chords: list[_Chord]) -> list[list[_Chord]]:
    """Each chord to the first voice that is free; what finds none joins the last voice: no note is left out."""
    voices: list[list[_Chord]] = []
    for chord in chords:
        free = next((voice for voice in voices if voice[-1].end <= chord.start), None)
        if free is None and len(voices) < VOICES_A_STAFF:
            free = []
            voices.append(free)
        if free is None:
            free = voices[-1]
            if free[-1].start == chord.start:
                free[-1].notes = tuple(sorted((*free[-1].notes, *chord.notes)))
                continue
            free[-1].end = chord.start
        free.append(chord)
    return voices


def _written(chords: list[_Chord], start: int, units: int, beam: int) -> list[Symbol]:
    """The symbols of one voice in one bar, rests filled in."""
    found: list[tuple[int, Symbol]] = []
    at = 0
    for chord in chords:
        begin, end = max(chord.start - start, 0), min(chord.end - start, units)
        if begin > at:
            found += _split(at, begin - at, None)
        before, after = chord.start < start, chord.end > start + units
        pieces = _split(begin, end - begin, chord)
        for number, (_, symbol) in enumerate(pieces):
            symbol.tied_from = before or number > 0
            symbol.tied = after or number < len(pieces) - 1
        found += pieces
        at = end
    if at < units:
        found += _split(at, units - at, None)
    _mark_groups(found, beam)
    return [symbol for _, symbol in found]


def _split(at: int, units: int, chord: _Chord | None) -> list[tuple[int, Symbol]]:
    """A length as written values, the longest first that the place allows."""
    found = []
    while units > 0:
        room = UNITS - at % UNITS
        straight = [each for each in VALUES if each <= units and at % STRAIGHT == 0 and _allowed(at, each)]
        triple = [each for each in TRIPLETS if each <= min(units, room) and at % TRIPLET == 0]
        exact = [each for each in straight if (units - each) % STRAIGHT == 0 or (at + each) % UNITS == 0]
        if exact:
            value, is_triplet = max(exact), False
        elif triple:
            value, is_triplet = max(triple), True
        else:  # off both grids: nothing that `drawn_to_grid` gives, but a bar of an odd length may
            value, is_triplet = min(units, room), False
        kind, dots = TRIPLETS[value] if is_triplet else VALUES.get(value, ("32nd", 0))
        notes = chord.notes if chord is not None else ()
        pitches, velocities = tuple(pitch for pitch, _ in notes), tuple(velocity for _, velocity in notes)
        found.append((at, Symbol(value, kind, dots, pitches, velocities, triplet=is_triplet)))
        at += value
        units -= value
    return found


def _allowed(at: int, value: int) -> bool:
    """Whether a straight value may stand at that place of its bar: what begins off the beat does not hide the beat."""
    place = at % UNITS
    return value <= UNITS - place or place == 0 or (place == UNITS // 2 and value in (12, 24, 36))


def _mark_groups(found: list[tuple[int, Symbol]], beam: int) -> None:
    """Tuplet brackets beat by beat, and beams of at most `beam` units."""
    beats: dict[int, list[Symbol]] = {}
    beamed: dict[int, list[Symbol]] = {}
    for at, symbol in found:
        beats.setdefault(at // UNITS, []).append(symbol)
        beamed.setdefault(at // beam, []).append(symbol)
    for group in beats.values():
        triplets = [symbol for symbol in group if symbol.triplet]
        if len(triplets) > 1 and sum(symbol.units for symbol in triplets) % UNITS == 0:
            triplets[0].tuplet, triplets[-1].tuplet = "start", "stop"
    for group in beamed.values():
        run: list[Symbol] = []
        for symbol in group:
            if symbol.pitches and symbol.kind in FLAGS:
                run.append(symbol)
                continue
            _beam(run)
            run = []
        _beam(run)


def _beam(run: list[Symbol]) -> None:
    if len(run) < 2:
        return
    flags = [FLAGS[symbol.kind] for symbol in run]
    for place, symbol in enumerate(run):
        words = []
        for level in range(1, flags[place] + 1):
            left, right = place > 0 and flags[place - 1] >= level, place + 1 < len(run) and flags[place + 1] >= level
            hook = "backward hook" if place > 0 else "forward hook"
            words.append("continue" if left and right else "begin" if right else "end" if left else hook)
        symbol.beams = tuple(words)
