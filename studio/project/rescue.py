"""A project whose file was taken away while it was open: noticing it, and writing everything that it held to a new file beside it.

A sync program that brings another version puts a new file in the place of the old one; a file manager renames or deletes it. SQLite goes
on writing to the file that it has open, which then has another name or none, and what was done since would be gone at the end.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import sqlite3
from dataclasses import dataclass
from pathlib import Path

from studio.places import user_projects
from studio.project import lock as locks
from studio.project.connection import Connection, connect, for_writing
from studio.project.errors import ProjectError, explain

_NAMES = 100  # tries at a name that nothing has yet


class Watch:
    """Remembers which file stood under a name, by device and inode, and says whether it still does."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file = os.stat(path)
        self._missed = False

    def gone(self) -> str:
        """What became of the file, as a half sentence; empty while it is there. It is said at the second look that misses it.

        For a moment a file may be away while another program writes it anew. A disk that cannot be asked says nothing.
        """
        what = self._look()
        missed, self._missed = self._missed, bool(what)
        return what if missed else ""

    def _look(self) -> str:
        try:
            return "" if os.path.samestat(os.stat(self._path), self._file) else "was replaced by another file"
        except (FileNotFoundError, NotADirectoryError):
            return "was deleted, moved or renamed"
        except OSError:
            return ""


@dataclass(frozen=True)
class Rescued:
    """The new file, its lock and the connection that writes to it."""

    path: Path
    lock: locks.Lock
    connection: Connection


def rescue(connection: Connection, path: Path) -> Rescued:
    """Write all that `connection` sees to a new file beside `path`; where that folder takes nothing, among the person's projects.

    Raises ProjectError with the reason where neither can be written.
    """
    failure = ProjectError(f"There is no place left to write {path.name} to.")
    for folder in (path.parent, user_projects()):
        try:
            if folder != path.parent:
                folder.mkdir(parents=True, exist_ok=True)
            return _written(connection, *_place(folder, path))
        except (OSError, sqlite3.Error, ProjectError) as error:
            failure = explain(path.name, error)
    raise failure


def drop_log(path: Path) -> None:
    """Remove what SQLite left beside a file that is no longer there."""
    for suffix in ("-wal", "-shm"):
        with contextlib.suppress(OSError):
            path.with_name(path.name + suffix).unlink(missing_ok=True)


def _place(folder: Path, path: Path) -> tuple[Path, locks.Lock]:
    """A name in the folder that nothing has yet, locked. Raises ProjectError, OSError."""
    why = ""
    for number in range(1, _NAMES):
        target = folder / f"{path.stem[:200]} (rescued{'' if number == 1 else f' {number}'}){path.suffix}"
        if target.exists():
            continue
        lock, why = locks.acquire(target)
        if lock is not None:
            return target, lock
    raise ProjectError(why or f"{folder} holds too many rescued copies of {path.name}.")


def _written(connection: Connection, target: Path, lock: locks.Lock) -> Rescued:
    half = target.with_name(f".{secrets.token_hex(6)}.rescuing")
    try:
        with contextlib.closing(connect(half, "rwc")) as copy:
            connection.backup(copy)
            copy.execute("PRAGMA journal_mode=DELETE").fetchall()
        os.rename(half, target)
        return Rescued(target, lock, for_writing(target))
    except BaseException:
        lock.release()
        raise
    finally:
        for suffix in ("", "-wal", "-shm", "-journal"):
            half.with_name(half.name + suffix).unlink(missing_ok=True)
