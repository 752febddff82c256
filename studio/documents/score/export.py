"""The score as a file: MIDI or MusicXML, rendered to WAV or FLAC, or a sound file for each track. The recipe goes along. No Qt."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from studio.documents.score.model import Sheet
from studio.media import named
from studio.media.files import plain_name
from studio.media.formats import Format, kinds_of
from studio.media.score.formats import MIDI, MUSICXML, save
from studio.media.sound.formats import FLAC, WAV

STEMS = ".stems.flac"
RENDERED = (WAV, FLAC)
KINDS = kinds_of((MIDI, MUSICXML, *RENDERED, Format("Stems, a sound file a track", (STEMS,))))


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
            named("sound").save(sound, files[number], note)
        return found
    if any(each.claims(path.name) for each in RENDERED):
        named("sound").save(rendered(sheet.score, sheet.audible(), progress), path, note)
    else:
        save(sheet.score, path, note)
    return [path]
