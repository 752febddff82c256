"""A GPT, loaded: writes, continues, rewrites, fills gaps, and says of every token how likely it was and what else might have come."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from studio.generators.capabilities import Call, NextWord, TokenBits
from studio.generators.events import Delta, Event, Preview, Progress, Result
from studio.generators.gpt import prompts
from studio.generators.gpt.choosing import Chooser
from studio.generators.gpt.reading import bits_of_text, next_words
from studio.generators.gpt.rules import WordRule, listed
from studio.generators.gpt.stream import CONTEXT, ROOM, Stream, sentence_ends, tell_from
from studio.generators.gpt.vectors import word_vectors
from studio.generators.gpt.vocabulary import Vocabulary, healed, window
from studio.generators.parts.inputs import span_of, text_of
from studio.generators.parts.noise import item_generator
from studio.generators.parts.packing import Int8Embedding
from studio.generators.parts.words import Words
from studio.media import Text

CHARACTERS_A_WORD = 6
UNBOUND = ("prose", "free verse")  # forms that ask nothing of a line
OVER = 1.6  # times the words asked for: then it ends even in the middle of a sentence
ATTEMPTS = 4  # ways that are tried to fill a gap
TELL_SECONDS = 0.03


class LoadedGpt:
    """Implements Performs, ScoresText, PredictsText, WritesAhead and KnowsWords."""

    def __init__(self, words: Words, vocabulary: Vocabulary, context: int) -> None:
        self.words, self.vocabulary = words, vocabulary
        self.context = min(context, CONTEXT)
        self.reader = words.reader(min(context, ROOM))
        self._breaks = frozenset(number for number, piece in enumerate(vocabulary.pieces) if b"\n" in piece)

    def memory(self) -> int:
        if isinstance(self.words.embedding, Int8Embedding):
            lying = {each.data_ptr(): each.numel() * each.element_size() for each in (*self.words.buffers(), *self.words.parameters())}
            return sum(lying.values())
        config = self.words.config
        numbers = config.decoder.layers * config.decoder.width * (2 * config.decoder.width + 3 * config.decoder.hidden)
        return 2 * (numbers + 2 * config.vocabulary * config.decoder.width)

    def room(self) -> int:
        return self.context

    def tokens(self, text: str) -> int:
        return len(self.vocabulary.encode(text))

    def perform(self, call: Call) -> Iterator[Event]:
        ways = {"generate": self._generated, "continue": self._continued, "rewrite": self._rewritten, "fill": self._filled}
        for index in call.indices:
            yield from ways[call.action](call, index)

    # What a person asks for.

    def _generated(self, call: Call, index: int) -> Iterator[Event]:
        settings = call.settings
        if settings.form not in UNBOUND:
            from studio.generators.gpt.verse import Poem  # reads a dictionary, which prose does without

            poem = Poem(self.words, self.vocabulary, self.reader, settings, tell_from(item_generator(call.seed, index)))
            yield from poem.written(index, self._begun(prompts.composed(self.vocabulary, settings)))
            return
        stream = self._stream(settings, call.seed, index)
        yield from self._read(stream, self._begun(prompts.composed(self.vocabulary, settings)), counts=False)
        yield from self._told(index, self._pieces(stream, settings, settings.words))

    def _continued(self, call: Call, index: int) -> Iterator[Event]:
        text, settings = text_of(call, "text").content, call.settings
        place = span_of(call, "selection", text) if "selection" in call.inputs else None
        before = text[: place.first] if place is not None else text
        stream = self._stream(settings, call.seed, index)
        numbers, prefix = self._beginning(before, settings)
        yield from self._read(stream, numbers)
        yield from self._told(index, self._pieces(stream, settings, settings.words, prefix))

    def _rewritten(self, call: Call, index: int) -> Iterator[Event]:
        text, settings = text_of(call, "text").content, call.settings
        place = span_of(call, "selection", text)
        part = text[place.first : place.last]
        stream = self._stream(settings, call.seed, index)
        yield from self._read(stream, self._begun(prompts.rewritten(self.vocabulary, part, settings.manner)), counts=False)
        share = {"shorter": 1.0, "longer": 2.5}.get(settings.manner, 1.4)
        words = max(12, int(len(part.split()) * share))
        lead, trail = part[: len(part) - len(part.lstrip())], part[len(part.rstrip()) :]
        pieces = _unquoted(_first_paragraph(self._pieces(stream, settings, words), "\n" in part.strip()))
        yield from self._told(index, _between(lead, pieces, trail))

    def _filled(self, call: Call, index: int) -> Iterator[Event]:
        """Several ways to go on, and of these the one after which what follows is least surprising."""
        text, settings = text_of(call, "text").content, call.settings
        place = span_of(call, "selection", text)
        before, after = text[: place.first], text[place.last :][: prompts.AFTER_LIMIT]
        numbers, prefix = self._beginning(before, settings)
        best, least = "", np.inf
        for attempt in range(ATTEMPTS):
            stream = self._stream(settings, call.seed, index * ATTEMPTS + attempt)
            yield from self._read(stream, numbers)
            made = ""
            for piece in self._pieces(stream, settings, settings.words, prefix):
                made += piece
                yield Progress(attempt, ATTEMPTS, "writing")
            joined = made if not after or made[-1:].isspace() or after[0].isspace() else made + " "
            bits = sum(each.bits for each in self._after(before + joined, after)) if after.strip() else stream.bits
            if bits < least:
                best, least = joined, bits
                yield Preview(index, Text(best))
        yield Result(index, Text(best))

    # What follows a page.

    def read_ahead(self, before: str) -> Iterator[None]:
        numbers = self.vocabulary.encode(prompts.page(before))
        if numbers:
            yield from (None for _ in self.reader.read(np.array(self._begun(numbers))[:, None], 32))

    def fills_middles(self) -> bool:
        return bool(self.vocabulary.fills)

    def ghost(self, before: str, settings: Any, after: str = "") -> Iterator[str]:
        stream = self._stream(settings, len(before), 0)
        if after.strip() and self.fills_middles():
            numbers, prefix = self.vocabulary.filling(prompts.page(before), after, self._most), b""
        else:
            numbers, prefix = self._beginning(before, settings)
        for _ in stream.read_on(numbers):
            yield ""
        yield from self._pieces(stream, settings, settings.words, prefix)

    def bits_of_text(self, text: str) -> Iterator[list[TokenBits]]:
        yield from bits_of_text(self.words, self.vocabulary, text, self.context)

    def word_vectors(self, words: Sequence[str]) -> np.ndarray:
        return word_vectors(self.words, self.vocabulary, words)

    def next_words(self, before: str, count: int = 8) -> Iterator[list[NextWord]]:
        numbers, prefix = self._beginning(before, None)
        yield from next_words(self.words, self.vocabulary, self.reader, numbers, prefix, count)

    # How it is done.

    def _beginning(self, before: str, settings: Any) -> tuple[list[int], bytes]:
        """The tokens of a page to go on from, and what the first new one must spell."""
        told = prompts.page(before, getattr(settings, "memory", ""), getattr(settings, "author_note", ""))
        numbers, prefix = healed(self.vocabulary.encode(told), self.vocabulary)
        return self._begun(numbers), prefix

    def _begun(self, numbers: list[int]) -> list[int]:
        """As many of the tokens as leave room to go on, with what texts begin with before them, and that alone where there are none."""
        if not numbers:
            return self.vocabulary.opening or self.vocabulary.encode("\n")[:1] or [0]
        begin = self.vocabulary.begin
        return [*begin, *numbers[-max(1, self._most - len(begin)) :]]

    @property
    def _most(self) -> int:
        """How many tokens are read at most before something is written."""
        return min(self.context, max(1, self.reader.cache.room * 3 // 4))

    def _stream(self, settings: Any, seed: int, index: int) -> Stream:
        chooser = Chooser(settings, self._breaks)
        return Stream(self.words, self.vocabulary, self.reader, chooser, tell_from(item_generator(seed, index)))

    def _read(self, stream: Stream, numbers: list[int], counts: bool = True) -> Iterator[Event]:
        for done in stream.read(numbers, counts):
            yield Progress(done, max(done, len(numbers)), "reading")

    def _pieces(self, stream: Stream, settings: Any, words: int, prefix: bytes = b"") -> Iterator[str]:
        """Pieces until about `words` words are there and a sentence ends, or the model has done."""
        rule = WordRule(self.vocabulary, listed(settings.include), listed(settings.exclude), words * CHARACTERS_A_WORD)
        made = ""
        for piece in stream.write(prefix, rule, self.vocabulary.ends):
            made += piece
            yield piece
            count = len(made.split())
            if count >= words * OVER or (count >= words and not rule.missing and sentence_ends(made)):
                return

    def _told(self, index: int, pieces: Iterator[str]) -> Iterator[Event]:
        """One item, told as it grows."""
        made, fresh, told = "", "", time.monotonic()
        yield Delta(index, Text(""))
        for piece in pieces:
            made, fresh = made + piece, fresh + piece
            if fresh and time.monotonic() - told > TELL_SECONDS:
                yield Delta(index, Text(fresh))
                fresh, told = "", time.monotonic()
            else:
                yield Progress(0, 1, "writing")
        if fresh:
            yield Delta(index, Text(fresh))
        yield Result(index, Text(made))

    def _after(self, before: str, after: str) -> list[TokenBits]:
        """The tokens of `after`, when `before` was read."""
        text = window(before) + after
        first = len(text) - len(after)
        return [each for some in self.bits_of_text(text) for each in some if each.first >= first]


def _first_paragraph(pieces: Iterator[str], several: bool) -> Iterator[str]:
    """Only what stands before the first line end, unless there are to be several paragraphs: then a model begins to explain itself."""
    begun = False
    for piece in pieces:
        if begun and not several and "\n" in piece:
            yield piece[: piece.index("\n")]
            return
        begun = begun or bool(piece.strip())
        yield piece


def _unquoted(pieces: Iterator[str]) -> Iterator[str]:
    """Without white space and quotation marks at the beginning, nor white space at the end."""
    held, begun = "", False
    for piece in pieces:
        held += piece
        if not begun:
            held = held.lstrip(' \n"“')
            begun = bool(held)
        kept = held.rstrip(' \n"”')
        if kept:
            yield kept
            held = held[len(kept) :]


def _between(lead: str, pieces: Iterator[str], trail: str) -> Iterator[str]:
    if lead:
        yield lead
    yield from pieces
    if trail:
        yield trail
