"""Documents: a snapshot, a journal, and a position that survives a restart."""

from __future__ import annotations

from pathlib import Path

import pytest

from studio.project import DocumentState, Edit, Project, ProjectError
from studio.project import documents as document_rows


def steps(state: DocumentState) -> list[tuple[int, str]]:
    return [(edit.number, edit.name) for edit in state.edits]


@pytest.fixture
def board(project: Project) -> int:
    document = project.create_document("canvas", "Board", b"white").result()
    for name in ("a", "b", "c"):
        project.append_edit(document, name, name.encode() * 3)
    project.flush()
    return document


def test_a_document_comes_back_with_its_steps(project: Project, board: int) -> None:
    state = project.load_document(board)
    assert state == DocumentState(b"white", (Edit(1, "a", b"aaa"), Edit(2, "b", b"bbb"), Edit(3, "c", b"ccc")), 3)
    assert project.journal_size(board) == (3, 9)
    assert project.check() == []


def test_undo_survives_a_restart(project: Project, board: int, path: Path) -> None:
    project.set_position(board, 1).result()
    project.close()
    with Project.open(path) as again:
        state = again.load_document(board)
        assert (state.position, steps(state)) == (1, [(1, "a"), (2, "b"), (3, "c")])


def test_an_edit_after_undo_drops_what_was_undone(project: Project, board: int) -> None:
    project.set_position(board, 1)
    assert project.append_edit(board, "d", b"").result() == 2
    state = project.load_document(board)
    assert (state.position, steps(state)) == (2, [(1, "a"), (2, "d")])


def test_a_position_outside_the_journal_is_refused(project: Project, board: int) -> None:
    for position in (-1, 4):
        with pytest.raises(ProjectError, match="3 steps"):
            project.set_position(board, position).result()
    assert project.load_document(board).position == 3


def test_folding_keeps_the_later_steps_and_counts_from_one_again(project: Project, board: int) -> None:
    project.replace_snapshot(board, b"white+a+b", keep_from=2).result()
    assert project.load_document(board) == DocumentState(b"white+a+b", (Edit(1, "c", b"ccc"),), 1)
    assert project.append_edit(board, "d", b"").result() == 2
    project.set_position(board, 0).result()
    project.replace_snapshot(board, b"same", keep_from=0).result()
    state = project.load_document(board)
    assert (state.snapshot, state.position, steps(state)) == (b"same", 0, [(1, "c"), (2, "d")])
    assert project.check() == []


def test_everything_can_be_folded(project: Project, board: int) -> None:
    project.replace_snapshot(board, b"all", keep_from=3).result()
    assert project.load_document(board) == DocumentState(b"all", (), 0)
    assert project.append_edit(board, "d", b"").result() == 1
    assert project.check() == []


def test_undone_steps_cannot_be_folded(project: Project, board: int) -> None:
    project.set_position(board, 1).result()
    with pytest.raises(ProjectError, match="stands at step 1"):
        project.replace_snapshot(board, b"x", keep_from=2).result()
    assert project.load_document(board).snapshot == b"white"


def test_documents_are_listed_last_edited_first(project: Project, board: int) -> None:
    other = project.create_document("explorer", "Map", b"").result()
    project.append_edit(board, "d", b"").result()
    assert [info.id for info in project.documents()] == [board, other]
    assert [(info.kind, info.name) for info in project.documents("explorer")] == [("explorer", "Map")]


def test_what_is_not_here_or_too_large_is_said(project: Project, board: int, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ProjectError, match="no document 99"):
        project.load_document(99)
    for future in (project.append_edit(99, "", b""), project.set_position(99, 0), project.replace_snapshot(99, b"", 1)):
        with pytest.raises(ProjectError, match="no document 99"):
            future.result()
    monkeypatch.setattr(document_rows, "JOURNAL_BYTES", 2**20)
    with pytest.raises(ProjectError, match="1 MB at most"):
        project.append_edit(board, "huge", b"x" * (2**20 + 1)).result()
    with pytest.raises(ProjectError, match="characters"):
        project.create_document("canvas", "n" * 10_001, b"").result()


def test_settings_come_back_as_json_values(project: Project, path: Path) -> None:
    value = {"zoom": 1.5, "open": [1, 2], "name": "é", "none": None}
    project.set_setting("view", {"old": True})
    project.set_setting("view", value).result()
    project.close()
    with Project.open(path) as again:
        assert again.setting("view") == value
        assert again.setting("other", 3) == 3


@pytest.mark.parametrize("value", [float("nan"), object(), {1, 2}])
def test_a_setting_that_json_cannot_hold_is_refused(project: Project, value: object) -> None:
    with pytest.raises(ProjectError, match="'odd'"):
        project.set_setting("odd", value).result()
