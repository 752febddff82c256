"""What the window asks of every workspace, and what one does that has nothing of its own for it."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from PySide6.QtWidgets import QWidget

from studio.documents.seen import Seen
from studio.engine import Job, Request
from studio.generators import Action, Capability, Input
from studio.generators.events import Media
from studio.media.registry import format_of_file
from studio.ui.actions import Command
from studio.ui.media import look_of

if TYPE_CHECKING:
    from studio.ui.context import AppContext
    from studio.ui.widgets.palette import Found

Bound = Mapping[str, Media | Seen]


class Workspace(Protocol):
    """One workspace. `PlainWorkspace` says for each of these what one without it does.

    `makes` is the medium that is at home here, empty for none; `needs` the capability of the models that are worked with here, where it
    is that and no medium. One with `is_typed` takes letters for text and keeps the shortcuts of the others off; one with `wants_room`
    has controls of its own in the inspector's place.
    """

    name: str
    title: str
    icon: str
    makes: str
    needs: Capability | None
    is_typed: bool
    wants_room: bool

    def __init__(self, context: AppContext) -> None: ...

    @property
    def widget(self) -> QWidget:
        """What stands in the middle of the window."""
        ...

    def surfaces(self) -> Sequence[QWidget]:
        """Where Tab hides the panels instead of going to the next field."""
        ...

    def left_panel(self) -> QWidget | None:
        """What stands at the left in the place of the models; asked for once."""
        ...

    def side_panel(self) -> QWidget | None:
        """What stands under the inspector; asked for once."""
        ...

    # Making.

    def seen(self) -> Seen | None:
        """What a model is given of this: the document as it looks now; None where there is none.

        Raises MediaError, saying what to do first, where the document shows nothing yet.
        """
        ...

    def bind(self, action: Action, given: Container[str]) -> Bound:
        """What an action gets of this workspace: the inputs of its medium, but those `given` already, as they are seen now.

        Raises MediaError, saying what to do first, where something must be drawn or chosen before.
        """
        ...

    def begin(self, request: Request) -> Job | None:
        """Submit a request whose inputs are bound, and offer what comes of it; None, and said, where it cannot be asked."""
        ...

    # What comes in.

    def takes(self, path: Path) -> bool:
        """Whether this file or folder is opened here."""
        ...

    def open(self, paths: Sequence[Path]) -> None:
        """Open files or folders that this workspace takes."""
        ...

    def place(self, asset: int) -> None:
        """Take in a work of the history."""
        ...

    def go_on_from(self, seen: Seen) -> None:
        """Take in what another workspace shows."""
        ...

    def export_work(self, asset: int) -> bool:
        """Export a work of the history as it is done here; False where there is no way of its own."""
        ...

    # What a person does.

    def undo(self) -> bool:
        """Take the last step back; False where there is none."""
        ...

    def redo(self) -> bool: ...

    def can_undo(self) -> bool: ...

    def can_redo(self) -> bool: ...

    def escape(self) -> bool:
        """Leave what is begun, or let go of what is chosen; False where there was nothing of it."""
        ...

    def commands(self) -> Sequence[Command]:
        """What can be done here and nowhere else, or is done to this document; asked for once."""
        ...

    def tool_shortcuts(self) -> Sequence[tuple[str, str]]:
        """Names and keys of the tools; none where there are no tools."""
        ...

    def things(self) -> Sequence[Found]:
        """What can be found here by its name; choosing one shows it, once the workspace is in front."""
        ...

    # Its end, and its picture.

    def settle(self) -> None:
        """Before the window closes: write what is not written."""
        ...

    def pose(self, folder: Path) -> Iterator[Callable[[], bool]]:
        """Stand as one does in the middle of work, for a picture. What it yields is waited for; files it needs go to `folder`."""
        ...


class PlainWorkspace(QWidget):
    """A workspace with nothing of its own: no document, no panels, no files, no commands."""

    name = title = icon = makes = ""
    needs: Capability | None = None
    is_typed = wants_room = False

    @property
    def widget(self) -> QWidget:
        return self

    def surfaces(self) -> Sequence[QWidget]:
        return ()

    def left_panel(self) -> QWidget | None:
        return None

    def side_panel(self) -> QWidget | None:
        return None

    def seen(self) -> Seen | None:
        return None

    def bind(self, action: Action, given: Container[str]) -> Bound:
        return {}

    def begin(self, request: Request) -> Job | None:
        return None

    def takes(self, path: Path) -> bool:
        """The files of the medium that is at home here."""
        return not path.is_dir() and (found := format_of_file(path)) is not None and look_of(found[0].name).home == self.name

    def open(self, paths: Sequence[Path]) -> None:
        pass

    def place(self, asset: int) -> None:
        pass

    def go_on_from(self, seen: Seen) -> None:
        pass

    def export_work(self, asset: int) -> bool:
        return False

    def undo(self) -> bool:
        return False

    def redo(self) -> bool:
        return False

    def can_undo(self) -> bool:
        return False

    def can_redo(self) -> bool:
        return False

    def escape(self) -> bool:
        return False

    def commands(self) -> Sequence[Command]:
        return ()

    def tool_shortcuts(self) -> Sequence[tuple[str, str]]:
        return ()

    def things(self) -> Sequence[Found]:
        return ()

    def settle(self) -> None:
        pass

    def pose(self, folder: Path) -> Iterator[Callable[[], bool]]:
        return iter(())


def bound(
    action: Action, given: Container[str], medium: str, whole: Callable[[Input], Media | Seen | None],
    part: Callable[[Input], Media | None],
) -> Bound:  # fmt: skip
    """The inputs of `action` that are of a medium and not given yet: for each the `whole` document, or the selected `part` of it.

    None leaves an input out. Both raise MediaError, saying what to do first.
    """
    asked: dict[str, Callable[[Input], Media | Seen | None]] = {medium: whole, f"{medium} selection": part}
    found: dict[str, Media | Seen] = {}
    for each in action.inputs:
        ask = asked.get(action.medium_of(each.name)) if each.name not in given else None
        what = ask(each) if ask is not None else None
        if what is not None:
            found[each.name] = what
    return found
