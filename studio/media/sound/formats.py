"""The files that sounds lie in, all read and written by libsndfile: one row a format."""

from __future__ import annotations

from pathlib import Path

from studio.media.formats import Format, begins, chunked, written
from studio.media.picture.files import read_bytes
from studio.media.sound.files import decode, encode_flac, encode_wav
from studio.media.sound.model import Sound


def load(path: Path) -> tuple[Sound, str]:
    """Sound and note of a file; raises MediaError when it is missing, unreadable or no sound."""
    return decode(read_bytes(path), path.name)


FLAC = Format("Sound without loss", (".flac",), load, written(encode_flac), begins(b"fLaC"))
WAV = Format("Sound", (".wav", ".wave"), load, written(encode_wav), chunked(b"RIFF", b"WAVE"))
OGG = Format("Ogg", (".ogg", ".oga"), load, sniff=begins(b"OggS"), lossless=False)
AIFF = Format("AIFF", (".aiff", ".aif"), load, sniff=chunked(b"FORM", b"AIFF", b"AIFC"))
MP3 = Format("MP3", (".mp3",), load, sniff=begins(b"ID3"), lossless=False)

FORMATS = (FLAC, WAV, OGG, AIFF, MP3)
