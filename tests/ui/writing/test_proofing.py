"""Slips are underlined, and the page's menu offers what may have been meant."""

import pytest
from PySide6.QtWidgets import QMenu

from tests.ui.writing.test_page import write

LINE = "The lighthosue was dark that night."


@pytest.fixture
def proofing(qtbot, writing):  # type: ignore[no-untyped-def]
    qtbot.waitUntil(lambda: bool(writing.proofing.misspelt("teh cat sat")), timeout=60_000)
    return writing.proofing


def menu_at(page, place: int) -> QMenu:  # type: ignore[no-untyped-def]
    menu = QMenu(page)
    menu.addAction("Undo")
    page.menu_asked.emit(menu, place)
    return menu


def test_a_slip_is_underlined_and_mended_from_the_menu_in_one_step(qtbot, window, writing, page, proofing) -> None:
    write(qtbot, page, LINE)
    plain = page.viewport().grab().toImage()
    window.actions_by_id["spelling"].trigger()
    assert page.viewport().grab().toImage() != plain
    assert menu_at(page, 6).actions()[0].text() == "Undo"  # switched off, it offers nothing
    window.actions_by_id["spelling"].trigger()
    action = menu_at(page, 6).actions()[0]
    assert action.text() == "lighthouse"
    action.trigger()
    assert writing.sheet.content == LINE.replace("lighthosue", "lighthouse")
    writing.undo()
    assert writing.sheet.content == LINE


def test_a_word_of_ones_own_is_remembered_with_the_project(qtbot, window, writing, page, proofing) -> None:
    write(qtbot, page, LINE)
    keep = next(action for action in menu_at(page, 6).actions() if "Know the word" in action.text())
    keep.trigger()
    assert proofing.misspelt(LINE) == []
    qtbot.waitUntil(lambda: window.context.project.setting("writing.words") == ["lighthosue"], timeout=10_000)
