"""The score as a file: MIDI or MusicXML, rendered to WAV or FLAC, or a sound file for each track. The recipe goes along. No Qt."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from studio.documents.score.model import Sheet
from studio.media.files import plain_name, write_atomically
from studio.media.score import save
from studio.media.sound import encode_flac, encode_wav

STEMS = ".stems.flac"
# What the dialog offers → the ending that is written. Stems are the ending of each of their files.
KINDS: dict[str, str] = {
    "MIDI (*.mid)": ".mid", "MusicXML (*.musicxml)": ".musicxml", "Sound (*.wav)": ".wav", "Sound without loss (*.flac)": ".flac",
    "Stems, a sound file a track (*.stems.flac)": STEMS,
}  # fmt: skip
ENCODERS = {".wav": encode_wav, ".flac": encode_flac}


def written_by(sheet: Sheet, path: Path) -> list[Path]:
    """The files that writing to `path` brings: of stems one a track."""
    if not path.name.lower().endswith(STEMS):
        return [path]
    stem = path.name[: -len(STEMS)]
    names = (plain_name(track.name, "track") for track in sheet.score.tracks)
    return [path.with_name(f"{stem}-{number:02}-{name}.flac") for number, name in enumerate(names, start=1)]


def write(sheet: Sheet, path: Path, progress: Callable[[float], bool] | None = None) -> list[Path]:
    """Write the file or files; gives their paths. Raises MediaError or PlayerError with the reason."""
    from studio.player.render import rendered, stems

    note = sheet.origin.note(sheet.score) if sheet.origin is not None else ""
    if path.name.lower().endswith(STEMS):
        files, found = written_by(sheet, path), []
        for number, sound in stems(sheet.score, sheet.audible(), progress):
            found.append(files[number])
            write_atomically(files[number], encode_flac(sound, note))
        return found
    encode = ENCODERS.get(path.suffix.lower())
    if encode is None:
        save(sheet.score, path, note)
    else:
        write_atomically(path, encode(rendered(sheet.score, sheet.audible(), progress), note))
    return [path]
