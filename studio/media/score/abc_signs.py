"""The signs of a line of music in ABC, and what the decorations mean. ABC music standard 2.1 (Chris Walshaw, 2011)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from fractions import Fraction

LENGTH = r"\d{0,5}(?:/\d{0,4})*"
SIGNS = re.compile(
    rf"""
    (?P<inline>\[[A-Za-z]:[^\]]*\])
  | (?P<text>"[^"]*"?)
  | (?P<decoration>![^!\s][^!]{{0,30}}!|\+[a-zA-Z0-9().<>^]{{1,20}}\+)
  | (?P<grace>\{{[^}}]*\}}?)
  | (?P<bar>:*\[?\|[|\]]*:*|::+)
  | (?:\[\s*|(?<=[|:])\s*)(?P<ending>\d{{1,3}}(?:[,-]\d{{1,3}}){{0,8}})
  | \((?P<tuplet>[2-9])(?::(?P<q>[1-9]?))?(?::(?P<r>\d{{0,2}}))?
  | (?P<note>(?P<sign>\^\^|\^|__|_|=)?(?P<letter>[A-Ga-g])(?P<octave>[,']*)(?P<length>{LENGTH}))
  | (?P<rest>[zx](?P<restlength>{LENGTH}))
  | (?P<bars>[ZX](?P<count>\d{{0,5}}))
  | (?P<open>\[)
  | (?P<close>\](?P<closelength>{LENGTH}))
  | (?P<tie>-)
  | (?P<slur>[()])
  | (?P<broken>>{{1,3}}|<{{1,3}})
  | (?P<overlay>&+)
  | (?P<letters>[~.H-Wh-w])
    """,
    re.VERBOSE,
)
NOTES = re.compile(r"(\^\^|\^|__|_|=)?([A-Ga-g])([,']*)")
NORMAL = {2: 3, 3: 2, 4: 3, 6: 2, 8: 3}
"""Tuplets of so many notes → in the time of how many; for others two, or three in compound metres."""
SHORT = {
    ".": "staccato", "~": "roll", "H": "fermata", "L": "accent", "M": "lowermordent", "O": "coda", "P": "uppermordent", "S": "segno",
    "T": "trill", "u": "upbow", "v": "downbow",
}  # fmt: skip
"""Letters that stand for a decoration, until a U: field says otherwise."""
MEANT: dict[str, tuple[str, str]] = {
    "staccato": ("articulation", "staccato"), "wedge": ("articulation", "staccatissimo"), "tenuto": ("articulation", "tenuto"),
    "accent": ("articulation", "accent"), ">": ("articulation", "accent"), "emphasis": ("articulation", "accent"),
    "^": ("articulation", "strong-accent"), "marcato": ("articulation", "strong-accent"), "breath": ("articulation", "breath-mark"),
    "trill": ("ornament", "trill-mark"), "roll": ("ornament", "turn"), "turn": ("ornament", "turn"), "mordent": ("ornament", "mordent"),
    "lowermordent": ("ornament", "mordent"), "uppermordent": ("ornament", "inverted-mordent"),
    "pralltriller": ("ornament", "inverted-mordent"), "upbow": ("technical", "up-bow"), "downbow": ("technical", "down-bow"),
    "open": ("technical", "open-string"), **{str(number): ("technical", f"fingering:{number}") for number in range(6)},
}  # fmt: skip
"""Decorations of one note, as marks."""
BESIDE: dict[str, tuple[str, str]] = {
    "fermata": ("fermata", ""), "arpeggio": ("arpeggio", ""), "crescendo(": ("wedge", "crescendo"), "<(": ("wedge", "crescendo"),
    "crescendo)": ("wedge", "stop"), "<)": ("wedge", "stop"), "diminuendo(": ("wedge", "diminuendo"), ">(": ("wedge", "diminuendo"),
    "diminuendo)": ("wedge", "stop"), ">)": ("wedge", "stop"),
}  # fmt: skip
"""Decorations of a place in the music."""
JUMPS = {
    "segno": "segno", "coda": "coda", "D.C.": "dacapo", "dacapo": "dacapo", "D.S.": "dalsegno", "fine": "fine", "dacoda": "tocoda",
}  # fmt: skip
LOUDNESS = {"pppp": 8, "ppp": 20, "pp": 33, "p": 49, "mp": 64, "mf": 80, "f": 96, "ff": 112, "fff": 122, "ffff": 127, "sfz": 112}


def length_of(text: str) -> Fraction:
    """`3/2`, `/`, `//` or nothing as a multiple of the usual length."""
    head, *rest = text.split("/")
    length = Fraction(int(head or 1) or 1)
    for part in rest:
        length /= int(part or 2) or 2
    return length


def syllables(text: str) -> Iterator[tuple[str, str]]:
    """(kind, text) of the signs of a w: field: `word`, `part` of a word, `hold`, `skip` or `bar`."""
    current = ""
    for sign in re.finditer(r"\\-|[-_*|~\s]|[^\s\-_*|~\\]+|\\", text):
        found = sign.group()
        if found == "\\-":
            current += "-"
        elif found == "~":
            current += " "
        elif found == "-":
            yield ("part", current) if current else ("hold", "")
            current = ""
        elif found in "_*|" or found.isspace():
            if current:
                yield "word", current
                current = ""
            if not found.isspace():
                yield {"_": "hold", "*": "skip", "|": "bar"}[found], ""
        else:
            current += found
    if current:
        yield "word", current
