"""The one exception of the project room, and the sentences for what SQLite reports."""

from __future__ import annotations

import sqlite3


class ProjectError(RuntimeError):
    """A project, or a part of it, that cannot be read or written. The message names the file, the reason, and where it helps what to do."""


# By the beginning of SQLite's own name for the error; the first that fits is said.
_SENTENCES = (
    ("SQLITE_FULL", "The disk is full: {name} could not be saved. Free some space, then do this again; what was saved before is safe."),
    ("SQLITE_READONLY", "{name} cannot be written: the file or its folder is read-only ({reason})."),
    ("SQLITE_IOERR", "The disk refused to read or write {name} ({reason}). Check the disk and its free space, then try again."),
    ("SQLITE_BUSY", "{name} is held by another program ({reason}). Close that program and try again."),
    ("SQLITE_LOCKED", "{name} is held by another program ({reason}). Close that program and try again."),
    ("SQLITE_CORRUPT", "{name} is damaged ({reason}). Close it and open it again, so that what can be read is recovered."),
    ("SQLITE_NOTADB", "{name} is not an Atelier project, or its first bytes are damaged ({reason})."),
    ("SQLITE_CANTOPEN", "{name} cannot be opened: the file, or its folder, may not be read ({reason})."),
    ("SQLITE_TOOBIG", "This is too large for {name} ({reason})."),
    ("SQLITE_NOMEM", "There is not enough memory to read or write {name}. Close other programs and try again."),
)


def explain(name: str, error: Exception) -> ProjectError:
    """The sentence for `error` in the project called `name`; a ProjectError stays what it is."""
    if isinstance(error, ProjectError):
        return error
    if isinstance(error, MemoryError):
        return ProjectError(f"There is not enough memory to read or write {name}. Close other programs and try again.")
    if isinstance(error, UnicodeError):
        return ProjectError(f"{name} cannot keep this text: it holds characters that are not Unicode.")
    if isinstance(error, OverflowError):
        return ProjectError(f"{name} cannot keep or find so large a number.")
    reason = (error.strerror if isinstance(error, OSError) else None) or str(error) or type(error).__name__
    code = str(getattr(error, "sqlite_errorname", ""))
    for beginning, sentence in _SENTENCES:
        if code.startswith(beginning):
            return ProjectError(sentence.format(name=name, reason=reason))
    return ProjectError(f"{name} could not be read or written ({reason}).")


def is_damage(error: sqlite3.Error) -> bool:
    """Whether the file itself is broken, rather than locked, missing or full."""
    return str(getattr(error, "sqlite_errorname", "")).startswith(("SQLITE_CORRUPT", "SQLITE_NOTADB"))
