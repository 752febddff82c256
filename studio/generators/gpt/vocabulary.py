"""Text ↔ tokens: byte-level byte-pair encoding (Sennrich et al. 2016, arXiv:1508.07909; GPT-2's over bytes), through `tokenizers`."""

from __future__ import annotations

import json
from bisect import bisect_left
from collections.abc import Sequence
from functools import cached_property

import numpy as np
from tokenizers import Tokenizer

from studio.generators.errors import GeneratorError
from studio.generators.gpt.foreign import TOKENIZER_LIMIT

CHARACTERS = 6000  # of a page that are read at most, and steps in which that window moves: what stands before it then stays the same
MOVES_BY = 2000
CHAT = ("<|im_start|>", "<|im_end|>")


def _bytes_of_letters() -> dict[str, int]:
    """The letters that stand for bytes in GPT-2's vocabulary."""
    plain = [*range(33, 127), *range(161, 173), *range(174, 256)]
    rest = [byte for byte in range(256) if byte not in plain]
    return {chr(byte): byte for byte in plain} | {chr(256 + place): byte for place, byte in enumerate(rest)}


class Spellings:
    """The tokens of plain letters as a tree: those that end here, and what each next letter leads to."""

    def __init__(self) -> None:
        self.tokens: list[int] = []
        self.letters: dict[str, Spellings] = {}

    @classmethod
    def of(cls, pieces: Sequence[bytes]) -> Spellings:
        root = cls()
        for token, piece in enumerate(pieces):
            if piece and piece.isascii():
                node = root
                for letter in piece.decode("ascii"):
                    node = node.letters.setdefault(letter, cls())
                node.tokens.append(token)
        return root


class Vocabulary:
    """A tokenizer.json, and what each token spells."""

    def __init__(self, tokenizer: str) -> None:
        if len(tokenizer) > TOKENIZER_LIMIT:
            raise GeneratorError("The tokenizer of this model is larger than any that Atelier reads.")
        try:
            self._tokenizer = Tokenizer.from_str(tokenizer)
            added = {each["content"]: each["id"] for each in json.loads(tokenizer).get("added_tokens", ())}
        except Exception as error:  # `tokenizers` raises plain Exception
            raise GeneratorError(f"The tokenizer of this model cannot be read: {str(error)[:120]}.") from error
        self._added = added
        letters = _bytes_of_letters()
        known = self._tokenizer.get_vocab(with_added_tokens=True)
        self.pieces: list[bytes] = [b""] * (max(known.values()) + 1)
        for token, number in known.items():
            self.pieces[number] = b"" if token in added else bytes(letters.get(letter, 63) for letter in token)
        self.special = np.array(sorted(added.values()), np.int64)

    def encode(self, text: str) -> list[int]:
        """The tokens of plain text: what looks like a control token is text too."""
        cut = text
        for token in self._added:
            cut = cut.replace(token, token[:1] + "\u200b" + token[1:]) if token in cut else cut
        return list(self._tokenizer.encode(cut, add_special_tokens=False).ids)

    def spans(self, text: str) -> tuple[list[int], list[tuple[int, int]]]:
        """The tokens of a text and which characters each is."""
        found = self._tokenizer.encode(text, add_special_tokens=False)
        return list(found.ids), list(found.offsets)

    def control(self, token: str) -> int | None:
        """The number of a control token; None where this vocabulary has it not."""
        return self._added.get(token)

    def text(self, numbers: Sequence[int]) -> str:
        return b"".join(self.pieces[number] for number in numbers).decode("utf-8", "replace")

    @property
    def talks(self) -> bool:
        """Whether the model was taught to answer messages."""
        return all(token in self._added for token in CHAT)

    @property
    def ends(self) -> list[int]:
        """The tokens with which a model says that it has come to an end."""
        return [self._added[token] for token in ("<|im_end|>", "<|endoftext|>", "</s>") if token in self._added]

    def message(self, role: str, content: str) -> list[int]:
        """One message of a conversation, opened and closed."""
        begin, end = (self._added[token] for token in CHAT)
        return [begin, *self.encode(f"{role}\n{content}"), end, *self.encode("\n")]

    def answer(self, begun: str = "") -> list[int]:
        """The beginning of the model's own message."""
        return [self._added[CHAT[0]], *self.encode("assistant\n" + begun)]

    def beginning_with(self, start: bytes) -> np.ndarray:
        """The tokens whose spelling begins with `start`."""
        first = bisect_left(self._sorted, start)
        return self._order[first : bisect_left(self._sorted, start + b"\xff" * 8)]

    def beginnings_of(self, whole: bytes) -> np.ndarray:
        """The tokens that spell the first letters of `whole`."""
        found = [self._spelt[whole[:length]] for length in range(1, len(whole) + 1) if whole[:length] in self._spelt]
        return np.array(found, np.int64)

    @cached_property
    def whole_words(self) -> set[str]:
        """The words that are one token behind a space: the common ones, as the texts had it that the vocabulary was made from."""
        found = (piece[1:].decode("utf-8", "replace") for piece in self.pieces if piece[:1] == b" ")
        return {word for word in found if word.isascii() and word.isalpha() and word.islower()}

    @cached_property
    def spellings(self) -> Spellings:
        return Spellings.of(self.pieces)

    @cached_property
    def _order(self) -> np.ndarray:
        return np.array(sorted(range(len(self.pieces)), key=self.pieces.__getitem__))

    @cached_property
    def _sorted(self) -> list[bytes]:
        return [self.pieces[number] for number in self._order]

    @cached_property
    def _spelt(self) -> dict[bytes, int]:
        return {piece: number for number, piece in enumerate(self.pieces) if piece}


def healed(numbers: list[int], vocabulary: Vocabulary) -> tuple[list[int], bytes]:
    """All but the last token, and what that one spelt.

    A person stops anywhere in a word; the model only ever saw whole ones. So the last token is chosen again, among those that begin
    with the same letters.
    """
    return (numbers[:-1], vocabulary.pieces[numbers[-1]]) if len(numbers) > 1 else (numbers, b"")


def window(before: str, characters: int = CHARACTERS) -> str:
    """The end of a page that is read. Its beginning moves in steps, so that what has been read stays read."""
    over = len(before) - characters
    if over <= 0:
        return before
    first = -(-over // MOVES_BY) * MOVES_BY
    space = min((at for at in (before.find(mark, first, first + 200) for mark in ("\n", " ")) if at >= 0), default=first)
    return before[space:].lstrip("\n ")
