"""One line of verse as a grammar of letters.

What a form asks is known of words (syllables, stress, rhyme); the model writes pieces of words. A `Place` says how far a line has come:
what its finished words leave open, and the letters of the word that is being spelt. A piece may come if, letter for letter, there is
still a word in the lexicon that it leads to and a way to finish the line behind it.
"""

from __future__ import annotations

from bisect import bisect_left
from copy import copy
from typing import NamedTuple

import numpy as np

from studio.generators.gpt.forms import Line
from studio.generators.gpt.prosody import Lexicon, Sound, lexicon, rhyme_of, stressed_well
from studio.generators.gpt.rules import WordRule
from studio.generators.gpt.vocabulary import Spellings, Vocabulary

PARTNERS = 8  # common words that a rhyme must have before it is begun
ENDS, PAUSES = ".!?", ",;:"
APART = 3  # words between two pauses


class Place(NamedTuple):  # a hundred thousand of them are made for a poem
    """`used` are the syllables that the finished words may have, `partial` the letters since, `after` the mark or space behind them.

    `words` counts the finished words, `pause` how many there were at the last mark, `last` is the last of them.
    """

    used: tuple[int, ...] = (0,)
    partial: str = ""
    after: str = " "
    words: int = 0
    pause: int = 0
    last: str = ""
    done: bool = False


class Taken:
    """What the lines so far have settled: the sounds of their rhymes, the words that end them, and the lines themselves."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self.sounds: dict[str, set[Sound]] = {}
        self.last: set[str] = set()
        self.lines: list[str] = []
        self._known = {word for word in vocabulary.whole_words if len(word) > 2 and word in lexicon().sounds}
        self._partners: dict[str, set[str]] = {}

    def partners(self, letter: str) -> set[str]:
        """The words that may end a line with this rhyme: those that sound so, or where it is new, those that many others sound like."""
        if letter not in self._partners:
            rhyming = lexicon().rhyming
            if letter in self.sounds:
                found = {word for sound in self.sounds[letter] for word in rhyming[sound]} & self._known
            else:
                used = {sound for sounds in self.sounds.values() for sound in sounds}
                rich = {sound for sound, words in rhyming.items() if sound not in used and len(words & self._known) > PARTNERS}
                found = {word for word in self._known if lexicon().rhymes(word) <= rich}
            self._partners[letter] = found - self.last
        return self._partners[letter]

    def add(self, line: Line, text: str, last: str) -> None:
        self.lines.append(text.strip().lower())
        self.last.add(last)
        self._partners = {}
        if line.rhyme:
            fresh = {rhyme_of(sound) for sound in lexicon().sounds[last]}
            self.sounds[line.rhyme] = (self.sounds[line.rhyme] & fresh or fresh) if line.rhyme in self.sounds else fresh


class Grammar:
    """The ways through one line; made once, and asked by all that write it."""

    def __init__(self, line: Line, taken: Taken) -> None:
        self.line = line
        self._lexicon: Lexicon = lexicon()
        self._partners = taken.partners(line.rhyme) if line.rhyme else None
        self._partners_sorted = sorted(self._partners or ())
        self._ends = {1} if self._partners is None else {len(each) for word in self._partners for each in self._lexicon.stresses[word]}
        self._known: dict[tuple[tuple[int, ...], str], bool] = {}
        self._moves: dict[tuple[Place, str], Place | None] = {}
        self._reached: dict[tuple[tuple[int, ...], tuple[str, ...], bool], set[int]] = {}
        self._all: dict[Place, list[int]] = {}

    def moved(self, place: Place, letters: str) -> Place | None:
        """Where `letters` lead from a place; None where they may not come."""
        key = (place, letters)
        if key not in self._moves:
            at: Place | None = place
            for letter in letters:
                at = self._step(at, letter) if at is not None and not at.done else None
            self._moves[key] = at
        return self._moves[key]

    def tokens(self, place: Place, spellings: Spellings) -> list[int]:
        """All tokens that may come at a place, found along the letters that they share."""
        if place not in self._all:
            found: list[int] = []
            open_: list[tuple[Spellings, Place]] = [(spellings, place)]
            while open_:
                node, at = open_.pop()
                for letter, behind in node.letters.items():
                    there = self._step(at, letter) if not at.done else None
                    if there is not None:
                        found += behind.tokens
                        open_.append((behind, there))
            self._all[place] = found
        return self._all[place]

    def _step(self, place: Place, letter: str) -> Place | None:
        if letter.isalpha() or (letter == "'" and place.partial):
            return self._spelt(place, letter)
        if place.partial:
            finished = self._finished(place)
            if finished is None:
                return None
            place = finished
        if letter == "\n":
            return place._replace(done=True) if self._complete(place) else None
        if letter == " ":
            return place._replace(after=" ") if place.after != " " and self._open(place) else None
        if letter in PAUSES + ENDS and place.after == "" and place.words and self._may_pause(place, letter):
            return place._replace(after=letter, pause=place.words)
        return None

    def _may_pause(self, place: Place, letter: str) -> bool:
        """A line ends in any mark; within it a pause stands neither close to another nor before its last syllable."""
        if self._complete(place):
            return True
        most = max(self.line.syllables)
        return letter in PAUSES and place.words - place.pause >= APART and any(most - used > 1 for used in place.used)

    def _spelt(self, place: Place, letter: str) -> Place | None:
        if (not place.partial and place.after != " ") or (place.partial and letter.isupper()):
            return None
        if letter.isupper() and place.words and letter != "I":
            return None
        grown = place.partial + letter.lower()
        if not place.words and not place.partial and self.line.first and grown != self.line.first:
            return None
        return Place(place.used, grown, "", place.words, place.pause, place.last) if self._leads(place, grown) else None

    def _leads(self, place: Place, start: str) -> bool:
        """Whether some word that begins so fits here."""
        key = (place.used, start)
        if key not in self._known:
            partners = self._partners_sorted
            first, last = (bisect_left(partners, start + more) for more in ("", "\U0010ffff"))
            self._known[key] = any(
                self._counted(place.used, each, self._partners is None) for each in self._lexicon.ways_from(start)
            ) or any(self._after(place.used, word) for word in partners[first:last])
        return self._known[key]

    def _finished(self, place: Place) -> Place | None:
        """The place behind the word that is spelt, where that is a word and fits."""
        if place.partial not in self._lexicon.sounds or place.partial == place.last:
            return None
        used = tuple(sorted(self._after(place.used, place.partial)))
        return Place(used, "", "", place.words + 1, place.pause, place.partial) if used else None

    def _open(self, place: Place) -> bool:
        """Whether another word can follow."""
        return any(self._room(used) for used in place.used)

    def _complete(self, place: Place) -> bool:
        return place.words > 0 and any(used in self.line.syllables for used in place.used) and self._may_end_with(place.last)

    def _after(self, used: tuple[int, ...], word: str) -> set[int]:
        """The syllables that there may be after `word`, such that the line can still be finished."""
        return self._counted(used, self._lexicon.stresses[word], self._may_end_with(word))

    def _counted(self, used: tuple[int, ...], stresses: tuple[str, ...], ends: bool) -> set[int]:
        """The same of any word with these stresses that may end the line, or not: words by the thousand sound alike."""
        key = (used, stresses, ends)
        if key not in self._reached:
            metre, may_be = self.line.metre, self.line.syllables
            reached = {before + len(stress) for stress in stresses for before in used if stressed_well(stress, before, metre)}
            self._reached[key] = {after for after in reached if self._room(after) or (after in may_be and ends)}
        return self._reached[key]

    def _room(self, used: int) -> bool:
        """Whether a line of so many syllables can be finished by more words."""
        return any(count <= max(self.line.syllables) - used for count in self._ends)

    def _may_end_with(self, word: str) -> bool:
        return self._partners is None or word in self._partners


class LineRule:
    """Implements Rule: one way through a line, and the words that must or must not occur."""

    def __init__(self, grammar: Grammar, beside: WordRule) -> None:
        self.grammar, self.beside = grammar, beside
        self.place, self.text = Place(), ""

    def allows(self, token: int, spelt: bytes) -> bool:
        if not spelt.isascii() or not spelt:
            return False
        return self.grammar.moved(self.place, spelt.decode("ascii")) is not None and self.beside.allows(token, spelt)

    def every(self, vocabulary: Vocabulary) -> list[int]:
        """All that may come now."""
        found = self.grammar.tokens(self.place, vocabulary.spellings)
        return [token for token in found if self.beside.allows(token, vocabulary.pieces[token])]

    def copied(self) -> LineRule:
        """The same place in the same line, to go on from another way."""
        made = copy(self)
        made.beside = self.beside.copied()
        return made

    def took(self, spelt: bytes) -> None:
        letters = spelt.decode("ascii")
        found = self.grammar.moved(self.place, letters)
        assert found is not None
        self.place, self.text = found, self.text + letters
        self.beside.took(spelt)

    def leans(self, logits: np.ndarray) -> np.ndarray:
        return self.beside.leans(logits)
