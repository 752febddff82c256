"""The middle column of one training: its curves, how fast and how long, and what can be done with it."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QGridLayout, QHBoxLayout, QLabel, QPushButton, QTabWidget, QVBoxLayout, QWidget

from studio.engine import Stepped
from studio.training import measured, own
from studio.ui.lab.curves import Curves
from studio.ui.lab.figures import FiguresView
from studio.ui.media import learning
from studio.ui.widgets.job_bar import time_text
from studio.ui.widgets.labels import primary, quiet, title, wrapped

RATE = "A second"
NUMBERS = ("Trained", "Left, about", RATE, "Step")


class RunningPage(QWidget):
    """Shows a training; the workspace does what its buttons say."""

    pause_wanted = Signal()
    resume_wanted = Signal()
    stop_wanted = Signal()
    shelf_wanted = Signal()
    smaller_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._training: own.Own | None = None
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        self._title, self._about = title(""), wrapped("")
        column.addWidget(self._title)
        column.addWidget(self._about)
        self.curves, self.figures = Curves(), FiguresView()
        self.plots = QTabWidget()
        self.plots.setAccessibleName("Plots")
        self.plots.setDocumentMode(True)
        self.plots.addTab(self._losses(), "Losses")
        self.plots.addTab(self.figures, "Figures")
        column.addWidget(self.plots, 1)
        column.addLayout(self._numbers())
        self._said = wrapped("")
        column.addWidget(self._said)
        self._smaller = QPushButton("")
        self._smaller.clicked.connect(self.smaller_wanted)
        column.addWidget(self._smaller)
        column.addLayout(self._buttons())

    def _losses(self) -> QWidget:
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.curves, 1)
        self._logarithmic = QCheckBox("Logarithmic")
        self._logarithmic.setChecked(True)
        self._logarithmic.toggled.connect(self.curves.set_logarithmic)
        column.addWidget(self._logarithmic)
        return page

    def _numbers(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setVerticalSpacing(0)
        self._values: dict[str, QLabel] = {}
        for number, name in enumerate(NUMBERS):
            grid.addWidget(quiet(name), 0, number)
            self._values[name] = QLabel("–")
            grid.addWidget(self._values[name], 1, number)
            grid.setColumnStretch(number, 1)
        return grid

    def _buttons(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(8)
        self.pause, self.resume, self.stop = QPushButton("Pause"), QPushButton("Resume"), QPushButton("Stop")
        self.shelve = primary("Put on the shelf")
        self.pause.setToolTip("Keeps a checkpoint; goes on from it whenever you like, also after closing the studio")
        self.stop.setToolTip("Ends the training here; what it learnt can be put on the shelf")
        for button, wanted in (
            (self.pause, self.pause_wanted),
            (self.resume, self.resume_wanted),
            (self.stop, self.stop_wanted),
            (self.shelve, self.shelf_wanted),
        ):
            button.clicked.connect(wanted)
            row.addWidget(button, 2 if button is self.shelve else 1)
        return row

    def open(self, training: own.Own) -> None:
        """Show another training, with the curves of its log."""
        if self._training is None or self._training.folder != training.folder:
            self.curves.clear()
            self.curves.add_all((line.seconds, line.losses) for line in own.read_log(training.folder))
            self.figures.open(measured.figures(training.folder))
        self._training = training
        record = training.record
        begun = f", begun from {record.base}" if record.base else ""
        self._title.setText(record.title)
        words = learning(record.medium)
        size = f" at {record.choices.size}×{record.choices.size}" if learning(record.medium).sized else ""
        self._about.setText(f"{words.works(record.count)} of “{record.source}”{size}, {record.batch_size} {words.seen} at once{begun}.")
        self.plots.setTabVisible(self.plots.indexOf(self.figures), learning(record.medium).sized)
        self.shelve.setToolTip(f"Makes a model of what it learnt by now. {words.where_to}")
        self._show_time(training.seconds)
        if not training.seconds:
            for name in NUMBERS[1:]:
                self._values[name].setText("–")

    def stepped(self, event: Stepped) -> None:
        self.curves.add(event.seconds, event.losses)
        self._show_time(event.seconds)
        self._values[RATE].setText(f"{event.pictures_a_second:,.1f} {learning(self._medium()).seen}")
        self._values["Step"].setText(f"{event.number:,}")

    def show_state(self, running: bool, waiting: bool, busy_elsewhere: bool, can_be_shelved: bool) -> None:
        """Which buttons can be pressed: `waiting` for a pause or another window, `busy_elsewhere` while another training runs."""
        assert self._training is not None
        finished, shelved = self._training.finished, self._training.record.state == "shelved"
        self.pause.setVisible(running or finished)
        self.pause.setEnabled(running and not waiting)
        self.resume.setVisible(not running and not finished)
        self.resume.setEnabled(not busy_elsewhere)
        self.stop.setEnabled(not finished and not waiting)
        self.shelve.setEnabled(can_be_shelved and not running and not waiting and not shelved)
        self.shelve.setText("On the shelf" if shelved else "Put on the shelf")

    def say(self, sentence: str, *, bad: bool = False, smaller: int = 0) -> None:
        """A sentence over the buttons; with `smaller`, the button that goes on with so many pictures at once."""
        self._said.setText(sentence)
        self._said.setProperty("role", "bad" if bad else "quiet")
        self._said.style().polish(self._said)
        self._said.setVisible(bool(sentence))
        self._smaller.setText(f"Go on with a batch of {smaller}")
        self._smaller.setVisible(smaller > 0)

    def said(self) -> str:
        return self._said.text()

    def _medium(self) -> str:
        return self._training.record.medium if self._training is not None else "picture"

    def _show_time(self, seconds: float) -> None:
        assert self._training is not None
        whole = self._training.record.minutes * 60
        self._values["Trained"].setText(f"{time_text(seconds)} of {time_text(whole)}")
        self._values["Left, about"].setText(time_text(max(0.0, whole - seconds)) if seconds < whole else "done")
