"""Edits of a page are undone and redone exactly, survive their bytes, and gather to steps a person would undo."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.documents.page.codec import content_from_bytes, content_to_bytes
from studio.documents.page.document import PageDocument
from studio.documents.page.edits import Edit
from studio.media import MediaError
from tests.documents.notebook import Notebook

# Where to edit (as a share of the text), how much goes, what comes, whether it is typed, and whether a rest comes before.
STEPS = st.lists(st.tuples(st.floats(0, 1), st.integers(0, 4), st.text(max_size=4), st.booleans(), st.booleans()), max_size=12)


def presses(document: PageDocument) -> int:
    """How many times undo can be pressed."""
    return sum(number == 0 or not step.edit.goes_on for number, step in enumerate(document.history.steps))


def carried_out(steps, start: str = "Once.") -> tuple[PageDocument, Notebook]:  # type: ignore[no-untyped-def]
    now = [0.0]
    journal = Notebook()
    document = PageDocument(start, journal, lambda: now[0])
    for share, removed, inserted, typed, rest in steps:
        now[0] += 5.0 if rest else 0.1
        at = int(share * len(document.content))
        gone = document.content[at : at + removed]
        if typed and (gone or inserted):
            document.typed(at, gone, inserted)
        else:
            document.apply("Put", at, len(gone), inserted)
    document.settle()
    return document, journal


@given(STEPS, st.integers(0, 6))
def test_a_page_comes_back_as_it_was_left(steps, undone) -> None:
    document, journal = carried_out(steps)
    for _ in range(undone):
        document.undo()
    again = PageDocument.restore(content_to_bytes("Once."), journal.edits, journal.position)
    assert again.content == document.content
    while document.redo():
        assert again.redo()
        assert again.content == document.content
    assert not again.redo()
    assert again.history.base() == "Once."


@given(STEPS)
def test_undoing_all_gives_the_page_it_began_with(steps) -> None:
    document, _ = carried_out(steps)
    after = document.content
    while document.undo():
        pass
    assert document.content == "Once."
    while document.redo():
        pass
    assert document.content == after


@given(st.binary(max_size=200), st.integers(0, 60))
def test_damaged_bytes_are_a_page_or_a_sentence(noise: bytes, at: int) -> None:
    for good, read in ((content_to_bytes("word " * 400), content_from_bytes), (Edit("x", 1, "a", "b" * 2000).to_bytes(), Edit.from_bytes)):
        with contextlib.suppress(MediaError):
            read(good[:at] + noise + good[at + len(noise) :])


def test_words_are_gathered_to_sentences_and_rests_begin_new_steps() -> None:
    now = [0.0]
    document = PageDocument("", Notebook(), lambda: now[0])
    for letter in "One two. Three":
        document.typed(len(document.content), "", letter)
        now[0] += 0.1
    assert presses(document) == 2
    now[0] += 10
    document.typed(len(document.content), "", "!")
    assert presses(document) == 3
    document.typed(0, "", "X")
    assert presses(document) == 4
    document.undo()
    document.undo()
    assert document.content == "One two. Three"


def test_typing_that_was_written_down_in_parts_is_one_step() -> None:
    document = PageDocument("", Notebook(), lambda: 0.0)
    for letter in "abc":
        document.typed(len(document.content), "", letter)
        document.settle()
    document.undo()
    assert document.content == ""
    document.redo()
    assert document.content == "abc"


def test_undo_keeps_a_thousand_steps() -> None:
    document, journal = PageDocument("", Notebook(), lambda: 0.0), Notebook()
    document.history.journal = journal
    for number in range(1100):
        document.apply("Put", 0, 0, str(number % 10))
    assert document.history.folded == 100 and presses(document) == 1000
    again = PageDocument.restore(content_to_bytes(document.history.base()), journal.edits[document.history.folded :], 1000)
    assert again.content == document.content


def test_an_edit_that_does_not_fit_is_refused() -> None:
    with pytest.raises(MediaError, match="does not fit"):
        Edit("x", 2, "abc", "").apply("nothing of it")
