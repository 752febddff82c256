"""The fields of ABC: keys, metres, lengths, tempos and voices. ABC music standard 2.1 (Chris Walshaw, 2011)."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from fractions import Fraction

from studio.media.score.entries import Metre
from studio.media.score.spelling import LETTERS

TONICS = {letter: number - 1 for number, letter in enumerate(LETTERS)}
"""Sharps of each letter's major key."""
MODES = {"": 0, "maj": 0, "ion": 0, "mix": -1, "dor": -2, "min": -3, "m": -3, "aeo": -3, "phr": -4, "loc": -5, "lyd": 1}
MINOR = ("min", "m", "aeo")
KEY = re.compile(r"\s*([A-G])([#b♯♭]?)\s*(maj|min|mix|dor|phr|lyd|loc|ion|aeo|m(?![a-z]))?[a-z]*", re.IGNORECASE)
ACCIDENTAL = re.compile(r"(\^\^|\^|__|_|=)([A-Ga-g])")
ALTERS = {"^^": 2, "^": 1, "=": 0, "_": -1, "__": -2}
PROPERTY = re.compile(r"""([a-zA-Z]+)\s*=\s*(?:"([^"]*)"|(\S+))""")
CLEF = re.compile(r"(?:^|\s)(?:clef=)?\"?(treble|alto|tenor|bass|perc|none)[0-9]?([+-]8)?", re.IGNORECASE)
WHOLE_LIMIT = 1000


@dataclass(frozen=True)
class Signature:
    """A key: `sharps` and `minor` as it is shown, `alters` the letters that it changes."""

    sharps: int = 0
    minor: bool = False
    alters: dict[str, int] = field(default_factory=dict)


def signature_of(text: str) -> Signature | None:
    """The key that a K: field says; None where it says none, only a clef."""
    text = text.partition("%")[0].strip()
    if text.startswith(("HP", "Hp")):
        return Signature(2, False, {"F": 1, "C": 1})
    found = KEY.match(text)
    rest = text
    if text.lower().startswith("none") or not text:
        signature = Signature()
    elif found is not None and not CLEF.match(text):
        tonic, sign, mode = found.group(1).upper(), found.group(2), (found.group(3) or "").lower()
        sharps = TONICS[tonic] + 7 * {"#": 1, "♯": 1, "b": -1, "♭": -1}.get(sign, 0) + MODES[mode]
        signature = Signature(sharps, mode in MINOR, {}) if re.search(r"\bexp\b", text) else _with_alters(sharps, mode in MINOR)
        rest = text[found.end() :]
    elif ACCIDENTAL.match(text):
        signature = Signature()
    else:
        return None
    own = {letter.upper(): ALTERS[mark] for mark, letter in ACCIDENTAL.findall(rest)}
    return Signature(signature.sharps, signature.minor, {**signature.alters, **own})


def _with_alters(sharps: int, minor: bool) -> Signature:
    alters = {letter: (sharps + 6 - number) // 7 for number, letter in enumerate(LETTERS)}
    return Signature(max(-7, min(7, sharps)), minor, {letter: alter for letter, alter in alters.items() if alter})


def metre_of(text: str) -> Metre | None:
    """The metre of an M: field; None for a free one."""
    text = text.partition("%")[0].strip()
    if text.startswith("C"):
        return Metre(0, 2, 2) if text.startswith("C|") else Metre(0, 4, 4)
    found = re.fullmatch(r"\(?\s*(\d{1,3}(?:\s*\+\s*\d{1,3})*)\s*\)?\s*/\s*(\d{1,3})", text)
    if found is None:
        return None
    parts = [int(each) for each in found.group(1).split("+")]
    beats, unit = sum(parts), int(found.group(2))
    if not 1 <= beats <= 255 or unit not in (1, 2, 4, 8, 16, 32, 64, 128):
        return None
    return Metre(0, beats, unit, f"{'+'.join(str(each) for each in parts)}/{unit}" if len(parts) > 1 else "")


def unit_of(text: str) -> Fraction | None:
    """The length that an L: field says, in whole notes."""
    found = re.match(r"\s*(\d{1,4})\s*/\s*(\d{1,4})", text)
    if found is None:
        return Fraction(1) if text.strip() == "1" else None
    return Fraction(int(found.group(1)), int(found.group(2))) if int(found.group(1)) and int(found.group(2)) else None


def usual_unit(metre: Metre | None) -> Fraction:
    """The length of a note where no L: field says one."""
    return Fraction(1, 16) if metre is not None and Fraction(metre.beats, metre.unit) < Fraction(3, 4) else Fraction(1, 8)


def tempo_of(text: str, unit: Fraction) -> int:
    """Microseconds a quarter that a Q: field says; 0 where it says none. An old one counts notes of the usual length."""
    text = re.sub(r'"[^"]*"', " ", text.partition("%")[0])
    beat = sum((Fraction(int(up), int(down)) for up, down in re.findall(r"(\d{1,3})\s*/\s*(\d{1,3})", text) if int(down)), Fraction(0))
    found = re.search(r"=\s*(\d{1,4}(?:\.\d{1,4})?)", text)
    if found is None:
        found = re.fullmatch(r"\s*(\d{1,4}(?:\.\d{1,4})?)\s*", text)
        beat = unit
    elif (old := re.match(r"\s*C(\d{0,3})\s*=", text)) is not None:
        beat = unit * int(old.group(1) or 1)
    if found is None or not beat or not float(found.group(1)):
        return 0
    return max(1, min(2**24 - 1, round(60e6 / (float(found.group(1)) * float(beat) * 4))))


def properties_of(text: str) -> dict[str, str]:
    """`name=value` pairs of a V: or K: field, and its clef."""
    found = {name.lower(): quoted or plain for name, quoted, plain in PROPERTY.findall(text)}
    clef = CLEF.search(text)
    if clef is not None:
        found["clef"], found["shift"] = clef.group(1).lower(), clef.group(2) or ""
    return found


def transposition_of(properties: dict[str, str]) -> int:
    """Semitones by which a voice sounds above what is written."""
    semitones = 12 * {"+8": 1, "-8": -1}.get(properties.get("shift", ""), 0)
    for name, size in (("octave", 12), ("transpose", 1)):
        value = properties.get(name, "0")
        semitones += size * int(value) if re.fullmatch(r"[+-]?\d{1,2}", value) else 0
    return semitones
