"""Every command as the window gives it: who carries it out, its menu and keys where one stands, and whether it can be given now."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu, QMenuBar, QWidget

from studio.ui import theme
from studio.ui.actions import Command, always, menus_of
from studio.ui.rooms import Rooms
from studio.ui.workspaces import Row

BY_SURFACE = ("Tab", "Space", "Home")  # keys that only the board, the roll and the map take


class Dispatch(QObject):
    """The window's own commands stand in the menus before and after those of the workspace in front.

    Commands of one id in several workspaces are one action, which does what the workspace in front does for it. A command of a workspace
    that is not in front brings it there first.
    """

    def __init__(self, window: QWidget, bar: QMenuBar, rooms: Rooms, before: Sequence[Command], after: Sequence[Command]) -> None:
        super().__init__(window)
        self._rooms, self._before, self._after = rooms, before, after
        self._shown = ""  # whose menus and keys stand
        self._of_room = {room.name: {command.id: command for command in room.commands()} for room in rooms}
        found: dict[str, Command] = {}
        for command in (*before, *(each for held in self._of_room.values() for each in held.values()), *after):
            found.setdefault(command.id, command)
        self.commands: Sequence[Command] = tuple(found.values())
        self._menus: Mapping[str, QMenu] = {name: bar.addMenu(name) for name in menus_of(self.commands)}
        self.actions = {command.id: self._action(command, window) for command in self.commands}
        self._paint_icons()
        theme.current().changed.connect(self._paint_icons)

    def _action(self, command: Command, window: QWidget) -> QAction:
        action = QAction(command.label, window)
        if command.shortcut in BY_SURFACE:  # elsewhere these move between fields and press buttons
            action.setText(f"{command.label}\t{command.shortcut}")
        action.setToolTip(command.help or command.label)
        action.triggered.connect(partial(self._triggered, command.id))
        window.addAction(action)
        return action

    def _paint_icons(self) -> None:
        for command in self.commands:
            if command.icon:
                self.actions[command.id].setIcon(theme.icon(command.icon))

    def _triggered(self, name: str, checked: bool = False) -> None:
        del checked
        self.do(name)

    def do(self, name: str) -> None:
        """Carry out the command of that id, going to a workspace that has it first."""
        command = self._here().get(name)
        if command is None:
            self._rooms.go(next(room for room in self._rooms if name in self._of_room[room.name]))
            command = self._here()[name]
        if command.enabled():
            command.run()

    def _here(self) -> dict[str, Command]:
        """The commands that can be given where one stands, in the menus' order."""
        own = self._of_room[self._rooms.front.name].values()
        return {command.id: command for command in (*self._before, *own, *self._after)}

    def show_front(self) -> None:
        """Another workspace is in front: menus, keys and what is greyed are its."""
        here = self._here()
        if self._shown == self._rooms.front.name:
            self.refresh()
            return
        self._shown = self._rooms.front.name
        self._give_shortcuts(here)
        self._fill_menus({**here, **{command.id: command for command in self.commands if command.everywhere}})
        self.refresh()

    def refresh(self) -> None:
        """What can be done may be something else."""
        here = self._here()
        for command in self.commands:
            enabled = here[command.id].enabled if command.id in here else always
            if enabled is not always or not self.actions[command.id].isEnabled():
                self.actions[command.id].setEnabled(enabled())

    def _give_shortcuts(self, here: Mapping[str, Command]) -> None:
        """A shortcut of one workspace must not be taken from a text field, a tool or a command of another; a page has its own alone."""
        alone = self._rooms.front.is_typed
        taken = {command.shortcut for command in here.values()}
        for command in self.commands:
            if command.shortcut not in BY_SURFACE:
                elsewhere = len(command.shortcut) > 1 and not alone and command.shortcut not in taken
                given = command.id in here or elsewhere
                keys = [QKeySequence(each) for each in (command.shortcut, command.also) if each and given]
                self.actions[command.id].setShortcuts(keys)

    def _fill_menus(self, shown: Mapping[str, Command]) -> None:
        """A menu that nothing stands in here is not shown."""
        for name, menu in self._menus.items():
            menu.clear()
            menu.addActions([self.actions[command.id] for command in shown.values() if command.menu == name])
            menu.menuAction().setVisible(not menu.isEmpty())

    def keys_of(self) -> dict[str, list[tuple[str, str]]]:
        """Every command that has a shortcut, menu by menu."""
        return {
            menu: [(each.label, each.shortcut) for each in self.commands if each.menu == menu and each.shortcut]
            for menu in menus_of(self.commands)
        }


def go_commands(rows: Sequence[Row], go: Callable[[str], object]) -> list[Command]:
    """A command for each workspace, by its digit, or with Alt where digits are typed."""
    return [
        Command(
            f"go_{row.kind.name}",
            row.kind.title,
            "View",
            partial(go, row.kind.name),
            row.kind.icon,
            str(row.digit),
            also=f"Alt+{row.digit}",
        )
        for row in rows
    ]
