"""The model that the studio brings along, on a real page."""

import pytest
from PySide6.QtCore import Qt

from studio.engine import Session
from studio.ui.application import build
from tests.ui.writing.test_making import idle
from tests.ui.writing.test_page import write

PATIENCE = 120_000


@pytest.fixture
def window(qtbot, project):  # type: ignore[no-untyped-def]
    with Session(project, device="cpu") as session:
        made = build(project, session)
        qtbot.addWidget(made)
        made.show()
        made.go("writing")
        made.context.choose_model("smollm2")
        made.activateWindow()
        made.workspaces["writing"].edit.setFocus()
        yield made
        made.workspaces["writing"].settle()


def test_it_writes_along_tints_offers_words_and_continues(qtbot, window) -> None:
    writing, page = window.workspaces["writing"], window.workspaces["writing"].edit
    write(qtbot, page, "The lamp was old. That night he")
    qtbot.waitUntil(lambda: bool(page.ghost) and not writing.ghost.waiting, timeout=PATIENCE)
    said = page.ghost
    qtbot.keyClick(page, Qt.Key.Key_Tab)
    content = writing.sheet.content
    assert content == "The lamp was old. That night he" + said
    window.actions_by_id["tint"].trigger()
    qtbot.waitUntil(lambda: writing.surprisal.bits.missing_from(0, len(content)) == len(content), timeout=PATIENCE)
    page.choose(14, 14)
    page.word_pressed.emit(14)
    qtbot.waitUntil(writing.surprisal.choices.isVisible, timeout=PATIENCE)
    words = writing.surprisal.choices.words()
    assert all(word.text.strip() for word in words) and 0 < sum(word.probability for word in words) <= 1.001
    writing.surprisal.choices.take(0)
    assert writing.sheet.content.startswith(f"The lamp was {words[0].text.strip()}. That night")
    before = writing.sheet.content
    page.choose(len(before), len(before))
    assert window.inspector.choose_action("continue")
    window.inspector._form.set_values({"words": 8})
    window.inspector.press()
    idle(qtbot, window)
    assert writing.sheet.content.startswith(before) and len(writing.sheet.content) > len(before)
