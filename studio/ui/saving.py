"""Asking where a file shall lie: the name is settled first, and every file that would be replaced is asked about before any is written."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QMessageBox, QWidget

from studio.media.files import plain_name as plain_name
from studio.places import user_projects

NAMED = 6  # files that the question names one by one


def only(path: Path) -> list[Path]:
    """Nothing is written but the file itself."""
    return [path]


def ask_where(
    parent: QWidget, title: str, name: str, kinds: Mapping[str, str], written: Callable[[Path], Sequence[Path]] = only
) -> Path | None:
    """Where to write, with an ending of `kinds` (label → ending, the usual one first); None when the person thought better of it.

    `written` gives all the files that writing to a path brings. Where one of them is there already the person is asked, and on a “no”
    asked for another name.
    """
    user_projects().mkdir(parents=True, exist_ok=True)
    suggested = user_projects() / f"{name}{next(iter(kinds.values()))}"
    while True:
        chosen, kind = QFileDialog.getSaveFileName(
            parent, title, str(suggested), ";;".join(kinds), options=QFileDialog.Option.DontConfirmOverwrite
        )
        if not chosen:
            return None
        path = with_ending(Path(chosen), list(kinds.values()), kinds.get(kind, next(iter(kinds.values()))))
        there = [each for each in written(path) if each.exists()]
        if not there or may_replace(parent, there):
            return path
        suggested = path


def with_ending(path: Path, endings: Sequence[str], usual: str) -> Path:
    """The path as it was typed where it has one of these endings, else with the usual one behind it: a dot in a name is no ending."""
    known = any(path.name.lower().endswith(ending) and len(path.name) > len(ending) for ending in endings)
    return path if known else path.with_name(path.name + usual)


def may_replace(parent: QWidget, files: Sequence[Path]) -> bool:
    """Whether the person wants these files replaced; Escape and Enter say no."""
    names = ", ".join(f"“{each.name}”" for each in files[:NAMED]) + (f" and {len(files) - NAMED} more" if len(files) > NAMED else "")
    be = "is" if len(files) == 1 else "are"
    box = QMessageBox(
        QMessageBox.Icon.Question, "Replace?", f"{names} {be} in {files[0].parent.name or files[0].parent} already.", parent=parent
    )
    box.setInformativeText(f"What {'it holds' if len(files) == 1 else 'they hold'} now would be gone.")
    replace = box.addButton("Replace", QMessageBox.ButtonRole.DestructiveRole)
    other = box.addButton("Choose another name", QMessageBox.ButtonRole.RejectRole)
    box.setDefaultButton(other)
    box.setEscapeButton(other)
    box.exec()
    return box.clickedButton() is replace
