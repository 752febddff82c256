"""What a person can do, as data. Menus, palette, shortcuts sheet and tooltips are drawn from commands; who can do a thing offers one."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

FIRST_MENUS, LAST_MENUS = ("File", "Edit", "Make"), ("View", "Help")


def always() -> bool:
    return True


@dataclass(frozen=True)
class Command:
    """`run` does it; while `enabled` says no, it is greyed.

    `also` is a second shortcut, for where the first is a letter that is typed. One with `everywhere` stands in the menus wherever one is,
    though it belongs to a workspace.
    """

    id: str
    label: str
    menu: str
    run: Callable[[], object]
    icon: str = ""
    shortcut: str = ""
    help: str = ""
    also: str = ""
    enabled: Callable[[], bool] = always
    everywhere: bool = False


# What several workspaces can do, each to its own document: label, menu, icon, shortcut, help.
SEVERAL: Mapping[str, tuple[str, str, str, str, str]] = {
    "export": (
        "Export…", "File", "download", "Ctrl+E",
        "Pictures, sprite sheets and GIF; MIDI, MusicXML, WAV, FLAC and stems; Markdown, plain text, Word, PDF and HTML",
    ),
    "cut": ("Cut", "Edit", "scissors", "Ctrl+X", ""),
    "copy": ("Copy", "Edit", "copy", "Ctrl+C", ""),
    "paste": ("Paste", "Edit", "clipboard-paste", "Ctrl+V", ""),
    "delete": ("Delete", "Edit", "trash-2", "Del", "What is selected, or the layer when no pixel is"),
    "duplicate": ("Duplicate", "Edit", "copy-plus", "Ctrl+J", "The layer, or the chosen notes right behind themselves"),
    "select_all": ("Select all", "Edit", "square-dashed", "Ctrl+A", ""),
    "deselect": ("Select nothing", "Edit", "square-dashed", "Ctrl+D", ""),
    "invert_selection": ("Invert the selection", "Edit", "square-dashed", "Ctrl+I", ""),
    "fit": ("Fit everything", "View", "maximize", "F", ""),
    "zoom_in": ("Zoom in", "View", "zoom-in", "Ctrl++", ""),
    "zoom_out": ("Zoom out", "View", "zoom-out", "Ctrl+-", ""),
}  # fmt: skip


def several(**runs: Callable[[], object]) -> list[Command]:
    """Those of SEVERAL that a workspace can do, by their ids."""
    found = []
    for name, run in runs.items():
        label, menu, icon, shortcut, help = SEVERAL[name]
        found.append(Command(name, label, menu, run, icon, shortcut, help))
    return found


def menus_of(commands: Iterable[Command]) -> tuple[str, ...]:
    """The menus that some commands stand in, in order: those of workspaces between what is made and what is seen."""
    named = dict.fromkeys(command.menu for command in commands)
    between = [menu for menu in named if menu not in (*FIRST_MENUS, *LAST_MENUS)]
    return tuple(menu for menu in (*FIRST_MENUS, *between, *LAST_MENUS) if menu in named)
