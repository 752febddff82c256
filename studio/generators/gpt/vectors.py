"""What a word means to the model: its hidden states a third of the way up, averaged over its tokens.

There it has made out the word and does not yet guess the next one: of SmolLM2's layers 0, 3, 6, 10, 15, 20, 25 and 30 the tenth foretells
best, by ridge regression from 1,400 words, how icons of 282 other words look (R² .049; the token's own embedding .024, the last .035).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch

from studio.generators.gpt.vocabulary import Vocabulary
from studio.generators.parts.words import Words

BEGUN = "An icon of a"
SHARE = 1 / 3  # of the layers
LONGEST = 32  # tokens that are read of a word


@torch.inference_mode()
def word_vectors(words: Words, vocabulary: Vocabulary, asked: Sequence[str]) -> np.ndarray:
    """(n, width) float32. Each word is read alone, since beside others it would round differently."""
    begun = vocabulary.encode(BEGUN)
    layers = list(words.decoder.layers)[: max(1, round(len(words.decoder.layers) * SHARE))]
    found = np.zeros((len(asked), words.config.decoder.width), np.float32)
    for row, word in enumerate(asked):
        numbers = [*begun, *vocabulary.encode(" " + word)[:LONGEST]]
        x, positions = words.entered(torch.tensor(numbers)[None], torch.arange(len(numbers)))
        rotation = words.decoder.rotation(positions)
        for layer in layers:
            x = layer(x, rotation, None, None)
        found[row] = x[0, len(begun) :].float().mean(0).numpy()
    return found
