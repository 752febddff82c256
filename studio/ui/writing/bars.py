"""Over the page its name and what can be switched; under it how long it is."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QPushButton, QWidget

from studio.media.text.counting import Counts
from studio.ui.actions import Command
from studio.ui.widgets.labels import Elided, IconButton, quiet
from studio.ui.widgets.number import NumberField

HEIGHT = 36
BAR_WIDTH, MOST_WORDS = 96, 1_000_000


class TopBar(QWidget):
    """A button for each command that is switched on and off, and one that looks for something."""

    def __init__(self, switches: Sequence[Command], find: Callable[[], object]) -> None:
        super().__init__()
        self.setFixedHeight(HEIGHT)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 2, 8, 2)
        row.setSpacing(2)
        self._name = quiet("")
        self._name.setTextFormat(Qt.TextFormat.PlainText)
        row.addWidget(self._name, 1)
        self._switches: dict[str, IconButton] = {}
        for command in switches:
            button = IconButton(command.icon, f"{command.label} ({command.shortcut})", command.run, "quiet")
            button.setToolTip(f"{command.label} ({command.shortcut})\n{command.help}")
            button.setCheckable(True)
            self._switches[command.id] = button
            row.addWidget(button)
        row.addWidget(IconButton("search", "Find (Ctrl+F)", find, "quiet"))

    def show_name(self, name: str) -> None:
        self._name.setText(name)

    def switch(self, name: str) -> IconButton:
        return self._switches[name]

    def mark(self, name: str, on: bool) -> None:
        self._switches[name].setChecked(on)


class StatusBar(QWidget):
    """Words, characters, syllables: of what is selected where something is. At the right the goal of words, and what the model sees.

    `goal_set` carries how many words the page is to have, 0 for no goal.
    """

    goal_set = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 4, 12, 6)
        self.counts, self.room = Elided(), quiet("")
        self.goal = QPushButton("Goal…")
        self.goal.setProperty("role", "flat")
        self.goal.setToolTip("How many words this page is to have")
        self.goal.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.goal.clicked.connect(self.ask_goal)
        self._bar = QProgressBar()
        self._bar.setAccessibleName("Words of the goal")
        self._bar.setTextVisible(False)
        self._bar.setFixedWidth(BAR_WIDTH)
        self._words, self._goal = 0, 0
        row.addWidget(self.counts, 1)
        row.addWidget(self._bar)
        row.addWidget(self.goal)
        row.addWidget(self.room)
        self._fixed(self.counts)
        self.show_goal(0)

    def show_goal(self, goal: int) -> None:
        """How far the page is on its way to so many words; 0 where it has no goal."""
        self._goal = goal
        self._bar.setVisible(goal > 0)
        self._bar.setRange(0, max(1, goal))
        self._show_way()

    def _show_way(self) -> None:
        self._bar.setValue(min(self._words, self._goal))
        share = self._words / self._goal if self._goal else 0
        self.goal.setText(f"{share:.0%} of {self._goal:,} words" if self._goal else "Goal…")

    def ask_goal(self) -> None:
        """A small field over the button: a number, Enter; 0 for no goal."""
        popup = QWidget(self, Qt.WindowType.Popup)
        popup.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        row = QHBoxLayout(popup)
        row.addWidget(quiet("Words"))
        field = NumberField("Goal of words, 0 for none", 0, 0, MOST_WORDS, 100, whole=True)
        field.set_value(self._goal)
        field.setMinimumWidth(140)
        field.settled.connect(lambda value: self.goal_set.emit(int(value)))
        row.addWidget(field)
        popup.adjustSize()
        corner = self.goal.mapToGlobal(self.goal.rect().topRight())
        popup.move(corner.x() - popup.width(), corner.y() - popup.height())
        popup.show()
        field.setFocus()

    @staticmethod
    def _fixed(label: QLabel) -> None:
        label.setTextInteractionFlags(Qt.TextInteractionFlag.NoTextInteraction)
        label.setAccessibleName("Counts")

    def show_counts(self, whole: Counts, chosen: Counts | None) -> None:
        self._words = whole.words
        self._show_way()
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
