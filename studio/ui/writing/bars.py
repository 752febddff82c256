"""Over the page its name and what can be switched; under it how long it is."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from studio.media.text.counting import Counts
from studio.ui.actions import COMMANDS
from studio.ui.widgets.labels import IconButton, quiet

HEIGHT = 36
# A command of the table that is switched on and off → its icon.
SWITCHES = {
    "branches": "git-branch", "focus_mode": "crosshair", "tint": "eye", "hand_pick": "mouse-pointer-2", "ghost_text": "sparkles",
    "spelling": "circle-check",
}  # fmt: skip


class TopBar(QWidget):
    """`wanted` carries a command's id."""

    wanted = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFixedHeight(HEIGHT)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 2, 8, 2)
        row.setSpacing(2)
        self._name = quiet("")
        self._name.setTextFormat(Qt.TextFormat.PlainText)
        row.addWidget(self._name, 1)
        self._switches: dict[str, IconButton] = {}
        table = {command.id: command for command in COMMANDS}
        for name, icon in SWITCHES.items():
            command = table[name]
            button = IconButton(icon, f"{command.label} ({command.shortcut})", partial(self.wanted.emit, name), "quiet")
            button.setToolTip(f"{command.label} ({command.shortcut})\n{command.help}")
            button.setCheckable(True)
            self._switches[name] = button
            row.addWidget(button)
        row.addWidget(IconButton("search", "Find (Ctrl+F)", lambda: self.wanted.emit("find"), "quiet"))

    def show_name(self, name: str) -> None:
        self._name.setText(name)

    def switch(self, name: str) -> IconButton:
        return self._switches[name]

    def mark(self, name: str, on: bool) -> None:
        self._switches[name].setChecked(on)


class StatusBar(QWidget):
    """Words, characters, syllables: of what is selected where something is. At the right what the model sees."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 4, 12, 6)
        self.counts, self.room = quiet(""), quiet("")
        row.addWidget(self.counts, 1)
        row.addWidget(self.room)
        self._fixed(self.counts)

    @staticmethod
    def _fixed(label: QLabel) -> None:
        label.setTextInteractionFlags(Qt.TextInteractionFlag.NoTextInteraction)
        label.setAccessibleName("Counts")

    def show_counts(self, whole: Counts, chosen: Counts | None) -> None:
        text = _counted(whole)
        if chosen is not None:
            text = f"Selected: {_counted(chosen)}   ·   {whole.words:,} words in all"
        self.counts.setText(text)

    def show_room(self, text: str, tip: str = "") -> None:
        self.room.setText(text)
        self.room.setToolTip(tip)


def _counted(counts: Counts) -> str:
    parts = ((counts.words, "word"), (counts.characters, "character"), (counts.syllables, "syllable"))
    return "   ·   ".join(f"{number:,} {name}{'' if number == 1 else 's'}" for number, name in parts)
