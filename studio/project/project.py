"""The project: what a studio keeps in one file, from any thread."""

from __future__ import annotations

import json
import shutil
import sqlite3
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from pathlib import Path
from types import TracebackType
from typing import Any, TypeVar

from studio.project import assets, check, documents, settings
from studio.project.assets import Asset, NewAsset
from studio.project.connection import Connection, Readers, for_writing
from studio.project.documents import DocumentInfo, DocumentState, Writing
from studio.project.errors import ProjectError, explain, is_damage
from studio.project.opening import Opened, open_file
from studio.project.outbox import Outbox
from studio.project.rescue import Watch, drop_log, rescue
from studio.project.writer import Writer, folded

Done = TypeVar("Done")
RESCUE_AGAIN_SECONDS = 10.0


class Project:
    """One open project file.

    Reading methods answer at once, from any thread, and see all that is on the disk. Writing methods queue, and give a Future
    that is done once the change is on the disk, or holds a ProjectError; what was asked is not seen by readers before. Futures
    are answered on the writing thread, so their callbacks must not wait for another write. Every method raises ProjectError.
    """

    def __init__(self, opened: Opened) -> None:
        """Use `Project.open`."""
        self.path = opened.path
        self.read_only = opened.lock is None
        self._lock = opened.lock
        self._file = opened.file
        self._recovered_copy = opened.file != opened.path
        self._notices = list(opened.notices)
        self._closing = threading.Lock()
        self._closed = False
        self._moved: list[Callable[[str], None]] = []
        self._watch = Watch(opened.path) if opened.lock is not None else None
        self._rescue_failed = 0.0  # when; monotonic seconds
        self._next_document: int | None = None
        self._fresh: dict[str, str] = {}  # settings on their way to the disk
        self._readers = Readers(opened.file)
        self._writer = Writer(for_writing(opened.path), self._look) if opened.lock is not None else None

    @classmethod
    def open(cls, path: Path, *, create: bool = False, read_only: bool = False) -> Project:
        """Open the project at `path`; with `create`, a new one where there is none. See `notices` for what a person should know.

        Raises ProjectError for what is no project, is newer than this Atelier, or cannot be read at all.
        """
        opened = open_file(path, create, read_only)
        try:
            return cls(opened)
        except sqlite3.Error as error:
            if opened.lock is not None:
                opened.lock.release()
            raise explain(opened.path.name, error) from error

    @property
    def notices(self) -> tuple[str, ...]:
        """Sentences to show: why it is read-only, what was recovered, whose lock was taken over."""
        return tuple(self._notices)

    def when_moved(self, tell: Callable[[str], None]) -> None:
        """Have `tell` called, on the writing thread, with a sentence when the project had to move to another file (see rescue.py)."""
        self._moved.append(tell)

    # Assets

    def add_asset(
        self,
        medium: str,
        data: bytes,
        *,
        recipe: str = "",
        latent: bytes | None = None,
        parents: Sequence[int] = (),
        title: str = "",
        thumbnail: bytes | None = None,
    ) -> Future[Asset]:
        """Keep a work of at most 512 MB (a text of 20 MB, a recipe of 256 kB); equal content is stored once."""
        new = NewAsset(medium, data, recipe, latent, tuple(parents), title, thumbnail, time.time())
        return self._write(lambda connection: assets.add(connection, new))

    def delete_asset(self, number: int) -> Future[None]:
        """Take a work out of the history; `restore_asset` puts it back. Nothing is lost."""
        return self._write(lambda connection: assets.set_hidden(connection, number, True))

    def restore_asset(self, number: int) -> Future[None]:
        """Put a deleted work back into the history."""
        return self._write(lambda connection: assets.set_hidden(connection, number, False))

    def asset(self, number: int) -> Asset:
        """One work, deleted or not."""
        return self._read(lambda connection: assets.one(connection, number))

    def assets(self, offset: int = 0, limit: int = 100, medium: str | None = None) -> list[Asset]:
        """A page of the history, newest first."""
        return self._read(lambda connection: assets.page(connection, offset, limit, medium))

    def asset_ids(self, medium: str | None = None) -> list[int]:
        """The ids of the whole history, newest first."""
        return self._read(lambda connection: assets.ids(connection, medium))

    def asset_count(self, medium: str | None = None) -> int:
        """How many works the history holds."""
        return self._read(lambda connection: assets.count(connection, medium))

    def blob(self, sha256: str) -> bytes:
        """The content, or the latent, with that sha256; checked against it."""
        return self._read(lambda connection: assets.blob(connection, sha256))

    def thumbnail(self, number: int) -> bytes | None:
        """The small picture of a work, where it has one."""
        return self._read(lambda connection: assets.thumbnail(connection, number))

    def lineage(self, number: int) -> list[int]:
        """The ids of all that a work was made from, directly or not, newest first."""
        return self._read(lambda connection: assets.ancestors(connection, number))

    def children(self, number: int) -> list[int]:
        """The ids of all that was made directly from a work, oldest first."""
        return self._read(lambda connection: assets.children(connection, number))

    # Documents

    def create_document(self, kind: str, name: str, snapshot: bytes) -> Future[int]:
        """A new document with an empty journal; gives its id."""
        number, now = self._document_number(), time.time()
        return self._write(lambda connection: documents.create(connection, number, kind, name, snapshot, now))

    def begin_document(self, kind: str, name: str, snapshot: bytes, refused: Callable[[str], None]) -> Writing:
        """As `create_document`, without waiting for the disk: its number is known at once, and what follows is written after it."""
        writing, now = Writing(self._document_number(), Outbox(self._write, refused)), time.time()
        writing.outbox.send(lambda connection: documents.create(connection, writing.number, kind, name, snapshot, now))
        return writing

    def continue_document(self, document: int, refused: Callable[[str], None]) -> Writing:
        """Go on writing a document that is there already."""
        return Writing(document, Outbox(self._write, refused))

    def _document_number(self) -> int:
        with self._closing:
            if self._next_document is None:
                self._next_document = self._read(documents.next_number)
            number, self._next_document = self._next_document, self._next_document + 1
        return number

    def documents(self, kind: str | None = None) -> list[DocumentInfo]:
        """The documents, last edited first."""
        return self._read(lambda connection: documents.infos(connection, kind))

    def append_edit(self, document: int, name: str, payload: bytes) -> Future[int]:
        """Write an edit down after the current position and drop what was undone beyond it; gives its number, the new position.

        Nothing is refused for the journal's length: the caller looks at `journal_size` and folds by `replace_snapshot`.
        """
        now = time.time()
        return self._write(lambda connection: documents.append(connection, document, name, payload, now))

    def set_position(self, document: int, position: int) -> Future[None]:
        """Remember that undo or redo went to `position`: how many of the edits are done."""
        now = time.time()
        return self._write(lambda connection: documents.set_position(connection, document, position, now))

    def load_document(self, document: int) -> DocumentState:
        """A document as it was left: apply `edits[:position]` to its snapshot. A damaged end of the journal becomes a notice."""
        state, notice = self._read(lambda connection: documents.load(connection, document))
        if notice and notice not in self._notices:
            self._notices.append(notice)
        return state

    def replace_snapshot(self, document: int, snapshot: bytes, keep_from: int) -> Future[None]:
        """Fold `edits[:keep_from]` into `snapshot`, which has them applied; the others are numbered from 1 again, position likewise."""
        return self._write(lambda connection: documents.replace_snapshot(connection, document, snapshot, keep_from))

    def journal_size(self, document: int) -> tuple[int, int]:
        """Steps and bytes in the journal. Past JOURNAL_STEPS or JOURNAL_BYTES the caller folds the oldest (see documents.py)."""
        return self._read(lambda connection: documents.journal_size(connection, document))

    # Settings

    def setting(self, key: str, default: Any = None) -> Any:
        """A JSON value that was kept with the project, the newest that was given even where it is not on the disk yet."""
        fresh = self._fresh.get(key)
        return json.loads(fresh) if fresh is not None else self._read(lambda connection: settings.value(connection, key, default))

    def set_setting(self, key: str, value: Any) -> Future[None]:
        """Keep a JSON value with the project."""
        try:
            text = settings.encode(self.path.name, key, value)
        except ProjectError as error:
            return _failed(error)
        self._fresh[key] = text
        future = self._write(lambda connection: settings.put(connection, key, text))
        future.add_done_callback(lambda done: self._fresh.pop(key, None) if self._fresh.get(key) is text else None)
        return future

    # The file

    def flush(self) -> None:
        """Wait until all that was asked before is on the disk."""
        if self._writer is not None:
            self._writer.flush()

    def fold(self) -> None:
        """Wait until all that was asked before is on the disk, and in the one file, so that it holds the work from now on."""
        if self._writer is not None:
            self._writer.fold()

    def check(self) -> list[str]:
        """Look at everything, and say what is wrong, a sentence each. Reads the whole file, so not on the window's thread."""
        found = self._read(check.problems)
        return [*self._notices, *found] if self._recovered_copy else found

    def close(self) -> None:
        """Write what waits, fold the log in, so that one file is left, and give the lock back. A second call does nothing."""
        with self._closing:
            if self._closed:
                return
            self._closed = True
            self._readers.close()  # first, since the log can only be folded in when nobody reads
            if self._writer is not None:
                self._writer.close()
            if self._lock is not None:
                self._lock.release()
            if self._recovered_copy:
                shutil.rmtree(self._file.parent, ignore_errors=True)

    def __enter__(self) -> Project:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def _look(self, connection: Connection) -> Connection | None:
        """On the writing thread: where the file was taken away, go on in a new one that holds everything; its connection."""
        what = self._watch.gone() if self._watch is not None else ""
        if not what or time.monotonic() - self._rescue_failed < RESCUE_AGAIN_SECONDS:
            return None
        old = self.path
        try:
            rescued = rescue(connection, self.path)
        except ProjectError as error:
            self._rescue_failed = time.monotonic()
            self._tell_moved(f"{old.name} {what} while it was open, and what it held cannot be written to another file yet. {error}")
            return None
        lock, self._lock = self._lock, rescued.lock
        readers, self._readers = self._readers, Readers(rescued.path)
        self.path, self._file, self._watch = rescued.path, rescued.path, Watch(rescued.path)
        readers.close()
        folded(connection)  # a file that was only renamed holds all until now
        connection.close()
        drop_log(old)  # whoever opens what now stands under this name must not find it
        if lock is not None:
            lock.release()
        self._tell_moved(
            f"{old.name} {what} while it was open. Everything is kept, and goes on, in {rescued.path.name} in {rescued.path.parent}."
        )
        return rescued.connection

    def _tell_moved(self, sentence: str) -> None:
        self._notices.append(sentence)
        for tell in tuple(self._moved):
            tell(sentence)

    def _read(self, reading: Callable[[Connection], Done]) -> Done:
        readers = self._readers
        try:
            return readers.read(reading)
        except ProjectError as error:
            if readers is not self._readers:  # the project moved to another file meanwhile
                return self._read(reading)
            if self._writer is not None and isinstance(error.__cause__, sqlite3.Error) and is_damage(error.__cause__):
                self.set_setting(settings.SUSPECT, True)
            raise

    def _write(self, operation: Callable[[Connection], Done]) -> Future[Done]:
        if self._writer is None:
            why = " ".join(self._notices)
            return _failed(ProjectError(f"{self.path.name} is open read-only; nothing can be written to it. {why}".strip()))
        return self._writer.submit(operation)


def _failed(error: ProjectError) -> Future[Any]:
    future: Future[Any] = Future()
    future.set_exception(error)
    return future
