"""The dialogs that ask for a file."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QWidget

from studio.places import user_projects

PICTURES = "*.png *.gif *.bmp *.jpg *.jpeg *.webp *.tif *.tiff"


def ask_new_project(parent: QWidget) -> Path | None:
    """Where a new project shall lie; None when the person thought better of it."""
    user_projects().mkdir(parents=True, exist_ok=True)
    name, _ = QFileDialog.getSaveFileName(parent, "New project", str(user_projects() / "untitled.atelier"), "Atelier projects (*.atelier)")
    return Path(name).with_suffix(".atelier") if name else None


def ask_making(parent: QWidget, name: str) -> Path | None:
    """Where the film of a picture's making shall lie."""
    user_projects().mkdir(parents=True, exist_ok=True)
    chosen, kind = QFileDialog.getSaveFileName(
        parent, "Save its making", str(user_projects() / f"{name}-making.gif"), "Animated GIF (*.gif);;Film (*.mp4)"
    )
    if not chosen:
        return None
    path = Path(chosen)
    return path if path.suffix.lower() in (".gif", ".mp4") else path.with_suffix(".mp4" if "mp4" in kind else ".gif")


def ask_open(parent: QWidget) -> Path | None:
    filters = f"Projects and pictures (*.atelier {PICTURES})"
    name, _ = QFileDialog.getOpenFileName(parent, "Open", str(user_projects()), filters)
    return Path(name) if name else None
