"""The page, written on by hand: keys and mouse on the real window."""

import pytest
from PySide6.QtCore import QMimeData, Qt

from studio.engine import Session
from studio.ui.application import build

CONTROL, SHIFT, ALT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.AltModifier


def write(qtbot, page, text: str) -> None:
    for line, rest in ((each, number) for number, each in enumerate(text.split("\n"))):
        if rest:
            qtbot.keyClick(page, Qt.Key.Key_Return)
        qtbot.keyClicks(page, line)


def paste(page, text: str) -> None:
    data = QMimeData()
    data.setText(text)
    page.insertFromMimeData(data)


def test_what_is_typed_stands_on_the_page_and_no_key_is_a_command(qtbot, window, writing, page) -> None:
    text = "1 Quick FoxeS jump; 2 m, 3 r and 6 k."
    write(qtbot, page, text)
    assert writing.sheet.content == text == page.toPlainText()
    assert window.current == "writing"


def test_a_digit_with_alt_leaves_the_page_and_a_digit_alone_comes_back(qtbot, window, writing, page) -> None:
    qtbot.keyClick(page, Qt.Key.Key_1, ALT)
    assert window.current == "canvas"
    qtbot.keyClick(window.workspaces["canvas"].view, Qt.Key.Key_3)
    assert window.current == "writing"


def test_tab_hides_the_panels_and_space_types(qtbot, window, writing, page) -> None:
    qtbot.keyClick(page, Qt.Key.Key_Tab)
    assert not window.inspector.isVisible()
    qtbot.keyClick(page, Qt.Key.Key_Tab)
    assert window.inspector.isVisible()
    qtbot.keyClick(page, Qt.Key.Key_Space)
    assert writing.sheet.content == " "


def test_counts_are_of_the_page_and_of_what_is_selected(qtbot, writing, page) -> None:
    write(qtbot, page, "An old silent pond\na frog jumps into the pond")
    assert writing.status.counts.text() == "10 words   ·   44 characters   ·   12 syllables"
    page.choose(3, 13)
    assert writing.status.counts.text().startswith("Selected: 2 words   ·   10 characters   ·   3 syllables")


def test_typing_is_undone_by_sentences_and_redone(qtbot, writing, page) -> None:
    write(qtbot, page, "One sentence. Another one.")
    qtbot.keyClick(page, Qt.Key.Key_Z, CONTROL)
    assert page.toPlainText() == "One sentence. "
    qtbot.keyClick(page, Qt.Key.Key_Z, CONTROL)
    assert page.toPlainText() == ""
    qtbot.keyClick(page, Qt.Key.Key_Z, CONTROL | SHIFT)
    qtbot.keyClick(page, Qt.Key.Key_Z, CONTROL | SHIFT)
    assert page.toPlainText() == writing.sheet.content == "One sentence. Another one."


def test_the_page_and_its_undo_survive_a_restart(qtbot, window, writing, page, project, words_shelf) -> None:
    write(qtbot, page, "First. Second.")
    window.close()
    project.flush()
    with Session(project, words_shelf) as second:
        again = build(project, second)
        qtbot.addWidget(again)
        again.go("writing")
        assert again.workspaces["writing"].edit.toPlainText() == "First. Second."
        assert again.workspaces["writing"].undo()
        assert again.workspaces["writing"].edit.toPlainText() == "First. "
        again.workspaces["writing"].settle()


def test_every_keystroke_is_in_the_project_soon(qtbot, writing, page, project) -> None:
    write(qtbot, page, "kept")
    qtbot.waitUntil(lambda: not writing.sheet.document.history.pending, timeout=5000)
    project.flush()
    assert b"kept" in project.load_document(writing.sheet.pages.number).edits[-1].payload


def test_marks_are_set_and_taken_away(qtbot, window, writing, page) -> None:
    write(qtbot, page, "a word here")
    page.choose(2, 6)
    window.actions_by_id["strong"].trigger()
    assert writing.sheet.content == "a **word** here"
    window.actions_by_id["emphasis"].trigger()
    assert writing.sheet.content == "a ***word*** here"
    window.actions_by_id["strong"].trigger()
    window.actions_by_id["heading_2"].trigger()
    assert writing.sheet.content == "## a *word* here"
    window.actions_by_id["heading_2"].trigger()
    window.actions_by_id["emphasis"].trigger()
    window.actions_by_id["list"].trigger()
    assert writing.sheet.content == "- a word here"


def test_enter_goes_on_with_a_list_and_ends_it(qtbot, writing, page) -> None:
    write(qtbot, page, "3. one\ntwo")
    assert writing.sheet.content == "3. one\n4. two"
    qtbot.keyClick(page, Qt.Key.Key_Return)
    qtbot.keyClick(page, Qt.Key.Key_Return)
    assert writing.sheet.content == "3. one\n4. two\n"


def test_find_counts_goes_round_and_replaces(qtbot, window, writing, page) -> None:
    write(qtbot, page, "The cat, the hat, THE bat")
    window.actions_by_id["find"].trigger()
    bar = writing.finding
    qtbot.keyClicks(bar.field, "the")
    qtbot.waitUntil(lambda: bar.count.text() == "3 found", timeout=5000)
    qtbot.keyClick(bar.field, Qt.Key.Key_Return)
    assert page.chosen() == (0, 3)
    assert bar.count.text() == "1 of 3"
    qtbot.keyClick(bar.field, Qt.Key.Key_Return, SHIFT)
    assert page.chosen() == (18, 21)
    bar.case.setChecked(True)
    assert bar.count.text() == "1 found"
    bar.case.setChecked(False)
    bar.other.setText("my")
    bar.replace_all_wanted.emit("my")
    assert writing.sheet.content == "my cat, my hat, my bat"
    assert writing.undo()
    assert writing.sheet.content == "The cat, the hat, THE bat"
    qtbot.keyClick(bar.field, Qt.Key.Key_Escape)
    assert bar.isHidden() and page.hasFocus()


def test_replacing_one_goes_to_the_next(qtbot, window, writing, page) -> None:
    write(qtbot, page, "a a a")
    window.actions_by_id["replace"].trigger()
    writing.finding.field.setText("a")
    writing.finding.other.setText("aa")
    qtbot.keyClick(writing.finding.field, Qt.Key.Key_Return)
    first = page.chosen()
    qtbot.keyClick(writing.finding.other, Qt.Key.Key_Return)
    qtbot.keyClick(writing.finding.other, Qt.Key.Key_Return)
    assert writing.sheet.content == "aa aa a"
    assert page.chosen() != first


def test_characters_beyond_the_basic_plane_count_once(qtbot, writing, page) -> None:
    paste(page, "a 🐈 cat 🐈‍⬛ sat")
    write(qtbot, page, "!")
    assert writing.sheet.content == page.toPlainText() == "a 🐈 cat 🐈‍⬛ sat!"
    page.choose(4, 7)
    assert page.textCursor().selectedText() == "cat"
    qtbot.keyClick(page, Qt.Key.Key_Delete)
    assert writing.sheet.content == page.toPlainText() == "a 🐈  🐈‍⬛ sat!"
    assert page.place() == 4
    assert writing.undo() and page.toPlainText() == writing.sheet.content == "a 🐈 cat 🐈‍⬛ sat!"


@pytest.mark.parametrize(
    "text",
    ["\x00\x01bin\x1b[31m\x7f\ufffc", "مرحبا بالعالم\nשלום", "x\u2028y\u2029z\r\nw\rv", "\ud800 half", "\ufdd0frame", "ä" * 20_000],
    ids=["binary", "right to left", "line ends", "surrogate", "frames", "one line"],
)
def test_whatever_is_pasted_page_and_document_agree(qtbot, writing, page, text) -> None:
    paste(page, text)
    write(qtbot, page, "end")
    assert page.toPlainText() == writing.sheet.content == page.text
    assert writing.sheet.content.endswith("end")
    assert writing.undo() and writing.undo()
    assert page.toPlainText() == writing.sheet.content == ""


def test_pages_have_a_list_are_named_by_their_first_line_and_kept_apart(qtbot, window, writing, page) -> None:
    write(qtbot, page, "# Dawn\nlight")
    first = writing.sheet.pages.number
    window.actions_by_id["new_page"].trigger()
    write(qtbot, page, "Dusk")
    qtbot.waitUntil(lambda: writing.pages.titles() == ["Dawn", "Dusk"], timeout=5000)
    writing.open_page(first)
    assert page.toPlainText() == "# Dawn\nlight"
    assert writing.undo()
    writing.redo()
    writing._put_away(first, True)
    assert writing.pages.titles() == ["Dusk"] and page.toPlainText() == "Dusk"
    writing._put_away(first, False)
    assert page.toPlainText() == "# Dawn\nlight"


def test_versions_are_looked_at_and_gone_back_to(qtbot, window, writing, page) -> None:
    write(qtbot, page, "The first thought")
    window.actions_by_id["keep_version"].trigger()
    qtbot.waitUntil(lambda: len(writing.pages.versions()) == 1, timeout=5000)
    write(qtbot, page, " was wrong")
    writing.returning.look_at(writing.pages.versions()[0])
    qtbot.waitUntil(lambda: page.toPlainText() == "The first thought", timeout=5000)
    assert writing.sheet.content == "The first thought was wrong"
    assert ("gone", " was wrong") in writing.candidates.diff.pieces()
    window.actions_by_id["stop"].trigger()
    assert page.toPlainText() == "The first thought was wrong"
    writing.returning.look_at(writing.pages.versions()[0])
    qtbot.waitUntil(lambda: page.toPlainText() == "The first thought", timeout=5000)
    window.actions_by_id["keep_words"].trigger()
    assert writing.sheet.content == page.toPlainText() == "The first thought"
    assert writing.undo() and writing.sheet.content == "The first thought was wrong"


def test_focus_dims_and_switches_are_remembered(qtbot, window, writing, page, project, words_shelf) -> None:
    window.actions_by_id["focus_mode"].trigger()
    window.actions_by_id["ghost_text"].trigger()
    assert page.layers.focus and not writing.ghost.on
    window.close()
    project.flush()
    with Session(project, words_shelf) as second:
        again = build(project, second)
        qtbot.addWidget(again)
        assert again.workspaces["writing"].edit.layers.focus and not again.workspaces["writing"].ghost.on
        again.workspaces["writing"].settle()


def test_an_empty_page_teaches_and_its_button_writes(qtbot, window, writing, page) -> None:
    assert writing.beginning.isVisible()
    qtbot.mouseClick(writing.beginning._button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not window.context.bridge.busy(), timeout=60_000)
    assert len(writing.sheet.content.split()) == 120
    assert not writing.beginning.isVisible()


def test_everything_has_a_name(qtbot, window, writing) -> None:
    from PySide6.QtWidgets import QAbstractButton, QAbstractItemView, QComboBox, QLineEdit, QPlainTextEdit

    for command in ("branches", "tint", "hand_pick", "replace", "story"):
        window.actions_by_id[command].trigger()
    for kind in (QAbstractButton, QComboBox, QLineEdit, QPlainTextEdit, QAbstractItemView):
        for widget in [each for each in window.findChildren(kind) if each.isVisible() and not each.objectName().startswith("qt_")]:
            assert widget.accessibleName() or (isinstance(widget, QAbstractButton) and widget.text()), widget


def test_the_menu_takes_back_steps_of_the_page(qtbot, writing, page) -> None:
    def offered(name: str):  # type: ignore[no-untyped-def]
        menu = page.createStandardContextMenu()
        page.menu_asked.emit(menu, 0)
        return next(action for action in menu.actions() if action.objectName() == name)

    assert not offered("edit-redo").isEnabled()
    write(qtbot, page, "the lamp")
    offered("edit-undo").trigger()
    assert writing.sheet.content == ""
    offered("edit-redo").trigger()
    assert writing.sheet.content == page.toPlainText() == "the lamp"
