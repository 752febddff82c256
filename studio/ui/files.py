"""The dialogs that ask for a file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PySide6.QtWidgets import QFileDialog, QInputDialog, QWidget

from studio.media import MediaError, named
from studio.media.animation.formats import GIF, MP4
from studio.media.formats import kinds_of
from studio.media.picture import svg
from studio.media.picture.files import read_bytes
from studio.media.picture.formats import SVG
from studio.media.registry import kept
from studio.places import user_projects
from studio.ui.context import AppContext
from studio.ui.media import look_of
from studio.ui.saving import ask_where, plain_name

LOOKED_INTO, PROPOSED_SIDE = 2**20, 1024  # bytes of a drawing whose own size is proposed, and the side that is for a larger one


def ask_new_project(parent: QWidget) -> Path | None:
    """Where a new project shall lie, or one that is there already and shall be opened; None when the person thought better of it."""
    return ask_where(parent, "New project", "untitled", {"Atelier projects (*.atelier)": ".atelier"}, lambda path: [])


def ask_making(parent: QWidget, name: str) -> Path | None:
    """Where the film of a picture's making shall lie."""
    return ask_where(parent, "Save its making", f"{name}-making", kinds_of((GIF, MP4)))


def ask_open(parent: QWidget) -> Path | None:
    name, _ = QFileDialog.getOpenFileName(parent, "Open", str(user_projects()), opened_kinds())
    return Path(name) if name else None


def opened_kinds() -> str:
    """What can be opened, as a file dialog takes it: projects and the files of every medium; or whatever a person knows better."""
    media = kept()
    names = ", ".join(look_of(each.name).plural for each in media[:-1])
    endings = dict.fromkeys(ending for each in media for ending in each.endings)
    return f"Projects, {names} and {look_of(media[-1].name).plural} (*.atelier {' '.join(f'*{each}' for each in endings)});;All files (*)"


def ask_side(parent: QWidget, path: Path) -> int | None:
    """How large a picture file is to be, in pixels of its longer side, asked for drawings; None when the person thought better of it.

    0 is for as large as it is: pictures of pixels, and what is damaged, of which the reader tells.
    """
    if not SVG.claims(path.name):
        return 0
    own = PROPOSED_SIDE
    try:
        if path.stat().st_size < LOOKED_INTO:
            own = max(svg.size_of(read_bytes(path), path.name))
    except (MediaError, OSError):
        return 0
    side, wanted = QInputDialog.getInt(parent, "Open a drawing", "Longer side in pixels:", own, 1, svg.SIDE_LIMIT)
    return side if wanted else None


def save_asset(context: AppContext, asset_id: int, parent: QWidget) -> None:
    """Write a work of the history, with its recipe inside, to a file that the person names."""
    asset = context.project.asset(asset_id)
    medium = named(asset.medium)
    path = ask_where(
        parent, "Export", plain_name(asset.title, medium.name), kinds_of(medium.offered), lambda path: medium.writes(path, asset.recipe)
    )
    if path is None:
        return

    def write() -> None:
        medium.save(medium.decode(context.project.blob(asset.sha256), asset.title)[0], path, asset.recipe)

    def written(done: Any) -> None:
        error = done.exception()
        if error is not None:
            context.problem.emit(str(error), "")
        else:
            context.notice.emit(f"Saved as {path.name}.")

    context.bridge.in_background(write, written)
