"""Words that no dictionary has, in the English of both shores."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.media.text.spelling import Spelling


@pytest.fixture(scope="module")
def spelling() -> Spelling:
    return Spelling(["Kvothe"])


def wrong(spelling: Spelling, text: str) -> list[str]:
    return [text[first:last] for first, last in spelling.misspelt(text)]


def test_slips_are_found_where_they_stand(spelling: Spelling) -> None:
    assert wrong(spelling, "The lighthosue was dark when teh gull came to the window.") == ["lighthosue", "teh"]


@pytest.mark.parametrize("word", ["colour", "realised", "travelled", "theatre", "grey", "programme", "don’t", "gull’s", "kvothe", "café"])
def test_british_ways_elisions_and_own_words_are_known(spelling: Spelling, word: str) -> None:
    assert spelling.knows(word)


@pytest.mark.parametrize("text", [
    "We met Elodin and Auri by the sea that night.", "Run `xqzt --flarb` and read it again.", "See https://qwzx.example/blorf for more.",
    "Write to qqzz@flarb.org in time.", "Room b12x was dark and cold.",
    "Der Leuchtturm war seit neun jahren dunkel, als die möwe an das fenster kam und dreimal klopfte.", "", "山は静か",
])  # fmt: skip
def test_names_code_addresses_and_other_languages_are_left_alone(spelling: Spelling, text: str) -> None:
    assert wrong(spelling, text) == []


def test_what_may_have_been_meant_comes_commonest_first(spelling: Spelling) -> None:
    assert spelling.suggestions("lighthosue") == ["lighthouse"]
    assert spelling.suggestions("teh")[0] == "the"


def test_a_word_that_is_kept_is_known_from_then_on(spelling: Spelling) -> None:
    assert not spelling.knows("flarb")
    spelling.keep("Flarb")
    assert spelling.knows("flarb")


@given(st.text(max_size=200))
def test_any_text_is_read(spelling: Spelling, text: str) -> None:
    assert all(0 <= first < last <= len(text) for first, last in spelling.misspelt(text))
