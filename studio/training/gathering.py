"""What a person brings to the lab: which files of a folder, or of those dropped, are pictures, texts and scores. Reads none of them."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, Protocol, TypeVar

from studio.media import MediaError
from studio.media.picture.files import read_bytes
from studio.media.registry import kept
from studio.training.errors import TrainingError

T = TypeVar("T")

FILES_LIMIT = 100_000
LEARNT = {ending: medium.name for medium in kept() for each in medium.formats if each.learnt for ending in each.endings}
"""Endings of files that can be trained on → their medium: not code, which is noted down beside works, and no drawing without a size."""
LARGEST = 64 * 2**20  # bytes of a text or a score


@dataclass(frozen=True)
class Entry:
    """One file, or one picture of a project; `read` gives its encoded bytes or raises MediaError."""

    name: str
    read: Callable[[], bytes]


@dataclass(frozen=True)
class LeftOut:
    """What is not trained on, and why."""

    name: str
    reason: str


@dataclass(frozen=True)
class Looked:
    """`done` of `total` files have been read."""

    done: int
    total: int


class Collection(Protocol):
    """What was read of one medium, without doubles. `count` is how many works are left."""

    @property
    def name(self) -> str: ...

    @property
    def medium(self) -> str: ...

    @property
    def count(self) -> int: ...

    @property
    def left_out(self) -> Sequence[LeftOut]: ...

    def too_few(self) -> str:
        """Why this cannot be trained on, in a sentence; empty where it can."""
        ...

    def trial(self, config: Mapping[str, Any]) -> Any:
        """A set of the same kind and shapes, ready at once, to measure how fast a training would go."""
        ...


@dataclass(frozen=True)
class Gathered:
    """The entries of each medium, those with the most files first; media without any are left out."""

    name: str
    entries: Mapping[str, tuple[Entry, ...]] = field(default_factory=dict)

    @property
    def medium(self) -> str:
        """The most common one."""
        return next(iter(self.entries))


def gathered(paths: Sequence[Path]) -> Gathered:
    """The files that `paths` name and those in folders among them, by medium; raises TrainingError when none can be trained on."""
    name = paths[0].name if len(paths) == 1 else f"{paths[0].parent.name}, {len(paths)} files"
    found: dict[str, list[Entry]] = {medium: [] for medium in dict.fromkeys(LEARNT.values())}
    for path, shown in _files(paths)[:FILES_LIMIT]:
        medium = medium_of_ending(path.suffix.lower())
        if medium:
            read = read_bytes if medium == "picture" else _read
            found[medium].append(Entry(shown, partial(read, path)))
    kept = sorted(((medium, entries) for medium, entries in found.items() if entries), key=lambda each: -len(each[1]))
    if not kept:
        raise TrainingError(
            f"“{name}” holds no pictures, texts or scores. Choose a folder with PNG, JPEG, WebP, GIF, BMP or TIFF files, "
            "with texts (.txt, .md, .docx), or with scores (MIDI, MusicXML, ABC)."
        )
    return Gathered(name, {medium: tuple(sorted(entries, key=lambda each: each.name)) for medium, entries in kept})


def medium_of_ending(ending: str) -> str:
    """The medium that files of this ending are read as; empty for none."""
    return LEARNT.get(ending, "")


def read_once(
    entries: Sequence[Entry], read: Callable[[Entry], T], content: Callable[[T], bytes], alike: str, left_out: list[LeftOut]
) -> Iterator[tuple[Entry, T | None]]:
    """Each entry with what `read` makes of it; None where it cannot be read or is one that came before, which goes to `left_out`.

    Two are the same when their `content` is, and the later one is said to have the same `alike`.
    """
    known: dict[bytes, str] = {}
    for entry in entries:
        work: T | None = None
        try:
            found = read(entry)
            twin = known.setdefault(hashlib.sha256(content(found)).digest(), entry.name)
            if twin == entry.name:
                work = found
            else:
                left_out.append(LeftOut(entry.name, f"the same {alike} as {twin}"))
        except MediaError as error:
            left_out.append(reason(entry, error))
        yield entry, work


def reason(entry: Entry, error: MediaError) -> LeftOut:
    """Why an entry is left out, by what its reading said; its name is not said twice."""
    said = str(error)
    return LeftOut(entry.name, f"it {said.removeprefix(f'{entry.name} ')}" if said.startswith(f"{entry.name} ") else said)


def _files(paths: Sequence[Path]) -> list[tuple[Path, str]]:
    """Every file with the name that it is shown by, hidden ones and links to folders left out."""
    found: list[tuple[Path, str]] = []
    for path in paths:
        if path.is_file():
            found.append((path, path.name))
        for folder, folders, names in os.walk(path) if path.is_dir() else ():
            folders[:] = [each for each in folders if not each.startswith(".")]
            inside = [Path(folder) / name for name in names if not name.startswith(".")]
            found += [(each, each.relative_to(path).as_posix()) for each in inside if each.is_file()]
            if len(found) >= FILES_LIMIT:
                break
    return found


def _read(path: Path) -> bytes:
    try:
        size = path.stat().st_size
        if size > LARGEST:
            raise MediaError(f"it has {size / 2**20:,.0f} MB; a file has at most {LARGEST // 2**20}. Cut it into parts")
        return path.read_bytes()
    except OSError as error:
        raise MediaError(f"it cannot be read: {error.strerror or error}") from error
