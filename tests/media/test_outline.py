"""The headings of a text, and a chapter put elsewhere."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.media.text.outline import chapter_at, moved, outline

BOOK = "Before.\n\n# One\n\nFirst.\n\n## A\n\nIn a.\n\n## B\n\nIn b.\n\n# Two\n\nSecond.\n\n### Deep\n\n# Three\n\nLast."


def titles(content: str) -> list[str]:
    return [heading.title for heading in outline(content)]


def put(content: str, number: int, place: int) -> str:
    change = moved(content, outline(content)[number], place)
    if change is None:
        return content
    first, last, text = change
    return content[:first] + text + content[last:]


def test_headings_have_levels_and_chapters_hold_what_is_smaller() -> None:
    found = outline(BOOK)
    assert [(heading.level, heading.title) for heading in found] == [
        (1, "One"), (2, "A"), (2, "B"), (1, "Two"), (3, "Deep"), (1, "Three"),
    ]  # fmt: skip
    assert BOOK[found[0].first : found[0].last].startswith("# One") and BOOK[found[0].last :].startswith("# Two")
    assert BOOK[found[1].first : found[1].last] == "## A\n\nIn a.\n\n"
    assert found[-1].last == len(BOOK)


def test_what_is_no_heading_is_none() -> None:
    assert titles("#hash\n\n    # code\n\n```\n# in code\n```\n\n~~~\n# too\n```\n# still\n~~~\n# Yes #\n####### seven") == ["Yes"]


def test_a_place_stands_under_the_nearest_heading_before_it() -> None:
    found = outline(BOOK)
    assert chapter_at(found, 0) == -1
    assert chapter_at(found, BOOK.index("In b")) == 2
    assert chapter_at(found, len(BOOK)) == 5


def test_a_chapter_goes_up_with_all_that_is_in_it() -> None:
    found = outline(BOOK)
    after = put(BOOK, 3, found[0].first)
    assert titles(after) == ["Two", "Deep", "One", "A", "B", "Three"]
    assert after == BOOK.replace(BOOK[found[3].first : found[3].last], "").replace("# One", BOOK[found[3].first : found[3].last] + "# One")


def test_the_last_chapter_moved_up_keeps_a_line_between_the_two() -> None:
    after = put(BOOK, 5, outline(BOOK)[3].first)
    assert titles(after) == ["One", "A", "B", "Three", "Two", "Deep"]
    assert "Last.\n\n# Two" in after
    assert after.endswith("### Deep")


def test_a_chapter_goes_down_behind_another() -> None:
    after = put(BOOK, 1, outline(BOOK)[2].last)
    assert titles(after) == ["One", "B", "A", "Two", "Deep", "Three"]
    assert len(after) == len(BOOK)


@pytest.mark.parametrize("where", ["first", "last"])
def test_a_chapter_put_where_it_lies_changes_nothing(where: str) -> None:
    heading = outline(BOOK)[1]
    assert moved(BOOK, heading, getattr(heading, where)) is None


pieces = st.sampled_from(["# A\n", "## B\n\n", "### C\n", "words\n", "more words\n\n", "\n"])


@given(st.lists(pieces, max_size=14), st.integers(0, 20), st.integers(0, 20))
def test_moving_a_chapter_loses_and_adds_no_line(parts: list[str], number: int, target: int) -> None:
    content = "".join(parts).rstrip("\n")
    found = outline(content)
    if not found:
        return
    heading, other = found[number % len(found)], found[target % len(found)]
    for place in (other.first, other.last):
        after = put(content, found.index(heading), place)
        assert sorted(filter(None, after.split("\n"))) == sorted(filter(None, content.split("\n")))
        assert len(after) == len(content)
        assert sorted(titles(after)) == sorted(titles(content))


def test_a_long_book_is_outlined_whole() -> None:
    chapter = "## Chapter {}\n\n" + "word " * 900 + "\n\n"
    content = "".join(chapter.format(number) for number in range(200))
    found = outline(content)
    assert len(found) == 200
    assert found[-1].title == "Chapter 199"
