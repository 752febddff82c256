"""What a file format is to the studio, and how a file is told from its beginning. One row a format stands in its medium's folder."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from studio.media.errors import MediaError
from studio.media.files import write_atomically

Loaded = tuple[Any, str]
"""A thing, and the note (a recipe as JSON) that its file carries; empty where it carries none."""


def never(file: IO[bytes], name: str) -> bool:
    """For formats that nothing at their beginning tells from others: their ending does."""
    del file, name
    return False


def begins(*magic: bytes) -> Callable[[IO[bytes], str], bool]:
    """Recognises files that begin with one of these bytes."""
    longest = max(map(len, magic))

    def sniff(file: IO[bytes], name: str) -> bool:
        del name
        return file.read(longest).startswith(magic)

    return sniff


def chunked(form: bytes, *kinds: bytes) -> Callable[[IO[bytes], str], bool]:
    """Recognises files of chunks by their form and kind: RIFF with WAVE, WEBP or RMID (Microsoft and IBM, 1991), FORM with AIFF."""

    def sniff(file: IO[bytes], name: str) -> bool:
        del name
        head = file.read(12)
        return head[:4] == form and head[8:] in kinds

    return sniff


def unsaid(path: Path) -> str:
    """Nothing is said of how a file of this format was read."""
    del path
    return ""


def alone(path: Path, note: str) -> list[Path]:
    """Nothing is written beside a file of this format: the note lies inside."""
    del path, note
    return []


def written(encode: Callable[[Any, str], bytes]) -> Callable[[Any, Path, str, str], None]:
    """How a format is saved whose files are bytes that `encode` makes of a thing and its note: whole or not at all."""

    def save(media: Any, path: Path, note: str, parameters: str) -> None:
        del parameters
        write_atomically(path, encode(media, note))

    return save


@dataclass(frozen=True)
class Format:
    """One kind of file that a medium is read from, written to, or both.

    `label` is what dialogs call it and `endings` what its files end in, the usual one first. `sniff` looks at a file that is open for
    reading, as far as it needs to, and at its name; it says yes only where the content is sure. `load` gives thing and note, `save` takes
    thing, path, note and the text that other programs read; a format without one of them is only written, or only read. Both raise
    MediaError naming the file and the reason. `remark` is what a person hears of how a file was read. `beside` are the further files
    that saving brings. `learnt` says that the lab may train on such files, `offered` that save dialogs offer to write them.
    """

    label: str
    endings: tuple[str, ...]
    load: Callable[[Path], Loaded] | None = None
    save: Callable[[Any, Path, str, str], None] | None = None
    sniff: Callable[[IO[bytes], str], bool] = never
    remark: Callable[[Path], str] = unsaid
    beside: Callable[[Path, str], list[Path]] = alone
    animated: bool = False
    lossless: bool = True
    learnt: bool = False
    offered: bool = True

    @property
    def ending(self) -> str:
        """The usual ending."""
        return self.endings[0]

    def claims(self, name: str) -> bool:
        """Whether a file of that name ends as this format's do."""
        return name.lower().endswith(self.endings)


def recognised(path: Path, formats: Iterable[Format]) -> Format | None:
    """Which of `formats` reads a file: told by its content where that is sure, else by its ending; None where none does."""
    read = [each for each in formats if each.load is not None]
    try:
        if path.is_file():  # a pipe would never end
            with path.open("rb") as file:
                for each in read:
                    file.seek(0)
                    if each.sniff(file, path.name):
                        return each
    except (OSError, ValueError):
        pass  # whoever loads it says why it cannot be read
    still_first = sorted(read, key=lambda each: each.animated)  # a damaged GIF is no animation
    return next((each for each in still_first if each.claims(path.name)), None)


def writer(path: Path, formats: Iterable[Format]) -> Format | None:
    """Which of `formats` writes a file of that name; the first that writes at all where none claims it."""
    writes = [each for each in formats if each.save is not None]
    return next((each for each in writes if each.claims(path.name)), writes[0] if writes else None)


def load_with(formats: Iterable[Format], path: Path) -> Loaded:
    """Thing and note of a file that one of `formats` reads; raises MediaError naming the file and the reason."""
    found = recognised(path, formats)
    if found is None or found.load is None:
        raise MediaError(f"{path.name} is of no kind that Atelier reads.")
    return found.load(path)


def kinds_of(formats: Iterable[Format]) -> dict[str, str]:
    """What a save dialog offers for some formats → the ending that is written."""
    return {f"{each.label} (*{each.ending})": each.ending for each in formats}
