"""The lock file beside an open project: the system's own lock on it says who may write, its content only whom to name.

SQLite's locks keep the file whole in any case; this one keeps two studios from editing the same thing at once. The system lets go of
it when its process ends, however that was, so no clock and no process list is asked.
"""

from __future__ import annotations

import json
import os
import secrets
import socket
from dataclasses import asdict, dataclass
from pathlib import Path

import psutil
from filelock import lock_descriptor

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
    """A lock that is ours until `release`; `handle` is the open file that the system's lock hangs on."""

    path: Path
    handle: int

    def release(self) -> None:
        """Remove the lock file, where it is still ours, and let go; what cannot be removed is taken over by the next studio."""
        try:
            if _is_at(self.handle, self.path):
                self.path.unlink()
        except OSError:
            pass
        finally:
            os.close(self.handle)


def lock_path(project: Path) -> Path:
    """`NAME.atelier.lock` for `NAME.atelier`."""
    return project.with_name(project.name + ".lock")


def acquire(project: Path) -> tuple[Lock | None, str]:
    """The lock, or None where another process holds it or none can be made; and a sentence where there is something to say."""
    path = lock_path(project)
    try:
        for _ in range(_ATTEMPTS):
            handle, fresh = _opened(path)
            kept = False
            try:
                found = b"" if fresh else os.read(handle, _LOCK_BYTES)
                holder = _parse(found)
                free = _lock(handle, holder)
                if free and not _is_at(handle, path):
                    continue  # its holder removed it in this moment
                if not free or (holder is not None and holder.host != socket.gethostname()):
                    return None, _held(project, path, holder)
                _sign(handle)
                kept = True
                return Lock(path, handle), "" if fresh else _taken_over(project, holder)
            finally:
                if not kept:
                    os.close(handle)
    except OSError as error:
        return None, f"{project.name} is open read-only, because nothing can be written in {project.parent}: {error.strerror or error}."
    return None, f"{project.name} is open read-only, because another Atelier is opening it right now. Close it and open it again to edit."


def _opened(path: Path) -> tuple[int, bool]:
    """The lock file, and whether it was not there before. Raises OSError."""
    try:
        return os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o666), True
    except FileExistsError:
        return os.open(path, os.O_RDWR | os.O_CREAT, 0o666), False


def _lock(handle: int, holder: Holder | None) -> bool:
    """Whether the lock is ours now. On a disk that has no locks, who signed the file last holds it while that process lives."""
    try:
        return lock_descriptor(handle, blocking=False)
    except OSError:
        return holder is None or not _is_running(holder)


def _is_running(holder: Holder) -> bool:
    try:
        return psutil.Process(holder.pid).status() != psutil.STATUS_ZOMBIE
    except psutil.AccessDenied:
        return True
    except (psutil.Error, ValueError, OverflowError):
        return False


def _is_at(handle: int, path: Path) -> bool:
    """Whether the open file is the one that stands under this name."""
    try:
        return os.path.samestat(os.fstat(handle), os.stat(path))
    except FileNotFoundError:
        return False


def _sign(handle: int) -> None:
    mine = Holder(os.getpid(), socket.gethostname(), psutil.Process().create_time(), secrets.token_hex(8))
    os.ftruncate(handle, 0)
    os.lseek(handle, 0, os.SEEK_SET)
    os.write(handle, json.dumps(asdict(mine)).encode())


def _taken_over(project: Path, holder: Holder | None) -> str:
    who = f"process {holder.pid} on {holder.host}, which is" if holder else "a process that is"
    return f"{project.name} was still locked by {who} no longer running; the lock was taken over. All that was saved is here."


def _held(project: Path, path: Path, holder: Holder | None) -> str:
    if holder is None:
        return f"{project.name} is open read-only, because another Atelier has it open. Close it there to edit here."
    if (holder.pid, holder.host) == (os.getpid(), socket.gethostname()):
        return f"{project.name} is open read-only, because this Atelier (process {holder.pid} on {holder.host}) has it open already."
    sentence = f"{project.name} is open read-only, because process {holder.pid} on {holder.host} has it open. Close it there to edit here."
    if holder.host == socket.gethostname():
        return sentence
    return f"{sentence} If that computer no longer has it open, delete {path.name}."


def _parse(content: bytes) -> Holder | None:
    """Who wrote the lock; None where it is no lock of ours."""
    try:
        found = json.loads(content)
        return Holder(int(found["pid"]), str(found["host"]), float(found["started"]), str(found["token"]))
    except (ValueError, TypeError, KeyError, OverflowError, RecursionError):
        return None
