"""Everything that can be found by its name: models, their actions and settings, the works of the history, the pages."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial

from studio.generators import settings_of
from studio.project import ProjectError
from studio.ui import theme
from studio.ui.context import AppContext
from studio.ui.media import look_of
from studio.ui.rooms import Rooms
from studio.ui.widgets.inspector import Inspector
from studio.ui.widgets.palette import Found
from studio.ui.workspace import Workspace

WORKS = 2000  # the newest of the history


class Anything:
    """`use` takes a model in hand and goes where it is at home, `place` opens a work; what workspaces hold is found in `rooms`."""

    def __init__(
        self, context: AppContext, inspector: Inspector, rooms: Rooms, use: Callable[[str], None], place: Callable[[int], None]
    ) -> None:
        self._context, self._inspector, self._rooms, self._use, self._place = context, inspector, rooms, use, place

    def things(self) -> list[Found]:
        return [*self._settings(), *self._models(), *self._actions(), *self._held(), *self._works()]

    def _models(self) -> list[Found]:
        found = []
        for card in self._context.session.shelf.usable():
            icon = theme.icon(look_of(card.actions()[0].output).icon)
            found.append(Found(card.title, "Model", icon, partial(self._use, card.name), f"{card.name} {card.family} {card.makes}"))
        return found

    def _actions(self) -> list[Found]:
        found = []
        for card in self._context.session.shelf.usable():
            for action in card.actions():
                if not any(each.medium in ("latent", "journey") for each in action.inputs):  # those the explorer asks for itself
                    label, choose = f"{action.label} — {card.title}", partial(self._take_action, card.name, action.id)
                    found.append(Found(label, "Action", theme.icon(action.icon), choose, f"{action.help} {card.name}"))
        return found

    def _settings(self) -> list[Found]:
        """Those of the action that the inspector shows."""
        action = self._inspector.action()
        if action is None:
            return []
        icon = theme.icon("sliders-horizontal")
        return [
            Found(f"{each.label} — {action.label}", "Setting", icon, partial(self._inspector.show_setting, each.name), each.help)
            for each in settings_of(action.settings)
        ]

    def _works(self) -> list[Found]:
        try:
            works = self._context.project.assets(0, WORKS)
        except ProjectError:
            return []
        return [
            Found(each.title, each.medium.capitalize(), theme.icon(look_of(each.medium).icon), partial(self._place, each.id))
            for each in works
            if each.title
        ]

    def _held(self) -> list[Found]:
        """What the workspaces hold, such as pages."""
        return [replace(each, choose=partial(self._show, room, each)) for room in self._rooms for each in room.things()]

    def _show(self, room: Workspace, thing: Found) -> None:
        self._rooms.go(room)
        thing.choose()

    def _take_action(self, model: str, action: str) -> None:
        self._use(model)
        self._inspector.choose_action(action)
        self._inspector.button.setFocus()
