"""The measured figures of every model on the shelf side by side, set by set, as small bars."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QGridLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from studio.shelf import Card
from studio.ui import theme
from studio.ui.widgets.labels import quiet, title, wrapped

BAR_HEIGHT, BAR_WIDTH = 8, 64
FAR = 100.0  # times the limit, at the end of a bar of distances
MOST_BITS = 4.0

SETS: Mapping[str, str] = {"heroes32": "Heroes", "tiles32": "Dungeon tiles", "faces64": "Faces"}


def _distance(value: float) -> float:
    return min(1.0, math.log(max(1.0, value)) / math.log(FAR))


def _share(value: float) -> float:
    return min(1.0, max(0.0, value))


def _bits(value: float) -> float:
    return _share(value / MOST_BITS)


@dataclass(frozen=True)
class Column:
    """One figure: how long its bar is, in [0, 1], where lines stand in it, and whether a long bar is good."""

    key: str
    title: str
    help: str
    length: Callable[[float], float]
    lines: tuple[float, ...] = ()
    long_is_good: bool = False
    beside: str = ""


COLUMNS = (
    Column(
        "frechet_over_limit", "Distance", "Fréchet distance to pictures never seen, over that of real ones. The lines stand at 5 and 15.",
        _distance, (5.0, 15.0),
    ),
    Column("plain_over_limit", "Plain", "The same distance in plain pixels. The line stands at 5.", _distance, (5.0,)),
    Column("density", "Density", "How many of its pictures lie among real ones. 1 is as real ones do.", _share, long_is_good=True),
    Column("coverage", "Coverage", "How much of what real pictures show it draws too.", _share, long_is_good=True),
    Column(
        "control", "Obeys", "How often it draws what was asked for; the line is what the judge itself reads right.",
        _share, (), True, "control_test",
    ),
    Column(
        "copied", "Copied", "The share of its pictures that are nearly one of the training; the line is that of real ones.",
        _share, (), False, "copied_test",
    ),
    Column("bits_per_pixel", "Bits a pixel", "How much real pictures surprise it. Compare only within this column.", _bits),
    Column("bits_per_dimension", "Bits a dimension", "How much real pictures surprise it. Compare only within this column.", _bits),
)  # fmt: skip


class Bar(QWidget):
    """A figure's bar with its lines."""

    def __init__(self, length: float, lines: Sequence[float], good: bool) -> None:
        super().__init__()
        self._length, self._lines, self._good = length, tuple(lines), good
        self.setFixedSize(BAR_WIDTH, BAR_HEIGHT)
        theme.current().changed.connect(self.update)

    def paintEvent(self, event: QPaintEvent) -> None:
        t = theme.tokens()
        painter = QPainter(self)
        painter.fillRect(self.rect(), t.color("ground"))
        painter.fillRect(QRectF(0, 0, self.width() * self._length, self.height()), t.color("good" if self._good else "accent"))
        for place in self._lines:
            painter.fillRect(QRectF(round(place * (self.width() - 1)), 0, 1, self.height()), t.color("text"))


class ComparedPage(QScrollArea):
    """Shows the cards of measured models; `open` draws them anew."""

    def __init__(self) -> None:
        super().__init__()
        self.setWidgetResizable(True)
        self.setAccessibleName("Models compared")

    def open(self, cards: Sequence[Card]) -> None:
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, 12, 0)
        column.setSpacing(12)
        column.addWidget(
            wrapped("Measured on pictures that no model has seen; the nearest model first. Point at a heading to read what it means.")
        )
        measured = [card for card in cards if "frechet_over_limit" in card.metrics]
        column.addLayout(_table(measured))
        column.addStretch(1)
        self.setWidget(inside)


def _place(data: str) -> tuple[int, str]:
    return (list(SETS).index(data) if data in SETS else len(SETS), data)


def _table(cards: Sequence[Card]) -> QGridLayout:
    """A row a card, under its set's title; the columns are the same for all sets."""
    grid = QGridLayout()
    grid.setHorizontalSpacing(12)
    grid.setVerticalSpacing(4)
    shown = [column for column in COLUMNS if any(column.key in card.metrics for card in cards)]
    for number, column in enumerate(shown, 1):
        head = quiet(column.title)
        head.setToolTip(column.help)
        grid.addWidget(head, 0, number)
    row = 1
    for data in sorted({str(card.training.get("data")) for card in cards}, key=_place):
        grid.addWidget(title(SETS.get(data, data)), row, 0)
        row += 1
        for card in (card for card in cards if card.training.get("data") == data):
            _fill_row(grid, row, card, shown)
            row += 1
    grid.setColumnStretch(len(shown) + 1, 1)
    return grid


def _fill_row(grid: QGridLayout, row: int, card: Card, shown: Sequence[Column]) -> None:
    name = QLabel(card.title.partition("(")[2].rstrip(")") or card.title)
    name.setToolTip(card.title)
    grid.addWidget(name, row, 0)
    for number, column in enumerate(shown, 1):
        if column.key in card.metrics:
            grid.addWidget(_cell(column, card.metrics), row, number)


def _cell(column: Column, metrics: Mapping[str, Any]) -> QWidget:
    value = float(metrics[column.key])
    lines = [column.length(line) for line in column.lines]
    if column.beside in metrics:
        lines.append(column.length(float(metrics[column.beside])))
    cell = QWidget()
    inside = QVBoxLayout(cell)
    inside.setContentsMargins(0, 0, 0, 0)
    inside.setSpacing(0)
    number = QLabel(f"{value:.3g}")
    number.setAccessibleName(f"{column.title} {value:.3g}")
    inside.addWidget(number)
    inside.addWidget(Bar(column.length(value), lines, column.long_is_good))
    cell.setToolTip(column.help)
    return cell
