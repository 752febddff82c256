"""Reading what can still be read of a damaged project into a new file, and saying what was lost."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from studio.project import rows, schema
from studio.project.connection import Connection, connect, for_reading
from studio.project.errors import ProjectError
from studio.project.settings import SUSPECT

_GAP = 20_000  # so many ids without a row, and we take it that there are no more (half a second of looking)
_USUAL_ROW = 64  # bytes; in a small file a gap of more rows than its size by this is not to be expected
_UNREADABLE = (sqlite3.Error, MemoryError, OverflowError, UnicodeError)  # the last comes where the name of a table is damaged
_SHOWN_EVEN_IF_CHANGED = frozenset({"assets", "documents"})  # a wrong title is better than no work; the others are of use only whole
_PLAIN_NAMES = {"thumbnails": "small pictures", "parents": "lineage", "edits": "steps", "settings": "settings"}


@dataclass
class Salvage:
    """What came over, by table, and what did not."""

    kept: dict[str, int] = field(default_factory=dict)
    touched: set[str] = field(default_factory=set)  # tables that could not be read to the end, or had broken rows
    lost_works: int = 0
    empty_works: int = 0
    changed_works: int = 0
    lost_documents: int = 0
    shortened_documents: int = 0

    def sentence(self, name: str, reason: str, original: str) -> str:
        """What to tell a person; `original` says where the damaged file is."""
        kept = ", ".join(_counted(self.kept.get(table, 0), word) for table, word in _COUNTED)
        losses = ", ".join(self._losses()) or "nothing"
        return f"{name} was damaged ({reason}). Recovered: {kept}. Lost: {losses}. {original}"

    def _losses(self) -> Iterator[str]:
        for number, before, after in (
            (self.lost_works, "", "work"),
            (self.empty_works, "the content of ", "work"),
            (self.changed_works, "perhaps some details of ", "work"),
            (self.lost_documents, "", "document"),
            (self.shortened_documents, "the last steps of ", "document"),
        ):
            if number:
                yield before + _counted(number, after)
        yield from (f"some {_PLAIN_NAMES[table]}" for table in _PLAIN_NAMES if table in self.touched)


_COUNTED = (("assets", "work"), ("documents", "document"), ("edits", "step"), ("settings", "setting"))


def _counted(number: int, word: str) -> str:
    return f"{number} {word}" if number == 1 else f"{number} {word}s"


def salvage(source: Path, target: Path) -> Salvage:
    """Copy every readable row of `source` into the new project `target`. Raises ProjectError where nothing can be read,
    sqlite3.Error where `target` cannot be written. `source` is only read."""
    found = Salvage()
    old = for_reading(source)
    new = connect(target, "rwc")
    try:
        # SQLite refuses a file that is shorter than it should be, and broken definitions of tables, unless told this.
        old.execute("PRAGMA writable_schema=ON")
        schema.create(new)
        new.execute("BEGIN")
        gap = min(_GAP, source.stat().st_size // _USUAL_ROW)
        readable = [_copy(old, new, table, gap, found) for table in schema.TABLES]
        if not any(readable):
            raise ProjectError(f"{source.name} is so damaged that nothing in it can be read. The file was left as it is.")
        new.execute("DELETE FROM settings WHERE key = ?", (SUSPECT,))
        _count_lost_works(old, new, found)
        _mend_journals(new, found)
        for table in schema.TABLES:
            found.kept[table] = int(new.execute(f"SELECT count(*) FROM {table}").fetchone()[0])
        new.execute("COMMIT")
    finally:
        old.close()
        new.close()
    return found


def _copy(old: Connection, new: Connection, table: str, gap: int, found: Salvage) -> bool:
    """Copy one table; False where not even one row, nor its emptiness, could be read."""
    names = schema.TABLES[table]
    sealed = table not in schema.UNSEALED
    scan = _Scan(old, table, ("id", *(["seal"] if sealed else []), *names), gap)
    any_row = False
    for row in scan.rows():
        any_row = True
        number, values = row[0], row[-len(names) :]
        sound = rows.seal(values) == row[1] if sealed else _is_content(*values)
        if not sound:
            found.touched.add(table)
            if table not in _SHOWN_EVEN_IF_CHANGED:
                continue
            found.changed_works += 1
        try:
            rows.insert(new, table, {"id": number, **dict(zip(names, values, strict=True))})
        except (sqlite3.IntegrityError, OverflowError):  # a value of a wrong kind, or a row met twice
            found.touched.add(table)
    if scan.damaged:
        found.touched.add(table)
    return any_row or not scan.damaged


def _is_content(sha256: object, data: object) -> bool:
    return isinstance(data, bytes) and hashlib.sha256(data).hexdigest() == sha256


class _Scan:
    """A walk through a table that may be damaged: from the front, from behind, and then id by id through the gap between."""

    def __init__(self, connection: Connection, table: str, columns: tuple[str, ...], gap: int) -> None:
        self.damaged = False
        self._connection = connection
        self._select = f"SELECT {', '.join(columns)} FROM {table} NOT INDEXED"
        self._gap = gap
        self._last = 0

    def rows(self) -> Iterator[tuple[Any, ...]]:
        """Every row that can be read, each once."""
        for row in self._until_damage(f"{self._select} WHERE id > 0 ORDER BY id", ()):
            self._last = row[0]
            yield row
        if not self.damaged:
            return
        before = self._last
        first: int | None = None
        for row in self._until_damage(f"{self._select} WHERE id > ? ORDER BY id DESC", (before,)):
            first = row[0]
            yield row
        yield from self._one_by_one(before + 1, first)

    def _until_damage(self, query: str, values: tuple[int, ...]) -> Iterator[tuple[Any, ...]]:
        try:
            yield from self._connection.execute(query, values)
        except _UNREADABLE:
            self.damaged = True

    def _one_by_one(self, number: int, end: int | None) -> Iterator[tuple[Any, ...]]:
        missed = 0
        while missed < self._gap and (end is None or number < end):
            missed += 1
            try:
                row = self._connection.execute(f"{self._select} WHERE id = ?", (number,)).fetchone()
            except _UNREADABLE:
                row = None
            if row is not None:
                missed = 0
                yield row
            number += 1


def _count_lost_works(old: Connection, new: Connection, found: Salvage) -> None:
    """Works are never deleted, so every id that was given out and is not here is a loss; it is not given out again."""
    kept, last = new.execute("SELECT count(*), coalesce(max(id), 0) FROM assets").fetchone()
    try:
        given = old.execute("SELECT seq FROM sqlite_sequence WHERE name = 'assets'").fetchone()
    except _UNREADABLE:
        given = None
    if given is not None and isinstance(given[0], int) and last < given[0] < last + _GAP:
        last = given[0]
        new.execute("DELETE FROM sqlite_sequence WHERE name = 'assets'")
        new.execute("INSERT INTO sqlite_sequence (name, seq) VALUES ('assets', ?)", (last,))
    found.lost_works = last - kept
    missing = "SELECT count(*) FROM assets WHERE NOT EXISTS (SELECT 1 FROM blobs WHERE blobs.sha256 = assets.sha256)"
    found.empty_works = int(new.execute(missing).fetchone()[0])
    gone = "NOT EXISTS (SELECT 1 FROM assets WHERE assets.id = parent) OR NOT EXISTS (SELECT 1 FROM assets WHERE assets.id = child)"
    if new.execute(f"DELETE FROM parents WHERE {gone}").rowcount:
        found.touched.add("parents")
    new.execute("DELETE FROM thumbnails WHERE NOT EXISTS (SELECT 1 FROM assets WHERE assets.id = thumbnails.id)")


def _mend_journals(new: Connection, found: Salvage) -> None:
    """A document without snapshot goes; a journal ends before its first missing step, since later ones build on it."""
    query = "SELECT id, folded, position, EXISTS (SELECT 1 FROM snapshots WHERE snapshots.id = documents.id) FROM documents"
    for document, folded, position, has_snapshot in new.execute(query).fetchall():
        if not has_snapshot:
            found.lost_documents += 1
            new.execute("DELETE FROM documents WHERE id = ?", (document,))
            continue
        last = folded
        for (number,) in new.execute("SELECT number FROM edits WHERE document = ? ORDER BY number", (document,)).fetchall():
            if number == last + 1:
                last = number
        dropped = new.execute("DELETE FROM edits WHERE document = ? AND (number <= ? OR number > ?)", (document, folded, last)).rowcount
        if dropped or not folded <= position <= last:
            found.shortened_documents += 1
            rows.update(new, "documents", document, {"position": min(max(position, folded), last)})
    for table, key in (("edits", "document"), ("snapshots", "id")):
        gone = f"SELECT DISTINCT {key} FROM {table} WHERE NOT EXISTS (SELECT 1 FROM documents WHERE documents.id = {table}.{key})"
        lost = len(new.execute(gone).fetchall())
        if lost:
            new.execute(f"DELETE FROM {table} WHERE {key} IN ({gone})")
            found.lost_documents += lost if table == "snapshots" else 0
