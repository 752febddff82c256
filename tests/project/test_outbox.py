"""What a disk refuses waits, and is written in its order as soon as it can be."""

from __future__ import annotations

from pathlib import Path

import pytest

from studio.project import Project, ProjectError
from studio.project.connection import Connection
from studio.project.documents import append


@pytest.fixture
def full(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """A disk that is full while the list says so: the next steps are refused."""
    disk = [False]

    def refusing(connection: Connection, *rest: object) -> int:
        if disk[-1]:
            raise ProjectError("The disk is full.")
        return append(connection, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr("studio.project.documents.append", refusing)
    return disk


def payloads(project: Project, number: int) -> list[bytes]:
    return [edit.payload for edit in project.load_document(number).edits]


def test_a_new_document_is_written_without_waiting_and_in_order(path: Path) -> None:
    told: list[str] = []
    with Project.open(path, create=True) as project:
        first = project.create_document("canvas", "Board", b"").result()
        writing = project.begin_document("page", "Page", b"white", told.append)
        later = project.begin_document("page", "Page", b"black", told.append)
        for letter in b"abc":
            writing.append("typed", bytes([letter]))
        writing.set_position(2)
        project.flush()
        assert first < writing.number < later.number
        assert payloads(project, writing.number) == [b"a", b"b", b"c"] and project.load_document(writing.number).position == 2
    with Project.open(path) as project:
        assert project.create_document("canvas", "Board", b"").result() > later.number
    assert told == []


def test_steps_that_a_full_disk_refused_are_written_in_their_order(path: Path, full: list[bool]) -> None:
    told: list[str] = []
    with Project.open(path, create=True) as project:
        writing = project.begin_document("page", "Page", b"", told.append)
        writing.append("typed", b"1")
        project.flush()
        full.append(True)
        for letter in (b"2", b"3", b"4"):
            writing.append("typed", letter)
        project.flush()
        assert payloads(project, writing.number) == [b"1"] and writing.outbox.behind
        assert told == ["The disk is full."]  # once, and not for each that waits behind it
        writing.outbox.again()
        project.flush()
        assert payloads(project, writing.number) == [b"1"] and writing.outbox.behind
        full.append(False)
        writing.append("typed", b"5")
        writing.outbox.again()
        project.flush()
        assert payloads(project, writing.number) == [b"1", b"2", b"3", b"4", b"5"] and not writing.outbox.behind


def test_a_snapshot_is_made_on_the_writing_thread(project: Project) -> None:
    import threading

    made_on: list[str] = []
    writing = project.begin_document("walk", "Walk", b"", lambda reason: None)
    writing.append("visit", b"1")
    writing.replace_snapshot(lambda: made_on.append(threading.current_thread().name) or b"whole", 1)
    project.flush()
    assert made_on == [f"writer of {project.path.name}"]
    assert project.load_document(writing.number).snapshot == b"whole"
