"""A counter of syllables, rhymes and feet that shares no code with what keeps to them: the dictionary's lines are read as they are."""

from __future__ import annotations

import gzip
import re

from studio.places import shipped

Book = dict[str, list[list[str]]]  # word → its pronunciations, phoneme by phoneme


def pronounced() -> Book:
    """The dictionary's pronunciations of each word."""
    with gzip.open(shipped("resources") / "words" / "cmudict.dict.gz", "rt", encoding="utf-8") as file:
        lines = file.readlines()
    found: Book = {}
    for line in lines:
        word, *sound = line.split("#")[0].split()
        found.setdefault(re.sub(r"\(\d\)$", "", word), []).append(sound)
    return found


def syllables_of(line: str, book: Book) -> set[int]:
    """The syllables that a line may have; empty where a word of it has no pronunciation."""
    sums = {0}
    for word in re.findall(r"[a-z']+", line.lower()):
        ways = {sum(phone[-1].isdigit() for phone in sound) for sound in book.get(word, [])}
        sums = {a + b for a in sums for b in ways}
    return sums


def sound_alike(one: str, other: str, book: Book) -> bool:
    """Whether the last words of two lines rhyme, or are one."""

    def ends(line: str) -> set[str]:
        word = re.findall(r"[a-z']+", line.lower())[-1]
        return {re.sub(r"\d", "", re.findall(r"\w+[12]\D*$|\w+0\D*$", " ".join(sound))[-1]) for sound in book[word]}

    return bool(ends(one) & ends(other))


def iambic(line: str, book: Book) -> bool:
    """Whether a line can be read as five feet, each weak and strong, with the main stress of longer words on strong places."""
    places = {0}
    for word in re.findall(r"[a-z']+", line.lower()):
        stress = [[phone[-1] for phone in sound if phone[-1].isdigit()] for sound in book.get(word, [])]
        places = {
            place + len(each)
            for place in places
            for each in stress
            if len(each) == 1 or all((place + number) % 2 == 1 for number, one in enumerate(each) if one == "1")
        }
    return 10 in places


SCHEMES = {"haiku": "---", "limerick": "AABBA", "sonnet": "ABABCDCDEFEFGG"}
COUNTS = {"haiku": [{5}, {7}, {5}], "limerick": [{8, 9}, {8, 9}, {5, 6}, {5, 6}, {8, 9}], "sonnet": [{10}] * 14}


def obeys(poem: str, form: str, book: Book) -> bool:
    """Whether a haiku, limerick or sonnet keeps to its form, and has no line twice."""
    lines, scheme = poem.strip().split("\n"), SCHEMES[form]
    if len(lines) != len(scheme) or len({line.lower() for line in lines}) < len(lines):
        return False
    counted = all(syllables_of(line, book) & wanted for line, wanted in zip(lines, COUNTS[form], strict=True))
    pairs = ((n, m) for n in range(len(lines)) for m in range(n) if scheme[n] == scheme[m] != "-")
    return (
        counted
        and all(sound_alike(lines[n], lines[m], book) for n, m in pairs)
        and (form != "sonnet" or all(iambic(line, book) for line in lines))
    )
