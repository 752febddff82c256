"""The words for instruments, metres and keys that a person chooses from. No torch."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from studio.generators.parts.bars import key_number

METRES = ("4/4", "3/4", "2/4", "6/8", "2/2", "3/8", "9/8", "12/8", "4/2", "3/2")

_INSTRUMENTS = {
    0: "piano", 40: "violin", 41: "viola", 42: "cello", 43: "double bass", 52: "choir", 53: "voice", 56: "trumpet", 68: "oboe",
    71: "clarinet", 73: "flute",
}  # fmt: skip
_GROUPS = (
    "piano", "chromatic percussion", "organ", "guitar", "bass", "strings", "ensemble", "brass",
    "reed", "pipe", "synthesizer", "pad", "effect", "world instrument", "percussion", "sound",
)  # fmt: skip
_NEAREST = (0, 0, 0, 0, 42, 40, 52, 53, 53, 40, 40, 52, 52, 40, 0, 0)  # of each group of eight programs, in what the models have heard
_MAJOR = ("C♭", "G♭", "D♭", "A♭", "E♭", "B♭", "F", "C", "G", "D", "A", "E", "B", "F♯", "C♯")
_MINOR = ("A♭", "E♭", "B♭", "F", "C", "G", "D", "A", "E", "B", "F♯", "C♯", "G♯", "D♯", "A♯")
KEY_NAMES = tuple(
    f"{names[sharps + 7]} {mode}" for names, mode in ((_MAJOR, "major"), (_MINOR, "minor")) for sharps in (0, 1, -1, 2, -2, 3, -3, 4, -4)
)


def instrument_name(program: int) -> str:
    """`cello` for 42; those that have no name here by their group and number."""
    return _INSTRUMENTS.get(program, f"{_GROUPS[program // 8]} {program % 8 + 1}")


def ensemble_name(programs: Sequence[int]) -> str:
    """`voice, 2 × piano`: the parts of an ensemble in their order."""
    names = [(instrument_name(program), count) for program, count in Counter(programs).items()]
    return ", ".join(f"{count} × {name}" if count > 1 else name for name, count in names)


def nearest_program(program: int, known: Sequence[int]) -> int:
    """`program` itself where training had it (`known`), else the nearest that it had."""
    if program in known or not known:
        return program
    nearest = _NEAREST[program // 8]
    return nearest if nearest in known else known[0]


def key_of(name: str) -> int:
    """The number of a key by its name; 0 for any."""
    for sharps in range(-7, 8):
        for minor, names in ((False, _MAJOR), (True, _MINOR)):
            if name == f"{names[sharps + 7]} {'minor' if minor else 'major'}":
                return key_number(sharps, minor)
    return 0
