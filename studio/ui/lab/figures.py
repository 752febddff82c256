"""How near a training has come: its figures over time as a plot, the newest in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pyqtgraph
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QGridLayout, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from studio.training.measured import Figures
from studio.ui import theme
from studio.ui.lab.curves import dress
from studio.ui.widgets.labels import quiet, wrapped

WORDS: Mapping[str, tuple[str, str]] = {
    "distance_over_limit": (
        "Distance over the limit",
        "How far its pictures lie from yours. 1 is as near as one half of your own pictures lies to the other; beyond 15 it shows.",
    ),
    "density": ("Density", "How many of its pictures lie among yours. Near 1 is good; low means that many of them are broken."),
    "coverage": ("Coverage", "How much of what your pictures show it draws too. Near 1 is good; low means that whole kinds are missing."),
    "copied": ("Copied", "The share of its pictures that are one of yours again, nearly pixel by pixel. Train shorter when it rises."),
    "bits_per_pixel": ("Bits a pixel", "How much your pictures surprise it. Lower is better."),
    "bits_per_dimension": ("Bits a dimension", "How much your pictures surprise it, a number of a pixel. Lower is better."),
}


class FiguresView(QWidget):
    """One figure as a plot over the steps, all of them as numbers, and the button that measures again."""

    measure_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._figures: list[Figures] = []
        self._names: list[QLabel] = []
        self._numbers: dict[str, QLabel] = {}
        self.setAccessibleName("Figures")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        row = QHBoxLayout()
        self.choice = QComboBox()
        self.choice.setAccessibleName("Figure")
        self.choice.activated.connect(lambda _: self._draw())
        self.measure = QPushButton("Measure now")
        self.measure.setToolTip("Draws a hundred pictures with what is learnt by now, and compares them with yours")
        self.measure.clicked.connect(self.measure_wanted)
        row.addWidget(self.choice, 1)
        row.addWidget(self.measure)
        column.addLayout(row)
        self._plot = pyqtgraph.PlotWidget()
        self._plot.setMenuEnabled(False)
        self._plot.hideButtons()
        self._plot.setMouseEnabled(x=False, y=False)
        self._line = self._plot.plot([], [])
        column.addWidget(self._plot, 1)
        self._help = wrapped("")
        column.addWidget(self._help)
        self._grid = QGridLayout()
        self._grid.setVerticalSpacing(0)
        column.addLayout(self._grid)
        theme.current().changed.connect(self._paint)
        self.open([])
        self._paint()

    def open(self, figures: Sequence[Figures]) -> None:
        """Show the measurements of a training, oldest first."""
        self._figures = list(figures)
        names = [name for name in WORDS if any(name in each.values for each in self._figures)]
        before = self.choice.currentData()
        self.choice.clear()
        for name in names:
            self.choice.addItem(WORDS[name][0], name)
        self.choice.setCurrentIndex(max(0, self.choice.findData(before)))
        self.choice.setEnabled(bool(names))
        self._show_numbers(names)
        self._draw()

    def shown(self) -> dict[str, str]:
        """The newest numbers, as they are written."""
        return {name: value.text() for name, value in self._numbers.items()}

    def _show_numbers(self, names: Sequence[str]) -> None:
        for each in (*self._names, *self._numbers.values()):
            each.deleteLater()
        self._names, self._numbers = [], {}
        for number, name in enumerate(names):
            value = next(each.values[name] for each in reversed(self._figures) if name in each.values)
            label, row = QLabel(_text(name, value)), 2 * (number // 3)
            label.setToolTip(WORDS[name][1])
            self._names.append(quiet(WORDS[name][0]))
            self._numbers[WORDS[name][0]] = label
            self._grid.addWidget(self._names[-1], row, number % 3)
            self._grid.addWidget(label, row + 1, number % 3)

    def _draw(self) -> None:
        name = self.choice.currentData()
        points = [(each.step, each.values[name]) for each in self._figures if name in each.values]
        self._line.setData([step for step, _ in points], [value for _, value in points])
        self._help.setText(
            WORDS[name][1]
            if name
            else "Nothing measured yet. Measuring draws a hundred pictures and compares them with yours; the training waits meanwhile."
        )

    def _paint(self) -> None:
        accent = theme.tokens().color("accent")
        dress(self._plot, {"left": "", "bottom": "step"})
        self._line.setPen(pyqtgraph.mkPen(accent, width=2))
        self._line.setSymbol("o")
        self._line.setSymbolBrush(accent)
        self._line.setSymbolPen(None)


def _text(name: str, value: float) -> str:
    return f"{value:.0%}" if name == "copied" else f"{value:.3g}"
