"""Text ↔ tokens: byte-pair encoding (Sennrich et al. 2016, arXiv:1508.07909), over bytes as GPT-2 has it or over letters as SentencePiece

has it (Kudo & Richardson 2018, 1808.06226), through `tokenizers`.
"""

from __future__ import annotations

import json
import re
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any

import numpy as np
from tokenizers import Tokenizer

from studio.generators.errors import GeneratorError
from studio.generators.gpt.foreign import TOKENIZER_LIMIT

CHARACTERS = 6000  # of a page that are read at most, and steps in which that window moves: what stands before it then stays the same
MOVES_BY = 2000
TOKENS_LIMIT = 2**22
CHAT = ("<|im_start|>", "<|im_end|>")
ENDS = (
    "<|im_end|>", "<|endoftext|>", "</s>", "<|end_of_text|>", "<|eot_id|>", "<|eom_id|>", "<end_of_turn>", "<eos>", "<|end|>",
    "<|end_of_turn|>", "<｜end▁of▁sentence｜>", "<|EOT|>", "<EOT>", "▁<EOT>", "<|file_separator|>", "<|file_sep|>", "<|fim_pad|>",
)  # fmt: skip
"""What models end a text, a turn or a middle with, where their files do not say it otherwise."""
FILLS = (
    ("<|fim_prefix|>", "<|fim_suffix|>", "<|fim_middle|>"),  # Qwen 2.5 Coder, CodeGemma
    ("<fim_prefix>", "<fim_suffix>", "<fim_middle>"),  # StarCoder (Li et al. 2023, arXiv:2305.06161), SmolLM
    ("<fim-prefix>", "<fim-suffix>", "<fim-middle>"),  # SantaCoder
    ("▁<PRE>", "▁<SUF>", "▁<MID>"),  # Code Llama (Rozière et al. 2023, 2308.12950)
    ("<｜fim▁begin｜>", "<｜fim▁hole｜>", "<｜fim▁end｜>"),  # DeepSeek Coder
    ("<|fim_begin|>", "<|fim_hole|>", "<|fim_end|>"),
)
"""The tokens before a beginning, before an end, and before the middle that is asked for (Bavarian et al. 2022, arXiv:2207.14255)."""
SPACE = "▁"  # what stands for a space in SentencePiece's pieces
_BYTE = re.compile(r"<0x([0-9A-F]{2})>")


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
    """A tokenizer.json, and what each token spells. `ends` and `fills` are tokens that the model's other files name (see ENDS, FILLS)."""

    def __init__(self, tokenizer: str, ends: Sequence[int] = (), fills: Sequence[int] = ()) -> None:
        if len(tokenizer) > TOKENIZER_LIMIT:
            raise GeneratorError("The tokenizer of this model is larger than any that Atelier reads.")
        try:
            self._tokenizer = Tokenizer.from_str(tokenizer)
            self._tokenizer.no_truncation()
            self._tokenizer.no_padding()
            self._tokenizer.encode_special_tokens = True  # what looks like a control token in a text is text too
            added = self._tokenizer.get_added_tokens_decoder()
            self._added = {token.content: number for number, token in added.items() if token.special}
            self.begin = self._beginning()
            known = self._tokenizer.get_vocab(with_added_tokens=True)
            self.pieces = self._spellings(json.loads(tokenizer), known)
        except GeneratorError:
            raise
        except Exception as error:  # `tokenizers` raises plain Exception
            raise GeneratorError(f"The tokenizer of this model cannot be read: {str(error)[:120]}.") from error
        self.special = np.array(sorted(self._added.values()), np.int64)
        last = len(self.pieces)
        self.ends = sorted({each for each in ends if 0 <= each < last} | {known[token] for token in ENDS if known.get(token) in added})
        named = next(([known[token] for token in way] for way in FILLS if all(known.get(token) in added for token in way)), [])
        self.fills = list(fills) if len(fills) == 3 and all(0 <= each < last for each in fills) else named
        silent = {*self.ends, *self.fills, *self.begin}
        self.pieces = [b"" if number in silent else piece for number, piece in enumerate(self.pieces)]
        self.special = np.union1d(self.special, np.array(sorted(silent), np.int64))

    def _spellings(self, written: Mapping[str, Any], known: Mapping[str, int]) -> list[bytes]:
        """What each token spells: nothing for a control token, its own letters for one that was added as plain text."""
        count = max(known.values()) + 1
        if count > TOKENS_LIMIT:
            raise GeneratorError(f"The tokenizer of this model numbers its tokens up to {count}, more than any that Atelier reads.")
        letters = _bytes_of_letters()
        over_bytes = "ByteLevel" in json.dumps(written.get("decoder"))
        self._spaced = not over_bytes and self._adds_space()
        added = self._tokenizer.get_added_tokens_decoder()
        found = [b""] * count
        for token, number in known.items():
            if number in added:
                found[number] = b"" if added[number].special else token.encode()
            elif over_bytes:
                found[number] = b"".join(bytes([letters[each]]) if each in letters else each.encode() for each in token)
            elif byte := _BYTE.fullmatch(token):
                found[number] = bytes([int(byte[1], 16)])
            else:
                found[number] = token.replace(SPACE, " ").encode()
        return found

    def _beginning(self) -> list[int]:
        """What the tokenizer puts before every text."""
        whole, plain = (list(self._tokenizer.encode("a", add_special_tokens=special).ids) for special in (True, False))
        return whole[: next((at for at in range(len(whole)) if whole[at : at + len(plain)] == plain), 0)]

    @property
    def opening(self) -> list[int]:
        """What a text begins with for the model: what its tokenizer puts there, else the mark between two texts, where there is one."""
        between = self.control("<|endoftext|>")
        return self.begin or ([] if between is None else [between])

    def _adds_space(self) -> bool:
        """Whether a text is read as if a space stood before it (SentencePiece's dummy prefix)."""
        first = self._tokenizer.encode("a", add_special_tokens=False).tokens
        return bool(first) and first[0].startswith(SPACE)

    def encode(self, text: str) -> list[int]:
        """The tokens of plain text: what looks like a control token is text too."""
        return list(self._tokenizer.encode(text, add_special_tokens=False).ids)

    def within(self, text: str) -> list[int]:
        """The tokens of what stands behind other text."""
        if not self._spaced:
            return self.encode(text)
        if text.startswith(" "):
            return self.encode(text[1:])  # the space that is read before it is its own
        line = self.encode("\n")
        return self.encode("\n" + text)[len(line) :]

    def spans(self, text: str) -> tuple[list[int], list[tuple[int, int]]]:
        """The tokens of a text and which characters each is."""
        found = self._tokenizer.encode(text, add_special_tokens=False)
        return list(found.ids), list(found.offsets)

    def filling(self, before: str, after: str, room: int) -> list[int]:
        """The tokens, `room` of them at most, that ask for what stands between two texts.

        Raises GeneratorError for a model that was not taught that.
        """
        if not self.fills:
            raise GeneratorError("This model was never taught to write what is missing in the middle.")
        first, second, third = self.fills
        ending = self.within(after)[: room // 4]
        beginning = self.encode(before)[-max(1, room - len(ending) - len(self.begin) - 3) :]
        return [*self.begin, first, *beginning, second, *ending, third]

    def control(self, token: str) -> int | None:
        """The number of a control token; None where this vocabulary has it not."""
        return self._added.get(token)

    def text(self, numbers: Sequence[int]) -> str:
        """What a text's tokens spell, without the space that was read before it."""
        found = b"".join(self.pieces[number] for number in numbers).decode("utf-8", "replace")
        return found[1:] if self._spaced and found.startswith(" ") else found

    @property
    def talks(self) -> bool:
        """Whether the model was taught to answer messages."""
        return all(token in self._added for token in CHAT)

    def message(self, role: str, content: str) -> list[int]:
        """One message of a conversation, opened and closed."""
        begin, end = (self._added[token] for token in CHAT)
        return [begin, *self.within(f"{role}\n{content}"), end, *self.within("\n")]

    def answer(self, begun: str = "") -> list[int]:
        """The beginning of the model's own message."""
        return [self._added[CHAT[0]], *self.within("assistant\n" + begun)]

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
