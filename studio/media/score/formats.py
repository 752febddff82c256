"""The files that scores lie in: one row a format. XML and ABC are imported where they are read: the window opens without them."""

from __future__ import annotations

from pathlib import Path
from typing import IO, Any

from studio.media.files import write_atomically
from studio.media.formats import Format, begins, chunked, writer, written
from studio.media.score.files import load
from studio.media.score.midi import encode_midi
from studio.media.score.model import Score

HEAD = 4096  # bytes that a score in letters is told by
_ROOTS = (b"<score-partwise", b"<score-timewise")


def _is_midi(file: IO[bytes], name: str) -> bool:
    if begins(b"MThd")(file, name):
        return True
    file.seek(0)
    return chunked(b"RIFF", b"RMID")(file, name)


def _is_musicxml(file: IO[bytes], name: str) -> bool:
    del name
    head = file.read(HEAD).replace(b"\0", b"")
    return head.lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n").startswith(b"<") and any(root in head for root in _ROOTS)


def _is_packed_musicxml(file: IO[bytes], name: str) -> bool:
    del name
    head = file.read(HEAD)
    return head.startswith(b"PK\x03\x04") and (b"META-INF/container.xml" in head or b"application/vnd.recordare.musicxml" in head)


def _is_abc(file: IO[bytes], name: str) -> bool:
    """A tune in a file without an ending. One that ends in .txt is a text that somebody may want to write in."""
    from studio.media.score.abc_reading import is_abc

    head = file.read(HEAD)
    return "." not in name and is_abc(head) and b"\nK:" in head


def _save_musicxml(score: Any, path: Path, note: str, parameters: str) -> None:
    from studio.media.score.musicxml_writing import encode_musicxml

    del parameters
    write_atomically(path, encode_musicxml(score, note))


MIDI = Format("MIDI", (".mid", ".midi", ".kar", ".rmi"), load, written(encode_midi), _is_midi, learnt=True)
MUSICXML = Format("MusicXML", (".musicxml", ".xml"), load, _save_musicxml, _is_musicxml, learnt=True)
PACKED_MUSICXML = Format("MusicXML, packed", (".mxl",), load, sniff=_is_packed_musicxml, learnt=True)
ABC = Format("ABC", (".abc",), load, sniff=_is_abc, learnt=True)

FORMATS = (MIDI, MUSICXML, PACKED_MUSICXML, ABC)


def save(score: Score, path: Path, note: str = "") -> None:
    """Write a file, whole or not at all, of the format that its ending names; MIDI where it names none."""
    found = writer(path, FORMATS) or MIDI
    assert found.save is not None
    found.save(score, path, note, "")
