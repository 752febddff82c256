"""The writing thread: groups, failures, and a full disk."""

from __future__ import annotations

import threading
from concurrent.futures import Future
from pathlib import Path

import pytest

from studio.project import Project, ProjectError
from studio.project.connection import Connection, for_writing
from studio.project.writer import Writer


@pytest.fixture
def connection(path: Path) -> Connection:
    Project.open(path, create=True).close()
    return for_writing(path)


def keep(text: str):
    return lambda connection: connection.execute("INSERT INTO settings (seal, key, value) VALUES (0, ?, '1')", (text,)).lastrowid


def keys(path: Path) -> list[str]:
    with Project.open(path, read_only=True) as project:
        return project._read(lambda connection: [row[0] for row in connection.execute("SELECT key FROM settings ORDER BY id")])


def held(writer: Writer) -> threading.Event:
    """Keep the writer busy until the event is set, so that what follows is one group."""
    let_go = threading.Event()
    writer.submit(lambda connection: let_go.wait())
    return let_go


def test_a_failing_operation_undoes_only_itself(connection: Connection, path: Path) -> None:
    def half(connection: Connection) -> None:
        keep("half")(connection)
        raise ValueError("no")

    writer = Writer(connection)
    let_go = held(writer)
    futures: list[Future] = [writer.submit(keep("a")), writer.submit(half), writer.submit(keep("a")), writer.submit(keep("b"))]
    let_go.set()
    writer.close()
    assert isinstance(futures[1].exception(), ValueError)
    assert isinstance(futures[2].exception(), ProjectError)  # the key is there already
    assert keys(path) == ["a", "b"]


def test_a_full_disk_fails_with_a_sentence_and_spares_what_fits(connection: Connection, path: Path) -> None:
    pages = connection.execute("PRAGMA page_count").fetchone()[0]
    connection.execute(f"PRAGMA max_page_count = {pages + 4}")
    writer = Writer(connection)
    let_go = held(writer)
    small, large, last = writer.submit(keep("small")), writer.submit(keep("x" * 1_000_000)), writer.submit(keep("last"))
    let_go.set()
    writer.close()
    with pytest.raises(ProjectError, match="disk is full"):
        large.result()
    assert small.result() and last.result()
    assert keys(path) == ["small", "last"]


def test_a_cancelled_write_is_not_done(connection: Connection, path: Path) -> None:
    writer = Writer(connection)
    let_go = held(writer)
    writer.submit(lambda connection: None)
    futures = [writer.submit(keep(str(number))) for number in range(3)]
    assert futures[1].cancel()
    let_go.set()
    writer.close()
    assert keys(path) == ["0", "2"]


def test_a_callback_may_ask_for_more_but_not_wait_for_it(connection: Connection, path: Path) -> None:
    writer = Writer(connection)
    refused: list[BaseException] = []
    done = threading.Event()

    def more(future: Future) -> None:
        try:
            writer.flush()
        except RuntimeError as error:
            refused.append(error)
        writer.submit(keep("second")).add_done_callback(lambda future: done.set())

    writer.submit(keep("first")).add_done_callback(more)
    done.wait()
    writer.close()
    assert keys(path) == ["first", "second"]
    assert len(refused) == 1
