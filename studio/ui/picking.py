"""What is picked: the work of the history that was pressed last, or what a workspace shows; and what a person does with it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject

from studio.documents.seen import Seen
from studio.media import MediaError, medium_of
from studio.project import ProjectError, Recipe
from studio.ui.canvas import CanvasWorkspace
from studio.ui.canvas.layer_list import thumbnail
from studio.ui.canvas.tiles import image_of
from studio.ui.desk import Desk
from studio.ui.explorer import ExplorerWorkspace
from studio.ui.widgets.inspector import Inspector


class Picking(QObject):
    """`front` gives the workspace in front, `go` brings one there."""

    def __init__(
        self, desk: Desk, inspector: Inspector, canvas: CanvasWorkspace, explorer: ExplorerWorkspace, front: Callable[[], Any],
        go: Callable[[str], None],
    ) -> None:  # fmt: skip
        super().__init__(desk)
        self._desk, self._inspector, self._canvas, self._explorer, self._front, self._go = desk, inspector, canvas, explorer, front, go
        canvas.picked.connect(self.let_go)
        canvas.looked.connect(self._show_seen)

    def let_go(self, *_: object) -> None:
        """Something in a document was picked: models are given what it shows."""
        self._inspector.pick(None)

    def vary(self) -> None:
        self._inspector.vary(self._inspector.picked)

    def explore(self, asset: int | None = None) -> None:
        """Walk on in the explorer from a work of the history, or without one from what is picked."""
        asset = self._inspector.picked if asset is None else asset
        if asset is not None:
            self._go_exploring(self._desk.project.asset(asset).medium, asset)
            self._explorer.open_asset(asset)
        elif (seen := self._seen()) is not None:
            self._go_exploring(medium_of(seen.media).name, seen.asset)
            self._explorer.open_seen(seen)

    def _go_exploring(self, medium: str, asset: int | None) -> None:
        """To the explorer, with the model that made the work, else the one in hand, else one that makes such things."""
        hand = self._desk.model
        self._go("explorer")
        usable = {card.name: card for card in self._desk.usable()}
        makes = [name for name, card in usable.items() if any(action.output == medium for action in card.actions())]
        for name in (self._maker(asset), hand, self._desk.model, *makes):
            if name in makes:
                self._desk.choose_model(name)
                return

    def _maker(self, asset: int | None) -> str:
        """The model that made a work; empty where none did."""
        try:
            return Recipe.from_json(self._desk.project.asset(asset).recipe).model if asset is not None else ""
        except ProjectError:
            return ""

    def _seen(self) -> Seen | None:
        look: Callable[[], Seen] = getattr(self._front(), "seen", self._canvas.seen)
        try:
            return look()
        except MediaError as error:
            self._desk.problem.emit(str(error), "")
            return None

    def _show_seen(self) -> None:
        """Let the inspector show how the active layer looks."""
        layer = self._canvas.active_layer()
        looks = thumbnail(image_of(layer.picture.pixels)) if layer is not None else None
        self._inspector.show_seen(f"“{layer.name}”" if layer is not None else "", looks)
