"""The loss curves: one colour a loss, the measured line faint, a smoothed one over it, on a logarithmic or plain axis."""

from __future__ import annotations

import html
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import pyqtgraph
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from studio.ui import theme

REPAINT_MS = 250
SMOOTHED_SHARE = 0.06  # of the points seen, over which the strong line averages
POINTS_LIMIT = 20_000


class Curves(QWidget):
    """Points arrive with `add`; a few times a second they are drawn."""

    def __init__(self) -> None:
        super().__init__()
        self._points: dict[str, tuple[list[float], list[float]]] = {}
        self._lines: dict[str, tuple[Any, Any]] = {}
        self._logarithmic = True
        self.setAccessibleName("Loss curves")
        self._plot = pyqtgraph.PlotWidget()
        self._plot.setMenuEnabled(False)
        self._plot.hideButtons()
        self._plot.setMouseEnabled(x=False, y=False)
        self._names = QLabel()  # over the plot, not in it: there they would hide the newest values
        self._names.setProperty("role", "quiet")
        self._names.setWordWrap(True)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(self._names)
        column.addWidget(self._plot, 1)
        self._soon = QTimer(self, singleShot=True, interval=REPAINT_MS)
        self._soon.timeout.connect(self._draw)
        theme.current().changed.connect(self._paint)
        self._paint()

    def clear(self) -> None:
        self._points = {}
        for raw, smooth in self._lines.values():
            self._plot.removeItem(raw)
            self._plot.removeItem(smooth)
        self._lines = {}
        self._name()

    def add(self, seconds: float, losses: Mapping[str, float]) -> None:
        """One point a loss, `seconds` into the training."""
        for name, value in losses.items():
            xs, ys = self._points.setdefault(name, ([], []))
            while xs and xs[-1] > seconds / 60:  # after a crash the log is ahead of the checkpoint: that part is trained again
                xs.pop()
                ys.pop()
            if len(xs) >= POINTS_LIMIT:
                del xs[::2], ys[::2]
            xs.append(seconds / 60)
            ys.append(value)
        if not self._soon.isActive():
            self._soon.start()

    def add_all(self, points: Iterable[tuple[float, Mapping[str, float]]]) -> None:
        for seconds, losses in points:
            self.add(seconds, losses)

    def count(self) -> int:
        """Points of the loss that has most."""
        return max((len(xs) for xs, _ in self._points.values()), default=0)

    def set_logarithmic(self, on: bool) -> None:
        self._logarithmic = on
        self._draw()

    def _draw(self) -> None:
        for number, (name, (xs, ys)) in enumerate(self._points.items()):
            if name not in self._lines:
                self._lines[name] = self._new_lines(number)
                self._name()
            raw, smooth = self._lines[name]
            x, y = np.asarray(xs), np.asarray(ys)
            raw.setData(x, self._scaled(y))
            smooth.setData(x, self._scaled(_smoothed(y)))
        self._plot.getAxis("left").setLogMode(self._logarithmic)

    def _scaled(self, values: np.ndarray) -> np.ndarray:
        """The axis alone is told to be logarithmic, so that values at or below zero are merely left out."""
        if not self._logarithmic:
            return values
        return np.log10(np.where(values > 0, values, np.nan))

    def _name(self) -> None:
        """Say which colour is which loss."""
        colours = theme.tokens().tracks()
        named = [(name.replace("_", " "), colours[number % len(colours)].name()) for number, name in enumerate(self._lines)]
        parts = [f'<span style="color:{colour}">━</span>&nbsp;{html.escape(name).replace(" ", "&nbsp;")}' for name, colour in named]
        self._names.setText("&nbsp;&nbsp; ".join(parts))

    def _new_lines(self, number: int) -> tuple[Any, Any]:
        raw = self._plot.plot([], [], connect="finite")
        smooth = self._plot.plot([], [], connect="finite")
        self._style(raw, smooth, number)
        return raw, smooth

    def _style(self, raw: Any, smooth: Any, number: int) -> None:
        colours = theme.tokens().tracks()
        colour = colours[number % len(colours)]
        faint = theme.tokens().color("ground")
        faint.setRgb(colour.red(), colour.green(), colour.blue(), 70)
        raw.setPen(pyqtgraph.mkPen(faint, width=1))
        smooth.setPen(pyqtgraph.mkPen(colour, width=2))

    def _paint(self) -> None:
        dress(self._plot, {"left": "loss", "bottom": "minutes of training"})
        self._name()
        for number, (raw, smooth) in enumerate(self._lines.values()):
            self._style(raw, smooth, number)


def dress(plot: Any, labels: Mapping[str, str]) -> None:
    """A plot in the colours of the theme; `labels` names its axes, side → words."""
    t = theme.tokens()
    plot.setBackground(t.color("ground"))
    for side, label in labels.items():
        axis = plot.getAxis(side)
        axis.setPen(t.color("line"))
        axis.setTextPen(t.color("quiet"))
        axis.setTickFont(theme.font(theme.LABEL_SIZE))
        axis.setLabel(label, color=t.quiet)
        axis.enableAutoSIPrefix(False)


def _smoothed(values: np.ndarray) -> np.ndarray:
    """A running mean over what came before, shorter at the beginning; the same length."""
    width = max(1, int(len(values) * SMOOTHED_SHARE))
    sums = np.concatenate([[0.0], np.cumsum(values)])
    ends = np.arange(1, len(values) + 1)
    starts = np.maximum(0, ends - width)
    return (sums[ends] - sums[starts]) / (ends - starts)
