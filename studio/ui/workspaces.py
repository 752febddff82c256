"""The one table of workspaces. A new workspace is a folder and a row here."""

from __future__ import annotations

from dataclasses import dataclass

from studio.ui.canvas import CanvasWorkspace
from studio.ui.explorer import ExplorerWorkspace
from studio.ui.lab import LabWorkspace
from studio.ui.pianoroll import PianoRollWorkspace
from studio.ui.shelf import ShelfWorkspace
from studio.ui.workspace import Workspace
from studio.ui.writing import WritingWorkspace


@dataclass(frozen=True)
class Row:
    """A workspace and the digit that goes there."""

    kind: type[Workspace]
    digit: int


WORKSPACES: tuple[Row, ...] = (
    Row(CanvasWorkspace, 1),
    Row(PianoRollWorkspace, 2),
    Row(WritingWorkspace, 3),
    Row(ExplorerWorkspace, 4),
    Row(LabWorkspace, 5),
    Row(ShelfWorkspace, 6),
)
"""As they stand in the window's top. The first is where one is when nothing says otherwise."""
