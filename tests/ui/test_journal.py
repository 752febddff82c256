"""Documents in the project: what cannot be read is never replaced, what cannot be written waits, what is read-only cannot be changed."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import Qt

from studio.documents.canvas.codec import board_to_bytes
from studio.documents.canvas.edits import AddLayer
from studio.documents.canvas.model import Board, Layer
from studio.engine import Session
from studio.media import Picture
from studio.project import Project
from studio.ui.application import build
from tests.documents.canvas.boards import rewritten


def layer(name: str = "Hero") -> Layer:
    return Layer(name, name, 0, 0, Picture(np.full((4, 4, 4), 255, np.uint8)))


@pytest.fixture
def window(qtbot, project: Project, session: Session):  # type: ignore[no-untyped-def]
    made = build(project, session)
    qtbot.addWidget(made)
    made.show()
    return made


def test_a_board_that_cannot_be_read_stays_and_none_takes_its_place(qtbot, project: Project, shelf) -> None:  # type: ignore[no-untyped-def]
    newer = rewritten(board_to_bytes(Board((layer(),), "Hero")), lambda header: header.update(format=99))
    number = project.create_document("canvas", "Board", newer).result()
    for _ in range(2):  # opened and closed twice without a stroke
        with Session(project, shelf, device="cpu") as session:
            window = build(project, session)
            qtbot.addWidget(window)
            window.show()
            qtbot.waitUntil(lambda: "made by a newer Atelier" in window.notice.text())  # noqa: B023
            assert "kept as it is" in window.notice.text()
            window.close()
        assert [info.id for info in project.documents("canvas")] == [number]
    with Session(project, shelf, device="cpu") as session:
        window = build(project, session)
        qtbot.addWidget(window)
        window.workspaces["canvas"].view.context.apply(AddLayer(layer("Orc")))
        window.close()
    assert len(project.documents("canvas")) == 2 and project.documents("canvas")[1].id == number
    assert project.load_document(number).snapshot == newer


def test_a_page_that_cannot_be_read_stands_in_the_list_and_another_opens(qtbot, project: Project, session: Session) -> None:
    from studio.documents.page.codec import content_to_bytes

    project.create_document("page", "Page", content_to_bytes("# First\n")).result()
    broken = project.create_document("page", "Page", b"nothing of ours").result()
    window = build(project, session)
    qtbot.addWidget(window)
    window.show()
    window.workspaces["writing"].sheet.open(broken)
    pages = window.workspaces["writing"].sheet.pages
    assert pages.title(broken).endswith("(cannot be read)")
    assert window.workspaces["writing"].edit.text == "# First\n"
    qtbot.waitUntil(lambda: "The page as it was left cannot be read" in window.notice.text())
    assert project.load_document(broken).snapshot == b"nothing of ours"


def test_what_a_full_disk_refused_is_written_later_and_the_bar_says_so(qtbot, window, project: Project, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    from studio.project import ProjectError, documents

    kept = documents.append

    def full(*rest: object) -> int:
        raise ProjectError("The disk is full.")

    document = window.workspaces["canvas"].view.context.document
    document.apply(AddLayer(layer("before")))
    project.flush()
    monkeypatch.setattr(documents, "append", full)
    document.apply(AddLayer(layer("during")))
    document.apply(AddLayer(layer("after")))
    project.flush()
    qtbot.waitUntil(lambda: window.job_bar._saved.text() == "not saved yet")
    assert "The disk is full." in window.notice.text() and "kept in memory" in window.notice.text()
    monkeypatch.setattr(documents, "append", kept)
    window.workspaces["canvas"]._keeper._try_again()
    project.flush()
    window.workspaces["canvas"]._keeper._try_again()
    assert window.job_bar._saved.text() == "saved"
    assert len(project.load_document(project.documents("canvas")[0].id).edits) == 3


def test_a_read_only_project_cannot_be_typed_into(qtbot, window, project: Project, shelf) -> None:  # type: ignore[no-untyped-def]
    window.go("writing")
    window.workspaces["writing"].edit.insertPlainText("Mine.")
    window.workspaces["writing"].sheet.settle()
    document = window.workspaces["canvas"].view.context.document
    document.apply(AddLayer(layer()))
    project.flush()
    with Project.open(project.path) as second, Session(second, shelf, device="cpu") as other:
        again = build(second, other)
        qtbot.addWidget(again)
        again.show()
        again.go("writing")
        edit = again.workspaces["writing"].edit
        edit.setFocus()
        for key in ("a", Qt.Key.Key_Return, Qt.Key.Key_Backspace, Qt.Key.Key_Delete):
            (qtbot.keyClicks if isinstance(key, str) else qtbot.keyClick)(edit, key)
        edit.paste()
        again.workspaces["writing"].sheet.apply("Write", 0, 0, "theirs")
        assert edit.toPlainText() == edit.text == again.workspaces["writing"].sheet.content == window.workspaces["writing"].edit.text
        assert "open read-only" in again.notice.text()
        board = again.workspaces["canvas"].view.context.document
        board.apply(AddLayer(layer("Orc")))
        assert not board.undo() and [each.name for each in board.shown.layers] == ["Hero"]
        roll = again.workspaces["pianoroll"].state.document
        before = roll.sheet
        assert not roll.apply("Title", before.with_score(type(before.score)(before.score.tracks, title="theirs")))
        assert roll.shown == before
