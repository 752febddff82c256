"""Words that must or must not occur, kept to while a text is written."""

from __future__ import annotations

import re
from collections.abc import Sequence
from copy import copy

import numpy as np

from studio.generators.gpt.vocabulary import Vocabulary

LIMIT = 24  # words of one list
LEAN = 12.0  # logits by which a missing word is helped at the end of the time that there is
EARLY = 1.4  # how much earlier than at the end that is
_LETTER = re.compile(r"\w")


def listed(words: str) -> list[str]:
    """The words of a list with commas between them."""
    return [each.strip() for each in words.split(",") if each.strip()][:LIMIT]


class WordRule:
    """Implements Rule. No word of `exclude` is ever finished; those of `include` become likelier until they are there.

    `length` is how many characters the text is about to have.
    """

    def __init__(self, vocabulary: Vocabulary, include: Sequence[str], exclude: Sequence[str], length: int) -> None:
        self._vocabulary, self._length = vocabulary, max(1, length)
        self._excluded = [re.compile(rf"(?<!\w){re.escape(word)}(?!\w)", re.IGNORECASE) for word in exclude]
        self._missing = {word: [vocabulary.within(f" {word}"), vocabulary.within(word)] for word in include}
        self._bytes = b""
        self._closing = False  # whether what is written ends with a word that had to occur

    def copied(self) -> WordRule:
        """The same rule, which what is written on from here does not change."""
        made = copy(self)
        made._missing = dict(self._missing)
        return made

    @property
    def missing(self) -> list[str]:
        """The words that have not occurred yet."""
        return list(self._missing)

    def allows(self, token: int, spelt: bytes) -> bool:
        del token
        if self._closing and spelt[:1].isalnum():
            return False  # the word that had to occur would become another one
        if not self._excluded:
            return True
        tail = self._bytes[-80:].decode("utf-8", "ignore")
        grown = (self._bytes[-80:] + spelt).decode("utf-8", "ignore")
        # A word at the very end might still become a longer one; it is not begun all the same.
        return not any(found.end() > len(tail) for word in self._excluded for found in word.finditer(grown))

    def took(self, spelt: bytes) -> None:
        self._bytes += spelt
        text = self._bytes.decode("utf-8", "ignore")
        self._closing = False
        for word in list(self._missing):
            if re.search(rf"(?<!\w){re.escape(word)}(?!\w)", text, re.IGNORECASE):
                del self._missing[word]
                self._closing = text.lower().endswith(word.lower())

    def leans(self, logits: np.ndarray) -> np.ndarray:
        """The logits, with what leads to the first missing word made likelier the nearer the end is."""
        if not self._missing:
            return logits
        logits[self._vocabulary.ends] = -np.inf  # not before they are there
        text = self._bytes.decode("utf-8", "ignore")
        share = EARLY * len(text) / self._length
        for word, ways in self._missing.items():
            begun = self._begun(text, word)
            if begun:  # in the middle of it: go on
                for token in self._vocabulary.beginning_with(word[begun:].encode()[:1]).tolist():
                    rest = self._vocabulary.pieces[token].decode("utf-8", "ignore")
                    if rest and word[begun:].lower().startswith(rest.lower()):
                        logits[token] += LEAN
                return logits
            if not text or not _LETTER.match(text[-1]) or share > 0:
                way = ways[0] if text and not text[-1].isspace() else ways[1]
                logits[way[0]] += LEAN * min(1.5, share) ** 2
                return logits
        return logits

    def _begun(self, text: str, word: str) -> int:
        """How many letters of the word stand at the end of the text, from the beginning of a word on."""
        for count in range(min(len(word) - 1, len(text)), 1, -1):
            before = text[: len(text) - count]
            if text[-count:].lower() == word[:count].lower() and (not before or not _LETTER.match(before[-1])):
                return count
        return 0
