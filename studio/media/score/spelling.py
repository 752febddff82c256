"""How pitches and chords are spelt: the note names that a key asks for, and chord symbols in MusicXML's words and in ours."""

from __future__ import annotations

import re

LETTERS = "FCGDAEB"
"""The line of fifths: each letter is a fifth above the one before."""
STEPS = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}
KINDS: dict[str, str] = {
    "": "major", "m": "minor", "7": "dominant", "maj7": "major-seventh", "m7": "minor-seventh", "dim": "diminished", "aug": "augmented",
    "dim7": "diminished-seventh", "m7♭5": "half-diminished", "m(maj7)": "major-minor", "aug7": "augmented-seventh", "6": "major-sixth",
    "m6": "minor-sixth", "9": "dominant-ninth", "maj9": "major-ninth", "m9": "minor-ninth", "11": "dominant-11th", "m11": "minor-11th",
    "13": "dominant-13th", "m13": "minor-13th", "sus4": "suspended-fourth", "sus2": "suspended-second", "5": "power",
}  # fmt: skip
"""Our suffix → MusicXML's kind."""
SUFFIXES = {kind: suffix for suffix, kind in KINDS.items()}
ALIKE = {"min": "m", "-": "m", "M7": "maj7", "min7": "m7", "-7": "m7", "m7b5": "m7♭5", "+": "aug", "sus": "sus4", "°": "dim", "o": "dim"}
"""Other ways to write a suffix."""


def spelt(pitch: int, sharps: int) -> tuple[str, int, int]:
    """(step, alteration, octave) of a MIDI pitch in a key: its scale, the leading notes around it and the nearest alterations.

    The twelve names are those from three fifths below the key's tonic to eight above it: in C from E♭ to G♯.
    """
    fifth = (pitch * 7 - (sharps - 3)) % 12 + sharps - 3  # fifths above C
    step = LETTERS[(fifth + 1) % 7]
    alter = (fifth + 1) // 7
    return step, alter, (pitch - alter) // 12 - 1


def chord_parts(symbol: str) -> tuple[str, int, str, str, str] | None:
    """(root, its alteration, kind, suffix as written, bass such as `F#`) of a chord symbol such as `Am7/C`; None where it is none."""
    found = re.fullmatch(r"([A-G])([#♯b♭]?)([^/]{0,12}?)(?:/([A-G][#♯b♭]?))?", symbol.strip())
    if found is None:
        return None
    root, sign, suffix, bass = found.groups()
    return root, alteration(sign), KINDS.get(ALIKE.get(suffix, suffix), "other"), suffix, bass or ""


def alteration(sign: str) -> int:
    return {"#": 1, "♯": 1, "b": -1, "♭": -1}.get(sign, 0)


def sign(alter: int) -> str:
    return "#" * alter if alter >= 0 else "b" * -alter
