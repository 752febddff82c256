"""One text being written: tokens chosen one after another, told as the characters that are certain by then."""

from __future__ import annotations

import codecs
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Protocol

import numpy as np
import torch

from studio.generators.gpt.choosing import Chooser
from studio.generators.gpt.vocabulary import Vocabulary
from studio.generators.parts.reader import Reader
from studio.generators.parts.words import Words

CONTEXT, ROOM = 1536, 2560  # tokens that are read at most, and that the cache holds


class Rule(Protocol):
    """What a text must keep to. `end` is a token that ends it."""

    def allows(self, token: int, spelt: bytes) -> bool:
        """Whether this may come next."""
        ...

    def took(self, spelt: bytes) -> None:
        """This came next."""
        ...

    def leans(self, logits: np.ndarray) -> np.ndarray:
        """The logits, made likelier where the rule needs something to come."""
        ...


class Stream:
    """Reads a beginning with a shared reader, then writes. `numbers` are the tokens written so far, `text` what they spell."""

    def __init__(self, words: Words, vocabulary: Vocabulary, reader: Reader, chooser: Chooser, chance: Callable[[], float]) -> None:
        self._words, self._vocabulary, self._reader, self._chooser, self._chance = words, vocabulary, reader, chooser, chance
        self.numbers: list[int] = []
        self._all: list[int] = []
        self._begun: list[int] = []
        self.ended = False
        self.bits = 0.0

    def read(self, numbers: Sequence[int], counts: bool = True) -> Iterator[int]:
        """Read the beginning, its last part where it is too long; yields how many tokens are read.

        Where it `counts`, what it says is not to be said again at once.
        """
        yield from self._reader.read_anew(self._taken(numbers, counts))

    def read_on(self, numbers: Sequence[int]) -> Iterator[int]:
        """The same as fast as can be, from what is known of the beginning: what is written then may differ from one time to another."""
        yield from self._reader.read(self._taken(numbers, True))

    def _taken(self, numbers: Sequence[int], counts: bool) -> np.ndarray:
        begun = list(numbers)[-min(CONTEXT, self._reader.cache.room) :]
        self._all, self._begun = begun, begun if counts else []
        return np.array(begun)[:, None]

    def logits(self) -> np.ndarray:
        """(V,) of what comes next."""
        return self._words.logits(self._reader.seen)

    def write(self, prefix: bytes = b"", rule: Rule | None = None, ends: Sequence[int] = ()) -> Iterator[str]:
        """Yields characters as soon as they are whole, without end: the caller stops asking. A `prefix` is spelt first, and not told.

        Ends by itself where the model says so, with one of `ends`, or where the rule allows nothing.
        """
        decoder = codecs.getincrementaldecoder("utf-8")("replace")
        banned = np.array([each for each in self._vocabulary.special if each not in ends], np.int64)
        left = prefix
        while self._room():
            logits = self.logits().copy()
            logits[banned[banned < len(logits)]] = -np.inf
            token = self._next(logits, left, rule)
            if token is None or token in ends:
                self.ended = True
                return
            spelt = self._vocabulary.pieces[token]
            self.numbers.append(token)
            told, left = (spelt[len(left) :], b"") if spelt.startswith(left) else (b"", left[len(spelt) :])
            if rule is not None and told:
                rule.took(told)
            yield decoder.decode(told)
            self._reader.step(np.array([token]))

    def _room(self) -> bool:
        """Whether one more token can be read. A full cache drops its older half, and reads the newer one anew."""
        if self._reader.left <= 0:
            kept = (self._all + self.numbers)[-max(1, self._reader.cache.room // 2) :]
            for _ in self._reader.read(np.array(kept)[:, None]):
                pass
        return self._reader.left > 0

    def _next(self, logits: np.ndarray, left: bytes, rule: Rule | None) -> int | None:
        said = self._begun[-256:] + self.numbers
        allows: Any = None
        if left:
            logits = self._spelling(logits, left)
        if rule is not None:
            logits = rule.leans(logits)
            pieces = self._vocabulary.pieces

            def allows(token: int) -> bool:
                spelt = pieces[token]
                return rule.allows(token, spelt[len(left) :]) if len(spelt) > len(left) or not left else True

        token = self._chooser.choose(logits, said, self._chance(), allows)
        if token is not None:
            shifted = logits - logits.max()
            self.bits -= float(shifted[token] - np.log(np.exp(shifted).sum())) / np.log(2)
        return token

    def _spelling(self, logits: np.ndarray, left: bytes) -> np.ndarray:
        """The logits of the tokens that begin with what must be spelt, or are its beginning; the others are out of the question."""
        found = np.full_like(logits, -np.inf)
        for fits in (self._vocabulary.beginning_with(left), self._vocabulary.beginnings_of(left)):
            fits = fits[fits < len(logits)]
            found[fits] = logits[fits]
            if len(fits):
                break
        return found


def sentence_ends(text: str) -> bool:
    """Whether a sentence or a paragraph ends here."""
    shown = text.rstrip("\"'”’)*_ ")
    return text.endswith("\n") or shown.endswith((".", "!", "?", "…", ":"))


def tell_from(source: torch.Generator) -> Callable[[], float]:
    """Chance in [0, 1) from a generator."""
    return lambda: float(torch.rand((), generator=source))


__all__ = ["CONTEXT", "ROOM", "Rule", "Stream", "sentence_ends", "tell_from"]
