"""Sound files through libsndfile: WAV and FLAC with a note in their comment; more is read."""

from __future__ import annotations

import io
import struct
from typing import Any

import numpy as np

from studio.media.errors import MediaError
from studio.media.sound.model import FRAMES_LIMIT, Sound

FILE_LIMIT = 2**31
NOTE_LIMIT = 256 * 1024


def encode_wav(sound: Sound, note: str = "") -> bytes:
    """24 bits a sample; `note` is the comment of the INFO chunk."""
    data = _encoded(sound, "", "WAV")
    if not note:
        return data
    # Written here: libsndfile cuts a WAV's comment off after two kilobytes.
    text = note.encode()[:NOTE_LIMIT] + b"\0"
    text += b"\0" * (len(text) % 2)
    chunk = b"LIST" + struct.pack("<I", len(text) + 12) + b"INFOICMT" + struct.pack("<I", len(text)) + text
    return b"RIFF" + struct.pack("<I", len(data) + len(chunk) - 8) + data[8:] + chunk


def _wav_note(data: bytes) -> str:
    """The comment of a WAV's INFO chunk; empty where there is none."""
    at = 12
    while at + 8 <= len(data):
        size = int.from_bytes(data[at + 4 : at + 8], "little")
        if data[at : at + 4] == b"LIST" and data[at + 8 : at + 12] == b"INFO":
            inner, stop = at + 12, min(at + 8 + size, len(data))
            while inner + 8 <= stop:
                length = int.from_bytes(data[inner + 4 : inner + 8], "little")
                if data[inner : inner + 4] == b"ICMT":
                    return data[inner + 8 : min(inner + 8 + length, stop)].rstrip(b"\0").decode("utf-8", "replace")
                inner += 8 + length + length % 2
        at += 8 + size + size % 2
    return ""


def encode_flac(sound: Sound, note: str = "") -> bytes:
    """24 bits a sample, without loss; `note` is the Vorbis comment."""
    return _encoded(sound, note, "FLAC")


def _encoded(sound: Sound, note: str, form: str) -> bytes:
    soundfile = _library()
    buffer = io.BytesIO()
    try:
        with soundfile.SoundFile(buffer, "w", sound.rate, sound.samples.shape[1], "PCM_24", format=form) as file:
            file.software = "Atelier"
            if note:
                file.comment = note
            file.write(np.clip(sound.samples, -1, 1))
    except (soundfile.LibsndfileError, RuntimeError, ValueError) as error:
        raise MediaError(f"This sound cannot be written as {form}: {error}.") from error
    return buffer.getvalue()


def decode(data: bytes, name: str = "this sound") -> tuple[Sound, str]:
    """Sound and note (empty where there is none); raises MediaError naming `name` for what is broken, huge or no sound."""
    if len(data) > FILE_LIMIT:
        raise MediaError(f"{name} has {len(data) // 2**20} MB, more than the {FILE_LIMIT // 2**20} MB that Atelier reads.")
    soundfile = _library()
    try:
        with soundfile.SoundFile(_Bytes(data)) as file:
            if file.frames * file.channels > FRAMES_LIMIT:
                raise MediaError(f"{name} is longer than Atelier takes.")
            samples, rate, note = file.read(dtype="float32", always_2d=True), file.samplerate, file.comment or ""
    except (soundfile.LibsndfileError, RuntimeError, ValueError, MemoryError) as error:
        if isinstance(error, MediaError):
            raise
        raise MediaError(f"{name} is no sound that Atelier can read (WAV, FLAC, OGG, AIFF, MP3), or it is damaged.") from error
    note = _wav_note(data) or note if data[:4] == b"RIFF" else note
    return Sound(samples, rate), note if len(note) <= NOTE_LIMIT else ""


class _Bytes(io.BytesIO):
    """Bytes that libsndfile reads. A damaged file makes it look before the beginning, which nobody above it could catch."""

    def seek(self, offset: int, whence: int = io.SEEK_SET, /) -> int:
        try:
            return super().seek(offset, whence)
        except (ValueError, OverflowError):
            return self.tell()


def _library() -> Any:
    try:
        import soundfile
    except (ImportError, OSError) as error:
        raise MediaError("Sound files need the package soundfile with libsndfile. Install Atelier's requirements again.") from error
    return soundfile
