"""The left column: which pictures, how they are cut, and a live look at what the model will see."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QCheckBox, QComboBox, QFileDialog, QGridLayout, QHBoxLayout, QPlainTextEdit, QPushButton, QVBoxLayout, QWidget

from studio.engine.errors import SAID, sentence
from studio.places import shipped
from studio.project import Project
from studio.training import cutting, folders
from studio.training.cutting import Choices
from studio.ui.desk import Desk
from studio.ui.lab.seen import DropHere, SeenPictures
from studio.ui.widgets.labels import quiet, title, wrapped
from studio.ui.widgets.number import NumberField

PREVIEW_MS = 60
SHIFT_LIMIT = 8
CROPS = (
    ("centre", "Middle square", "Cuts the largest square out of the middle"),
    ("whole", "Whole picture", "Keeps everything; what is missing to a square is clear"),
    ("tiles", "Tiles of a sheet", "Cuts sprite sheets into a grid of squares, pixel by pixel"),
)
SCALINGS = (("nearest", "Pixel art", "Keeps pixels hard"), ("area", "Smooth", "Averages colours: for photographs and paintings"))
COLOURS = ((0, "As they are"), (16, "16 of their own"), (32, "32 of their own"), (64, "64 of their own"), (255, "255 of their own"))


class PicturesColumn(QWidget):
    """`changed` whenever the pictures or how they are cut changed."""

    changed = Signal()

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self.collection: folders.Collection | None = None
        self._reading = threading.Event()  # set to stop the reading that it belongs to
        self._asked = 0
        self._filling = False
        self._soon = QTimer(self, singleShot=True, interval=PREVIEW_MS)
        self._soon.timeout.connect(self._draw_preview)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 12, 12, 12)
        column.setSpacing(8)
        column.addWidget(title("Pictures"))
        self._drop = DropHere()
        column.addWidget(self._drop)
        self._from = wrapped("")
        column.addWidget(self._from)
        column.addLayout(self._sources())
        self._sample = QPushButton("Or try a hundred sample drawings")
        self._sample.setProperty("role", "flat")
        self._sample.setToolTip("Line-drawn people, 64 pixels a side (Open Peeps by Pablo Stanley, CC0)")
        self._sample.clicked.connect(lambda: self.open_folder(shipped("resources") / "samples" / "peeps"))
        column.addWidget(self._sample)
        self.seen = SeenPictures()
        self._seen_label = quiet("What the model will see")
        column.addWidget(self._seen_label)
        column.addWidget(self.seen)
        self._left_out = QPushButton("")
        self._left_out.setProperty("role", "flat")
        self._left_out.setCheckable(True)
        self._reasons = QPlainTextEdit()
        self._left_out.toggled.connect(self._reasons.setVisible)
        self._reasons.setReadOnly(True)
        self._reasons.setAccessibleName("Pictures left out, and why")
        self._reasons.setMinimumHeight(56)
        self._reasons.setMaximumHeight(110)
        self._form = self._choices_form()
        column.addWidget(self._left_out)
        column.addWidget(self._reasons)
        column.addWidget(self._form)
        column.addStretch(1)
        self._show()

    def _sources(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(8)
        self._choose = QPushButton("Choose a folder…")
        self._choose.clicked.connect(self.ask_folder)
        self._project = QPushButton("This project's")
        self._project.setToolTip("The pictures in this project's history")
        self._project.clicked.connect(self.open_project)
        row.addWidget(self._choose, 1)
        row.addWidget(self._project, 1)
        return row

    def _choices_form(self) -> QWidget:
        form = QWidget()
        grid = QGridLayout(form)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setVerticalSpacing(4)
        grid.setColumnStretch(1, 1)
        self._size = _box("Size", [(size, f"{size} × {size} pixels", "") for size in cutting.SIZES])
        self._crop = _box("Cut", CROPS)
        self._scaling = _box("Scaling", SCALINGS)
        self._colours = _box("Colours", [(number, label, "Fewer colours are easier to learn") for number, label in COLOURS])
        self._shift = NumberField("Move by up to", 0, 0, SHIFT_LIMIT, 1, unit="px", whole=True)
        self._shift.setToolTip("Each time a picture is seen it is moved a little, so that a small set goes further")
        self._shift.changed.connect(lambda _: self._changed())
        self._mirror = QCheckBox("Mirror every second time")
        self._mirror.setToolTip("Not for writing, or for figures that always hold their sword in the same hand")
        self._mirror.toggled.connect(lambda _: self._changed())
        for row, (name, field) in enumerate(
            (("Size", self._size), ("Cut", self._crop), ("Scaling", self._scaling), ("Colours", self._colours), ("Move by", self._shift))
        ):
            label = quiet(name)
            label.setBuddy(field)
            grid.addWidget(label, row, 0)
            grid.addWidget(field, row, 1)
            if isinstance(field, QComboBox):
                field.currentIndexChanged.connect(lambda _: self._changed())
        grid.addWidget(self._mirror, 5, 0, 1, 2)
        return form

    def choices(self) -> Choices:
        return Choices(
            int(self._size.currentData()), self._crop.currentData(), self._scaling.currentData(), int(self._colours.currentData()),
            self._mirror.isChecked(), int(self._shift.value()),
        )  # fmt: skip

    def set_choices(self, choices: Choices) -> None:
        self._filling = True
        for box, value in (
            (self._size, choices.size), (self._crop, choices.crop), (self._scaling, choices.scaling), (self._colours, choices.colours)
        ):  # fmt: skip
            box.setCurrentIndex(box.findData(value))
        self._mirror.setChecked(choices.mirror)
        self._shift.set_value(choices.shift)
        self._filling = False
        self._changed()

    def ask_folder(self) -> None:
        folder = QFileDialog.getExistingDirectory(self, "The folder of your pictures")
        if folder:
            self.open_folder(Path(folder))

    def open_folder(self, folder: Path) -> None:
        """Read a folder on the file threads; a newer one stops the reading of an older one."""
        self._read(folder.name, lambda: folders.entries_in(folder))

    def open_project(self) -> None:
        """The pictures of the project's history."""
        project = self._desk.project
        self._read(project.path.stem, lambda: _entries_of(project))

    def _read(self, name: str, entries: Callable[[], Sequence[folders.Entry]]) -> None:
        self._reading.set()
        stop = self._reading = threading.Event()
        self._from.setText(f"Reading “{name}”…")

        def work() -> folders.Collection | None:
            found: Iterator[folders.Looked | folders.Collection] = folders.look(name, entries())
            for event in found:
                if stop.is_set():
                    return None
                if isinstance(event, folders.Collection):
                    return event
                if event.done % 20 == 0:
                    text = f"Reading “{name}”: {event.done:,} of {event.total:,}…"
                    self._desk.bridge.post(partial(self._say_reading, text, stop))
            return None

        self._desk.bridge.in_background(work, lambda done: self._arrived(done, stop))

    def _say_reading(self, text: str, stop: threading.Event) -> None:
        if not stop.is_set() and stop is self._reading:
            self._from.setText(text)

    def _arrived(self, done: Any, stop: threading.Event) -> None:
        if stop.is_set():
            return
        error = done.exception()
        if error is not None:
            self._from.setText(sentence(error))
            self._from.setProperty("role", "bad")
        else:
            self._from.setProperty("role", "quiet")
            self.collection = done.result()
        self._from.style().polish(self._from)
        if error is None and self.collection is not None:
            samples = [each.whole for each in self.collection.samples]
            self._show()
            self.set_choices(cutting.guess(samples, self.collection.count))

    def _show(self) -> None:
        there = self.collection
        if there is None:
            self._from.setText("At least 20, of any size. They stay on this machine; Atelier keeps small copies to train on.")
        else:
            few = "" if there.count >= folders.FEWEST else f" Training takes at least {folders.FEWEST}: cut sheets into tiles, or add some."
            self._from.setText(f"“{there.name}”: {there.count:,} picture{'s' * (there.count != 1)}.{few}")
            left = len(there.left_out)
            self._left_out.setText(f"{left} left out: why?" if left else "")
            self._reasons.setPlainText("\n".join(f"{each.name}: {each.reason}" for each in there.left_out))
        self._left_out.setVisible(there is not None and bool(there.left_out))
        self._left_out.setChecked(False)
        self._reasons.hide()
        self._drop.setVisible(there is None)
        self._sample.setVisible(there is None)
        for part in (self.seen, self._seen_label, self._form):
            part.setVisible(there is not None)

    def _changed(self) -> None:
        if self._filling:
            return
        self._soon.start()
        self.changed.emit()

    def _draw_preview(self) -> None:
        if self.collection is None:
            return
        self._asked += 1
        number, collection, choices = self._asked, self.collection, self.choices()

        def arrived(done: Any) -> None:
            if number != self._asked:  # a newer wish is on its way
                return
            if done.exception() is not None:
                self._desk.problem.emit(sentence(done.exception()), "")
                return
            self.seen.show_pictures(done.result())

        self._desk.bridge.in_background(lambda: folders.preview(collection, choices, SeenPictures.COUNT), arrived)


def _entries_of(project: Project) -> list[folders.Entry]:
    found = []
    for number in project.asset_ids("picture"):
        asset = project.asset(number)
        found.append(folders.Entry(f"{number}. {asset.title}", partial(_blob, project, asset.sha256)))
    return found


def _blob(project: Project, sha256: str) -> bytes:
    from studio.media import MediaError

    try:
        return project.blob(sha256)
    except SAID as error:
        raise MediaError(str(error)) from error


def _box(name: str, entries: Sequence[tuple[Any, str, str]]) -> QComboBox:
    box = QComboBox()
    box.setAccessibleName(name)
    for row, (value, label, help) in enumerate(entries):
        box.addItem(label, value)
        if help:
            box.setItemData(row, help, 3)  # the tool tip's role
    return box
