"""Tunes and tunebooks in ABC, read as scores: one for each tune, one track for each voice. Notes stand once, as they are written.

A reader of our own: Verovio's loses bars, endings and voices and dies of one tune in six, music21 needs a second and 90 MB to start.
"""

from __future__ import annotations

import re
from fractions import Fraction
from typing import Any

import numpy as np

from studio.media.errors import MediaError
from studio.media.score import abc_fields, barlines
from studio.media.score.abc_fields import Signature
from studio.media.score.abc_voice import QUARTER, STEP, Voice
from studio.media.score.entries import NOTE, PROGRAM, Key, Marker, Tempo, Words
from studio.media.score.model import TRACKS_LIMIT, Score, Track

TEXT_LIMIT = 8 * 2**20
TUNES_LIMIT = 10_000
FIELD = re.compile(r"([A-Za-z+]):(.*)")
IN_THE_BODY = frozenset("IKLMmNPQRrsTUVWw+")
DIRECTIVE = re.compile(r"%%\s*MIDI\s+(program|channel|transpose)\s+(.*)", re.IGNORECASE)


def decode_abc(data: bytes, name: str = "this tune") -> tuple[Score, str]:
    """The first tune of an ABC file; raises MediaError naming `name` for what is none."""
    return decode_book(data, name)[0], ""


def is_abc(data: bytes) -> bool:
    """Whether these bytes begin as a tune does."""
    return re.match(rb"(?:\xef\xbb\xbf)?\s*(?:%abc|X:\s*\d)", data[:64]) is not None


def decode_book(data: bytes, name: str = "this tune") -> list[Score]:
    """Every tune of an ABC file that has notes; raises MediaError naming `name` and the reason where there is none."""
    if len(data) > TEXT_LIMIT:
        raise MediaError(f"{name} is larger than any book of tunes in ABC.")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("latin-1")
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    starts = [number for number, line in enumerate(lines) if line.startswith("X:")]
    if not starts or not any(line.startswith("K:") for line in lines):
        raise MediaError(f"{name} is no ABC: a tune needs a line that begins with “X:” and one with “K:”.")
    if len(starts) > TUNES_LIMIT:
        raise MediaError(f"{name} has {len(starts):,} tunes, more than the {TUNES_LIMIT:,} that Atelier takes at once.")
    head = [line for line in lines[: starts[0]] if FIELD.match(line) or line.startswith("%%")]
    try:
        tunes = [_Tune(lines[start:stop], head).score() for start, stop in zip(starts, [*starts[1:], len(lines)], strict=True)]
    except MediaError as error:
        raise MediaError(f"{name} cannot be taken: {error}") from error
    found = [tune for tune in tunes if tune.end]
    if not found:
        raise MediaError(f"{name} holds no note.")
    return found


class _Tune:
    """One tune on its way. What the header says holds for every voice; what stands below a voice's name for that one."""

    def __init__(self, lines: list[str], head: list[str]) -> None:
        self.title = ""
        self.words: list[Words] = []
        self.tempos: dict[int, Tempo] = {}
        self.markers: list[Marker] = []
        self.voices: dict[str, Voice] = {}
        self.properties: dict[str, dict[str, str]] = {}
        self.usual = Voice()
        self.unit: Fraction | None = None
        self.voice: Voice | None = None
        self._body = False
        self._verse = 0
        self._tempo = ""
        for line in head:
            self._line(line, old=True)
        for line in _joined(lines):
            if self._body and not line.strip():
                break
            self._line(line)
        for voice in self.voices.values():
            voice.finish()

    def score(self) -> Score:
        """Voices as tracks; bars, keys and repeats are those of the longest voice."""
        voices = [voice for voice in self.voices.values() if voice.notes] or list(self.voices.values())
        if len(voices) > TRACKS_LIMIT:
            raise MediaError(f"A tune has {len(voices)} voices, more than the {TRACKS_LIMIT} tracks that Atelier takes.")
        lead = max(voices, key=lambda voice: voice.at, default=Voice())
        lines = barlines.BarLines()
        for bar in lead.bars:
            length = Fraction(bar.length, QUARTER)
            said = barlines.metre_of(length) if bar.free else bar.metre
            if said is not None and (not bar.free or said != lines.metre):
                lines.say(said)
            lines.add(length)
        keys = {tick: Key(tick, key.sharps, key.minor) for tick, key in lead.keys}
        return Score(
            tuple(_track(voice) for voice in voices), barlines.TICKS, tuple(self.tempos.values()), tuple(lines.metres()),
            tuple(keys.values()), tuple(self.markers), self.title, tuple(self.words), repeats=tuple(lead.repeats),
        )  # fmt: skip

    def _line(self, line: str, old: bool = False) -> None:
        directive = DIRECTIVE.match(line)
        if directive is not None:
            self._directive(directive.group(1).lower(), directive.group(2))
            return
        line = re.sub(r"(?<!\\)%.*", "", line)
        found = FIELD.match(line)
        if found is not None and (not self._body or found.group(1) in IN_THE_BODY):
            if found.group(1) == "w" and self._body:
                self._verse += 1
                self._now().sing(found.group(2), self._verse)
            else:
                self._field(found.group(1), found.group(2).strip(), old)
        elif self._body and line.strip():
            self._verse = 0
            first, *others = re.split(r"\[V:([^\]]*)\]", line)
            if first.strip() or not others:
                self._now().read(first)
            for text, music in zip(others[::2], others[1::2], strict=True):
                self._switch(text.strip()).read(music)

    def _now(self) -> Voice:
        """The voice that is written at the moment."""
        return self.voice or self._switch("1")

    def _switch(self, text: str) -> Voice:
        """The voice that a V: field names, a new one where it was not heard of yet."""
        name = (text.split() or ["1"])[0]
        own = self.properties.setdefault(name, {})
        own |= abc_fields.properties_of(text)
        if name not in self.voices:
            usual = self.usual
            voice = Voice(
                own.get("name", own.get("nm", f"Voice {name}" if name != "1" else "")), usual.key, usual.metre,
                self.unit or abc_fields.usual_unit(usual.metre), usual.transpose + abc_fields.transposition_of(own), usual.program,
                usual.drums or own.get("clef") == "perc", dict(usual.symbols),
            )  # fmt: skip
            voice.inline = self._field
            voice.keys.append((0, usual.key))
            self.voices[name] = voice
        self.voice = self.voices[name]
        return self.voice

    def _field(self, name: str, text: str, old: bool = False) -> None:
        """A field on a line of its own or within the music. `old` ones stand before the first tune."""
        if name == "K":
            self._key(text, old)
        elif name == "V":
            self._verse = 0
            if self._body:
                self._switch(text)
            elif text:
                self.properties.setdefault(text.split()[0], {}).update(abc_fields.properties_of(text))
        elif name == "M":
            metre = abc_fields.metre_of(text)
            self._each(lambda voice: voice.change_metre(metre), lambda: setattr(self.usual, "metre", metre))
        elif name == "L" and (unit := abc_fields.unit_of(text)) is not None:
            self._each(lambda voice: setattr(voice, "unit", unit), lambda: setattr(self, "unit", unit))
        elif name == "Q":
            self._set_tempo(text)
        elif name == "U" and (found := re.match(r"\s*([~.H-Wh-w])\s*=\s*[!+]?([^!+\s]+)", text)):
            self._each(lambda voice: voice.symbols.update({found[1]: found[2]}), lambda: self.usual.symbols.update({found[1]: found[2]}))
        elif name == "P" and self._body:
            self.markers.append(Marker(self._now().tick(), text))
        elif name == "T" and not self.title and not self._body:
            self.title = text
        elif name in "CW" and text and not old:
            self.words.append(Words(0, text, "text"))

    def _each(self, now: Any, usual: Any) -> None:
        """Within the tune a field is the voice's own, before it everybody's."""
        if self._body:
            now(self._now())
        else:
            usual()

    def _key(self, text: str, old: bool) -> None:
        signature = abc_fields.signature_of(text)
        shift = abc_fields.transposition_of(abc_fields.properties_of(text))
        if self._body:
            voice = self._now()
            if signature is not None:
                voice.change_key(signature)
            voice.transpose = shift or voice.transpose
            return
        self.usual.key = signature or Signature()
        self.usual.transpose += shift
        if not old:
            self._body = True
            if self._tempo:
                self._set_tempo(self._tempo)

    def _set_tempo(self, text: str) -> None:
        if not self._body:
            self._tempo = text
            return
        tick = self.voice.tick() if self.voice is not None else 0
        unit = self.voice.unit if self.voice is not None else self.unit or abc_fields.usual_unit(self.usual.metre)
        if pace := abc_fields.tempo_of(text, unit):
            self.tempos[tick] = Tempo(tick, pace)

    def _directive(self, what: str, text: str) -> None:
        numbers = [int(each) for each in re.findall(r"-?\d{1,3}", text)]
        if not numbers:
            return
        target = self._now() if self._body else self.usual
        if what == "program" and 0 <= numbers[-1] <= 127:
            target.change_program(numbers[-1])
        elif what == "channel":
            target.drums = numbers[0] == 10
        elif what == "transpose" and abs(numbers[0]) <= 60:
            target.transpose += numbers[0]


def _joined(lines: list[str]) -> list[str]:
    """Lines with those that go on below put together."""
    found: list[str] = []
    for line in lines:
        if found and found[-1].endswith("\\"):
            found[-1] = found[-1][:-1] + line
        elif found and line.startswith("+:"):
            found[-1] += " " + line[2:]
        else:
            found.append(line.rstrip())
    return found


def _track(voice: Voice) -> Track:
    rows = np.array(voice.notes, np.int64).reshape(-1, 4)
    starts, ends = (rows[:, 0] + STEP // 2) // STEP, (rows[:, 0] + rows[:, 1] + STEP // 2) // STEP
    notes = np.zeros(len(rows), NOTE)
    notes["tick"], notes["length"] = starts, np.maximum(1, ends - starts)
    notes["pitch"], notes["velocity"] = rows[:, 2], rows[:, 3]
    programs = np.array(voice.programs, PROGRAM) if voice.programs else np.zeros(0, PROGRAM)
    return Track(voice.name, voice.program, voice.drums, notes, programs=programs, texts=tuple(voice.texts), marks=tuple(voice.marks))
