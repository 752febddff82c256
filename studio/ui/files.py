"""The dialogs that ask for a file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PySide6.QtWidgets import QFileDialog, QInputDialog, QWidget

from studio.media import MediaError, named
from studio.media.picture import svg
from studio.media.picture.files import read_bytes
from studio.places import user_projects
from studio.ui.desk import Desk
from studio.ui.saving import ask_where, plain_name

SCORES, TEXTS = named("score").endings, named("text").endings
DRAWINGS = (".svg", ".svgz")
LOOKED_INTO, PROPOSED_SIDE = 2**20, 1024  # bytes of a drawing whose own size is proposed, and the side that is for a larger one
PICTURES = "*.png *.gif *.bmp *.jpg *.jpeg *.webp *.tif *.tiff *.svg *.svgz"


def ask_new_project(parent: QWidget) -> Path | None:
    """Where a new project shall lie, or one that is there already and shall be opened; None when the person thought better of it."""
    return ask_where(parent, "New project", "untitled", {"Atelier projects (*.atelier)": ".atelier"}, lambda path: [])


def ask_making(parent: QWidget, name: str) -> Path | None:
    """Where the film of a picture's making shall lie."""
    return ask_where(parent, "Save its making", f"{name}-making", {"Animated GIF (*.gif)": ".gif", "Film (*.mp4)": ".mp4"})


def ask_open(parent: QWidget) -> Path | None:
    filters = f"Projects, pictures, scores and texts (*.atelier {PICTURES} {' '.join(f'*{each}' for each in (*SCORES, *TEXTS))})"
    name, _ = QFileDialog.getOpenFileName(parent, "Open", str(user_projects()), filters)
    return Path(name) if name else None


def ask_side(parent: QWidget, path: Path) -> int | None:
    """How large a picture file is to be, in pixels of its longer side, asked for drawings; None when the person thought better of it.

    0 is for as large as it is: pictures of pixels, and what is damaged, of which the reader tells.
    """
    if path.suffix.lower() not in DRAWINGS:
        return 0
    own = PROPOSED_SIDE
    try:
        if path.stat().st_size < LOOKED_INTO:
            own = max(svg.size_of(read_bytes(path), path.name))
    except (MediaError, OSError):
        return 0
    side, wanted = QInputDialog.getInt(parent, "Open a drawing", "Longer side in pixels:", own, 1, svg.SIDE_LIMIT)
    return side if wanted else None


def save_asset(desk: Desk, asset_id: int, parent: QWidget) -> None:
    """Write a work of the history, with its recipe inside, to a file that the person names."""
    asset = desk.project.asset(asset_id)
    medium = named(asset.medium)
    path = ask_where(
        parent, "Export", plain_name(asset.title, medium.name), {f"{medium.name.capitalize()} (*{medium.ending})": medium.ending}
    )
    if path is None:
        return

    def write() -> None:
        medium.save(medium.decode(desk.project.blob(asset.sha256), asset.title)[0], path, asset.recipe)

    def written(done: Any) -> None:
        error = done.exception()
        if error is not None:
            desk.problem.emit(str(error), "")
        else:
            desk.notice.emit(f"Saved as {path.name}.")

    desk.bridge.in_background(write, written)
