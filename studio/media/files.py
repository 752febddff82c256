"""Writing files whole or not at all."""

from __future__ import annotations

import contextlib
import errno
import os
import secrets
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

from studio.media.errors import MediaError

# What a share says of a thing that it does not do; the file is written all the same.
_NOT_DONE_HERE = frozenset({errno.EOPNOTSUPP, errno.ENOTSUP, errno.EINVAL, errno.ENOSYS, errno.EPERM})
NAME_LENGTH = 60
_NAME_BYTES = 40  # of the file's own name in that of the temporary one, so that a long name does not grow too long


def plain_name(title: str, otherwise: str) -> str:
    """A title as the name of a file, without what some disk does not take."""
    return "".join(letter if letter.isalnum() else "-" for letter in title)[:NAME_LENGTH].strip("-") or otherwise


def write_atomically(path: Path, data: bytes) -> None:
    """Write `data` to `path` through a temporary file beside it; raises MediaError with the reason, leaving no half file.

    A link stays a link: the file that it leads to is replaced. A file that was there keeps its rights, a new one gets those that the
    person's umask leaves.
    """
    temporary: Path | None = None
    try:
        target = Path(os.path.realpath(path))
        target.parent.mkdir(parents=True, exist_ok=True)
        beside = target.with_name(f".{os.fsdecode(os.fsencode(target.name)[:_NAME_BYTES])}-{secrets.token_hex(4)}")
        handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o666)
        temporary = beside
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            settle(file)
        with contextlib.suppress(FileNotFoundError):
            mode = stat.S_IMODE(target.stat().st_mode)
            with _where_done():
                os.chmod(temporary, mode)
        os.replace(temporary, target)
        temporary = None
    except (OSError, ValueError) as error:
        raise MediaError(f"{path.name} cannot be written in {path.parent}: {getattr(error, 'strerror', None) or error}.") from error
    finally:
        if temporary is not None:
            with contextlib.suppress(OSError):
                temporary.unlink()


def settle(file: IO[Any]) -> None:
    """Have what was written to an open file on the disk, where that disk can say so. Raises OSError."""
    file.flush()
    with _where_done():
        os.fsync(file.fileno())


@contextlib.contextmanager
def _where_done() -> Iterator[None]:
    """Do without what this disk does not do."""
    try:
        yield
    except OSError as error:
        if error.errno not in _NOT_DONE_HERE:
            raise
