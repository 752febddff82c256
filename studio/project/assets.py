"""Assets: immutable works, their content addressed by sha256, and who descends from whom."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from studio.project import rows
from studio.project.connection import Connection
from studio.project.errors import ProjectError
from studio.project.recipe import RECIPE_BYTES

MEGABYTE = 2**20
BLOB_BYTES = 512 * MEGABYTE
TITLE_CHARACTERS = 10_000
MEDIUM_BYTES = {"text": 20 * MEGABYTE}  # tighter than BLOB_BYTES, by medium; pictures and scores are measured by their own rooms
_COLUMNS = "id, medium, sha256, size, recipe, latent_sha256, title, made_at"


@dataclass(frozen=True)
class Asset:
    """One work as the project knows it; its content is fetched by `sha256`.

    `size` is in bytes, `recipe` JSON text or empty, `made_at` in unix seconds and known to the project only.
    """

    id: int
    medium: str
    sha256: str
    size: int
    recipe: str
    latent_sha256: str | None
    parents: tuple[int, ...]
    title: str
    made_at: float


@dataclass(frozen=True)
class NewAsset:
    """What is about to become an asset."""

    medium: str
    data: bytes
    recipe: str
    latent: bytes | None
    parents: tuple[int, ...]
    title: str
    thumbnail: bytes | None
    made_at: float


def add(connection: Connection, new: NewAsset) -> Asset:
    """Keep a work. Raises ProjectError where it is larger than a project takes or names a parent that is not here."""
    _within_caps(connection.name, new)
    for parent in new.parents:
        if connection.execute("SELECT 1 FROM assets WHERE id = ?", (parent,)).fetchone() is None:
            raise ProjectError(f"{connection.name} has no work {parent} that this one could be made from.")
    sha256 = _keep_blob(connection, new.data)
    latent = _keep_blob(connection, new.latent) if new.latent is not None else None
    values = {"hidden": 0, "medium": new.medium, "sha256": sha256, "size": len(new.data), "recipe": new.recipe}
    values |= {"latent_sha256": latent, "title": new.title, "made_at": new.made_at}
    number = rows.insert(connection, "assets", values)
    parents = tuple(dict.fromkeys(new.parents))
    for position, parent in enumerate(parents):
        rows.insert(connection, "parents", {"child": number, "position": position, "parent": parent})
    if new.thumbnail is not None:
        rows.insert(connection, "thumbnails", {"id": number, "data": new.thumbnail})
    return Asset(number, new.medium, sha256, len(new.data), new.recipe, latent, parents, new.title, new.made_at)


def set_hidden(connection: Connection, number: int, hidden: bool) -> None:
    """Take a work out of the history, or put it back. Raises ProjectError where there is no such work."""
    if not rows.update(connection, "assets", number, {"hidden": int(hidden)}):
        raise _unknown(connection, number)


def one(connection: Connection, number: int) -> Asset:
    """The work `number`, hidden or not. Raises ProjectError where there is none."""
    found = connection.execute(f"SELECT {_COLUMNS} FROM assets WHERE id = ?", (number,)).fetchall()
    if not found:
        raise _unknown(connection, number)
    return _with_parents(connection, found)[0]


def page(connection: Connection, offset: int, limit: int, medium: str | None) -> list[Asset]:
    """Works that are not hidden, newest first. The ids are counted off on an index, and only the page's rows are read."""
    where, values = _shown(medium)
    ids = f"SELECT id FROM assets WHERE {where} ORDER BY id DESC LIMIT ? OFFSET ?"
    query = f"SELECT {_COLUMNS} FROM assets WHERE id IN ({ids}) ORDER BY id DESC"
    return _with_parents(connection, connection.execute(query, (*values, max(limit, 0), max(offset, 0))).fetchall())


def ids(connection: Connection, medium: str | None) -> list[int]:
    """The ids of all works that are not hidden, newest first."""
    where, values = _shown(medium)
    return [row[0] for row in connection.execute(f"SELECT id FROM assets WHERE {where} ORDER BY id DESC", values)]


def count(connection: Connection, medium: str | None) -> int:
    """How many works are not hidden."""
    where, values = _shown(medium)
    return int(connection.execute(f"SELECT count(*) FROM assets WHERE {where}", values).fetchone()[0])


def blob(connection: Connection, sha256: str) -> bytes:
    """The content with that sha256. Raises ProjectError where it is not here, or not what it was."""
    found = connection.execute("SELECT data FROM blobs WHERE sha256 = ?", (sha256,)).fetchone()
    if found is None:
        raise ProjectError(f"{connection.name} does not hold the content {sha256[:12]}….")
    if hashlib.sha256(found[0]).hexdigest() != sha256:
        raise ProjectError(f"The content {sha256[:12]}… in {connection.name} is damaged: it is no longer what was saved.")
    return bytes(found[0])


def thumbnail(connection: Connection, number: int) -> bytes | None:
    """The small picture of a work; None where it has none, or where its bytes are no longer what was saved."""
    found = connection.execute("SELECT data, seal FROM thumbnails WHERE id = ?", (number,)).fetchone()
    return found[0] if found is not None and rows.seal(found[:1]) == found[1] else None


def ancestors(connection: Connection, number: int) -> list[int]:
    """All that a work was made from, directly or not, newest first. Raises ProjectError where there is no such work."""
    one(connection, number)
    query = """
        WITH RECURSIVE above (id) AS (
            SELECT parent FROM parents WHERE child = ? UNION SELECT parent FROM parents JOIN above ON child = above.id
        ) SELECT id FROM above ORDER BY id DESC
    """
    return [row[0] for row in connection.execute(query, (number,))]


def children(connection: Connection, number: int) -> list[int]:
    """All that was made directly from a work, oldest first. Raises ProjectError where there is no such work."""
    one(connection, number)
    return [row[0] for row in connection.execute("SELECT child FROM parents WHERE parent = ? ORDER BY child", (number,))]


def _within_caps(name: str, new: NewAsset) -> None:
    cap = min(MEDIUM_BYTES.get(new.medium, BLOB_BYTES), BLOB_BYTES)
    if len(new.data) > cap:
        raise ProjectError(f"{name} takes a {new.medium} of {cap // MEGABYTE} MB at most; this one has {len(new.data) / MEGABYTE:.1f} MB.")
    for what, data in (("latent", new.latent), ("thumbnail", new.thumbnail)):
        if data is not None and len(data) > BLOB_BYTES:
            raise ProjectError(f"{name} takes a {what} of {BLOB_BYTES // MEGABYTE} MB at most.")
    if len(new.recipe.encode("utf-8")) > RECIPE_BYTES:
        raise ProjectError(f"{name} takes a recipe of {RECIPE_BYTES // 1024} kB at most; this one is larger.")
    if len(new.title) > TITLE_CHARACTERS:
        raise ProjectError(f"{name} takes a title of {TITLE_CHARACTERS} characters at most; this one has {len(new.title)}.")
    if not new.medium:
        raise ProjectError(f"{name} cannot keep a work that does not say what it is.")


def _keep_blob(connection: Connection, data: bytes) -> str:
    sha256 = hashlib.sha256(data).hexdigest()
    if connection.execute("SELECT 1 FROM blobs WHERE sha256 = ?", (sha256,)).fetchone() is None:
        rows.insert(connection, "blobs", {"sha256": sha256, "data": data})
    return sha256


def _shown(medium: str | None) -> tuple[str, tuple[str, ...]]:
    return ("hidden = 0", ()) if medium is None else ("medium = ? AND hidden = 0", (medium,))


def _with_parents(connection: Connection, found: Sequence[tuple[Any, ...]]) -> list[Asset]:
    parents = _parents(connection, [row[0] for row in found])
    works = []
    for number, medium, sha256, size, recipe, latent, title, made_at in found:
        works.append(Asset(number, medium, sha256, size, recipe, latent, tuple(parents.get(number, ())), title, made_at))
    return works


def _parents(connection: Connection, numbers: Iterable[int]) -> dict[int, list[int]]:
    """The parents of each work that has any, in their order."""
    found: dict[int, list[int]] = {}
    for number in numbers:
        for (parent,) in connection.execute("SELECT parent FROM parents WHERE child = ? ORDER BY position", (number,)):
            found.setdefault(number, []).append(parent)
    return found


def _unknown(connection: Connection, number: int) -> ProjectError:
    return ProjectError(f"{connection.name} has no work {number}.")
