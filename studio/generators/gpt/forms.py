"""The forms of verse: what each line must have."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from studio.generators.errors import GeneratorError

LINES_LIMIT, SYLLABLES_LIMIT = 40, 30


@dataclass(frozen=True)
class Line:
    """`syllables` that the line may have, the `rhyme` that it shares with others (empty for none), its metre, its first letter."""

    syllables: tuple[int, ...] = tuple(range(4, 13))
    rhyme: str = ""
    metre: str = ""
    first: str = ""


_HAIKU = (Line((5,)), Line((7,)), Line((5,)))
_LIMERICK = tuple(Line((8, 9) if letter == "A" else (5, 6), letter) for letter in "AABBA")
_SONNET = tuple(Line((10,), letter, "01") for letter in "ABABCDCDEFEFGG")
FORMS = {"haiku": _HAIKU, "limerick": _LIMERICK, "sonnet": _SONNET}


def lines_of(form: str, syllables: str = "", rhymes: str = "", acrostic: str = "") -> tuple[Line, ...]:
    """The lines of a named form, or of one's own; raises GeneratorError for words that make no form."""
    lines = FORMS.get(form) or _own(syllables, rhymes, len(_letters(acrostic)))
    letters = _letters(acrostic)
    if letters and len(letters) != len(lines):
        raise GeneratorError(f"The acrostic has {len(letters)} letters, and the form {len(lines)} lines. Give one letter for each line.")
    if not letters:
        return tuple(lines)
    return tuple(Line(line.syllables, line.rhyme, line.metre, letter) for line, letter in zip(lines, letters, strict=True))


def _letters(acrostic: str) -> str:
    return "".join(letter for letter in acrostic.lower() if letter.isascii() and letter.isalpha())


def _own(syllables: str, rhymes: str, letters: int) -> Sequence[Line]:
    counts = [int(each) for each in re.findall(r"\d+", syllables)]
    scheme = [each.upper() if each.isalpha() else "" for each in rhymes if each.isalpha() or each in "-–x."]
    number = len(counts) or len(scheme) or letters
    if not number:
        raise GeneratorError("A form of your own needs syllables such as “8 6 8 6”, rhymes such as “ABAB”, or an acrostic.")
    if number > LINES_LIMIT or any(not 1 <= each <= SYLLABLES_LIMIT for each in counts):
        raise GeneratorError(f"A form has at most {LINES_LIMIT} lines of 1 to {SYLLABLES_LIMIT} syllables.")
    if (counts and len(counts) != number) or (scheme and len(scheme) != number):
        raise GeneratorError(f"There are {len(counts)} lines by their syllables and {len(scheme)} by their rhymes. Make them equal.")
    plain = Line().syllables if not scheme else (8,)
    return [Line((counts[n],) if counts else plain, scheme[n] if scheme else "") for n in range(number)]
