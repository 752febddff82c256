"""The middle column before a training: unfinished ones, the family, where to begin, how long, and what that will take."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import (
    QButtonGroup,
    QComboBox,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QRadioButton,
    QVBoxLayout,
    QWidget,
)

from studio import generators
from studio.engine import Answer, Failed, Job, JobEvent, Priority, Question
from studio.generators import Family
from studio.shelf import Card
from studio.shelf.card import is_foreign_weights
from studio.training import estimate, own
from studio.training.estimate import Estimate
from studio.training.gathering import Collection
from studio.ui.context import AppContext
from studio.ui.media import learning
from studio.ui.widgets.job_bar import time_text
from studio.ui.widgets.labels import primary, quiet, title, wrapped
from studio.ui.widgets.number import NumberField

MEASURE_MS = 700
SHOWN_UNFINISHED = 3
ESTIMATE_LINES = 4
BEGUN_SHARE = 0.25  # of the usual pictures: what a training needs that goes on from a finished model
EXPLAINS_LINES = 5
BATCHES = (4, 8, 16, 32, 64, 128)


def trainable(medium: str) -> list[Family]:
    """Families that a person can train on works of this medium."""
    families = [generators.family(name) for name in generators.FAMILIES]
    return [family for family in families if family.trains is not None and family.trains.medium == medium]


class SetupPage(QWidget):
    """`start_wanted` when the button is pressed; `resume_wanted` carries an unfinished training."""

    start_wanted = Signal()
    resume_wanted = Signal(object)

    def __init__(self, context: AppContext) -> None:
        super().__init__()
        self._context = context
        self._collection: Collection | None = None
        self._about: Any = 32
        self._medium = "picture"
        self._named = False
        self._told_for = ""
        self._families = trainable(self._medium)
        self._job: Job | None = None
        self._measured: Estimate | None = None
        self._soon = QTimer(self, singleShot=True, interval=MEASURE_MS)
        self._soon.timeout.connect(self._measure)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        self._unfinished = QVBoxLayout()
        self._unfinished.setSpacing(4)
        column.addLayout(self._unfinished)
        column.addWidget(quiet("How it learns"))
        self._group = QButtonGroup(self)
        self._choice_frame = self._choice()
        column.addWidget(self._choice_frame)
        column.addLayout(self._fields())
        self.estimate = wrapped("")
        self.estimate.setMinimumHeight(ESTIMATE_LINES * self.estimate.fontMetrics().lineSpacing())  # so that Start stays where it is
        column.addWidget(self.estimate)
        self._why_not = wrapped("")
        column.addWidget(self._why_not)
        self.start = primary("Start training")
        self.start.clicked.connect(self.start_wanted)
        column.addWidget(self.start)
        column.addStretch(1)
        self.show_material(None, 32)

    def _choice(self) -> QFrame:
        """The families in two columns, and what the chosen one does."""
        frame = QFrame()
        frame.setProperty("role", "raised")
        self._grid = QGridLayout(frame)
        self._grid.setContentsMargins(12, 8, 12, 8)
        self._grid.setVerticalSpacing(4)
        self._explains = wrapped("")
        self._explains.setMinimumHeight(EXPLAINS_LINES * self._explains.fontMetrics().lineSpacing())  # so that nothing below jumps
        self._explains.setAlignment(Qt.AlignmentFlag.AlignTop)
        self._show_families()
        return frame

    def _show_families(self) -> None:
        """A button for each family that learns from this medium."""
        for button in self._group.buttons():
            self._group.removeButton(button)
            button.hide()
            button.deleteLater()
        self._grid.removeWidget(self._explains)
        rows = -(-len(self._families) // 2)
        for number, family in enumerate(self._families):
            button = QRadioButton(family.title)
            button.setToolTip(family.paper)
            button.setChecked(number == 0)
            self._group.addButton(button, number)
            button.toggled.connect(lambda on: self._family_changed() if on else None)
            self._grid.addWidget(button, number % rows, number // rows)
        self._grid.addWidget(self._explains, rows, 0, 1, 2)

    def _fields(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setVerticalSpacing(4)
        grid.setHorizontalSpacing(8)
        grid.setColumnStretch(1, 1)
        grid.setColumnStretch(3, 1)
        self.name = QLineEdit()
        self.name.setAccessibleName("Name of the model")
        self.name.setMaxLength(60)
        self.name.textEdited.connect(lambda _: self._typed())
        self._base = QComboBox()
        self._base.setAccessibleName("Begin from")
        self._base.currentIndexChanged.connect(lambda _: self._suggest_minutes())
        self.minutes = NumberField("Minutes", 30, 1, 600, 1, unit="min", whole=True)
        self.minutes.changed.connect(lambda _: self._tell())
        self._batch = QComboBox()
        self._batch.setToolTip("Larger batches learn more steadily and take more memory")
        for size in BATCHES:
            self._batch.addItem("", size)
        self._batch.currentIndexChanged.connect(lambda _: self._measure_soon())
        for place, (text, field) in enumerate(
            (("Name", self.name), ("Begin from", self._base), ("Train for", self.minutes), ("At once", self._batch))
        ):
            row, side = place // 2, place % 2 * 2
            label = quiet(text)
            label.setBuddy(field)
            grid.addWidget(label, row, side)
            grid.addWidget(field, row, side + 1)
        return grid

    # What the workspace asks and tells.

    @property
    def family(self) -> Family:
        return self._families[max(0, self._group.checkedId())]

    def config(self) -> Mapping[str, Any]:
        """That of the family for what is there, or what follows from the model to begin from."""
        assert self.family.trains is not None
        base = self.base()
        if not base:
            return self.family.trains.config(self._about)
        return self.family.trains.goes_on(self._context.session.shelf.card(base).config, self._about)

    def base(self) -> str:
        return str(self._base.currentData() or "")

    def batch_size(self) -> int:
        return int(self._batch.currentData())

    def choose_batch(self, size: int) -> None:
        self._batch.setCurrentIndex(max(0, self._batch.findData(size)))

    def choose_base(self, model: str) -> None:
        """Begin from `model`, with its family; from nothing where it does not fit the pictures' size."""
        self.choose_family(self._context.session.shelf.card(model).family)
        self._base.setCurrentIndex(max(0, self._base.findData(model)))

    def choose_family(self, name: str) -> None:
        for number, family in enumerate(self._families):
            if family.name == name:
                self._group.button(number).setChecked(True)

    def show_material(self, collection: Collection | None, about: Any) -> None:
        """What would be trained on, and what a config depends on."""
        self._collection, self._about = collection, about
        medium = collection.medium if collection is not None else self._medium
        words = learning(medium)
        if medium != self._medium:
            self._medium, self._families = medium, trainable(medium)
            self._show_families()
            self._batch.setCurrentIndex(-1)
        self._base.setToolTip(words.base_help)
        self._batch.setAccessibleName(words.at_once)
        for row, size in enumerate(BATCHES):
            self._batch.setItemText(row, f"{size} {words.seen}")
        if collection is not None and not self._named:
            self.name.setText(collection.name[:60])
        self._family_changed()

    def say_why_not(self, reason: str) -> None:
        """Why Start cannot be pressed; empty when it can."""
        self._why_not.setText(reason)
        self._why_not.setVisible(bool(reason))
        self.start.setEnabled(not reason)

    def show_unfinished(self, trainings: Sequence[own.Own]) -> None:
        """Trainings that a pause, a closed studio or a crash left open, each with its Resume."""
        while (item := self._unfinished.takeAt(0)) is not None:
            row = item.widget()
            if row is not None:
                row.hide()
                row.deleteLater()
        for training in trainings[:SHOWN_UNFINISHED]:
            self._unfinished.addWidget(self._unfinished_row(training))

    def _unfinished_row(self, training: own.Own) -> QWidget:
        frame = QFrame()
        frame.setProperty("role", "raised")
        row = QHBoxLayout(frame)
        row.setContentsMargins(12, 4, 4, 4)
        record = training.record
        row.addWidget(title(record.title))
        if own.is_held(training.folder):
            row.addWidget(quiet("runs in another window"), 1)
            return frame
        row.addWidget(quiet(f"stopped at {training.seconds / 60:.0f} of {record.minutes:g} min"), 1)
        button = QPushButton("Resume")
        button.setAccessibleName(f"Resume {record.title}")
        button.clicked.connect(lambda: self.resume_wanted.emit(training))
        row.addWidget(button)
        return frame

    # The estimate.

    def _typed(self) -> None:
        self._named = bool(self.name.text().strip())

    def _family_changed(self) -> None:
        family = self.family
        trains = family.trains
        assert trains is not None
        self._explains.setText(family.explains)
        before, known = self.base(), self._base.count() > 0
        self._base.blockSignals(True)
        self._base.clear()
        self._base.addItem("nothing", "")
        for card in self._bases():
            self._base.addItem(card.title, card.name)
        found = self._base.findData(before) if known else -1
        if trains.begins_from_a_model and (found < 0 or self._told_for != family.name):
            found = min(1, self._base.count() - 1)
        self._base.setCurrentIndex(max(0, found))
        self._base.blockSignals(False)
        if self._batch.currentData() is None or self._collection is None or self._told_for != family.name:
            self.choose_batch(trains.batch_size)
        self._told_for = family.name
        self._measure_soon()

    def _bases(self) -> list[Card]:
        """The models of the family that a training can begin from: their weights lie beside their card, and the size is the same."""
        cards = [card for card in self._context.session.shelf.usable() if card.family == self.family.name]
        sized = learning(self._medium).sized
        return [card for card in cards if (not sized or card.config.get("size") == self._about) and not is_foreign_weights(card.weights)]

    def _measure_soon(self) -> None:
        self._measured = None
        self._tell()
        if self._can_measure() and self.isVisible():
            self._soon.start()

    def showEvent(self, event: Any) -> None:
        if self._measured is None:
            self._measure_soon()

    def _can_measure(self) -> bool:
        there = self._collection
        return there is not None and (learning(there.medium).sized or not there.too_few())  # of pictures few may be cut into many

    def _measure(self) -> None:
        """A few real steps on the worker; a newer wish takes the place of an older one."""
        there = self._collection
        if not self.isVisible() or there is None or not self._can_measure():
            return
        if self._job is not None:
            self._context.session.cancel(self._job)
        family, config, batch = self.family.name, dict(self.config()), self.batch_size()

        def work(_: Any) -> Any:
            import torch

            yield from estimate.measure(family, config, there.trial(config), batch, "cuda" if torch.cuda.is_available() else "cpu")

        def hear(job: Job, event: JobEvent) -> None:
            if job is not self._job:
                return
            if isinstance(event, Answer) and event.value is not None:
                self._measured = event.value
                self._suggest_minutes()
            elif isinstance(event, Failed):
                self.estimate.setText(f"How long this would take could not be measured. {event.sentence}")

        self._job = self._context.bridge.submit(Question("", work, channel="estimate", priority=Priority.BACKGROUND), hear)

    def _usual_seconds(self) -> float | None:
        if self._measured is None or self.family.trains is None:
            return None
        return self.family.trains.pictures * (BEGUN_SHARE if self.base() else 1.0) / self._measured.pictures_a_second

    def _suggest_minutes(self) -> None:
        usual = self._usual_seconds()
        if usual is not None:
            self.minutes.set_value(max(1.0, usual / 60))
        self._tell()

    def _tell(self) -> None:
        usual, there, words = self._usual_seconds(), self._collection, learning(self._medium)
        if there is None or not self._can_measure():
            self.estimate.setText("")
        elif self._measured is None or usual is None:
            self.estimate.setText("Measuring how fast this machine learns…")
        else:
            rate, memory = self._measured.pictures_a_second, self._measured.bytes / 2**20
            seen = rate * self.minutes.value() * 60
            times = f"each of your pictures is seen about {seen / max(1, there.count):,.0f} times"
            if not learning(self._medium).sized:
                times = f"it reads about {seen:,.0f} passages of your {words.work}s"
            self.estimate.setText(
                f"This machine learns about {_rate(rate)} {words.seen} a second now and needs about {memory:,.0f} MB for it. "
                f"In {time_text(self.minutes.value() * 60)} {times}. "
                f"{words.holds_together} usually hold together after about {time_text(usual)}; you can stop earlier, or pause and go on."
            )


def _rate(rate: float) -> str:
    return f"{rate:.0f}" if rate >= 10 else f"{rate:.1f}"
