"""What is picked: the work of the history that was pressed last, or what a workspace shows; and what a person does with it."""

from __future__ import annotations

from PySide6.QtCore import QObject

from studio.documents.seen import Seen
from studio.generators import Capability
from studio.media import MediaError, medium_of
from studio.project import ProjectError, Recipe
from studio.ui.context import AppContext
from studio.ui.rooms import Rooms
from studio.ui.widgets.inspector import Inspector
from studio.ui.workspace import Workspace


class Picking(QObject):
    """Works are walked on from where models decode points."""

    def __init__(self, context: AppContext, inspector: Inspector, rooms: Rooms) -> None:
        super().__init__(context)
        self._context, self._inspector, self._rooms = context, inspector, rooms
        context.wishes.picked.connect(lambda: inspector.pick(None))
        context.wishes.looks.connect(inspector.show_seen)

    def vary(self) -> None:
        self._inspector.vary(self._inspector.picked)

    def explore(self, asset: int | None = None) -> None:
        """Walk on from a work of the history, or without one from what is picked."""
        asset = self._inspector.picked if asset is None else asset
        explorer = self._rooms.needing(Capability.DECODES)
        if explorer is None:
            self._context.problem.emit("There is no workspace to walk through models in.", "")
        elif asset is not None:
            self._go_exploring(explorer, self._context.project.asset(asset).medium, asset)
            explorer.place(asset)
        elif (seen := self._seen()) is not None:
            self._go_exploring(explorer, medium_of(seen.media).name, seen.asset)
            explorer.go_on_from(seen)

    def _go_exploring(self, explorer: Workspace, medium: str, asset: int | None) -> None:
        """With the model that made the work, else the one in hand, else one that makes such things."""
        hand = self._context.model
        self._rooms.go(explorer)
        usable = {card.name: card for card in self._context.usable()}
        makes = [name for name, card in usable.items() if any(action.output == medium for action in card.actions())]
        for name in (self._maker(asset), hand, self._context.model, *makes):
            if name in makes:
                self._context.choose_model(name)
                return

    def _maker(self, asset: int | None) -> str:
        """The model that made a work; empty where none did."""
        try:
            return Recipe.from_json(self._context.project.asset(asset).recipe).model if asset is not None else ""
        except ProjectError:
            return ""

    def _seen(self) -> Seen | None:
        """What the workspace in front shows, else what the first one does; None, and said, where there is nothing."""
        try:
            return self._rooms.front.seen() or self._rooms.first.seen()
        except MediaError as error:
            self._context.problem.emit(str(error), "")
            return None
