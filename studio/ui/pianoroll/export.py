"""Asks for the file that the score is to become, and has it written on the file threads."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PySide6.QtWidgets import QWidget

from studio.documents.score.export import KINDS, write, written_by
from studio.documents.score.model import Sheet
from studio.engine.errors import USER_ERRORS
from studio.media.score.midi import crowded
from studio.player import PlayerError
from studio.ui.context import AppContext
from studio.ui.saving import ask_where, plain_name


def ask_and_export(context: AppContext, sheet: Sheet, parent: QWidget) -> None:
    """Ask for a file and write it; the notice says how far it is and what came of it."""
    path = ask_where(parent, "Export the score", plain_name(sheet.score.title, "score"), KINDS, lambda path: written_by(sheet, path))
    if path is not None:
        export(context, sheet, path)


def export(context: AppContext, sheet: Sheet, path: Path) -> None:
    """Write `sheet` to `path` on the file threads."""

    def told(share: float) -> bool:
        context.bridge.post(lambda: context.notice.emit(f"Rendering {path.name}: {share:.0%}"))
        return True

    def written(done: Any) -> None:
        error = done.exception()
        if error is None:
            files = done.result()
            said = f"Saved {path.name}." if len(files) == 1 else f"Saved {len(files)} stems beside {files[0].name}."
            crowd = crowded(sheet.score) if path.suffix.lower() == ".mid" else ""
            context.notice.emit(f"{said} {crowd}".strip())
        else:
            context.problem.emit(
                str(error) if isinstance(error, (*USER_ERRORS, PlayerError)) else f"{path.name} cannot be written: {error}", ""
            )

    context.bridge.in_background(lambda: write(sheet, path, told), written)
