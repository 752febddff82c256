"""One voice of a tune in ABC: from signs to notes. Time is counted in whole steps, fine enough for tuplets of 3, 5, 7, 9 and 11."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from fractions import Fraction

from studio.media.errors import MediaError
from studio.media.score.abc_fields import ALTERS, Signature
from studio.media.score.abc_signs import BESIDE, JUMPS, LOUDNESS, MEANT, NORMAL, NOTES, SHORT, SIGNS, length_of, syllables
from studio.media.score.entries import Mark, Metre, Words
from studio.media.score.model import EVENTS_LIMIT, LAST_TICK
from studio.media.score.spelling import STEPS, chord_parts

STEP = 231
"""Steps a tick: 3 · 7 · 11."""
QUARTER = 480 * STEP
BARS_LIMIT = 100_000
USUAL_VELOCITY = 80


@dataclass(frozen=True)
class Bar:
    """How long it is, in steps, the metre that is said at its beginning, and whether none holds."""

    length: int
    metre: Metre | None = None
    free: bool = False


@dataclass
class _Group:
    """The note or chord, or the rest, that was read last: its notes by their numbers."""

    start: int = 0
    steps: int = 0
    numbers: tuple[int, ...] = ()


@dataclass
class Voice:
    """Notes are (start, length, pitch, velocity) in steps; marks, repeats, keys and texts are at ticks of the score."""

    name: str = ""
    key: Signature = field(default_factory=Signature)
    metre: Metre | None = None
    unit: Fraction = Fraction(1, 8)
    transpose: int = 0
    program: int = 0
    drums: bool = False
    symbols: dict[str, str] = field(default_factory=lambda: dict(SHORT))
    inline: Callable[[str, str], None] | None = None
    at: int = 0
    notes: list[list[int]] = field(default_factory=list)
    programs: list[tuple[int, int]] = field(default_factory=list)
    marks: list[Mark] = field(default_factory=list)
    repeats: list[Mark] = field(default_factory=list)
    keys: list[tuple[int, Signature]] = field(default_factory=list)
    texts: list[Words] = field(default_factory=list)
    bars: list[Bar] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.velocity = USUAL_VELOCITY
        self._said = self.metre
        self._bar = self._furthest = 0
        self._onsets: list[tuple[int, int]] = []  # (tick, bar) of each note of the last line
        self._accidentals: dict[str, int] = {}
        self._ties: dict[int, int] = {}  # pitch → the number of a note that goes on
        self._held: dict[tuple[str, int], tuple[int, int]] = {}  # letter and octave → the pitch of its tied note, and where that ends
        self._spelt: list[tuple[str, int]] = []  # letters and octaves of the last group
        self._last = _Group()
        self._factor = Fraction(1)
        self._tuplet = (Fraction(1), 0)
        self._decorations: list[str] = []
        self._graces: list[tuple[int, str]] = []
        self._slurs = 0
        self._ending = ""
        self._chord: list[tuple[int, Fraction, bool]] | None = None

    def tick(self, steps: int | None = None) -> int:
        """A tick of the score, that of the place at hand where no steps are given."""
        return min(LAST_TICK, ((self.at if steps is None else steps) + STEP // 2) // STEP)

    def read(self, line: str) -> None:
        """One line of music."""
        self._onsets = []
        for sign in SIGNS.finditer(line):
            self._read(sign)

    def sing(self, text: str, verse: int) -> None:
        """A line of lyrics below the line of music that was read last."""
        place, bar = 0, self._onsets[0][1] if self._onsets else 0
        for kind, syllable in syllables(text):
            if kind == "bar":
                bar += 1
                place = next((number for number, (_, own) in enumerate(self._onsets) if own >= bar), len(self._onsets))
                continue
            if place >= len(self._onsets):
                return
            tick, bar = self._onsets[place][0], max(bar, self._onsets[place][1])
            if kind in ("word", "part"):
                self._count()
                self.texts.append(Words(tick, syllable + "-" * (kind == "part"), verse=verse))
            place += 1

    def finish(self) -> None:
        """The last bar ends, with a bar line or without."""
        self._end_bar()
        self._end_ending("ending discontinue")
        self._place_graces()

    def change_key(self, key: Signature) -> None:
        self.key = key
        self._accidentals = {}
        self.keys.append((self.tick(), key))

    def change_metre(self, metre: Metre | None) -> None:
        """From the bar at hand on."""
        self.metre = self._said = metre

    def change_program(self, program: int) -> None:
        if self.notes:
            self.programs.append((self.tick(), program))
        else:
            self.program = program

    # Signs.

    def _read(self, sign: re.Match[str]) -> None:
        if sign["inline"]:
            if self.inline is not None:
                self.inline(sign["inline"][1], sign["inline"][3:-1])
        elif sign["text"]:
            self._text(sign["text"].strip('"').strip())
        elif sign["decoration"]:
            self._decorations.append(sign["decoration"][1:-1])
        elif sign["grace"]:
            slash = "slash" if sign["grace"].startswith("{/") else ""
            self._graces += [(self._pitch(*found), slash) for found in NOTES.findall(sign["grace"])]
        elif sign["bar"]:
            self._bar_line(sign["bar"])
        elif sign["ending"]:
            self._end_ending("ending discontinue")
            self._ending = sign["ending"]
            self.repeats.append(Mark(self.tick(), "ending", self._ending.replace("-", ",")))
        elif sign["tuplet"]:
            self._begin_tuplet(int(sign["tuplet"]), sign["q"], sign["r"])
        elif sign["note"]:
            self._note(sign)
        elif sign["rest"]:
            self._sound([], length_of(sign["restlength"]))
        elif sign["bars"]:
            self._rest_bars(int(sign["count"] or 1))
        else:
            self._read_small(sign)

    def _read_small(self, sign: re.Match[str]) -> None:
        if sign["open"]:
            self._chord, self._spelt = [], []
        elif sign["close"]:
            self._close_chord(length_of(sign["closelength"]))
        elif sign["tie"]:
            self._tie()
        elif sign["slur"] == "(":
            self._slurs += 1
        elif sign["slur"]:
            if self._last.numbers:
                self._mark(Mark(self.tick(self._last.start), "slur", "stop", self.notes[self._last.numbers[-1]][2]))
        elif sign["broken"]:
            self._break(sign["broken"])
        elif sign["overlay"]:
            self.at = self._bar
        elif sign["letters"] in self.symbols:
            self._decorations.append(self.symbols[sign["letters"]])

    def _text(self, text: str) -> None:
        if text[:1] in ("^", "_", "<", ">", "@"):
            self._mark(Mark(self.tick(), "words", text[1:].strip()))
        elif text:
            self._mark(Mark(self.tick(), "harmony" if chord_parts(text) else "words", text))

    def _begin_tuplet(self, notes: int, time: str | None, count: str | None) -> None:
        compound = self.metre is not None and self.metre.unit >= 8 and self.metre.beats % 3 == 0
        usual = NORMAL.get(notes, 3 if compound else 2)
        self._tuplet = (Fraction(int(time) if time else usual, notes), int(count) if count else notes)

    def _note(self, sign: re.Match[str]) -> None:
        letter, length = sign["letter"], length_of(sign["length"])
        pitch = self._pitch(sign["sign"] or "", letter, sign["octave"], sets=True)
        if self._chord is not None:
            self._chord.append((pitch, length, False))
            self._spelt.append((letter.upper(), _octave(letter, sign["octave"])))
        else:
            self._spelt = [(letter.upper(), _octave(letter, sign["octave"]))]
            self._sound([(pitch, length, False)], length)

    def _pitch(self, sign: str, letter: str, marks: str, sets: bool = False) -> int:
        """The MIDI pitch of a note under its own sign, those before it in the bar and the key; `sets` keeps the sign for the bar."""
        name, octave = letter.upper(), _octave(letter, marks)
        held, end = self._held.get((name, octave), (0, -1))
        if not sign and end == self.at and sets:
            return held
        if sign and sets:
            self._accidentals[name] = ALTERS[sign]
        alter = ALTERS[sign] if sign else self._accidentals.get(name, self.key.alters.get(name, 0))
        return STEPS[name] + alter + 12 * (octave + 1) + self.transpose

    def _close_chord(self, length: Fraction) -> None:
        if self._chord:
            group, self._chord = self._chord, None
            self._sound([(pitch, own * length, tied) for pitch, own, tied in group], group[0][1] * length)
        self._chord = None

    # Time.

    def _sound(self, group: list[tuple[int, Fraction, bool]], length: Fraction) -> None:
        """A note, a chord or a rest (none): pitches with their lengths, and whether a tie follows; time goes on by `length`."""
        factor = self._factor
        if self._tuplet[1]:
            factor *= self._tuplet[0]
            self._tuplet = (self._tuplet[0], self._tuplet[1] - 1)
        self._factor = Fraction(1)
        start, scale = self.at, self.unit * 4 * QUARTER * factor
        ties, self._ties = self._ties, {}
        numbers = []
        for pitch, own, tied in group:
            number = self._one(start, max(1, round(own * scale)), pitch, ties)
            if number is not None:
                numbers.append(number)
                if tied:
                    self._ties[pitch] = number
        self._signs(numbers)
        self._last = _Group(start, round(length * scale), tuple(numbers))
        self._go(self._last.steps)

    def _one(self, start: int, steps: int, pitch: int, ties: dict[int, int]) -> int | None:
        if not 0 <= pitch <= 127:
            return None
        number = ties.get(pitch, -1)
        if number >= 0 and sum(self.notes[number][:2]) == start:
            self.notes[number][1] += steps
            return number
        self._count()
        self.notes.append([start, steps, pitch, self.velocity])
        return len(self.notes) - 1

    def _count(self) -> None:
        if len(self.notes) + len(self.marks) + len(self.texts) >= EVENTS_LIMIT:
            raise MediaError(f"It has more than the {EVENTS_LIMIT // 10**6} million notes that Atelier takes.")

    def _go(self, steps: int) -> None:
        self.at += steps
        self._furthest = max(self._furthest, self.at)
        if self.at > LAST_TICK * STEP:
            raise MediaError("It lasts longer than any score may.")

    def _tie(self) -> None:
        if self._chord:
            self._chord[-1] = (*self._chord[-1][:2], True)
            return
        for number in self._last.numbers:
            self._ties[self.notes[number][2]] = number
        if len(self._spelt) == len(self._last.numbers):
            pairs = zip(self._spelt, self._last.numbers, strict=True)
            self._held = {spelt: (self.notes[number][2], self.at) for spelt, number in pairs}

    def _break(self, signs: str) -> None:
        """The group before grows or shrinks, the next one takes what is left."""
        short = Fraction(1, 2 ** len(signs))
        before, self._factor = (2 - short, short) if signs[0] == ">" else (short, 2 - short)
        change = round(self._last.steps * before) - self._last.steps
        for number in self._last.numbers:
            self.notes[number][1] = max(1, self.notes[number][1] + change)
        self._last.steps += change
        if self._furthest == self.at:
            self._furthest += change
        self._go(change)

    def _rest_bars(self, count: int) -> None:
        whole = round(Fraction(4 * self.metre.beats, self.metre.unit) * QUARTER) if self.metre is not None else 4 * QUARTER
        for number in range(min(count, BARS_LIMIT)):
            if number:
                self._end_bar()
            self._go(whole)
        self._last = _Group()

    def _bar_line(self, sign: str) -> None:
        self._end_bar()
        self._chord, self._accidentals = None, {}
        before, line, behind = sign.partition("|")
        backward = ":" in before
        if backward:
            self.repeats.append(Mark(self.tick(), "backward", "2"))
        if backward or len(sign.strip(":")) > 1 or ":" in behind:
            self._end_ending("ending stop" if backward else "ending discontinue")
        if ":" in behind or not line:
            self.repeats.append(Mark(self.tick(), "forward"))

    def _end_bar(self) -> None:
        if self._furthest <= self._bar:
            return
        self.bars.append(Bar(self._furthest - self._bar, self._said, self.metre is None))
        self._said = None
        if len(self.bars) > BARS_LIMIT:
            raise MediaError(f"It has more than the {BARS_LIMIT:,} bars that Atelier takes.")
        self._bar = self.at = self._furthest

    def _end_ending(self, how: str) -> None:
        if self._ending:
            self.repeats.append(Mark(self.tick(), how, self._ending.replace("-", ",")))
        self._ending = ""

    # Signs at notes.

    def _mark(self, mark: Mark) -> None:
        self._count()
        self.marks.append(mark)

    def _place_graces(self) -> None:
        for pitch, text in self._graces:
            if 0 <= pitch <= 127:
                self._mark(Mark(self.tick(), "grace", text, pitch))
        self._graces = []

    def _signs(self, numbers: list[int]) -> None:
        """What waits for a note belongs to the group that begins here: `numbers` are its notes, none for a rest."""
        tick, pitch = self.tick(), self.notes[numbers[-1]][2] if numbers else -1
        if numbers:
            self._onsets.append((tick, len(self.bars)))
            self._place_graces()
        for name in self._decorations:
            if name in JUMPS:
                self.repeats.append(Mark(tick, JUMPS[name]))
            elif name in LOUDNESS:
                self._mark(Mark(tick, "dynamics", name))
                self.velocity = LOUDNESS[name]
                for number in numbers:
                    self.notes[number][3] = self.velocity
            elif name in BESIDE:
                self._mark(Mark(tick, *BESIDE[name]))
            elif name in MEANT and numbers:
                self._mark(Mark(tick, *MEANT[name], pitch))
        self._decorations = []
        if numbers:
            for _ in range(self._slurs):
                self._mark(Mark(tick, "slur", "start", pitch))
            self._slurs = 0


def _octave(letter: str, marks: str) -> int:
    return 4 + letter.islower() + marks.count("'") - marks.count(",")
