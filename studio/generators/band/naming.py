"""The words for instruments, metres and keys that a person chooses from. No torch."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from studio.generators.parts.bars import DRUMS
from studio.media.score.theory import INSTRUMENTS

AS_USUAL = "as usual in the style"
METRES = ("4/4", "3/4", "2/4", "6/8", "2/2", "5/4", "7/8", "12/8", "9/8", "3/8", "6/4", "3/2")
_MAJOR = ("C", "D♭", "D", "E♭", "E", "F", "F♯", "G", "A♭", "A", "B♭", "B")
_MINOR = ("C", "C♯", "D", "E♭", "E", "F", "F♯", "G", "G♯", "A", "B♭", "B")
KEY_NAMES = tuple(f"{name} major" for name in _MAJOR) + tuple(f"{name} minor" for name in _MINOR)
"""In the order of the numbers of `parts/harmony.py`."""


def instrument_name(program: int) -> str:
    return "drums" if program == DRUMS else INSTRUMENTS[program].lower()


def ensemble_name(programs: Sequence[int]) -> str:
    """`alto sax, acoustic bass, drums`: the parts of an ensemble in their order, the same ones counted."""
    names = [(instrument_name(program), count) for program, count in Counter(programs).items()]
    return ", ".join(f"{count} × {name}" if count > 1 else name for name, count in names)


def heard_as(program: int, known: Sequence[int]) -> int:
    """The instrument among `known` that stands for one that was never heard in training: of its group, else the nearest by number."""
    if program in known or program == DRUMS or not known:
        return program
    pitched = [each for each in known if each != DRUMS] or list(known)
    return min(pitched, key=lambda each: (each // 8 != program // 8, abs(each - program)))


def signature(key: int) -> tuple[int, bool]:
    """(sharps, whether minor) of a key by its number 0 … 23; sharps from −5 to 6."""
    tonic = (key % 12 + 3 * (key // 12)) % 12
    return (tonic * 7 + 5) % 12 - 5, key >= 12
