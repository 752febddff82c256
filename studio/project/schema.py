"""The tables of a project file, and the steps from each version of them to the next."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable

APPLICATION_ID = 0x41544C52  # "ATLR", by which `file` and we know a project
PAGE_BYTES = 8192  # blobs of some 100 kB are read faster from larger pages than SQLite's 4096

# Every table has an integer `id`, so that a damaged one can be walked through; the columns listed are those that `seal` covers.
TABLES: dict[str, tuple[str, ...]] = {
    "blobs": ("sha256", "data"),
    "assets": ("hidden", "medium", "sha256", "size", "latent_sha256", "title", "made_at", "recipe"),
    "parents": ("child", "position", "parent"),
    "thumbnails": ("data",),
    "documents": ("kind", "name", "edited_at", "folded", "position"),
    "snapshots": ("data",),
    "edits": ("document", "number", "name", "payload"),
    "settings": ("key", "value"),
}
UNSEALED = frozenset({"blobs"})  # their sha256 is their seal

_FIRST = """
CREATE TABLE blobs (id INTEGER PRIMARY KEY, sha256 TEXT NOT NULL UNIQUE, data BLOB NOT NULL) STRICT;
CREATE TABLE assets (id INTEGER PRIMARY KEY AUTOINCREMENT, seal INTEGER NOT NULL, hidden INTEGER NOT NULL, medium TEXT NOT NULL,
    sha256 TEXT NOT NULL, size INTEGER NOT NULL, latent_sha256 TEXT, title TEXT NOT NULL, made_at REAL NOT NULL,
    recipe TEXT NOT NULL) STRICT;
CREATE INDEX assets_shown ON assets (hidden);
CREATE INDEX assets_by_medium ON assets (medium, hidden);
CREATE TABLE parents (id INTEGER PRIMARY KEY, seal INTEGER NOT NULL, child INTEGER NOT NULL, position INTEGER NOT NULL,
    parent INTEGER NOT NULL, UNIQUE (child, position)) STRICT;
CREATE INDEX parents_backwards ON parents (parent, child);
CREATE TABLE thumbnails (id INTEGER PRIMARY KEY, seal INTEGER NOT NULL, data BLOB NOT NULL) STRICT;
CREATE TABLE documents (id INTEGER PRIMARY KEY AUTOINCREMENT, seal INTEGER NOT NULL, kind TEXT NOT NULL, name TEXT NOT NULL,
    edited_at REAL NOT NULL, folded INTEGER NOT NULL, position INTEGER NOT NULL) STRICT;
CREATE TABLE snapshots (id INTEGER PRIMARY KEY, seal INTEGER NOT NULL, data BLOB NOT NULL) STRICT;
CREATE TABLE edits (id INTEGER PRIMARY KEY, seal INTEGER NOT NULL, document INTEGER NOT NULL, number INTEGER NOT NULL,
    name TEXT NOT NULL, payload BLOB NOT NULL, UNIQUE (document, number)) STRICT;
CREATE TABLE settings (id INTEGER PRIMARY KEY, seal INTEGER NOT NULL, key TEXT NOT NULL UNIQUE, value TEXT NOT NULL) STRICT;
"""


def _create_tables(connection: sqlite3.Connection) -> None:
    for statement in _FIRST.split(";"):
        connection.execute(statement)


# Step i leads from version i to i + 1. Steps are only ever added, never changed: people have files of every version.
MIGRATIONS: tuple[Callable[[sqlite3.Connection], None], ...] = (_create_tables,)
VERSION = len(MIGRATIONS)


def create(connection: sqlite3.Connection) -> None:
    """Make an empty file a project, wholly or not at all. Raises sqlite3.Error."""
    connection.execute(f"PRAGMA page_size={PAGE_BYTES}")
    migrate(connection, 0)


def migrate(connection: sqlite3.Connection, version: int) -> None:
    """Bring the tables from `version` up to VERSION in one transaction. Raises sqlite3.Error, and then nothing has changed."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        for step in MIGRATIONS[version:]:
            step(connection)
        connection.execute(f"PRAGMA application_id={APPLICATION_ID}")
        connection.execute(f"PRAGMA user_version={VERSION}")
        connection.execute("COMMIT")
    except sqlite3.Error:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise
