"""Under the inspector: what is done to the chosen notes, with its numbers."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QCheckBox, QGridLayout, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from studio.ui.pianoroll.commands import NoteCommands
from studio.ui.pianoroll.state import RollState
from studio.ui.widgets.labels import hairline, quiet, title
from studio.ui.widgets.number import NumberField


class NotesPanel(QWidget):
    """Buttons and numbers for quantise, humanise and their like."""

    def __init__(self, state: RollState, commands: NoteCommands, what_else: Callable[[], object], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.state, self._commands = state, commands
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 8)
        column.setSpacing(0)
        column.addWidget(hairline())
        head = QHBoxLayout()
        head.setContentsMargins(12, 8, 12, 4)
        self._count = quiet("")
        head.addWidget(title("Notes"), 1)
        head.addWidget(self._count)
        column.addLayout(head)
        grid = QGridLayout()
        grid.setContentsMargins(12, 0, 12, 0)
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(4)
        grid.setColumnStretch(1, 1)
        self._number(grid, 0, "Strength", 100, 0, 100, 5, "%", lambda value: setattr(commands, "strength", value / 100))
        self._number(grid, 1, "Swing", 0, 0, 100, 5, "%", lambda value: setattr(commands, "swing", value / 100))
        self._number(grid, 3, "Timing", 4, 0, 25, 1, "%", lambda value: setattr(commands, "loose_ticks", value / 100))
        self._number(grid, 4, "Velocity", 8, 0, 40, 1, "", lambda value: setattr(commands, "loose_velocity", int(value)))
        ends = QCheckBox("Lengths too")
        ends.toggled.connect(lambda on: setattr(commands, "ends", on))
        grid.addWidget(ends, 2, 1)
        grid.addWidget(self._button("Quantise", "Draw to the grid (Q)", commands.quantise), 0, 2, 3, 1)
        grid.addWidget(self._button("Humanise", "Let timing and velocity be a little off (H)", commands.humanise), 3, 2, 2, 1)
        column.addLayout(grid)
        row = QHBoxLayout()
        row.setContentsMargins(12, 8, 12, 0)
        row.setSpacing(4)
        for label, pressed, tip in (
            ("Legato", commands.legato, "Each note lasts until the next"),
            ("Join", commands.join, "Chosen notes of one pitch become one (J)"),
            ("To scale", commands.to_scale, "Chosen notes to the nearest pitch of the scale"),
        ):  # fmt: skip
            row.addWidget(self._button(label, tip, pressed))
        column.addLayout(row)
        ask = self._button("What else?", "What the model in hand would rather have in the chosen note's place (W)", what_else)
        below = QHBoxLayout()
        below.setContentsMargins(12, 4, 12, 0)
        below.addWidget(ask)
        column.addLayout(below)
        column.addStretch(1)
        state.selection_changed.connect(self._show_count)
        state.sheet_changed.connect(self._show_count)
        self._show_count()

    def _number(
        self, grid: QGridLayout, row: int, name: str, default: float, low: float, high: float, step: float, unit: str,
        changed: Callable[[float], None],
    ) -> None:  # fmt: skip
        field = NumberField(name, default, low, high, step, unit=unit, whole=True)
        field.changed.connect(changed)
        label = quiet(name)
        label.setBuddy(field)
        grid.addWidget(label, row, 0)
        grid.addWidget(field, row, 1)

    def _button(self, label: str, tip: str, pressed: Callable[[], object]) -> QPushButton:
        button = QPushButton(label)
        button.setToolTip(tip)
        button.clicked.connect(lambda: pressed())
        return button

    def _show_count(self) -> None:
        chosen, all_notes = self.state.chosen(), len(self.state.notes)
        self._count.setText(f"{chosen} of {all_notes:,} chosen" if chosen else f"all {all_notes:,}" if all_notes else "none yet")
