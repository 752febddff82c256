"""The words of a model's prompts: which have an embedding of their own, and a frozen language model's vectors of any."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

import numpy as np
import torch
from torch import Tensor

from studio.generators.capabilities import KnowsWords
from studio.generators.dalle.networks import FIRST_WORD, PAD, UNKNOWN, Prompt
from studio.generators.errors import GeneratorError

LEAST = 4  # pictures of a word that gets an embedding
MOST_CHARACTERS = 1_000
SILENT = frozenset(["a", "an", "the", "of", "with", "and", "in", "on", "at", "for", "to"])  # captions of icons are things only
WORD = re.compile(r"[^\W_]+")


def counted(captions: Iterable[str], least: int = LEAST) -> dict[str, int]:
    """Word → number of captions, of those in `least` or more; the most frequent first, then by alphabet."""
    counts = Counter(word for caption in captions for word in set(caption.split()))
    return dict(sorted(((w, n) for w, n in counts.items() if n >= least), key=lambda each: (-each[1], each[0])))


def words_of(prompt: str) -> list[str]:
    """The words of what a person typed; raises GeneratorError for a prompt that is too long."""
    if len(prompt) > MOST_CHARACTERS:
        raise GeneratorError(f"The prompt has {len(prompt):,} characters; it may have {MOST_CHARACTERS:,}. Name a few things only.")
    found = WORD.findall(prompt.lower())
    return [word for word in found if word not in SILENT] or found


class Lexicon:
    """Words → what the transformer reads. `vectors` are of `words`, in their order; those of others are asked of `language`."""

    def __init__(self, vocabulary: Sequence[str], length: int, width: int, language: KnowsWords) -> None:
        self.length, self.width, self.language = length, width, language
        self._numbers = {word: number for number, word in enumerate(vocabulary, FIRST_WORD)}
        self._known: dict[str, Tensor] = {}

    def learn(self, words: Sequence[str], vectors: Tensor) -> None:
        """Keep (n, F) vectors of words, so that they are not asked for again."""
        self._known |= dict(zip(words, vectors.float(), strict=True))

    def look_up(self, words: Sequence[str]) -> Tensor:
        """(n, F) vectors of any words; those that are not known yet are asked for, all at once."""
        missing = sorted(set(words) - self._known.keys())
        if missing:
            self.learn(missing, torch.from_numpy(np.asarray(self.language.word_vectors(missing), np.float32)))
        return torch.stack([self._known[word] for word in words]) if words else torch.zeros(0, self.width)

    @property
    def learnt(self) -> bool:
        """Whether it has any vectors yet."""
        return bool(self._known)

    def known(self, word: str) -> bool:
        """Whether the vocabulary has it."""
        return word in self._numbers

    def prompt(self, prompts: Sequence[Sequence[str]], styles: Sequence[int] | np.ndarray) -> Prompt:
        """The first words of each, in their order, with the numbers of the styles."""
        numbers = torch.full((len(prompts), self.length), PAD)
        vectors = torch.zeros(len(prompts), self.length, self.width)
        for row, words in enumerate(prompts):
            kept = list(words)[: self.length]
            numbers[row, : len(kept)] = torch.tensor([self._numbers.get(word, UNKNOWN) for word in kept], dtype=torch.long)
            vectors[row, : len(kept)] = self.look_up(kept)
        return Prompt(numbers, vectors, torch.as_tensor(np.asarray(styles), dtype=torch.long))


def vocabulary_of(files: Mapping[str, tuple[Mapping[str, np.ndarray], Mapping[str, str]]]) -> list[str]:
    """The words that a finished model has embeddings of, in their order; raises GeneratorError where its file holds none."""
    found = json.loads(files["words"][1]["text"])
    if not isinstance(found, dict) or not all(isinstance(count, int) for count in found.values()):
        raise GeneratorError("The file words.json of this model holds no words with their counts.")
    return list(found)
