"""A thorough look at a project: every page, every checksum, every reference."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Iterator

from studio.project import rows
from studio.project.connection import Connection
from studio.project.errors import ProjectError
from studio.project.recipe import Recipe
from studio.project.schema import TABLES, UNSEALED

_LINES = 20  # of SQLite's own findings; one broken page makes many


def problems(connection: Connection) -> list[str]:
    """What is wrong with the project, a sentence each; empty where nothing is. Reads the whole file."""
    found: list[str] = []
    for look in (_structure, _seals, _blobs, _contents, _lineage, _journals, _recipes, _settings):
        try:
            found.extend(look(connection))
        except (sqlite3.Error, UnicodeError) as error:
            found.append(f"{connection.name} could not be checked to the end ({error}).")
    return list(dict.fromkeys(found))


def _structure(connection: Connection) -> Iterator[str]:
    for (line,) in connection.execute(f"PRAGMA integrity_check({_LINES})"):
        if line != "ok":
            yield f"{connection.name} is damaged: {line}."


def _seals(connection: Connection) -> Iterator[str]:
    for table, names in TABLES.items():
        if table in UNSEALED:
            continue
        for number, seal, *values in connection.execute(f"SELECT id, seal, {', '.join(names)} FROM {table}"):
            if rows.seal(values) != seal:
                yield f"Row {number} of {table} is no longer what was saved."


def _blobs(connection: Connection) -> Iterator[str]:
    for sha256, data in connection.execute("SELECT sha256, data FROM blobs"):
        if hashlib.sha256(data).hexdigest() != sha256:
            yield f"The content {str(sha256)[:12]}… is damaged: it is no longer what was saved."


def _contents(connection: Connection) -> Iterator[str]:
    query = "SELECT id, {0} FROM assets WHERE {0} IS NOT NULL AND NOT EXISTS (SELECT 1 FROM blobs WHERE blobs.sha256 = assets.{0})"
    for column, word in (("sha256", "content"), ("latent_sha256", "latent")):
        for number, sha256 in connection.execute(query.format(column)):
            yield f"The {word} {str(sha256)[:12]}… of work {number} is missing."
    sizes = "SELECT assets.id FROM assets JOIN blobs ON blobs.sha256 = assets.sha256 WHERE assets.size != length(blobs.data)"
    for (number,) in connection.execute(sizes):
        yield f"The content of work {number} has not the size that was saved."


def _lineage(connection: Connection) -> Iterator[str]:
    for child, parent in connection.execute("SELECT child, parent FROM parents ORDER BY child, position"):
        for number, word in ((parent, "parent"), (child, "child")):
            if connection.execute("SELECT 1 FROM assets WHERE id = ?", (number,)).fetchone() is None:
                yield f"Work {child} is said to be made from work {parent}, but the {word} is missing."


def _journals(connection: Connection) -> Iterator[str]:
    for document, folded, position in connection.execute("SELECT id, folded, position FROM documents"):
        numbers = [row[0] for row in connection.execute("SELECT number FROM edits WHERE document = ? ORDER BY number", (document,))]
        if numbers != list(range(folded + 1, folded + 1 + len(numbers))):
            yield f"The journal of document {document} has a gap."
        if not folded <= position <= folded + len(numbers):
            yield f"Document {document} stands at step {position - folded}, outside its journal of {len(numbers)} steps."
        if connection.execute("SELECT 1 FROM snapshots WHERE id = ?", (document,)).fetchone() is None:
            yield f"Document {document} has lost what its steps start from."
    for (document,) in connection.execute("SELECT DISTINCT document FROM edits WHERE document NOT IN (SELECT id FROM documents)"):
        yield f"There are steps of document {document}, which is missing."


def _recipes(connection: Connection) -> Iterator[str]:
    for number, recipe in connection.execute("SELECT id, recipe FROM assets WHERE recipe != ''"):
        try:
            Recipe.from_json(recipe)
        except ProjectError as error:
            yield f"Work {number}: {error}"


def _settings(connection: Connection) -> Iterator[str]:
    for key, value in connection.execute("SELECT key, value FROM settings"):
        try:
            json.loads(value)
        except (ValueError, RecursionError):
            yield f"The setting {str(key)[:40]!r} cannot be read."
