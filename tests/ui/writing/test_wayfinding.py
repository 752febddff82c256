"""The way through long pages: outline, a search over all of them, a goal of words."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractItemView

from studio.ui.writing.everywhere import MOST

PATIENCE = 20_000
CONTROL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
BOOK = "# One\n\nFirst words.\n\n## A\n\nIn a.\n\n# Two\n\nSecond words.\n\n# Three\n\nThird words."
Above, Below = QAbstractItemView.DropIndicatorPosition.AboveItem, QAbstractItemView.DropIndicatorPosition.BelowItem


@pytest.fixture
def book(writing):  # type: ignore[no-untyped-def]
    writing.sheet.apply("Write", 0, len(writing.sheet.content), BOOK)
    writing.way.look()
    return writing


def shown(writing) -> list[str]:
    tree = writing.way.outline.tree

    def rows(item):
        yield item.text(0)
        for number in range(item.childCount()):
            yield from rows(item.child(number))

    return [text for number in range(tree.topLevelItemCount()) for text in rows(tree.topLevelItem(number))]


def test_what_is_typed_appears_in_the_outline(qtbot, writing, page) -> None:
    for line in ("# A story", "words", "## Its end"):
        qtbot.keyClicks(page, line)
        qtbot.keyClick(page, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: shown(writing) == ["A story", "Its end"], timeout=PATIENCE)


def test_pressing_a_heading_goes_there_and_the_outline_follows_the_cursor(qtbot, book, page) -> None:
    tree = book.way.outline.tree
    qtbot.mouseClick(tree.viewport(), Qt.MouseButton.LeftButton, pos=tree.visualItemRect(tree.topLevelItem(1)).center())
    assert page.place() == BOOK.index("# Two")
    page.choose(BOOK.index("In a"), BOOK.index("In a"))
    qtbot.waitUntil(lambda: tree.currentItem().text(0) == "A", timeout=PATIENCE)


def test_what_is_folded_stays_folded_while_one_writes_on(book) -> None:
    tree = book.way.outline.tree
    tree.topLevelItem(0).setExpanded(False)
    book.sheet.apply("Write", len(BOOK), len(BOOK), "\n\n# Four")
    book.way.look()
    assert shown(book)[-1] == "Four"
    assert not tree.topLevelItem(0).isExpanded()


def test_a_dragged_chapter_is_put_elsewhere_as_one_step(book, page) -> None:
    tree = book.way.outline.tree
    three = tree.topLevelItem(2)
    book.way.put(three.data(0, Qt.ItemDataRole.UserRole), tree.place_of(tree.topLevelItem(0), Above))
    assert shown(book) == ["Three", "One", "A", "Two"]
    assert book.sheet.content.startswith("# Three\n\nThird words.\n\n# One")
    assert page.toPlainText() == book.sheet.content
    assert page.place() == 0
    book.undo()
    assert book.sheet.content == BOOK


def test_dropping_below_an_unfolded_chapter_puts_it_before_its_first_part(book) -> None:
    tree = book.way.outline.tree
    assert tree.place_of(tree.topLevelItem(0), Below) == BOOK.index("## A")
    tree.topLevelItem(0).setExpanded(False)
    assert tree.place_of(tree.topLevelItem(0), Below) == BOOK.index("# Two")
    assert tree.place_of(None, Below) == len(BOOK)


def test_a_chapter_is_not_moved_by_an_outline_that_is_behind_the_page(qtbot, book, page) -> None:
    page.choose(0, 0)
    qtbot.keyClicks(page, "Typed. ")
    typed = book.sheet.content
    book.way.put(3, 0)
    assert book.sheet.content == typed


def three_pages(writing) -> list[int]:
    numbers = []
    for text in (
        "# Harbour\n\nThe lighthouse keeper slept.",
        "# Hill\n\nNo light here.",
        "# Sea\n\nThe LIGHTHOUSE again, and a lighthouse.",
    ):
        writing.open_page(None)
        writing.sheet.apply("Write", 0, len(writing.sheet.content), text)
        writing.sheet.settle()
        numbers.append(writing.sheet.pages.number)
    return numbers


def hits(writing) -> list[tuple[int, str]]:
    rows = writing.way.everywhere.list
    return [(hit.page, hit.around) for hit in (rows.item(row).data(Qt.ItemDataRole.UserRole) for row in range(rows.count()))]


def test_all_pages_are_looked_through_and_a_hit_is_gone_to(qtbot, window, writing, page) -> None:
    harbour, _, sea = three_pages(writing)
    qtbot.keyClick(page, Qt.Key.Key_F, CONTROL | SHIFT)
    qtbot.keyClicks(writing.finding.field, "lighthouse")
    qtbot.waitUntil(lambda: [number for number, _ in hits(writing)] == [harbour, sea, sea], timeout=PATIENCE)
    assert "3 found on 2 pages" in writing.way.everywhere.count.text()
    rows = writing.way.everywhere.list
    qtbot.mouseClick(rows.viewport(), Qt.MouseButton.LeftButton, pos=rows.visualItemRect(rows.item(0)).center())
    assert writing.sheet.pages.number == harbour
    first, last = page.chosen()
    assert page.text[first:last] == "lighthouse"


def test_pages_that_were_never_opened_are_looked_through_too(qtbot, writing, page) -> None:
    harbour, _, sea = three_pages(writing)
    writing.sheet.pages._open.pop(harbour)
    writing._context.project.flush()
    writing.marks.open_finding(False, True)
    writing.finding.field.setText("lighthouse")
    qtbot.waitUntil(lambda: [number for number, _ in hits(writing)] == [harbour, sea, sea], timeout=PATIENCE)


def test_finding_on_one_page_lists_nothing_and_none_says_so(qtbot, writing, page) -> None:
    three_pages(writing)
    qtbot.keyClick(page, Qt.Key.Key_F, CONTROL)
    qtbot.keyClicks(writing.finding.field, "light")
    assert not writing.way.everywhere.isVisible()
    writing.finding._everywhere.setChecked(True)
    writing.finding.field.setText("xyzzy")
    qtbot.waitUntil(lambda: writing.way.everywhere.count.text() == "None on any page", timeout=PATIENCE)
    qtbot.keyClick(writing.finding.field, Qt.Key.Key_Escape)
    assert not writing.way.everywhere.isVisible()


def test_of_very_many_hits_the_first_are_listed_and_all_are_counted(qtbot, writing) -> None:
    writing.sheet.apply("Write", 0, len(writing.sheet.content), "tick tock\n" * (MOST + 20))
    writing.marks.open_finding(False, True)
    writing.finding.field.setText("tock")
    qtbot.waitUntil(lambda: writing.way.everywhere.list.count() == MOST, timeout=PATIENCE)
    assert f"{MOST + 20:,} found" in writing.way.everywhere.count.text()


def test_a_goal_of_words_is_kept_for_its_page(qtbot, writing, page) -> None:
    writing.sheet.apply("Write", 0, len(writing.sheet.content), "one two three four five")
    first = writing.sheet.pages.number
    writing.status.goal_set.emit(20)
    assert writing.status.goal.text() == "25% of 20 words"
    qtbot.keyClicks(page, " six seven eight nine ten")
    assert writing.status.goal.text() == "50% of 20 words"
    writing.open_page(None)
    assert writing.status.goal.text() == "Goal…"
    writing.open_page(first)
    qtbot.waitUntil(lambda: writing.status.goal.text() == "50% of 20 words", timeout=PATIENCE)
    writing.status.goal_set.emit(0)
    assert writing.status.goal.text() == "Goal…"
    assert writing.way.goal() == 0


def test_the_goal_is_asked_for_and_typed(qtbot, window, writing) -> None:
    from studio.ui.widgets.number import NumberField

    window.actions_by_id["word_goal"].trigger()
    field = next(each for each in writing.status.findChildren(NumberField))
    qtbot.keyClicks(field, "2")
    qtbot.keyClicks(field._editor, "000")
    qtbot.keyClick(field._editor, Qt.Key.Key_Return)
    assert writing.way.goal() == 2000
