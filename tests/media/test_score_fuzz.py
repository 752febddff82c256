"""Files whose bytes were changed end in a score or in a sentence that names them; what was read can be written again."""

import copy
import io
import random
import zipfile
from pathlib import Path
from xml.etree import ElementTree as Tree

import numpy as np
import pytest

from studio.media import MediaError, Score
from studio.media.score import NOTE, Key, Mark, Tempo, Track, Words, decode_all, encode_midi
from studio.media.score.musicxml_writing import encode_musicxml
from tests.mutations import MANY, mutated

CASES = Path(__file__).parent / "cases"
QUICK = 40
WRITABLE_BARS = 400


def rich() -> Score:
    """A score with something of everything that a file can hold."""
    notes = np.array([(n * 240, 240, 55 + n % 20, 80) for n in range(24)], NOTE)
    marks = (Mark(0, "grace", "slash", 62), Mark(240, "articulation", "staccato", 56), Mark(480, "dynamics", "ff"))
    melody = Track("Tune", 40, notes=notes, texts=(Words(0, "la-"), Words(240, "la")), marks=marks)
    drums = Track("Kit", 0, True, np.array([(0, 60, 36, 100), (480, 60, 38, 100)], NOTE))
    return Score(
        (melody, drums), tempos=(Tempo(0), Tempo(960, 400_000)), keys=(Key(0, -3, True),), repeats=(Mark(0, "forward"),), title="All"
    )


def packed(inside: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("META-INF/container.xml", '<container><rootfiles><rootfile full-path="s.xml"/></rootfiles></container>')
        archive.writestr("s.xml", inside)
    return buffer.getvalue()


def seeds(ending: str) -> list[bytes]:
    """Whole files of one kind."""
    if ending == ".mid":
        return [encode_midi(rich(), "note"), *(path.read_bytes() for path in sorted([*CASES.glob("*.mid"), *CASES.glob("*.kar")]))]
    if ending == ".abc":
        own = b"X:1\nT:t\nM:6/8\nL:1/8\nQ:1/4=99\nK:Dmix\nV:1\n"
        own += b'|:"Am"{/AB}(3ABc [CEG]2>.d!pp! c-|c z Z2 (ef)&g2|1 ^f4:|2 __g2 [K:Eb]a|]\nw:la- le_\n'
        return [own, *(path.read_bytes() for path in sorted(CASES.glob("*.abc")))]
    plain = [encode_musicxml(rich(), "note"), *(path.read_bytes() for path in sorted(CASES.glob("*.musicxml")))]
    return [packed(each) for each in plain] if ending == ".mxl" else plain


def hurt(whole: list[bytes], chance: random.Random) -> bytes:
    """One of these files damaged, now and then with the end of another one."""
    data = next(mutated(chance.choice(whole), 1, seed=chance.randrange(2**32)))
    if chance.randrange(4):
        return data
    other = chance.choice(whole)
    return data[: chance.randrange(len(data) + 1)] + other[chance.randrange(len(other)) :]


ODD = ("-1", "0", "1", "1e9", "nan", "inf", "99999999999999999999", "1/0", "0.3", "", "x", "-0.5", "300", "\u0663")


def bent(data: bytes, chance: random.Random) -> bytes:
    """Well-formed XML whose elements hold other values, or are gone, doubled or called otherwise."""
    root = Tree.fromstring(data)
    for _ in range(chance.randint(1, 4)):
        everything = list(root.iter())
        element, other, kind = chance.choice(everything), chance.choice(everything), chance.randrange(6)
        if kind <= 1:
            element.text = chance.choice(ODD)
        elif kind == 2 and element.attrib:
            element.set(chance.choice(sorted(element.attrib)), chance.choice(ODD))
        elif kind == 3 and len(element):
            element.remove(chance.choice(list(element)))
        elif kind == 4 and len(element):
            element.insert(chance.randrange(len(element)), copy.deepcopy(chance.choice(list(element))))
        else:
            element.tag = other.tag
    return Tree.tostring(root)


def read(data: bytes, name: str) -> list[Score]:
    try:
        return [score for score, _ in decode_all(data, name)]
    except MediaError as error:
        assert name in str(error)
        return []


def stay_readable(ending: str, count: int) -> None:
    """So many files of one kind, each changed in another way."""
    whole, plain, name = seeds(ending), seeds(".musicxml"), f"hurt{ending}"
    for number in range(count):
        chance = random.Random(number)
        if ending == ".musicxml" and number % 3:
            data = bent(chance.choice(plain), chance)
        elif ending == ".mxl" and number % 3 == 0:  # the archive is whole, what lies inside is not
            data = packed(hurt(plain, chance))
        else:
            data = hurt(whole, chance)
        for score in read(data, name):
            encode_midi(score)
            if len(score.bar_starts()) < WRITABLE_BARS:
                encode_musicxml(score)


ENDINGS = (".mid", ".musicxml", ".mxl", ".abc")


@pytest.mark.parametrize("ending", ENDINGS)
def test_a_damaged_file_is_a_score_or_a_sentence(ending: str) -> None:
    assert read(seeds(ending)[0], f"whole{ending}")
    stay_readable(ending, QUICK)


@pytest.mark.slow
@pytest.mark.parametrize("ending", ENDINGS)
def test_two_thousand_damaged_files_are_scores_or_sentences(ending: str) -> None:
    stay_readable(ending, MANY)
