"""Which words of a text are not spelt as a dictionary has them, and what may have been meant. English; no Qt.

The words are those of `pyspellchecker`, as American English writes them; British ways to write them are known too. Names (words that
begin with a capital), words with digits and those in code are left alone.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from typing import Any

SUGGESTIONS = 5
FOREIGN = 0.4  # of a paragraph's words unknown, and it is in another language
FEW = 6  # words: too few to tell a language by
_WORD = re.compile(r"(?<!\w)[A-Za-zÀ-ɏ]+(?:['’][A-Za-zÀ-ɏ]+)*(?!\w)")
_LEFT_ALONE = re.compile(r"`[^`\n]*`|\S*(?://|@|\\|www\.)\S*|\b\S*\d\S*\b")
_BRITISH = tuple(
    (re.compile(ours), theirs)
    for ours, theirs in (
        (r"our", "or"), (r"is(e|ed|er|ers|es|ing|ation|ations)$", r"iz\1"), (r"ys(e|ed|es|ing)$", r"yz\1"), (r"tre(s?)$", r"ter\1"),
        (r"ogue(s?)$", r"og\1"), (r"ll(ed|er|ers|ing)$", r"l\1"), (r"(l|d)efence", r"\1efense"), (r"ence(s?)$", r"ense\1"),
        (r"ae", "e"), (r"oe", "e"), (r"mould", "mold"), (r"plough", "plow"), (r"grey", "gray"),
        (r"mme(s?)$", r"m\1"), (r"yre(s?)$", r"ire\1"),
    )
)  # fmt: skip


class Spelling:
    """`kept` are the person's own words, in small letters."""

    def __init__(self, kept: Iterable[str] = ()) -> None:
        from spellchecker import SpellChecker

        self.kept = {word.lower() for word in kept}
        self._checker: Any = SpellChecker(language="en", distance=1)
        self._words: Collection[str] = self._checker.word_frequency.dictionary

    def knows(self, word: str) -> bool:
        """Whether a word is spelt as some dictionary has it."""
        plain = word.lower().replace("’", "'")
        stem = plain.removesuffix("'s").removesuffix("'")
        return any(each in self.kept or each in self._words for each in (plain, stem)) or self._british(stem)

    def misspelt(self, paragraph: str) -> Iterator[tuple[int, int]]:
        """First and last of each word that is not known; none in a paragraph that is in another language."""
        plain = _LEFT_ALONE.sub(lambda found: " " * len(found[0]), paragraph)
        words = [found for found in _WORD.finditer(plain) if len(found[0]) > 1 and not found[0][0].isupper()]
        unknown = [found.span() for found in words if not self.knows(found[0])]
        if len(words) < FEW or len(unknown) < FOREIGN * len(words):
            yield from unknown

    def suggestions(self, word: str) -> list[str]:
        """What may have been meant, the commonest first."""
        found = self._checker.candidates(word.lower().replace("’", "'")) or ()
        common = sorted((each for each in found if each != word.lower()), key=lambda each: (-self._checker[each], each))
        return common[:SUGGESTIONS]

    def keep(self, word: str) -> None:
        """Know this word from now on."""
        self.kept.add(word.lower().replace("’", "'"))

    def _british(self, word: str) -> bool:
        return any(ours.sub(theirs, word) in self._words for ours, theirs in _BRITISH if ours.search(word))
