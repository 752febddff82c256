"""Tabs for what a model offers, with what was there before as the first."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QPushButton, QWidget

YOURS = -1
TABS_LIMIT = 12


class CandidateTabs(QWidget):
    """`chosen` carries a candidate's index, or YOURS. A tab can be pressed once its candidate is `ready`."""

    chosen = Signal(int)

    def __init__(self, yours: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._yours = yours
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(2)
        self._row = row
        self._group = QButtonGroup(self)
        self.buttons: dict[int, QPushButton] = {}

    def show_for(self, names: Mapping[int, str]) -> None:
        """A tab for each index, by its name, behind that of what was there; only so many as fit."""
        self.clear()
        for index, name in ((YOURS, "Yours"), *list(names.items())[:TABS_LIMIT]):
            button = QPushButton(name)
            button.setProperty("role", "tab")
            button.setCheckable(True)
            button.setEnabled(index == YOURS)
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            button.setToolTip(self._yours if index == YOURS else f"Candidate {name}")
            button.clicked.connect(partial(self._pressed, index))
            self._group.addButton(button)
            self.buttons[index] = button
            self._row.addWidget(button)
        self.mark(YOURS)

    def ready(self, index: int) -> bool:
        """Let a candidate's tab be pressed; False for one that found no place."""
        if index in self.buttons:
            self.buttons[index].setEnabled(True)
        return index in self.buttons

    def mark(self, index: int) -> None:
        """Show which one is looked at."""
        if index in self.buttons:
            self.buttons[index].setChecked(True)

    def clear(self) -> None:
        for button in self.buttons.values():
            self._group.removeButton(button)
            button.hide()
            button.deleteLater()
        self.buttons = {}

    def _pressed(self, index: int, checked: bool = False) -> None:
        del checked
        self.chosen.emit(index)
