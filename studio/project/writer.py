"""The one thread that writes: it takes all that waits, commits it at once, and answers when it is on the disk.

In between it rests: it looks whether the file still stands where it stood, and folds the write-ahead log into it, so that a copy of the
one file holds the work.
"""

from __future__ import annotations

import atexit
import queue
import sqlite3
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any, TypeVar

from studio.project.connection import BUSY_SECONDS, Connection
from studio.project.errors import ProjectError, explain

GROUP = 256  # operations in one commit at most, so that the first need not wait for too many others
LOOK_SECONDS = 0.3  # between two looks at the file while nothing is asked
FOLD_SECONDS = 1.5  # without a write, after which the log is folded in
FOLD_BUSY_MS = 200
Done = TypeVar("Done")


@dataclass(frozen=True)
class _Write:
    operation: Callable[[Connection], Any]
    future: Future[Any]


class Writer:
    """Owns the write connection. Futures are answered on its thread: what is hung on them must not wait for another write.

    `look` is called before each commit and every LOOK_SECONDS with the connection, and may give another one to write to from then on.
    """

    def __init__(self, connection: Connection, look: Callable[[Connection], Connection | None] = lambda connection: None) -> None:
        self._connection = connection
        self._look = look
        self._unfolded: float | None = None  # when something was written last that only the log holds
        self._queue: queue.SimpleQueue[_Write | threading.Event | None] = queue.SimpleQueue()
        self._door = threading.Lock()
        self._closed = False
        self._thread = threading.Thread(target=self._run, name=f"writer of {connection.name}", daemon=True)
        self._thread.start()
        atexit.register(self.close)

    def submit(self, operation: Callable[[Connection], Done]) -> Future[Done]:
        """Queue `operation`; the Future holds its outcome once that is on the disk, or a ProjectError.

        An operation may be run twice, so it changes nothing but the database.
        """
        future: Future[Done] = Future()
        with self._door:
            if self._closed:
                future.set_exception(ProjectError(f"{self._connection.name} is closed; nothing more can be written to it."))
            else:
                self._queue.put(_Write(operation, future))
        return future

    def flush(self) -> None:
        """Wait until all that was submitted before is answered."""
        if threading.current_thread() is self._thread:
            raise RuntimeError("flush() from a callback of a write would wait for itself")
        waiting = self.submit(lambda connection: None)
        waiting.exception()

    def fold(self) -> None:
        """Wait until all that was submitted before is answered, and folded into the file where no other program reads."""
        self.flush()
        with self._door:
            if self._closed:
                return
            done = threading.Event()
            self._queue.put(done)
        done.wait()

    def close(self) -> None:
        """Write all that waits, fold the write-ahead log into the file, and close it. A second call does nothing."""
        with self._door:
            if not self._closed:
                self._closed = True
                self._queue.put(None)
        atexit.unregister(self.close)
        if threading.current_thread() is not self._thread:
            self._thread.join()

    def _run(self) -> None:
        going_on = True
        while going_on:
            group, going_on = self._take()
            self._connection = self._looked()
            if group:
                _commit_all(self._connection, group)
                self._unfolded = time.monotonic()
            elif self._unfolded is not None and time.monotonic() - self._unfolded >= FOLD_SECONDS and folded(self._connection):
                self._unfolded = None
        _close(self._connection)

    def _looked(self) -> Connection:
        try:
            return self._look(self._connection) or self._connection
        except Exception:  # whatever it is, what waits must be written
            return self._connection

    def _take(self) -> tuple[list[_Write], bool]:
        """All that waits, or nothing after LOOK_SECONDS in which nothing came; and whether more may come."""
        group: list[_Write] = []
        try:
            write = self._queue.get(timeout=LOOK_SECONDS)
            while write is not None:
                if isinstance(write, threading.Event):
                    folded(self._connection)
                    write.set()
                elif write.future.set_running_or_notify_cancel():
                    group.append(write)
                if len(group) >= GROUP:
                    return group, True
                write = self._queue.get_nowait()
        except queue.Empty:
            return group, True
        return group, False


def _commit_all(connection: Connection, group: list[_Write]) -> None:
    """Commit the group in one transaction; where the transaction itself fails, each alone, so that only the culprit suffers."""
    if not group:
        return
    try:
        answers = _transaction(connection, group)
    except Exception as error:  # whatever it is, the futures must be answered
        if len(group) == 1:
            group[0].future.set_exception(_said(connection.name, error))
            return
        for write in group:
            _commit_all(connection, [write])
        return
    for write, (value, failure) in zip(group, answers, strict=True):
        if failure is not None:
            write.future.set_exception(failure)
        else:
            write.future.set_result(value)


def _transaction(connection: Connection, group: list[_Write]) -> list[tuple[Any, Exception | None]]:
    """Run and commit the group; each one's value, or why it alone was undone. Raises where nothing was committed."""
    answers: list[tuple[Any, Exception | None]] = []
    try:
        connection.execute("BEGIN IMMEDIATE")
        for write in group:
            connection.execute("SAVEPOINT one")
            try:
                answers.append((write.operation(connection), None))
            except Exception as error:  # whatever it is, it belongs to this write's future
                if not connection.in_transaction:
                    raise  # SQLite undid the whole transaction, as it does when the disk is full
                connection.execute("ROLLBACK TO one")
                answers.append((None, _said(connection.name, error)))
            connection.execute("RELEASE one")
        connection.execute("COMMIT")
    except Exception:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise
    return answers


def _said(name: str, error: Exception) -> Exception:
    return explain(name, error) if isinstance(error, sqlite3.Error | OSError | MemoryError | UnicodeError | OverflowError) else error


def folded(connection: Connection) -> bool:
    """Fold the write-ahead log into the file; False where another program still reads, and a later try is needed."""
    try:
        connection.execute(f"PRAGMA busy_timeout={FOLD_BUSY_MS}")  # what is to be written must not wait for a long read
        busy, _, _ = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        return not busy
    except sqlite3.Error:
        return False
    finally:
        connection.execute(f"PRAGMA busy_timeout={round(BUSY_SECONDS * 1000)}")


def _close(connection: Connection) -> None:
    """Leave one file behind. Where another program still reads, the log stays beside it and the next close folds it in."""
    try:
        folded(connection)
        connection.execute("PRAGMA journal_mode=DELETE").fetchall()
    except sqlite3.Error:
        pass
    finally:
        connection.close()
