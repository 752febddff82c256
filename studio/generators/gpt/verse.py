"""Poems: every line is searched for within its form, many ways side by side, and of those that come to their end the best is kept.

A form asks most at a line's end, where a way that was likely so far may be left with a rhyme that says nothing. So a way is worth what
the model thinks of all its letters, what the form forbids counted against it, with chance on top (at every choice, as much as the
temperature says: one way alone would be the usual sampling), and the worthiest go on: a beam search in a landscape that each seed shakes
(perturb and maximise, Papandreou & Yuille 2011; stochastic beams, Kool et al. 2019, arXiv:1903.06059).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from copy import copy
from dataclasses import dataclass, replace
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

WAYS = 12  # that go on side by side
FORKS = 5  # into which one way parts at most
ENOUGH = 8  # lines that have come to their end; then the best is taken
POEMS = 4  # that are begun before the words that must occur are given up
TOKENS_A_LINE = 40
CRAMPED = 1.5  # how much the most surprising piece of a line counts beside all of them: a rhyme that was forced shows there
COOLED = 0.45  # of the temperature is what chance has: among so many ways there is always one that was lucky
KEEP = 24  # tokens at most that are looked at for each choice


class Poem:
    """One poem in a form. Raises GeneratorError for settings that make no form."""

    def __init__(
        self, words: Words, vocabulary: Vocabulary, reader: Reader, settings: Any, chance: Callable[[], float]
    ) -> None:  # fmt: skip
        self._words, self._vocabulary, self._reader, self._chance = words, vocabulary, reader, chance
        self._settings = replace(settings, temperature=COOLED * settings.temperature)
        self._lines = lines_of(settings.form, settings.syllables, settings.rhymes, settings.acrostic)
        self._room = reader.cache.room - TOKENS_A_LINE - 1

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
        done = Progress(len(taken.lines), len(self._lines), "writing")
        for _ in self._reader.read(np.array(numbers[-self._room :])[:, None]):
            yield done
        whole: list[_Draft] = []
        drafts = [self._blank(line, taken, missing)]
        cache = self._reader.cache.expand(WAYS, TOKENS_A_LINE + 1)
        first, noise = cache.length, np.random.default_rng(int(self._chance() * 2**32))
        logits = self._words.logits(self._reader.seen[None])
        for _ in range(TOKENS_A_LINE):
            offers: list[_Offer] = []
            for row, draft in enumerate(drafts):
                offers += draft.offers(row, logits[row], noise, self._vocabulary, numbers)
                yield done
            best = sorted(offers, key=lambda offer: -offer.worth)[:WAYS]
            grown = [(offer, drafts[offer.row].grown(offer, self._vocabulary)) for offer in best]
            whole += [draft for _, draft in grown if draft.rule.place.done and draft.text.lower() not in taken.lines]
            going = [(offer, draft) for offer, draft in grown if not draft.rule.place.done]
            if not going or len(whole) >= ENOUGH:
                break
            drafts = [draft for _, draft in going]
            rows = [offer for offer, _ in going] + [going[0][0]] * (WAYS - len(going))  # the memory has so many, whether they are used
            cache.reorder([offer.row for offer in rows], first)
            with torch.inference_mode():
                logits = self._words(self._words.row([offer.token for offer in rows]).T, cache)[:, -1].float().cpu().numpy()
        yield min(whole, key=lambda draft: draft.rank, default=None)

    def _blank(self, line: Line, taken: Taken, missing: list[str]) -> _Draft:
        letters = 30 * max(1, len(self._lines) - len(taken.lines) - 1)
        beside = WordRule(self._vocabulary, missing, listed(self._settings.exclude), letters)
        return _Draft(LineRule(Grammar(line, taken), beside), Chooser(self._settings))


def ended(line: str) -> str:
    """The last line of a poem, which does not end in the air."""
    return line if line.endswith((".", "!", "?")) else line.rstrip(",;: ") + "."


@dataclass(frozen=True)
class _Offer:
    """A token that the draft of `row` may go on with; `worth` is what both together are then worth, in nats."""

    row: int
    token: int
    worth: float
    likely: float
    bits: float


@dataclass(frozen=True)
class _Draft:
    """One way to write a line, as far as it has come."""

    rule: LineRule
    chooser: Chooser
    numbers: tuple[int, ...] = ()
    bits: tuple[float, ...] = ()
    worth: float = 0.0

    @property
    def text(self) -> str:
        return self.rule.text.strip()

    @property
    def rank(self) -> float:
        """The lower the better; words that must occur count as a great surprise as long as they are missing."""
        cramped = CRAMPED * max(self.bits, default=0.0)
        return (cramped - self.worth / np.log(2)) / max(1, len(self.text)) + len(self.rule.beside.missing)

    def offers(
        self, row: int, raw: np.ndarray, noise: np.random.Generator, vocabulary: Vocabulary, before: list[int]
    ) -> list[_Offer]:  # fmt: skip
        """The worthiest ways to go on; none where this one is stuck."""
        logits = self.rule.leans(raw.copy())
        logits[vocabulary.special[vocabulary.special < len(logits)]] = -np.inf

        def allows(token: int) -> bool:
            return self.rule.allows(token, vocabulary.pieces[token])

        said = [*before[-RECENT:], *self.numbers]
        ids, likely = self.chooser.offered(logits, said, allows, KEEP, lambda: self.rule.every(vocabulary))
        ids, likely = ids[likely > 0], likely[likely > 0]
        if not len(ids):
            return []
        known = raw[ids] - raw.max()
        known = known - np.log(np.exp(raw - raw.max()).sum())  # nats of the model itself
        shaken = np.log(likely) + noise.gumbel(size=len(ids))
        worth = self.worth + np.log(np.exp(known).sum()) + self.chooser.settings.temperature * shaken
        return [
            _Offer(row, int(ids[each]), float(worth[each]), float(likely[each]), float(-known[each] / np.log(2)))
            for each in np.argsort(-worth)[:FORKS]
        ]

    def grown(self, offer: _Offer, vocabulary: Vocabulary) -> _Draft:
        rule, chooser = self.rule.copied(), copy(self.chooser)
        rule.took(vocabulary.pieces[offer.token])
        chooser.took(offer.likely)
        return _Draft(rule, chooser, (*self.numbers, offer.token), (*self.bits, offer.bits), offer.worth)
