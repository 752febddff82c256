"""Differences word by word."""

from hypothesis import given
from hypothesis import strategies as st

from studio.ui.widgets.diff import CAME, GONE, SAME, DiffView, word_diff

WORDS = st.lists(st.sampled_from(["a", "lamp", " ", "\n", ".", "don't"]), max_size=20).map("".join)


@given(WORDS, WORDS)
def test_both_texts_can_be_read_off_a_difference(one: str, other: str) -> None:
    pieces = word_diff(one, other)
    assert "".join(text for kind, text in pieces if kind != CAME) == one
    assert "".join(text for kind, text in pieces if kind != GONE) == other


def test_only_the_words_that_changed_are_struck() -> None:
    assert word_diff("the old lamp", "the new lamp") == [(SAME, "the "), (GONE, "old"), (CAME, "new"), (SAME, " lamp")]


def test_a_word_that_happens_to_stay_changes_with_the_others() -> None:
    assert word_diff("red of blue", "one of two") == [(GONE, "red of blue"), (CAME, "one of two")]


def test_what_stays_is_shortened_and_nothing_is_markup(qtbot) -> None:
    view = DiffView()
    qtbot.addWidget(view)
    view.show_texts("word " * 200 + "<b>old</b>", "word " * 200 + "<b>new</b>")
    shown = view.toPlainText()
    assert shown.startswith(" … ") and shown.endswith("<b>oldnew</b>") and len(shown) < 200
