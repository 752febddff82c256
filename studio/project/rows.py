"""Rows with a seal: a checksum over their values, by which a bit that turned over on the disk is noticed."""

from __future__ import annotations

import sqlite3
import zlib
from collections.abc import Mapping, Sequence

from studio.project.schema import TABLES, UNSEALED


def seal(values: Sequence[object]) -> int:
    """The checksum (CRC-32) of a row's values, in the order of TABLES."""
    total = 0
    for value in values:
        part = value if isinstance(value, bytes) else repr(value).encode("utf-8", "backslashreplace")
        total = zlib.crc32(part, zlib.crc32(b"%d:" % len(part), total))
    return total


def insert(connection: sqlite3.Connection, table: str, values: Mapping[str, object]) -> int:
    """Put a row, with an id of its own or with that in `values`; returns the id. Raises sqlite3.Error."""
    columns = dict(values)
    if table not in UNSEALED:
        columns["seal"] = seal([values[name] for name in TABLES[table]])
    marks = ", ".join("?" * len(columns))
    cursor = connection.execute(f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks})", tuple(columns.values()))
    return int(cursor.lastrowid or 0)


def update(connection: sqlite3.Connection, table: str, number: int, changes: Mapping[str, object]) -> bool:
    """Change a row and seal it anew; False where there is no such row. Raises sqlite3.Error."""
    names = TABLES[table]
    found = connection.execute(f"SELECT {', '.join(names)} FROM {table} WHERE id = ?", (number,)).fetchone()
    if found is None:
        return False
    values = {**dict(zip(names, found, strict=True)), **changes}
    columns = {**changes, "seal": seal([values[name] for name in names])}
    assignments = ", ".join(f"{name} = ?" for name in columns)
    connection.execute(f"UPDATE {table} SET {assignments} WHERE id = ?", (*columns.values(), number))
    return True
