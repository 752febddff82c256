"""The workspaces of one window: which is in front, and which is at home with a medium, a capability, a file."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from studio.generators import Action, Capability
from studio.ui.context import AppContext
from studio.ui.media import look_of
from studio.ui.workspace import Workspace
from studio.ui.workspaces import WORKSPACES


class Rooms:
    """Every workspace of the table, made in its order. `bring` shows one."""

    def __init__(self, context: AppContext, bring: Callable[[Workspace], None]) -> None:
        self._bring = bring
        self.rows = WORKSPACES
        self.by_name: dict[str, Workspace] = {row.kind.name: row.kind(context) for row in self.rows}
        self.first = next(iter(self.by_name.values()))
        self.front = self.first

    def __iter__(self) -> Iterator[Workspace]:
        return iter(self.by_name.values())

    def go(self, to: Workspace) -> Workspace:
        """Bring a workspace to the front."""
        self.front = to
        self._bring(to)
        return to

    def home(self, medium: str) -> Workspace:
        """Where works of that medium are opened; the first where they are nowhere."""
        return self.by_name.get(look_of(medium).home, self.first)

    def of_model(self, serves: Callable[[str], bool]) -> Workspace:
        """Where a model is at home that `serves` some media: not in the first where it is at home in another one, too."""
        _, *others = self
        return next((each for each in (*others, self.first) if each.makes and serves(each.makes)), self.first)

    def needing(self, capability: Capability) -> Workspace | None:
        """The workspace of the models that have a capability."""
        return next((each for each in self if each.needs is capability), None)

    def taking(self, path: Path) -> Workspace:
        """Where a file or folder is opened; in the first what no other takes, so that it is said why it cannot be read."""
        return next((each for each in self if each.takes(path)), self.first)

    def giving(self, action: Action) -> list[Workspace]:
        """Those whose documents an action works on."""
        wanted = {action.medium_of(each.name).removesuffix(" selection") for each in action.inputs}
        return [each for each in self if each.makes in wanted]
