"""The lock file beside an open project: it names the process that may write. SQLite's own locks keep the file whole in any case;
this one keeps two studios from editing the same thing at once."""

from __future__ import annotations

import json
import os
import secrets
import socket
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path

import psutil

_SAME_START_SECONDS = 5.0  # a process's start is worked out from the clock, which the system may have corrected since
_ATTEMPTS = 4
_LOCK_BYTES = 4096


@dataclass(frozen=True)
class Holder:
    """Who holds a lock: process, its computer, when it started (unix seconds), and a token that no other lock has."""

    pid: int
    host: str
    started: float
    token: str


@dataclass(frozen=True)
class Lock:
    """A lock that is ours until `release`."""

    path: Path
    content: bytes

    def release(self) -> None:
        """Remove the lock file where it is still ours; a failure leaves a stale lock, which the next studio takes over."""
        try:
            if _content(self.path) == self.content:
                self.path.unlink()
        except OSError:
            return


def lock_path(project: Path) -> Path:
    """`NAME.atelier.lock` for `NAME.atelier`."""
    return project.with_name(project.name + ".lock")


def acquire(project: Path) -> tuple[Lock | None, str]:
    """The lock, or None where another process holds it or none can be made; and a sentence where there is something to say."""
    path = lock_path(project)
    mine = Holder(os.getpid(), socket.gethostname(), psutil.Process().create_time(), secrets.token_hex(8))
    content = json.dumps(asdict(mine)).encode()
    notice = ""
    try:
        for _ in range(_ATTEMPTS):
            if _create(path, content):
                return Lock(path, content), notice
            found = _content(path)
            if found is None:
                continue  # released in this moment
            holder = _parse(found)
            if holder is not None and _is_alive(holder):
                return None, _held(project, path, holder)
            _set_aside(path, found, mine.token)
            who = f"process {holder.pid} on {holder.host}, which is" if holder else "a process that is"
            notice = f"{project.name} was still locked by {who} no longer running; the lock was taken over. All that was saved is here."
    except OSError as error:
        return None, f"{project.name} is open read-only, because nothing can be written in {project.parent}: {error.strerror or error}."
    return None, f"{project.name} is open read-only, because another Atelier is opening it right now. Close it and open it again to edit."


def _held(project: Path, path: Path, holder: Holder) -> str:
    if (holder.pid, holder.host) == (os.getpid(), socket.gethostname()):
        return f"{project.name} is open read-only, because this Atelier (process {holder.pid} on {holder.host}) has it open already."
    sentence = f"{project.name} is open read-only, because process {holder.pid} on {holder.host} has it open. Close it there to edit here."
    if holder.host == socket.gethostname():
        return sentence
    return f"{sentence} If that computer no longer has it open, delete {path.name}."


def _create(path: Path, content: bytes) -> bool:
    """Make the lock with its content in one step; False where there is one already. Raises OSError."""
    handle, name = tempfile.mkstemp(prefix=f".{path.name[:40]}-", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        try:
            os.link(name, path)
        except FileExistsError:
            return False
        except OSError:
            return _create_exclusively(path, content)  # a disk without hard links
        return True
    finally:
        os.unlink(name)


def _create_exclusively(path: Path, content: bytes) -> bool:
    try:
        handle = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o644)
    except FileExistsError:
        return False
    with os.fdopen(handle, "wb") as file:
        file.write(content)
    return True


def _set_aside(path: Path, stale: bytes, token: str) -> None:
    """Remove the stale lock, and not one that another process put in its place in the meantime. Raises OSError."""
    aside = path.with_name(f"{path.name}.{token}")
    try:
        os.rename(path, aside)
    except FileNotFoundError:
        return
    try:
        if _content(aside) != stale:
            os.link(aside, path)
    finally:
        aside.unlink()


def _content(path: Path) -> bytes | None:
    try:
        with path.open("rb") as file:
            return file.read(_LOCK_BYTES)
    except FileNotFoundError:
        return None


def _parse(content: bytes) -> Holder | None:
    """Who wrote the lock; None where it is no lock of ours, which nothing can hold."""
    try:
        found = json.loads(content)
        return Holder(int(found["pid"]), str(found["host"]), float(found["started"]), str(found["token"]))
    except (ValueError, TypeError, KeyError, OverflowError, RecursionError):
        return None


def _is_alive(holder: Holder) -> bool:
    """Whether that very process still runs. Of another computer's we cannot know, so it counts as running."""
    if holder.host != socket.gethostname():
        return True
    try:
        process = psutil.Process(holder.pid)
        if process.status() == psutil.STATUS_ZOMBIE:
            return False
        return abs(process.create_time() - holder.started) < _SAME_START_SECONDS  # else the number was given to a new process
    except psutil.AccessDenied:
        return True
    except (psutil.Error, ValueError, OverflowError):
        return False
