"""A person's own texts as a set: what is in the files, what is left out and why, how the vocabulary cuts them, and the tokens to train on.

Reading is a generator that tells how far it is, as for pictures.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from studio.generators.parts import tokens
from studio.media import MediaError
from studio.media.text.files import decode
from studio.training.errors import TrainingError
from studio.training.gathering import Entry, LeftOut, Looked, read_once
from studio.training.texts import TextSet, divided

FEWEST = 20_000  # characters in all
MOST = 10_000_000
LEARNT_FROM = 2_000_000  # characters at most that the vocabulary is learnt from: more change it little
SHOWN = 600  # characters of the preview
ODD_SHARE = 0.01
TRIAL = 20_000  # tokens


@dataclass(frozen=True)
class Cut:
    """A passage of the texts and the spans of characters that the pieces of the vocabulary cut it into."""

    passage: str
    spans: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True)
class Texts:
    """Readable texts without doubles; `tokenizer` is the vocabulary learnt from them, of `pieces` pieces. `count` is how many texts."""

    name: str
    texts: tuple[str, ...]
    left_out: tuple[LeftOut, ...]
    tokenizer: str
    pieces: int
    cut: Cut
    medium: str = field(default="text", init=False)

    @property
    def count(self) -> int:
        return len(self.texts)

    @property
    def characters(self) -> int:
        return sum(map(len, self.texts))

    def too_few(self) -> str:
        if self.characters >= FEWEST:
            return ""
        return f"Training takes at least {FEWEST:,} characters, some ten pages; here are {self.characters:,}. Add more texts."

    def trial(self, config: Mapping[str, Any]) -> TextSet:
        """Tokens by chance: a step takes as long as with real ones."""
        stream = np.random.default_rng(0).integers(1, int(config["vocabulary"]), TRIAL).astype(np.int32)
        return TextSet(self.name, stream, stream[:1000], "", self.tokenizer)


def look(name: str, entries: Sequence[Entry]) -> Iterator[Looked | Texts]:
    """Read every text once and learn their vocabulary; the last thing that comes is the Texts."""
    texts: list[str] = []
    left_out: list[LeftOut] = []
    room = MOST
    reading = read_once(entries, _readable, _written, "text", left_out)
    for number, (entry, text) in enumerate(reading):
        if text is not None and room <= 0:
            left_out.append(LeftOut(entry.name, f"there are {MOST // 10**6} million characters already, the most that are trained on"))
        elif text is not None:
            if len(text) > room:
                left_out.append(LeftOut(entry.name, f"read up to character {room:,} only: {MOST // 10**6} million in all are the most"))
            texts.append(text[:room])
            room -= len(text)
        yield Looked(number + 1, len(entries))
    yield _collected(name, texts, left_out)


def _written(text: str) -> bytes:
    """What makes two texts the same: all but the white space."""
    return "".join(text.split()).encode()


def prepare(collection: Texts, tokenizer: str = "") -> Iterator[Looked | TextSet]:
    """Cut the texts into tokens; the last thing that comes is the set. Raises TrainingError when there are too few characters.

    `tokenizer` is that of the model that the training begins from, empty for the vocabulary of the texts themselves.
    """
    if collection.too_few():
        raise TrainingError(collection.too_few())
    kept, held = divided(collection.texts)
    made = _Encoder(tokenizer or collection.tokenizer)
    rows: list[np.ndarray] = []
    for number, text in enumerate(kept):
        rows.append(made.row(text))
        yield Looked(number + 1, len(kept))
    unread = "".join(held)
    yield TextSet(collection.name, np.concatenate(rows), made.row(unread), unread, tokenizer or collection.tokenizer)


def _readable(entry: Entry) -> str:
    """The characters of a file; raises MediaError for what is no writing, whatever its ending claims."""
    text = unicodedata.normalize("NFC", decode(entry.read(), entry.name)[0].content).strip()
    if not text:
        raise MediaError("it holds no words")
    start = text[:20_000]
    odd = sum(unicodedata.category(letter) in ("Cc", "Co", "Cn") or letter == "\ufffd" for letter in start if letter not in "\n\t")
    if odd > ODD_SHARE * len(start) or not any(letter.isalpha() for letter in start):
        raise MediaError("it is no text: it holds bytes that no writing has")
    return text


def _collected(name: str, texts: list[str], left_out: list[LeftOut]) -> Texts:
    characters = sum(map(len, texts))
    kept, _ = divided(texts)
    share = max(1, -(-characters // LEARNT_FROM))
    tokenizer = tokens.learnt((block for text in kept for block in _parts(text, share)), tokens.size_for(characters))
    encoder = _Encoder(tokenizer)
    longest = max(texts, key=len, default="")
    passage = longest[len(longest) // 3 :][:SHOWN] if len(longest) > 3 * SHOWN else longest[:SHOWN]
    if len(longest) > 3 * SHOWN:
        passage = passage.partition(" ")[2] or passage  # begins with a whole word, where a language has spaces
    return Texts(name, tuple(texts), tuple(left_out), tokenizer, encoder.size, Cut(passage, encoder.spans(passage)))


def _parts(text: str, every: int) -> Iterator[str]:
    """The text's lines, or of a very long one every so many-th stretch."""
    step = 10_000
    for number, first in enumerate(range(0, len(text), step)):
        if number % every == 0:
            yield text[first : first + step]


class _Encoder:
    """A tokenizer.json at work. What a text has that looks like a control token is text too."""

    def __init__(self, tokenizer: str) -> None:
        from tokenizers import Tokenizer

        self._tokenizer = Tokenizer.from_str(tokenizer)
        self.size = self._tokenizer.get_vocab_size()
        self._beginning = self._tokenizer.token_to_id(tokens.BEGINNING)

    def row(self, text: str) -> np.ndarray:
        """The tokens of a text, behind the one that begins texts."""
        plain = text.replace(tokens.BEGINNING, tokens.BEGINNING[1:])
        beginning = [] if self._beginning is None else [self._beginning]
        return np.array([*beginning, *self._tokenizer.encode(plain, add_special_tokens=False).ids], np.int32)

    def spans(self, text: str) -> tuple[tuple[int, int], ...]:
        return tuple(self._tokenizer.encode(text, add_special_tokens=False).offsets)
