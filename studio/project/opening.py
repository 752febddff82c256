"""From a path to a project that can be used: whose it is, whether it is whole, and what to do where it is not."""

from __future__ import annotations

import contextlib
import os
import shutil
import sqlite3
import tempfile
from dataclasses import dataclass
from pathlib import Path

from studio.project import lock as locks
from studio.project import schema, settings
from studio.project.connection import Connection, connect, for_reading
from studio.project.errors import ProjectError, explain, is_damage
from studio.project.salvage import salvage

# A file up to this size is checked whole when it is opened (34 ms for 68 MB); of a larger one only the tables that grow slowly.
WHOLE_CHECK_BYTES = 64 * 2**20
_SMALL_TABLES = ("assets", "parents", "documents", "settings")
_BESIDE = ("-wal", "-shm", "-journal")  # what SQLite may have left beside a file


@dataclass(frozen=True)
class Opened:
    """What opening came to. `file` is what to read: `path`, or a recovered copy of a damaged project that may not be written."""

    path: Path
    file: Path
    lock: locks.Lock | None
    notices: tuple[str, ...]


def open_file(path: Path, create: bool, read_only: bool) -> Opened:
    """Find, lock, examine, and where needed create, recover or migrate. Raises ProjectError naming the file and the reason."""
    path = _resolved(path)
    exists = _is_file(path, create and not read_only)
    lock, notices = (None, []) if read_only else _take_lock(path, exists)
    try:
        if lock is None:
            file = _prepare_for_reading(path, notices)
        else:
            file = path
            _prepare_for_writing(path, exists, create, notices)
    except BaseException as error:
        if lock is not None:
            lock.release()
        if isinstance(error, sqlite3.Error | OSError | UnicodeError):
            raise explain(path.name, error) from error
        raise
    return Opened(path, file, lock, tuple(notices))


def _resolved(path: Path) -> Path:
    try:
        return Path(os.path.realpath(path.expanduser()))
    except (OSError, ValueError, RuntimeError) as error:
        raise ProjectError(f"{path} is not the name of a file: {error}.") from error


def _is_file(path: Path, create: bool) -> bool:
    """Whether the project exists already; where it is to be created, its folder is made. Raises ProjectError."""
    try:
        if path.is_file():
            return True
        if path.is_dir():
            raise ProjectError(f"{path.name} is a folder, not a project. Choose a file whose name ends in .atelier.")
        if path.exists():
            raise ProjectError(f"{path.name} is not a file that can hold a project.")
        if not create:
            raise ProjectError(f"{path.name} does not exist in {path.parent}.")
        path.parent.mkdir(parents=True, exist_ok=True)
    except (OSError, ValueError) as error:
        raise ProjectError(f"{path.name} cannot be opened in {path.parent}: {getattr(error, 'strerror', None) or error}.") from error
    return False


def _take_lock(path: Path, exists: bool) -> tuple[locks.Lock | None, list[str]]:
    if exists and not os.access(path, os.W_OK):
        return None, [f"{path.name} is open read-only, because the file is write-protected."]
    lock, notice = locks.acquire(path)
    if lock is None and not exists:
        raise ProjectError(f"{path.name} cannot be created. {notice}")
    return lock, [notice] if notice else []


def _prepare_for_writing(path: Path, exists: bool, create: bool, notices: list[str]) -> None:
    if not exists:
        _create(path)
        return
    _finish_broken_change(path)
    if path.stat().st_size == 0:
        if not create:
            raise _empty(path)
        notices.append(f"{path.name} was an empty file; a new project was started in it.")
        _create(path)
        return
    version, damage = _examine(path)
    if damage:
        notices.append(_recover(path, damage))
    elif version < schema.VERSION:
        with contextlib.closing(connect(path, "rw")) as connection:
            schema.migrate(connection, version)


def _prepare_for_reading(path: Path, notices: list[str]) -> Path:
    """The file to read; of a damaged project, a recovered copy in a temporary folder of its own. Raises ProjectError."""
    if path.stat().st_size == 0:
        raise _empty(path)
    version, damage = _examine(path)
    if not damage and version < schema.VERSION:
        raise ProjectError(f"{path.name} was made by an older Atelier. Open it once where it can be written, to bring it up to date.")
    if not damage:
        with contextlib.closing(for_reading(path)) as connection:
            if connection.without_log and _has_log(path):
                notices.append(
                    f"{path.name} was not closed properly and its folder cannot be written to: the last changes may not be shown."
                )
        return path
    folder = Path(tempfile.mkdtemp(prefix="atelier-"))
    try:
        found = salvage(path, folder / path.name)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    notices.append(found.sentence(path.name, damage, "The file was left as it is; open it where it can be written to have it recovered."))
    return folder / path.name


def _has_log(path: Path) -> bool:
    log = path.with_name(path.name + "-wal")
    return log.exists() and log.stat().st_size > 0


def _empty(path: Path) -> ProjectError:
    return ProjectError(f"{path.name} is an empty file, not a project.")


def _create(path: Path) -> None:
    try:
        with contextlib.closing(connect(path, "rwc")) as connection:
            schema.create(connection)
    except sqlite3.Error as error:
        if path.exists() and path.stat().st_size == 0:
            path.unlink()
        raise explain(path.name, error) from error


def _finish_broken_change(path: Path) -> None:
    """Let SQLite undo a change that a killed process left half done; a read-only look may not do that."""
    if path.with_name(path.name + "-journal").exists():
        with contextlib.closing(connect(path, "rw")) as connection, contextlib.suppress(sqlite3.DatabaseError):
            connection.execute("PRAGMA schema_version").fetchone()


def _examine(path: Path) -> tuple[int, str]:
    """The version of the tables, and what is damaged ("" where nothing is). Raises ProjectError for what is no project of ours."""
    damage = ""
    with contextlib.closing(for_reading(path)) as connection:
        try:
            application, version = _identity(connection)
        except sqlite3.DatabaseError as error:
            if error.sqlite_errorname == "SQLITE_NOTADB" or not is_damage(error):
                raise explain(path.name, error) from error
            damage = str(error)
            connection.execute("PRAGMA writable_schema=ON")  # SQLite then reads what there is of a file that was cut short
            application, version = _identity(connection)
        if application != schema.APPLICATION_ID or version < 1:
            raise ProjectError(f"{path.name} is not an Atelier project, or its first bytes are damaged. Nothing was changed in it.")
        if version > schema.VERSION:
            known = f"its format is {version}, this one knows {schema.VERSION}"
            raise ProjectError(f"{path.name} was made by a newer Atelier ({known}). Update Atelier to open it.")
        return version, damage or _short_last_page(connection, path) or _first_damage(connection, path.stat().st_size)


def _identity(connection: Connection) -> tuple[int, int]:
    application, version = (int(connection.execute(f"PRAGMA {name}").fetchone()[0]) for name in ("application_id", "user_version"))
    return application, version


def _short_last_page(connection: Connection, path: Path) -> str:
    """SQLite notices that pages are missing, but fills up with zeros a last one that is only shorter. A log fills it up."""
    page = int(connection.execute("PRAGMA page_size").fetchone()[0])
    return "its end is cut off" if path.stat().st_size % page and not _has_log(path) else ""


def _first_damage(connection: Connection, size: int) -> str:
    try:
        whole = size <= WHOLE_CHECK_BYTES or settings.value(connection, settings.SUSPECT, False)
        checks = [""] if whole else [f"({table})" for table in _SMALL_TABLES]
        for check in checks:
            found = str(connection.execute(f"PRAGMA integrity_check{check}").fetchone()[0])
            if found != "ok":
                return found.replace("\n", " ").strip()
        missing = set(schema.TABLES) - {row[0] for row in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")}
    except sqlite3.DatabaseError as error:
        if isinstance(error, sqlite3.OperationalError) and not is_damage(error):
            raise
        return str(error)
    except UnicodeError:  # SQLite quotes the damaged name of a table in what it says
        return "the list of its tables is broken"
    return f"its table {min(missing)} is missing" if missing else ""


def _recover(path: Path, damage: str) -> str:
    """Keep the damaged file beside, put what can be read of it in its place; returns what to say. Raises ProjectError, OSError."""
    handle, name = tempfile.mkstemp(prefix=f".{path.name[:40]}-", suffix=".recovering", dir=path.parent)
    os.close(handle)
    fresh = Path(name)
    try:
        found = salvage(path, fresh)
        kept = _keep_damaged(path)
        with contextlib.suppress(OSError):  # a share that knows no rights
            os.chmod(fresh, path.stat().st_mode & 0o777)
        for suffix in _BESIDE:  # before the new file is there: SQLite would apply the old log to it
            path.with_name(path.name + suffix).unlink(missing_ok=True)
        os.replace(fresh, path)
    finally:
        for suffix in ("", *_BESIDE):
            fresh.with_name(fresh.name + suffix).unlink(missing_ok=True)
    return found.sentence(path.name, damage, f"The damaged original is kept as {kept.name}.")


def _keep_damaged(path: Path) -> Path:
    """Copy the damaged file, and what SQLite left beside it, under a name that nothing has yet. Raises OSError."""
    number = 1
    while True:
        kept = path.with_name(f"{path.name}.damaged" if number == 1 else f"{path.name}.damaged-{number}")
        if not kept.exists():
            break
        number += 1
    try:
        shutil.copy2(path, kept)
        for suffix in ("-wal", "-journal"):
            beside = path.with_name(path.name + suffix)
            if beside.exists():
                shutil.copy2(beside, kept.with_name(kept.name + suffix))
    except OSError:
        kept.unlink(missing_ok=True)
        raise
    return kept
