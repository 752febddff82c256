"""A small real family that writes: a first-order Markov chain over the words of one text, which stands in its config.

It has all that a model of words can have, so that what the studio does with texts is tried with one that truly loads and writes.
"""

from __future__ import annotations

import dataclasses
import itertools
import math
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import pytest

from studio import generators
from studio.generators import gpt
from studio.generators.capabilities import Call, NextWord, TokenBits
from studio.generators.events import Delta, Event, Preview, Progress, Result
from studio.media import Text, TextSelection

TALE = (
    "the lamp was lit and the street was still. the lamp was old and the man was old. the wind came down the street and the man "
    "was lost. a door was open and the light was warm. the man came in and the wind was still."
)
PIECE = re.compile(r"\s*\S+|\s+")
FAMILY = dataclasses.replace(gpt.FAMILY, name="wordchain", title="Word chain", module="tests.words")


def between_words(made: int) -> None:
    """Called after each word; a test may wait here for the window."""


def load(config: Mapping[str, Any], tensors: Mapping[str, Any], files: Mapping[str, Any], device: Any) -> WordChain:
    del tensors, files, device
    return WordChain(config["text"])


class WordChain:
    """How often each word follows each."""

    def __init__(self, text: str) -> None:
        words = text.split()
        self._follows: dict[str, Counter[str]] = defaultdict(Counter)
        for word, after in itertools.pairwise(words):
            self._follows[word][after] += 1
        self._all = Counter(words)
        self.asked: list[str] = []

    def memory(self) -> int:
        return len(self._all)

    def perform(self, call: Call) -> Iterator[Event]:
        for index in call.indices:
            chance = np.random.default_rng((call.seed, index))
            text, chosen = call.inputs.get("text"), call.inputs.get("selection")
            content = text.content if isinstance(text, Text) else ""
            first = chosen.first if isinstance(chosen, TextSelection) else len(content)
            word, made = self._last(content[:first]), ""
            if call.action != "fill":
                yield Delta(index, Text(""))
            wanted = getattr(call.settings, "words", 6)
            for number in range(wanted):
                word = self._next(word, chance)
                piece = word if not made and (not content[:first] or content[:first][-1].isspace()) else f" {word}"
                made += piece
                yield Progress(number + 1, wanted, "words")
                yield Preview(index, Text(made)) if call.action == "fill" else Delta(index, Text(piece))
                between_words(number + 1)
            yield Result(index, Text(made))

    def bits_of_text(self, text: str) -> Iterator[list[TokenBits]]:
        before, at = "", 0
        for found in PIECE.findall(text):
            yield [TokenBits(at, at + len(found), -math.log2(self._probability(before, found.strip())))]
            before, at = found.strip(), at + len(found)

    def next_words(self, before: str, count: int = 8) -> Iterator[list[NextWord]]:
        yield []
        found = self._follows.get(self._last(before)) or self._all
        total = sum(found.values())
        lead = "" if not before or before[-1].isspace() else " "
        yield [NextWord(f"{lead}{word}", number / total) for word, number in found.most_common(count)]

    def read_ahead(self, before: str) -> Iterator[None]:
        yield None

    def fills_middles(self) -> bool:
        return False

    def ghost(self, before: str, settings: Any, after: str = "") -> Iterator[str]:
        yield ""
        word = self._last(before)
        for number in range(settings.words):
            word = (self._follows.get(word) or self._all).most_common(1)[0][0]
            yield word if not number and before[-1:].isspace() else f" {word}"

    def tokens(self, text: str) -> int:
        return len(text.split())

    def room(self) -> int:
        return 64

    def _last(self, text: str) -> str:
        words = text.split()
        return words[-1] if words else ""

    def _next(self, word: str, chance: np.random.Generator) -> str:
        found = self._follows.get(word) or self._all
        words, counts = list(found), np.array(list(found.values()), float)
        return words[int(chance.choice(len(words), p=counts / counts.sum()))]

    def _probability(self, before: str, word: str) -> float:
        found = self._follows.get(before, self._all)
        return (found[word] + 0.1) / (sum(found.values()) + 0.1 * len(self._all))


def on_shelf(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the studio know this family."""
    monkeypatch.setattr(generators, "FAMILIES", (*generators.FAMILIES, "wordchain"))
    monkeypatch.setitem(sys.modules, "studio.generators.wordchain", sys.modules[__name__])
