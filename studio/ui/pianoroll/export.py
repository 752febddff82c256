"""The score as a file: MIDI or MusicXML, rendered to WAV or FLAC, or a sound file for each track. The recipe goes along."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from PySide6.QtWidgets import QFileDialog, QWidget

from studio.engine.errors import SAID
from studio.media.files import write_atomically
from studio.media.score import save
from studio.media.score.midi import crowded
from studio.media.sound import encode_flac, encode_wav
from studio.places import user_projects
from studio.player import PlayerError
from studio.ui.desk import Desk
from studio.ui.pianoroll.sheet import Sheet

# What the dialog offers → the ending that is written. Stems are the ending of each of their files.
KINDS: dict[str, str] = {
    "MIDI (*.mid)": ".mid", "MusicXML (*.musicxml)": ".musicxml", "Sound (*.wav)": ".wav", "Sound without loss (*.flac)": ".flac",
    "Stems, a sound file a track (*.stems.flac)": ".stems.flac",
}  # fmt: skip
ENCODERS = {".wav": encode_wav, ".flac": encode_flac}


def ask_and_export(desk: Desk, sheet: Sheet, parent: QWidget) -> None:
    """Ask for a file and write it; the notice says how far it is and what came of it."""
    name = "".join(letter if letter.isalnum() else "-" for letter in sheet.score.title)[:60] or "score"
    chosen, kind = QFileDialog.getSaveFileName(parent, "Export the score", str(user_projects() / f"{name}.mid"), ";;".join(KINDS))
    if chosen:
        export(desk, sheet, with_ending(Path(chosen), KINDS.get(kind, ".mid")))


def with_ending(path: Path, usual: str) -> Path:
    """The path as it was typed where its ending is one that is written, else with the chosen one."""
    for ending in sorted(KINDS.values(), key=len, reverse=True):
        if path.name.lower().endswith(ending):
            return path
    return path.with_name(path.name + usual)


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
            crowd = crowded(sheet.score) if path.suffix.lower() == ".mid" else ""
            desk.notice.emit(f"{said} {crowd}".strip())
        else:
            desk.problem.emit(str(error) if isinstance(error, (*SAID, PlayerError)) else f"{path.name} cannot be written: {error}", "")

    desk.bridge.in_background(lambda: write(sheet, path, told), written)


def write(sheet: Sheet, path: Path, progress: Callable[[float], bool] | None = None) -> list[Path]:
    """Write the file or files; gives their paths. Raises MediaError or PlayerError with the reason."""
    from studio.player.render import rendered, stems

    note = sheet.origin.note(sheet.score) if sheet.origin is not None else ""
    if path.name.lower().endswith(".stems.flac"):
        stem = path.name[: -len(".stems.flac")]
        found = []
        for number, sound in stems(sheet.score, sheet.audible(), progress):
            name = "".join(letter if letter.isalnum() else "-" for letter in sheet.score.tracks[number].name)[:40]
            found.append(path.with_name(f"{stem}-{number + 1:02}-{name or 'track'}.flac"))
            write_atomically(found[-1], encode_flac(sound, note))
        return found
    encode = ENCODERS.get(path.suffix.lower())
    if encode is None:
        save(sheet.score, path, note)
    else:
        write_atomically(path, encode(rendered(sheet.score, sheet.audible(), progress), note))
    return [path]
