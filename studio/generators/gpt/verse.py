"""Poems: every line is written within its form in several ways side by side, and the least surprising is kept."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import torch

from studio.generators.errors import GeneratorError
from studio.generators.events import Delta, Event, Progress, Result
from studio.generators.gpt.choosing import RECENT, Chooser
from studio.generators.gpt.forms import Line, lines_of
from studio.generators.gpt.lines import Grammar, LineRule, Taken
from studio.generators.gpt.rules import WordRule, listed
from studio.generators.gpt.vocabulary import Vocabulary
from studio.generators.parts.reader import Reader
from studio.generators.parts.words import Words
from studio.media import Text

WAYS = 6  # in which each line is written
POEMS = 4  # that are begun before the words that must occur are given up
TOKENS_A_LINE = 40
CRAMPED = 1.5  # how much the most surprising piece of a line counts beside all of them: a rhyme that was forced shows there
KEEP = 48  # tokens at most that are looked at for each choice


class Poem:
    """One poem in a form. Raises GeneratorError for settings that make no form."""

    def __init__(
        self, words: Words, vocabulary: Vocabulary, reader: Reader, settings: Any, chance: Callable[[], float]
    ) -> None:  # fmt: skip
        self._words, self._vocabulary, self._reader, self._settings, self._chance = words, vocabulary, reader, settings, chance
        self._lines = lines_of(settings.form, settings.syllables, settings.rhymes, settings.acrostic)
        self._room = reader.memory.room - TOKENS_A_LINE - 1

    def written(self, index: int, numbers: list[int]) -> Iterator[Event]:
        """Tells the poem line by line; where words must occur, only when it is there."""
        include = listed(self._settings.include)
        made: list[str] = []
        for _ in self._reader.read_anew(np.array(numbers[-self._room :])[:, None]):
            yield Progress(0, len(self._lines), "reading")
        for _ in range(POEMS):
            made, missing = [], include
            taken = Taken(self._vocabulary)
            for line in self._lines:
                best: _Draft | None = None
                for step in self._ways(line, taken, missing, [*numbers, *self._vocabulary.encode("".join(made))]):
                    if isinstance(step, Event):
                        yield step
                    else:
                        best = step
                if best is None:
                    break
                taken.add(line, best.text, best.rule.place.last)
                missing = best.rule.beside.missing
                made.append((best.text if len(made) + 1 < len(self._lines) else ended(best.text)) + "\n")
                yield Progress(len(made), len(self._lines), "writing")
                if not include:
                    yield Delta(index, Text(made[-1]))
            if len(made) == len(self._lines) and not missing:
                break
        if not made:
            raise GeneratorError("This model knows too few words for such a form. Choose one with fewer rhymes or longer lines, or prose.")
        yield Result(index, Text("".join(made)))

    def _ways(self, line: Line, taken: Taken, missing: list[str], numbers: list[int]) -> Iterator[Event | _Draft | None]:
        """Progress, and at last the best of the ways, or None where none came to its end."""
        grammar, exclude = Grammar(line, taken), listed(self._settings.exclude)
        letters = 30 * max(1, len(self._lines) - len(taken.lines) - 1)
        drafts = [_Draft(LineRule(grammar, WordRule(self._vocabulary, missing, exclude, letters)), self._settings) for _ in range(WAYS)]
        for _ in self._reader.read(np.array(numbers[-self._room :])[:, None]):
            yield Progress(len(taken.lines), len(self._lines), "writing")
        memory = self._reader.memory.spread(WAYS, TOKENS_A_LINE + 1)
        with torch.inference_mode():
            logits = self._words.head(self._reader.seen[None]).float().numpy().repeat(WAYS, 0)
        for _ in range(TOKENS_A_LINE):
            tokens = []
            for row, draft in enumerate(drafts):
                tokens.append(draft.choose(logits[row], self._chance(), self._vocabulary, numbers))
                yield Progress(len(taken.lines), len(self._lines), "writing")
            if all(draft.ended for draft in drafts):
                break
            with torch.inference_mode():
                logits = self._words(torch.tensor(tokens)[:, None], memory)[:, -1].float().numpy()
        whole = [draft for draft in drafts if draft.rule.place.done and draft.text.lower() not in taken.lines]
        yield min(whole, key=lambda draft: draft.rank, default=None)


def ended(line: str) -> str:
    """The last line of a poem, which does not end in the air."""
    return line if line.endswith((".", "!", "?")) else line.rstrip(",;: ") + "."


class _Draft:
    """One way to write a line."""

    def __init__(self, rule: LineRule, settings: Any) -> None:
        self.rule, self.chooser = rule, Chooser(settings)
        self.numbers: list[int] = []
        self.bits: list[float] = []
        self.stuck = False

    @property
    def ended(self) -> bool:
        return self.rule.place.done or self.stuck

    @property
    def text(self) -> str:
        return self.rule.text.strip()

    @property
    def rank(self) -> float:
        """The lower the better; words that must occur count as a great surprise as long as they are missing."""
        cramped = CRAMPED * max(self.bits, default=0.0)
        return (sum(self.bits) + cramped) / max(1, len(self.text)) + len(self.rule.beside.missing)

    def choose(self, logits: np.ndarray, chance: float, vocabulary: Vocabulary, before: list[int]) -> int:
        """The next token; any where this line has ended."""
        if self.ended:
            return 0
        raw = logits
        logits = self.rule.leans(logits.copy())
        logits[vocabulary.special[vocabulary.special < len(logits)]] = -np.inf

        def allows(token: int) -> bool:
            return self.rule.allows(token, vocabulary.pieces[token])

        said = before[-RECENT:] + self.numbers
        token = self.chooser.choose(logits, said, chance, allows, KEEP, lambda: self.rule.every(vocabulary))
        if token is None:
            self.stuck = True
            return 0
        peak = raw.max()
        self.bits.append(float(peak + np.log(np.exp(raw - peak).sum()) - raw[token]) / np.log(2))
        self.numbers.append(token)
        self.rule.took(vocabulary.pieces[token])
        return token
