"""What the canvas remembers in the project beside the board: brush and tool, the active layer, the contact sheet."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from PySide6.QtCore import QObject, QTimer

from studio.documents.canvas.geometry import Rect
from studio.documents.canvas.region import Region
from studio.engine.asset_io import picture_of
from studio.media import Picture, PictureSelection
from studio.ui.canvas.drawer import Drawer
from studio.ui.canvas.tool_context import ToolContext
from studio.ui.canvas.view import BoardView
from studio.ui.context import AppContext

BRUSH, ACTIVE, SHEET = "canvas.brush", "canvas.active", "canvas.sheet"
SOON_MS = 300
LARGEST = 4096  # pixels a side of a place that results belong to


@dataclass
class SheetState:
    """A contact sheet as it is kept: where its results belong is None for new layers."""

    heading: str
    assets: tuple[int, ...]
    region: Region | None = None


class Remembering(QObject):
    """Writes what changed a moment after it did; `restore` brings it back. A setting that is none of ours changes nothing."""

    def __init__(self, context: AppContext, board: ToolContext, view: BoardView, drawer: Drawer) -> None:
        super().__init__(view)
        self._context, self._board, self._view, self._drawer = context, board, view, drawer
        self._soon = QTimer(self, singleShot=True, interval=SOON_MS)
        self._soon.timeout.connect(self.write)
        self._written: dict[str, Any] = {}
        board.brush.listeners.append(self._soon.start)
        board.document.changed.append(lambda rect: self._soon.start())
        view.tool_changed.connect(lambda _: self._soon.start())

    def write(self) -> None:
        """Keep what differs from what was kept last."""
        self._soon.stop()
        brush = self._board.brush
        self._keep(
            BRUSH,
            {
                "tool": self._view.tool.name, "colour": list(brush.colour), "values": dict(brush.values),
                "recent": [list(each) for each in brush.recent],
            },
        )  # fmt: skip
        self._keep(ACTIVE, self._board.document.board.active)

    def write_sheet(self, state: SheetState | None) -> None:
        self._keep(SHEET, None if state is None else sheet_to_plain(state))

    def restore_board(self) -> None:
        """Brush, tool and active layer as they were."""
        project = self._context.project
        kept = project.setting(BRUSH)
        if isinstance(kept, Mapping):
            self._take_brush(kept)
        active = project.setting(ACTIVE)
        if isinstance(active, str):
            self._board.document.activate(active)

    def restore_sheet(self, then: Any) -> None:
        """The sheet that lay open, its pictures read on the file threads; `then` is given its state once they are there."""
        state = sheet_from_plain(self._context.project.setting(SHEET))
        if state is None:
            return
        project = self._context.project

        def read() -> list[tuple[int, Picture]]:
            there = set(project.asset_ids("picture"))
            return [(asset, picture_of(project, project.asset(asset))) for asset in state.assets if asset in there]

        def show(found: list[tuple[int, Picture]]) -> None:
            if found and self._drawer.isHidden():
                self._drawer.begin(state.heading, len(found))
                for index, (asset, picture) in enumerate(found):
                    self._drawer.sheet.fill(index, picture, asset)
                self._drawer.finished()
                then(state)

        self._context.read_aside(read, show)

    def _take_brush(self, kept: Mapping[str, Any]) -> None:
        brush = self._board.brush
        colour, tool = _colour(kept.get("colour")), kept.get("tool")
        found = kept.get("recent")
        brush.recent = [each for each in map(_colour, found if isinstance(found, list) else ()) if each is not None][:8]
        values = kept.get("values", _before_values(kept))
        brush.set(colour=colour, **({str(name): value for name, value in values.items()} if isinstance(values, Mapping) else {}))
        if isinstance(tool, str) and tool in self._view.tools:
            self._view.set_tool(tool)

    def _keep(self, key: str, value: Any) -> None:
        if key not in self._written or self._written[key] != value:
            self._written[key] = value
            self._context.remember(key, value)


def sheet_to_plain(state: SheetState) -> dict[str, Any]:
    plain: dict[str, Any] = {"heading": state.heading, "assets": list(state.assets)}
    if (region := state.region) is not None:
        mask = region.mask.mask
        plain["region"] = {
            "rect": list(region.rect), "layers": list(region.layers), "mirrored": list(region.mirrored),
            "mask": base64.b64encode(np.packbits(mask).tobytes()).decode(),
        }  # fmt: skip
    return plain


def sheet_from_plain(plain: Any) -> SheetState | None:
    """The sheet that was kept; None for anything else."""
    try:
        state = SheetState(str(plain["heading"]), tuple(int(each) for each in plain["assets"]))
        if (kept := plain.get("region")) is not None:
            rect = Rect(*(int(each) for each in kept["rect"]))
            packed = np.frombuffer(base64.b64decode(kept["mask"]), np.uint8)
            if not (0 < rect.w <= LARGEST and 0 < rect.h <= LARGEST) or len(packed) != (rect.w * rect.h + 7) // 8:
                return None
            bits = np.unpackbits(packed, count=rect.w * rect.h)
            mask = PictureSelection(bits.reshape(rect.h, rect.w).astype(bool))
            across, down = (bool(each) for each in kept["mirrored"])
            state.region = Region(rect, Picture.empty(rect.w, rect.h), mask, tuple(map(str, kept["layers"])), None, (across, down))
    except (TypeError, KeyError, ValueError, AttributeError):
        return None
    return state


def _before_values(kept: Mapping[str, Any]) -> dict[str, Any]:
    """The values of a project in which each had a place of its own."""
    values: dict[str, Any] = {name: kept[name] for name in ("size", "tolerance") if type(kept.get(name)) is int}
    opacity: Any = kept.get("opacity")
    if type(opacity) in (int, float):
        values["opacity"] = round(opacity * 100)
    if type(kept.get("round")) is bool:
        values["tip"] = "circle" if kept["round"] else "square"
    return values


def _colour(plain: Any) -> tuple[int, int, int, int] | None:
    if isinstance(plain, list) and len(plain) == 4 and all(type(each) is int and 0 <= each <= 255 for each in plain):
        return plain[0], plain[1], plain[2], plain[3]
    return None
