"""The score as a file: MIDI or MusicXML, rendered to WAV or FLAC, or a sound file for each track. The recipe goes along."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from PySide6.QtWidgets import QWidget

from studio.documents.score.model import Sheet
from studio.engine.errors import SAID
from studio.media import named
from studio.media.formats import Format
from studio.media.score.formats import MIDI, MUSICXML, save
from studio.media.score.midi import crowded
from studio.media.sound.formats import FLAC, WAV
from studio.player import PlayerError
from studio.ui.desk import Desk
from studio.ui.saving import ask_where, kinds_of, plain_name

STEMS = ".stems.flac"
RENDERED = (WAV, FLAC)
KINDS = kinds_of((MIDI, MUSICXML, *RENDERED, Format("Stems, a sound file a track", (STEMS,))))


def ask_and_export(desk: Desk, sheet: Sheet, parent: QWidget) -> None:
    """Ask for a file and write it; the notice says how far it is and what came of it."""
    path = ask_where(parent, "Export the score", plain_name(sheet.score.title, "score"), KINDS, lambda path: written_by(sheet, path))
    if path is not None:
        export(desk, sheet, path)


def written_by(sheet: Sheet, path: Path) -> list[Path]:
    """The files that writing to `path` brings: of stems one a track."""
    if not path.name.lower().endswith(STEMS):
        return [path]
    stem = path.name[: -len(STEMS)]
    names = (plain_name(track.name, "track") for track in sheet.score.tracks)
    return [path.with_name(f"{stem}-{number:02}-{name}.flac") for number, name in enumerate(names, start=1)]


def export(desk: Desk, sheet: Sheet, path: Path) -> None:
    """Write `sheet` to `path` on the file threads."""

    def told(share: float) -> bool:
        desk.bridge.post(lambda: desk.notice.emit(f"Rendering {path.name}: {share:.0%}"))
        return True

    def written(done: Any) -> None:
        error = done.exception()
        if error is None:
            files = done.result()
            said = f"Saved {path.name}." if len(files) == 1 else f"Saved {len(files)} stems beside {files[0].name}."
            crowd = crowded(sheet.score) if MIDI.claims(path.name) else ""
            desk.notice.emit(f"{said} {crowd}".strip())
        else:
            desk.problem.emit(str(error) if isinstance(error, (*SAID, PlayerError)) else f"{path.name} cannot be written: {error}", "")

    desk.bridge.in_background(lambda: write(sheet, path, told), written)


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
