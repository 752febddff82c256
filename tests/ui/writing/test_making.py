"""Writing with a model, drawn from its actions and capabilities."""

import threading

import pytest
from PySide6.QtCore import QPoint, Qt

from studio.documents.page.story import Note
from studio.documents.page.versions import ROOT
from studio.engine import Delta, Session
from studio.project import Recipe
from studio.ui.application import build
from tests import words
from tests.ui.writing.test_page import write

PATIENCE = 60_000
CONTROL = Qt.KeyboardModifier.ControlModifier


def idle(qtbot, window) -> None:
    qtbot.waitUntil(lambda: not window.context.bridge.busy(), timeout=PATIENCE)


def press(qtbot, window, action: str, count: int = 1, **settings) -> None:
    assert window.inspector.choose_action(action)
    window.inspector._form.set_values(settings)
    window.inspector._count.set_value(count)
    qtbot.keyClick(window, Qt.Key.Key_Return, CONTROL)
    idle(qtbot, window)


def ghost(qtbot, writing) -> str:
    qtbot.waitUntil(lambda: bool(writing.edit.ghost) and not writing.ghost._queries.busy, timeout=PATIENCE)
    return writing.edit.ghost


# The ghost.


def test_a_rest_brings_ghost_text_that_is_no_part_of_the_page(qtbot, writing, page) -> None:
    write(qtbot, page, "the lamp")
    assert ghost(qtbot, writing).startswith(" was")
    assert page.toPlainText() == writing.sheet.content == "the lamp"


def test_a_cursor_that_is_put_at_the_end_of_a_paragraph_rests_there_and_tab_waits_for_it(qtbot, window, writing, page) -> None:
    write(qtbot, page, "the lamp")
    writing.ghost.dismiss()
    qtbot.keyClick(page, Qt.Key.Key_Home)
    assert not writing.ghost.waiting
    qtbot.keyClick(page, Qt.Key.Key_End)
    assert writing.ghost.waiting
    qtbot.keyClick(page, Qt.Key.Key_Tab)  # before anything is there: it is no wish to hide the panels
    assert window.inspector.isVisible()
    assert ghost(qtbot, writing).startswith(" was")


def test_tab_takes_the_ghost_as_one_step(qtbot, window, writing, page) -> None:
    write(qtbot, page, "the lamp")
    said = ghost(qtbot, writing)
    qtbot.keyClick(page, Qt.Key.Key_Tab)
    assert writing.sheet.content == page.toPlainText() == "the lamp" + said
    assert window.inspector.isVisible()
    assert writing.undo() and writing.sheet.content == "the lamp"


def test_a_press_below_the_ghost_goes_where_it_was_aimed(qtbot, writing, page) -> None:
    write(qtbot, page, "the lamp\n\nbelow it lies the sea")
    cursor = page.textCursor()
    cursor.setPosition(8)
    page.setTextCursor(cursor)
    page.set_ghost(" was lit\nand the boats came home\nand slept")
    cursor.setPosition(16)
    place = page.cursorRect(cursor).center()
    width = page.viewport().width()
    qtbot.mouseClick(page.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert not page.ghost and page.textCursor().position() == 16 and page.viewport().width() == width
    page.set_ghost(" and so on")
    cursor.setPosition(20)
    place = page.cursorRect(cursor).center()
    qtbot.mouseClick(page.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.ShiftModifier, place)
    assert page.textCursor().selectionStart() == 16  # Shift still chooses


def test_a_ghost_that_lengthens_the_page_does_not_break_its_lines_anew(qtbot, writing, page) -> None:
    write(qtbot, page, "the lamp")
    width = page.viewport().width()
    page.set_ghost(" was lit" + "\nand the boats came home" * 60)
    qtbot.waitUntil(page.verticalScrollBar().isVisible, timeout=PATIENCE)
    assert page.viewport().width() == width


def test_a_word_of_the_ghost_is_taken_and_the_rest_stays(qtbot, writing, page) -> None:
    write(qtbot, page, "the lamp")
    said = ghost(qtbot, writing)
    qtbot.keyClick(page, Qt.Key.Key_Right, CONTROL)
    assert writing.sheet.content == "the lamp was"
    assert page.ghost == said.removeprefix(" was")


def test_typing_what_the_ghost_says_goes_on_in_it(qtbot, writing, page) -> None:
    write(qtbot, page, "the lamp")
    said = ghost(qtbot, writing)
    write(qtbot, page, " wa")
    assert page.ghost == said.removeprefix(" wa")
    write(qtbot, page, "x")
    assert page.ghost == ""


def test_escape_sends_the_ghost_away_and_moving_too(qtbot, window, writing, page) -> None:
    write(qtbot, page, "the lamp")
    ghost(qtbot, writing)
    qtbot.keyClick(page, Qt.Key.Key_Escape)
    assert page.ghost == ""
    write(qtbot, page, " ")
    ghost(qtbot, writing)
    qtbot.keyClick(page, Qt.Key.Key_Left)
    assert page.ghost == ""


def test_no_ghost_in_the_middle_nor_when_switched_off(qtbot, window, writing, page) -> None:
    write(qtbot, page, "the lamp")
    qtbot.keyClick(page, Qt.Key.Key_Home)
    assert not writing.ghost.ask()
    qtbot.keyClick(page, Qt.Key.Key_End)
    window.actions_by_id["ghost_text"].trigger()
    assert not writing.ghost.ask()


# Actions.


def test_continue_writes_behind_the_cursor_as_one_step(qtbot, window, writing, page, project) -> None:
    write(qtbot, page, "the lamp")
    grown = []
    window.context.bridge.heard.connect(lambda job, event: grown.append(page.toPlainText()) if isinstance(event, Delta) else None)
    press(qtbot, window, "continue", words=12)
    content = writing.sheet.content
    assert content.startswith("the lamp ") and len(content.split()) == 14
    assert grown and all(content.startswith(each) for each in grown)
    assert writing.candidates.isHidden() and page.toPlainText() == content
    assert project.assets(0, 1)[0].medium == "text"
    qtbot.waitUntil(lambda: bool(writing.note()), timeout=PATIENCE)  # it is kept on the file threads
    assert Recipe.from_json(writing.note()).edited
    assert writing.undo() and writing.sheet.content == page.toPlainText() == "the lamp"


def test_candidates_are_read_in_place_and_one_is_kept(qtbot, window, writing, page) -> None:
    write(qtbot, page, "the")
    press(qtbot, window, "continue", count=3, words=8)
    assert not writing.candidates.isHidden() and writing.sheet.content == "the"
    read = []
    for index in (0, 1, 2):
        writing.candidates.choose(index)
        read.append(page.toPlainText())
    assert len(set(read)) == 3
    writing.candidates.choose(-1)
    assert page.toPlainText() == "the"
    window.actions_by_id["next_words"].trigger()
    window.actions_by_id["next_words"].trigger()
    window.actions_by_id["keep_words"].trigger()
    assert writing.sheet.content == page.toPlainText() == read[1]
    assert writing.undo() and page.toPlainText() == "the"


def test_rewriting_is_a_difference_to_accept_or_refuse(qtbot, window, writing, page) -> None:
    press(qtbot, window, "rewrite")
    assert "Nothing is selected" in window.notice.text()
    write(qtbot, page, "the lamp was never lit. the end")
    page.choose(9, 22)
    press(qtbot, window, "rewrite")
    assert writing.candidates.diff.isVisible()
    assert {"gone", "came"} <= {kind for kind, _ in writing.candidates.diff.pieces()}
    assert writing.sheet.content == "the lamp was never lit. the end" != page.toPlainText()
    window.actions_by_id["stop"].trigger()
    assert page.toPlainText() == "the lamp was never lit. the end"
    page.choose(9, 22)
    press(qtbot, window, "rewrite")
    window.actions_by_id["keep_words"].trigger()
    content = writing.sheet.content
    assert content.startswith("the lamp ") and content.endswith(". the end") and content == page.toPlainText()
    assert writing.undo() and writing.sheet.content == "the lamp was never lit. the end"


def test_a_gap_is_filled_between_what_stands_there(qtbot, window, writing, page) -> None:
    write(qtbot, page, "the lamp [gap] the end")
    page.choose(9, 14)
    press(qtbot, window, "fill", words=4)
    assert page.toPlainText() != writing.sheet.content == "the lamp [gap] the end"
    window.actions_by_id["keep_words"].trigger()
    content = writing.sheet.content
    assert content.startswith("the lamp ") and content.endswith(" the end") and "[gap]" not in content
    page.choose(8, 8)
    press(qtbot, window, "fill", words=4)
    assert len(writing.sheet.content.split()) == len(content.split()) + 4


def test_typing_before_the_first_word_comes_loses_nothing(qtbot, window, writing, page, monkeypatch) -> None:
    write(qtbot, page, "the lamp was never lit. the end")
    page.choose(9, 22)
    typed = threading.Event()

    def hear(job, event) -> None:
        if isinstance(event, Delta) and not typed.is_set():
            page.choose(0, 0)
            write(qtbot, page, "So ")
            typed.set()

    monkeypatch.setattr(words, "between_words", lambda made: typed.wait(60))
    window.context.bridge.heard.connect(hear)
    press(qtbot, window, "rewrite")
    window.actions_by_id["stop"].trigger()
    assert writing.sheet.content == page.toPlainText() == "So the lamp was never lit. the end"


def test_typing_into_what_comes_keeps_it_and_stops_the_rest(qtbot, window, writing, page, monkeypatch) -> None:
    write(qtbot, page, "the")
    stopped = threading.Event()
    monkeypatch.setattr(words, "between_words", lambda made: stopped.wait(0.03))

    def hear(job, event) -> None:
        if isinstance(event, Delta) and event.media.content and not stopped.is_set():
            write(qtbot, page, "!")
            stopped.set()

    window.context.bridge.heard.connect(hear)
    press(qtbot, window, "continue", words=400)
    assert writing.sheet.content == page.toPlainText()
    assert writing.sheet.content.startswith("the ") and writing.sheet.content.endswith("!")
    assert len(writing.sheet.content.split()) < 100
    assert writing.undo() and "!" not in writing.sheet.content and writing.sheet.content != "the"


def test_stop_keeps_the_words_that_are_there(qtbot, window, writing, page, project, monkeypatch) -> None:
    stopped = threading.Event()
    monkeypatch.setattr(words, "between_words", lambda made: stopped.wait(0.03))

    def hear(job, event) -> None:
        if isinstance(event, Delta) and event.media.content and not stopped.is_set():
            window.actions_by_id["stop"].trigger()
            stopped.set()

    window.context.bridge.heard.connect(hear)
    press(qtbot, window, "generate", words=500)
    assert 0 < len(writing.sheet.content.split()) < 500
    assert project.assets(0, 1)[0].title.endswith("stopped")


def test_typing_elsewhere_while_a_model_has_not_begun_moves_the_place(qtbot, writing, page) -> None:
    from studio.documents.page.versions import Place

    place = Place(10, 14, "x")
    assert place.moved(2, 0, 3) and (place.first, place.last, place.base) == (13, 17, (10, 14))
    assert place.moved(17, 0, 5) and (place.first, place.last) == (13, 17)
    assert not place.moved(12, 4, 0)
    assert not Place(3, 3, "x").moved(3, 0, 1) and Place(3, 3, "x").moved(2, 1, 0)


def test_every_continuation_is_a_branch_that_can_be_gone_back_to(qtbot, window, writing, page, project, words_shelf) -> None:
    write(qtbot, page, "the")
    press(qtbot, window, "continue", words=5)
    first = writing.sheet.content
    press(qtbot, window, "continue", words=5)
    second = writing.sheet.content
    writing.returning.go_to_branch(0)
    qtbot.waitUntil(lambda: writing.sheet.content == page.toPlainText() == first, timeout=PATIENCE)
    press(qtbot, window, "continue", words=9)
    third = writing.sheet.content
    assert [branch.parent for branch in writing.sheet.past.branches] == [ROOT, 0, 0]
    window.close()
    project.flush()
    with Session(project, words_shelf, device="cpu") as other:
        again = build(project, other)
        qtbot.addWidget(again)
        assert again.workspaces["writing"].sheet.content == third
        again.workspaces["writing"].returning.go_to_branch(1)
        qtbot.waitUntil(lambda: again.workspaces["writing"].sheet.content == second, timeout=PATIENCE)
        again.workspaces["writing"].returning.go_to_branch(ROOT)
        qtbot.waitUntil(lambda: again.workspaces["writing"].sheet.content == "the", timeout=PATIENCE)
        assert again.workspaces["writing"].undo() and again.workspaces["writing"].sheet.content == second
        again.workspaces["writing"].settle()


def test_notes_are_woven_into_the_memory_when_they_are_named(qtbot, window, writing, page) -> None:
    window.actions_by_id["story"].trigger()
    panel = writing.remembering.panel
    panel.memory.setPlainText("It is winter.")
    panel.add(Note("Ada, the smith", "Has one eye."))
    panel.add(Note("Bo", "Never speaks."))
    write(qtbot, page, "Then Ada laughed.")
    action = writing.making.continuation()
    assert window.inspector.choose_action(action.id)
    window.inspector.press()
    qtbot.waitUntil(lambda: not window.context.bridge.busy(), timeout=PATIENCE)
    made = Recipe.from_json(window.context.project.assets(0, 1)[0].recipe)
    assert made.settings["memory"] == "It is winter.\nAda: Has one eye."
    qtbot.waitUntil(lambda: "of 64 tokens" in writing.status.room.text(), timeout=PATIENCE)
    writing.settle()
    assert window.context.project.setting("page.story", {}) is not None


# SurprisalView it think.


def test_the_tint_covers_the_page_and_follows_edits(qtbot, window, writing, page) -> None:
    write(qtbot, page, "the lamp was lit\nthe unexpected zebra")
    window.actions_by_id["tint"].trigger()
    content = writing.sheet.content
    qtbot.waitUntil(lambda: writing.surprisal.bits.missing_from(0, len(content)) == len(content), timeout=PATIENCE)
    by_word = {content[first:last].strip(): bits for first, last, bits in writing.surprisal.bits.within(0, len(content))}
    assert by_word["zebra"] > by_word["was"]
    page.choose(0, 4)
    qtbot.keyClick(page, Qt.Key.Key_Delete)
    assert writing.surprisal.bits.missing_from(0, 3) == 0
    content = writing.sheet.content
    qtbot.waitUntil(lambda: writing.surprisal.bits.missing_from(0, len(content)) == len(content), timeout=PATIENCE)
    assert writing.curve.isVisible()


def test_pressing_a_word_offers_others_and_one_takes_its_place(qtbot, window, writing, page) -> None:
    write(qtbot, page, "the lamp was lit")
    window.actions_by_id["tint"].trigger()
    idle(qtbot, window)
    page.choose(6, 6)
    middle = page.cursorRect().center() + QPoint(2, 0)
    qtbot.mouseClick(page.viewport(), Qt.MouseButton.LeftButton, pos=middle)
    choices = writing.surprisal.choices
    qtbot.waitUntil(choices.isVisible, timeout=PATIENCE)
    offered = [word.text.strip() for word in choices.words()]
    assert "street" in offered
    choices.take(offered.index("street"))
    assert writing.sheet.content == page.toPlainText() == "the street was lit"
    assert writing.undo() and writing.sheet.content == "the lamp was lit"


def test_writing_on_from_a_word_replaces_the_rest_of_its_paragraph(qtbot, window, writing, page) -> None:
    write(qtbot, page, "the lamp was lit\nlast")
    window.inspector.choose_action("continue")
    window.inspector._count.set_value(1)
    writing._go_on_at(8)
    idle(qtbot, window)
    window.actions_by_id["keep_words"].trigger()
    assert writing.sheet.content.startswith("the lamp ") and writing.sheet.content.endswith("\nlast")
    assert writing.sheet.content != "the lamp was lit\nlast"


def test_words_are_picked_by_hand_with_digits(qtbot, window, writing, page) -> None:
    window.actions_by_id["hand_pick"].trigger()
    window.actions_by_id["ghost_text"].trigger()
    write(qtbot, page, "the lamp ")
    choices = writing.surprisal.choices
    qtbot.waitUntil(choices.isVisible, timeout=PATIENCE)
    assert choices.words()[0].text == "was"
    qtbot.keyClicks(page, "1")
    assert writing.sheet.content == "the lamp was"
    qtbot.waitUntil(lambda: choices.isVisible() and bool(choices.words()), timeout=PATIENCE)
    second = choices.words()[0].text
    qtbot.keyClicks(page, "1")
    assert writing.sheet.content == f"the lamp was {second}"
    qtbot.waitUntil(lambda: choices.isVisible() and bool(choices.words()), timeout=PATIENCE)
    qtbot.keyClick(page, Qt.Key.Key_Escape)
    assert not choices.isVisible()
    qtbot.keyClicks(page, "1")
    assert writing.sheet.content == f"the lamp was {second}1"


# Joints.


def test_a_text_of_the_history_opens_on_a_page_of_its_own(qtbot, window, writing, page) -> None:
    press(qtbot, window, "generate", words=10)
    before = writing.sheet.content
    writing.open_page(None)
    write(qtbot, page, "mine")
    window._place(window.filmstrip.model().ids[0])
    assert window.current == "writing"
    qtbot.waitUntil(lambda: writing.sheet.content == before, timeout=PATIENCE)
    assert not Recipe.from_json(writing.note()).edited
    assert len(writing.sheet.pages.all()) == 3


def test_writing_about_a_picture_begins_with_what_it_is(qtbot, window, writing, project) -> None:
    recipe = Recipe("m", "0" * 64, "generate", {"hair": "red", "hat": "any", "n": 3}, 1, 0, {}, "cpu", "float32", 1, "0", "0")
    asset = project.add_asset("picture", b"x", recipe=recipe.to_json(), title="m 1·0").result()
    window.filmstrip.write_wanted.emit(asset.id)
    assert writing.sheet.content == "A picture: hair red.\n\n"


@pytest.mark.parametrize("preset", ["careful", "wild", "usual"])
def test_presets_set_their_numbers_and_nothing_else(qtbot, window, preset) -> None:
    assert window.inspector.choose_action("continue")
    form = window.inspector._form
    form.set_values({"words": 33, "temperature": 1.9, "memory": "snow"})
    qtbot.mouseClick(form.presets()[preset], Qt.MouseButton.LeftButton)
    values = form.values()
    assert (values["words"], values["memory"]) == (33, "snow")
    assert values["temperature"] == {"careful": 0.4, "wild": 1.4, "usual": 0.8}[preset]
    assert [name for name, button in form.presets().items() if button.isChecked()] == [preset]


def test_the_other_workspaces_take_a_model_of_words_calmly(qtbot, window) -> None:
    for name in ("explorer", "lab", "shelf", "canvas", "pianoroll", "writing"):
        window.go(name)
        idle(qtbot, window)
    assert window.notice.text() == ""
    assert window.context.model == "tiny-words"


def test_keys_of_other_workspaces_do_nothing_on_a_page(qtbot, window, page) -> None:
    for key in (Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_J, Qt.Key.Key_1):
        qtbot.keyClick(page, key, CONTROL)
        assert window.current == "writing"


def test_a_page_with_words_is_gone_on_with_and_an_empty_one_begun(qtbot, window, writing, page) -> None:
    assert window.inspector.action().id == "generate"
    write(qtbot, page, "the lamp was lit")
    first = writing.sheet.pages.number
    window.inspector.choose_action("fill")
    writing.open_page(None)
    assert window.inspector.action().id == "generate"
    writing.open_page(first)
    assert window.inspector.action().id == "continue"
    window.inspector.choose_action("generate")
    window.go("canvas")
    window.go("writing")
    assert window.inspector.action().id == "generate"  # the same page: what was chosen stays
