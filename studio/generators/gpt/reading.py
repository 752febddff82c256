"""Reading what stands there: how surprising every token is, and what else might have come."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np
import torch

from studio.generators.capabilities import NextWord, TokenBits
from studio.generators.gpt.vocabulary import Vocabulary
from studio.generators.parts.reader import Reader
from studio.generators.parts.words import Words

PIECE = 64
LETTERS = 6  # tokens at most that a word is finished with


@torch.inference_mode()
def bits_of_text(words: Words, vocabulary: Vocabulary, text: str, context: int) -> Iterator[list[TokenBits]]:
    """The tokens of `text` with their bits, a piece at a time. Of a text longer than the context every token has read half of one at least.

    The first token follows what the model begins texts with, where it has such a token; else its bits are 0.
    """
    numbers, spans = vocabulary.spans(text)
    at = 0
    while at < len(numbers):
        first = max(0, at - context // 2)
        last = min(len(numbers), first + context - 1)
        cache = words.decoder.cache(1, context)
        read = (vocabulary.begin if first else vocabulary.opening) + numbers[first:last]
        offset = len(read) - (last - first)  # 1 where a token begins the text
        for piece in range(0, len(read), PIECE):
            logits = words(words.row(read[piece : piece + PIECE]), cache)[0].log_softmax(-1).cpu()
            known = [n for n in range(piece + 1, min(piece + PIECE + 1, len(read))) if n - offset + first >= at]
            found = []
            if piece == 0 and not offset and at == 0:
                found.append(TokenBits(*spans[0], 0.0))
            for n in known:
                found.append(TokenBits(*spans[n - offset + first], float(-logits[n - 1 - piece, read[n]]) / math.log(2)))
            yield found
        at = last


def next_words(
    words: Words, vocabulary: Vocabulary, reader: Reader, numbers: list[int], prefix: bytes, count: int
) -> Iterator[list[NextWord]]:  # fmt: skip
    """What may come after `numbers` and `prefix`, the letters behind them: the word gone on with, or, where it may end here, the next.

    Each is a likely token, finished to a word by what is likeliest then.
    """
    for _ in reader.read(np.array(numbers)[:, None]):
        yield []
    length, pieces = len(numbers), vocabulary.pieces
    likely = _shares(words.logits(reader.seen))
    fits = vocabulary.beginning_with(prefix) if prefix else np.arange(len(pieces))
    fits = fits[(fits < len(likely)) & ~np.isin(fits, vocabulary.special)]
    offered: list[tuple[float, tuple[int, ...]]] = [
        (float(likely[each]), (each,)) for each in fits.tolist() if len(pieces[each]) > len(prefix)
    ]
    for ended in [each for each in fits.tolist() if pieces[each] == prefix and prefix]:  # the word is whole: what comes behind it
        after = _shares(words.logits(reader.step(np.array([ended]))))
        best = np.argsort(-after[: len(pieces)])[: 4 * count].tolist()
        offered += [(float(likely[ended] * after[each]), (ended, each)) for each in best if not _goes_on(pieces[each])]
        yield []
    offered.sort(reverse=True)
    whole = max(sum(share for share, _ in offered), 1e-12)
    found: dict[str, float] = {}
    for share, tokens in offered[: 2 * count]:
        reader.cache.truncate(length)
        for token in tokens[:-1]:
            reader.step(np.array([token]))
        text = b"".join(pieces[token] for token in tokens)[len(prefix) :] + _finished(words, vocabulary, reader, tokens[-1])
        shown = text.decode("utf-8", "replace")
        found[shown] = found.get(shown, 0.0) + share / whole
        yield []
        if len(found) >= count:
            break
    reader.cache.truncate(length)
    yield [NextWord(text, share) for text, share in sorted(found.items(), key=lambda each: -each[1])]


def _shares(logits: np.ndarray) -> np.ndarray:
    """(V,) logits → probabilities."""
    raised: np.ndarray = np.exp(logits - logits.max())
    return raised / raised.sum()


def _goes_on(piece: bytes) -> bool:
    """Whether a piece has letters that the word before it would go on with, or says nothing."""
    return not piece or piece[:1].isalnum() or piece[0] >= 0x80


def _finished(words: Words, vocabulary: Vocabulary, reader: Reader, token: int) -> bytes:
    """What the likeliest tokens add to `token` until a word ends."""
    made = b""
    if not vocabulary.pieces[token][-1:].isalpha():
        return made
    for _ in range(min(LETTERS, reader.left)):
        seen = reader.step(np.array([token]))
        token = int(words.logits(seen).argmax())
        piece = vocabulary.pieces[token]
        if not piece[:1].isalpha() and piece[:1] not in (b"'",):
            break
        made += piece
    return made
