"""SQLite connections to one project: for reading (a pool, any thread) and for writing (one, the writer's)."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from studio.project.errors import ProjectError, explain

BUSY_SECONDS = 5.0  # how long SQLite waits for another program's transaction
Found = TypeVar("Found")


class Connection(sqlite3.Connection):
    """A connection that knows what its project is called, for the sentences."""

    name: str = "the project"
    without_log: bool = False  # what is still in the write-ahead log is not seen


def connect(path: Path, mode: str) -> Connection:
    """A connection in SQLite's `mode` (`ro`, `rw`, `rwc`), or `immutable`; nothing is read yet. Raises sqlite3.Error."""
    how = "mode=ro&immutable=1" if mode == "immutable" else f"mode={mode}"
    connection = sqlite3.connect(
        f"{path.as_uri()}?{how}",
        uri=True,
        timeout=BUSY_SECONDS,
        isolation_level=None,  # transactions begin and end where we say so
        check_same_thread=False,  # readers are lent from thread to thread, to one at a time
        factory=Connection,
    )
    connection.name = path.name
    connection.text_factory = _text
    return connection


def _text(raw: bytes) -> str:
    """Damaged text is shown with marks in it rather than not at all; its row's seal tells that it changed."""
    return raw.decode("utf-8", "replace")


def for_reading(path: Path) -> Connection:
    """A read-only connection that works in a read-only folder too. Raises sqlite3.Error."""
    connection = connect(path, "ro")
    try:
        connection.execute("PRAGMA schema_version").fetchone()
    except sqlite3.OperationalError as error:
        if not str(error.sqlite_errorname).startswith(("SQLITE_CANTOPEN", "SQLITE_READONLY_CANTINIT")):
            connection.close()
            raise
        # A file that was left in write-ahead mode needs a second file beside it, which a read-only folder does not allow.
        connection.close()
        connection = connect(path, "immutable")
        connection.without_log = True
    except (sqlite3.DatabaseError, UnicodeError):
        pass  # damaged: whoever reads next hears of it, and may still read a part
    return connection


def for_writing(path: Path) -> Connection:
    """The writer's connection: write-ahead log, and a commit is on the disk when it returns. Raises sqlite3.Error."""
    connection = connect(path, "rw")
    try:
        connection.execute("PRAGMA journal_mode=WAL")  # a disk that cannot do this keeps its mode, and works, only slower
        connection.execute("PRAGMA synchronous=FULL")
        connection.execute("BEGIN IMMEDIATE")  # opens the log, which could not be opened any more once the file is gone (rescue.py)
        connection.execute("ROLLBACK")
    except sqlite3.Error:
        connection.close()
        raise
    return connection


class Readers:
    """Read-only connections, lent to one thread at a time. Every read sees one state of the project."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._idle: list[Connection] = []
        self._lent = 0
        self._closed = False
        self._changed = threading.Condition()

    def read(self, reading: Callable[[Connection], Found]) -> Found:
        """What `reading` finds. Raises ProjectError where the file cannot be read or is closed already."""
        connection = None
        try:
            connection = self._borrow()
            connection.execute("BEGIN")
            return reading(connection)
        except (sqlite3.Error, OverflowError, UnicodeError, MemoryError) as error:
            raise explain(self._path.name, error) from error
        finally:
            self._give_back(connection)

    def close(self) -> None:
        """Wait for the reads that are going on, then close every connection."""
        with self._changed:
            self._closed = True
            self._changed.wait_for(lambda: self._lent == 0)
            for connection in self._idle:
                connection.close()
            self._idle.clear()

    def _borrow(self) -> Connection:
        with self._changed:
            self._lent += 1
            if self._closed:
                raise ProjectError(f"{self._path.name} is closed.")
            if self._idle:
                return self._idle.pop()
        return for_reading(self._path)

    def _give_back(self, connection: Connection | None) -> None:
        if connection is not None and connection.in_transaction:
            connection.execute("ROLLBACK")
        with self._changed:
            self._lent -= 1
            if connection is not None:
                self._idle.append(connection)
            self._changed.notify_all()
