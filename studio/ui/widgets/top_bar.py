"""The bar on top: the workspaces as tabs at the left, menus and the way to the command palette at the right."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QMenuBar, QPushButton, QSizePolicy, QWidget

HEIGHT = 40


class TopBar(QWidget):
    """A tab for each workspace, given by name, title and shortcut; `wanted` carries its name."""

    wanted = Signal(str)
    palette_wanted = Signal()

    def __init__(self, tabs: Sequence[tuple[str, str, str]], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tabs: dict[str, QPushButton] = {}
        self.menus = QMenuBar()
        self.menus.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Preferred)
        self.setFixedHeight(HEIGHT)
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 0, 8, 0)
        row.setSpacing(0)
        for name, label, shortcut in tabs:
            row.addWidget(self._tab(name, label, shortcut))
        row.addStretch(1)
        if not self.menus.isNativeMenuBar():
            row.addWidget(self.menus, 0, Qt.AlignmentFlag.AlignVCenter)
        find = QPushButton("Find anything   Ctrl+K")
        find.setProperty("role", "flat")
        find.clicked.connect(self.palette_wanted)
        row.addWidget(find)

    def mark(self, name: str) -> None:
        """Show which workspace is in front."""
        for each, tab in self._tabs.items():
            tab.setChecked(each == name)

    def _tab(self, name: str, label: str, shortcut: str) -> QPushButton:
        tab = QPushButton(label)
        tab.setProperty("role", "tab")
        tab.setCheckable(True)
        tab.setFixedHeight(HEIGHT)
        tab.setToolTip(f"{label} ({shortcut})")
        tab.clicked.connect(partial(self._pressed, name))
        self._tabs[name] = tab
        return tab

    def _pressed(self, name: str, checked: bool = False) -> None:
        del checked
        self.wanted.emit(name)
