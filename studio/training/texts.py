"""Sets of texts: one long row of tokens to learn from, another that is only measured with, and the vocabulary of both."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from studio.generators.batches import TextBatch
from studio.training.augmentation import Augment

EVERY = 10  # block of text is held out
BLOCK = 2000  # characters, about: a few paragraphs


@dataclass(frozen=True)
class TextSet:
    """`stream` (n,) and `held` (m,) int32 tokens; `held_text` is what the held ones spell, `tokenizer` a tokenizer.json."""

    name: str
    stream: np.ndarray
    held: np.ndarray
    held_text: str
    tokenizer: str
    medium: str = field(default="text", init=False)
    unit: str = field(default="passages", init=False)

    def feed(self, augmentation: Augment) -> TextFeed:
        del augmentation  # a passage may begin anywhere: that is variety enough
        return TextFeed(TextBatch(self.stream, self.held, self.tokenizer, np.zeros(1)))


@dataclass(frozen=True)
class TextFeed:
    """Draws places evenly."""

    everything: TextBatch

    def batch(self, count: int, chance: np.random.Generator) -> TextBatch:
        whole = self.everything
        return TextBatch(whole.stream, whole.held, whole.tokenizer, chance.random(count))


def divided(texts: Sequence[str]) -> tuple[list[str], list[str]]:
    """The stretches of the texts between every tenth block, and those blocks, which are held out all over the set.

    Blocks end with a paragraph, a line or a sentence where they can.
    """
    kept: list[str] = []
    held: list[str] = []
    number = EVERY // 2  # so that short sets lose a block from their middle
    for text in texts:
        stretch = ""
        for block in _blocks(text):
            number += 1
            if number % EVERY:
                stretch += block
                continue
            held.append(block)
            kept += [stretch] if stretch.strip() else []
            stretch = ""
        kept += [stretch] if stretch.strip() else []
    return kept, held


def _blocks(text: str) -> list[str]:
    found, first = [], 0
    while first < len(text):
        last = first + BLOCK
        if last < len(text):
            marks = [text.rfind(mark, first + BLOCK // 2, last) + len(mark) for mark in ("\n\n", "\n", ". ", " ")]
            last = next((end for end, mark in zip(marks, (2, 1, 2, 1), strict=True) if end >= first + BLOCK // 2 + mark), last)
        found.append(text[first:last])
        first = last
    return found
