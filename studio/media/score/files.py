"""Score files: MIDI with a note inside, MusicXML, and ABC to read."""

from __future__ import annotations

import os
from pathlib import Path

from studio.media.errors import MediaError
from studio.media.score.midi import decode_midi
from studio.media.score.model import Score

FILE_LIMIT = 64 * 2**20


def decode(data: bytes, name: str = "this score") -> tuple[Score, str]:
    """Score and note (empty where there is none) of a file's bytes; raises MediaError naming `name`, with the reason.

    Of a book of tunes the first: `decode_all` gives each.
    """
    return decode_all(data, name)[0]


def decode_all(data: bytes, name: str = "this score") -> list[tuple[Score, str]]:
    """Every score of a file's bytes, one or more, each with its note; raises MediaError as `decode` does."""
    if len(data) > FILE_LIMIT:
        raise MediaError(f"{name} has {len(data) // 2**20} MB, more than the {FILE_LIMIT // 2**20} MB of a score that Atelier reads.")
    from studio.media.score.musicxml_files import is_musicxml

    if is_musicxml(data):
        from studio.media.score.musicxml_reading import decode_musicxml

        return [decode_musicxml(data, name)]
    from studio.media.score.abc_reading import decode_book, is_abc

    if name.lower().endswith(".abc") or is_abc(data):
        return [(tune, "") for tune in decode_book(data, name)]
    return [decode_midi(data, name)]


def load(path: Path) -> tuple[Score, str]:
    """Score and note (empty where there is none) of a file; raises MediaError when it is missing, unreadable or no score."""
    return load_all(path)[0]


def load_all(path: Path) -> list[tuple[Score, str]]:
    """Every score of a file, which may be a book of tunes; raises MediaError as `load` does."""
    try:
        if os.stat(path).st_size > FILE_LIMIT:
            raise MediaError(f"{path.name} has more than {FILE_LIMIT // 2**20} MB, the most that a score may have.")
        data = path.read_bytes()
    except OSError as error:
        raise MediaError(f"{path.name} cannot be read: {error.strerror or error}.") from error
    return decode_all(data, path.name)
