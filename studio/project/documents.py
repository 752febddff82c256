"""Documents: a snapshot and a journal of named edits on top of it.

Edits are numbered 1, 2, 3 … from the snapshot on. `position` is how many of them are done; those beyond it were undone and can be
redone. So `edits[:position]` is what to apply, and the number of an edit is also the position right after it. When the journal has
grown past JOURNAL_STEPS or JOURNAL_BYTES, the caller makes a snapshot with the oldest n edits applied and calls
`replace_snapshot(document, snapshot, keep_from=n)`: `edits[n:]` stay, numbered from 1 again, and position falls by n.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from studio.project import rows
from studio.project.connection import Connection
from studio.project.errors import ProjectError
from studio.project.outbox import Outbox

MEGABYTE = 2**20
JOURNAL_STEPS = 1000
JOURNAL_BYTES = 64 * MEGABYTE
SNAPSHOT_BYTES = 512 * MEGABYTE
NAME_CHARACTERS = 10_000


@dataclass(frozen=True)
class DocumentInfo:
    """A document without its content. `edited_at` is in unix seconds."""

    id: int
    kind: str
    name: str
    edited_at: float


@dataclass(frozen=True)
class Edit:
    """One named step of a journal."""

    number: int
    name: str
    payload: bytes


@dataclass(frozen=True)
class DocumentState:
    """A document as it was left: apply `edits[:position]` to `snapshot`; the other edits can be redone."""

    snapshot: bytes
    edits: tuple[Edit, ...]
    position: int


@dataclass(frozen=True)
class Writing:
    """A document being edited: its journal is written in order, without anybody waiting for the disk (see outbox.py)."""

    number: int
    outbox: Outbox

    def append(self, name: str, payload: bytes | Callable[[], bytes]) -> None:
        """An edit was made at the current position; whatever lay beyond it (undone before) is dropped.

        A payload that takes long to make is made by the writing thread.
        """
        now = time.time()

        def operation(connection: Connection) -> int:
            return append(connection, self.number, name, payload if isinstance(payload, bytes) else payload(), now)

        self.outbox.send(operation)

    def set_position(self, position: int) -> None:
        """Undo or redo went to `position`."""
        now = time.time()
        self.outbox.send(lambda connection: set_position(connection, self.number, position, now))

    def replace_snapshot(self, snapshot: Callable[[], bytes], keep_from: int) -> None:
        """Fold the first `keep_from` edits into a snapshot, which the writing thread makes."""
        self.outbox.send(lambda connection: replace_snapshot(connection, self.number, snapshot(), keep_from))


def next_number(connection: Connection) -> int:
    """An id that no document has or had."""
    found = connection.execute("SELECT max(seq) FROM sqlite_sequence WHERE name = 'documents'").fetchone()[0]
    return 1 + max(found or 0, connection.execute("SELECT coalesce(max(id), 0) FROM documents").fetchone()[0])


def create(connection: Connection, number: int, kind: str, name: str, snapshot: bytes, now: float) -> int:
    """A new document with the id `number`, which it returns. Raises ProjectError for a snapshot or name larger than a project takes."""
    _within_caps(connection.name, name, snapshot, SNAPSHOT_BYTES, "document")
    rows.insert(connection, "documents", {"id": number, "kind": kind, "name": name, "edited_at": now, "folded": 0, "position": 0})
    rows.insert(connection, "snapshots", {"id": number, "data": snapshot})
    return number


def infos(connection: Connection, kind: str | None) -> list[DocumentInfo]:
    """The documents, of one kind or of all, last edited first."""
    where, values = ("", ()) if kind is None else ("WHERE kind = ?", (kind,))
    query = f"SELECT id, kind, name, edited_at FROM documents {where} ORDER BY edited_at DESC, id DESC"
    return [DocumentInfo(*row) for row in connection.execute(query, values)]


def append(connection: Connection, document: int, name: str, payload: bytes, now: float) -> int:
    """Put an edit after the current position, drop what was undone beyond it, and step onto it; returns its number."""
    _within_caps(connection.name, name, payload, JOURNAL_BYTES, "step")
    folded, position = _pointer(connection, document)
    connection.execute("DELETE FROM edits WHERE document = ? AND number > ?", (document, position))
    rows.insert(connection, "edits", {"document": document, "number": position + 1, "name": name, "payload": payload})
    rows.update(connection, "documents", document, {"position": position + 1, "edited_at": now})
    return position + 1 - folded


def set_position(connection: Connection, document: int, position: int, now: float) -> None:
    """Undo or redo to `position`. Raises ProjectError for one that the journal does not reach."""
    folded, _ = _pointer(connection, document)
    steps = _last(connection, document, folded) - folded
    if not 0 <= position <= steps:
        raise ProjectError(f"Document {document} in {connection.name} has {steps} steps; there is no step {position} to go to.")
    rows.update(connection, "documents", document, {"position": folded + position, "edited_at": now})


def load(connection: Connection, document: int) -> tuple[DocumentState, str]:
    """A document, and a sentence where the end of its journal is damaged and left out. Raises ProjectError without a snapshot."""
    folded, position = _pointer(connection, document)
    found = connection.execute("SELECT data, seal FROM snapshots WHERE id = ?", (document,)).fetchone()
    if found is None or rows.seal(found[:1]) != found[1]:
        raise ProjectError(f"Document {document} in {connection.name} is damaged: what its steps start from is lost.")
    edits: list[Edit] = []
    query = "SELECT number, name, payload, seal FROM edits WHERE document = ? AND number > ? ORDER BY number"
    for number, name, payload, seal in connection.execute(query, (document, folded)):
        if rows.seal((document, number, name, payload)) != seal or number != folded + len(edits) + 1:
            break  # later steps build on this one
        edits.append(Edit(number - folded, name, payload))
    steps = _last(connection, document, folded) - folded
    position -= folded
    notice = ""
    if len(edits) < max(steps, position):
        notice = f"Document {document} in {connection.name} is damaged from step {len(edits) + 1} on; the steps before it are here."
    return DocumentState(found[0], tuple(edits), min(max(position, 0), len(edits))), notice


def replace_snapshot(connection: Connection, document: int, snapshot: bytes, keep_from: int) -> None:
    """Put `snapshot`, which has `edits[:keep_from]` applied, in their place. Raises ProjectError where some of them are undone."""
    _within_caps(connection.name, "", snapshot, SNAPSHOT_BYTES, "document")
    folded, position = _pointer(connection, document)
    if not 0 <= keep_from <= position - folded:
        where = f"it stands at step {position - folded}"
        raise ProjectError(f"Document {document} in {connection.name} cannot be folded up to step {keep_from}: {where}.")
    connection.execute("DELETE FROM edits WHERE document = ? AND number <= ?", (document, folded + keep_from))
    rows.update(connection, "snapshots", document, {"data": snapshot})
    rows.update(connection, "documents", document, {"folded": folded + keep_from})


def journal_size(connection: Connection, document: int) -> tuple[int, int]:
    """How many edits the journal holds, and how many bytes their payloads take together."""
    _pointer(connection, document)
    found = connection.execute("SELECT count(*), coalesce(sum(length(payload)), 0) FROM edits WHERE document = ?", (document,)).fetchone()
    return int(found[0]), int(found[1])


def _pointer(connection: Connection, document: int) -> tuple[int, int]:
    """How many edits were ever folded, and the position counted from the very first one."""
    found = connection.execute("SELECT folded, position FROM documents WHERE id = ?", (document,)).fetchone()
    if found is None:
        raise ProjectError(f"{connection.name} has no document {document}.")
    return found[0], found[1]


def _last(connection: Connection, document: int, folded: int) -> int:
    """The stored number of the last edit; `folded` where there is none."""
    found = connection.execute("SELECT max(number) FROM edits WHERE document = ?", (document,)).fetchone()[0]
    return folded if found is None else int(found)


def _within_caps(project: str, name: str, data: bytes, cap: int, what: str) -> None:
    if len(data) > cap:
        raise ProjectError(f"{project} takes a {what} of {cap // MEGABYTE} MB at most; this one has {len(data) / MEGABYTE:.1f} MB.")
    if len(name) > NAME_CHARACTERS:
        raise ProjectError(f"{project} takes a name of {NAME_CHARACTERS} characters at most; this one has {len(name)}.")
