"""The left column: what a person trains on, what was left out and why, and a live look at what the model will see."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QMimeData, QTimer, Signal
from PySide6.QtWidgets import QFileDialog, QGridLayout, QHBoxLayout, QPlainTextEdit, QPushButton, QVBoxLayout, QWidget

from studio.engine.errors import USER_ERRORS, sentence
from studio.places import shipped
from studio.project import Project
from studio.training import cutting, folders, material
from studio.training.cutting import Choices
from studio.training.gathering import Collection, Entry, Gathered, Looked, gathered, medium_of_ending
from studio.ui.context import AppContext
from studio.ui.lab.choices import PictureChoices
from studio.ui.lab.looks import MATERIAL_LOOKS
from studio.ui.lab.seen import DropHere
from studio.ui.media import learning
from studio.ui.widgets.labels import quiet, title, wrapped

PREVIEW_MS = 60
TELL_EVERY = 20  # files read
EMPTY = (
    "At least 20 pictures of any size, 20,000 characters of text (.txt, .md, .docx), or 5 scores (MIDI, MusicXML, ABC). "
    "They stay on this machine; Atelier keeps small copies to train on."
)


class MaterialColumn(QWidget):
    """`changed` whenever what is trained on, or how it is cut, changed."""

    changed = Signal()

    def __init__(self, context: AppContext) -> None:
        super().__init__()
        self._context = context
        self.collection: Collection | None = None
        self._found: Gathered | None = None
        self._reading = threading.Event()  # set to stop the reading that it belongs to
        self._asked = 0
        self._soon = QTimer(self, singleShot=True, interval=PREVIEW_MS)
        self._soon.timeout.connect(self._draw_preview)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 12, 12, 12)
        column.setSpacing(8)
        self._title = title("What to learn from")
        column.addWidget(self._title)
        self._drop = DropHere()
        column.addWidget(self._drop)
        self._from = wrapped("")
        column.addWidget(self._from)
        self._others = QVBoxLayout()
        self._others.setSpacing(0)
        column.addLayout(self._others)
        column.addLayout(self._sources())
        self._sample = QPushButton("Or try a hundred sample drawings")
        self._sample.setProperty("role", "flat")
        self._sample.setToolTip("Line-drawn people, 64 pixels a side (Open Peeps by Pablo Stanley, CC0)")
        self._sample.clicked.connect(lambda: self.open_paths([shipped("resources") / "samples" / "peeps"]))
        column.addWidget(self._sample)
        self._seen_label = quiet("What the model will see")
        column.addWidget(self._seen_label)
        self.views = {medium: look.view() for medium, look in MATERIAL_LOOKS.items()}
        for view in self.views.values():
            column.addWidget(view)
        self._add_left_out(column)
        self.form = PictureChoices()
        self.form.changed.connect(self._changed)
        column.addWidget(self.form)
        column.addStretch(1)
        self._show()

    def _sources(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setSpacing(8)
        for place, (text, tip, pressed) in enumerate(
            (
                ("Choose a folder…", "A folder of pictures, texts or scores, with the folders in it", self.ask_folder),
                ("Choose files…", "Some texts, scores or pictures", self.ask_files),
                ("This project's pictures", "Those in its history", self.open_project),
            )
        ):
            button = QPushButton(text)
            button.setToolTip(tip)
            button.clicked.connect(pressed)
            grid.addWidget(button, place // 2, place % 2, 1, 2 if place == 2 else 1)
        return grid

    def _add_left_out(self, column: QVBoxLayout) -> None:
        self._left_out = QPushButton("")
        self._left_out.setProperty("role", "flat")
        self._left_out.setCheckable(True)
        self._reasons = QPlainTextEdit()
        self._left_out.toggled.connect(self._reasons.setVisible)
        self._reasons.setReadOnly(True)
        self._reasons.setAccessibleName("What was left out, and why")
        self._reasons.setMinimumHeight(56)
        self._reasons.setMaximumHeight(110)
        column.addWidget(self._left_out)
        column.addWidget(self._reasons)

    # What a person does.

    @property
    def medium(self) -> str:
        return self.collection.medium if self.collection is not None else "picture"

    def choices(self) -> Choices:
        return self.form.choices()

    def about(self) -> Any:
        """What a family's config depends on: the side of the pictures, the size of the vocabulary, the scores."""
        return MATERIAL_LOOKS[self.medium].about(self.collection, self.choices())

    def ask_folder(self) -> None:
        folder = QFileDialog.getExistingDirectory(self, "The folder of your pictures, texts or scores")
        if folder:
            self.open_paths([Path(folder)])

    def ask_files(self) -> None:
        names, _ = QFileDialog.getOpenFileNames(self, "Your texts, scores or pictures")
        if names:
            self.open_paths([Path(name) for name in names])

    def open_paths(self, paths: Sequence[Path]) -> None:
        """Read folders and files on the file threads; a newer wish stops the reading of an older one."""
        self._read(paths[0].name, lambda: gathered(paths))

    def open_project(self) -> None:
        """The pictures of the project's history."""
        project = self._context.project
        self._read(project.path.stem, lambda: Gathered(project.path.stem, {"picture": tuple(_entries_of(project))}))

    def use(self, medium: str) -> None:
        """Take what is of another medium in the same folder."""
        found = self._found
        if found is not None:
            self._read(found.name, lambda: found, medium)

    def _read(self, name: str, gather: Callable[[], Gathered], medium: str = "") -> None:
        self._reading.set()
        stop = self._reading = threading.Event()
        self._from.setText(f"Reading “{name}”…")

        def work() -> tuple[Gathered, Collection] | None:
            found = gather()
            for event in material.look(found, medium or found.medium):
                if stop.is_set():
                    return None
                if not isinstance(event, Looked):
                    return found, event
                if event.done % TELL_EVERY == 0:
                    text = f"Reading “{name}”: {event.done:,} of {event.total:,}…"
                    self._context.bridge.post(partial(self._say_reading, text, stop))
            return None

        self._context.bridge.in_background(work, lambda done: self._arrived(done, stop))

    def _say_reading(self, text: str, stop: threading.Event) -> None:
        if not stop.is_set() and stop is self._reading:
            self._from.setText(text)

    def _arrived(self, done: Any, stop: threading.Event) -> None:
        if stop.is_set():
            return
        error = done.exception()
        self._from.setProperty("role", "bad" if error is not None else "quiet")
        self._from.style().polish(self._from)
        if error is not None:
            self._from.setText(sentence(error))
            return
        self._found, self.collection = done.result()
        self._show()
        if isinstance(self.collection, folders.Collection):
            self.form.set_choices(cutting.guess([each.whole for each in self.collection.samples], self.collection.count))
        else:
            self._changed()

    # Showing.

    def _show(self) -> None:
        there = self.collection
        self._title.setText(learning(there.medium).title if there is not None else "What to learn from")
        self._from.setText(EMPTY if there is None else self._said(there))
        self._drop.setVisible(there is None)
        self._sample.setVisible(there is None)
        for medium, view in self.views.items():
            view.setVisible(there is not None and there.medium == medium)
        self._seen_label.setVisible(there is not None)
        self.form.setVisible(there is not None and learning(there.medium).sized)
        left = len(there.left_out) if there is not None else 0
        self._left_out.setText(f"{left} left out: why?")
        self._left_out.setVisible(left > 0)
        self._left_out.setChecked(False)
        self._reasons.hide()
        self._reasons.setPlainText("\n".join(f"{each.name}: {each.reason}" for each in there.left_out) if there is not None else "")
        self._show_others()

    def _said(self, there: Collection) -> str:
        look = MATERIAL_LOOKS[there.medium]
        self._seen_label.setText(look.label)
        said = f"“{there.name}”: {learning(there.medium).works(there.count)}{look.adds(there)}."
        return f"{said} {there.too_few()}" if there.too_few() else said

    def _show_others(self) -> None:
        """What else lies in the folder, each with a button that takes it instead."""
        while (item := self._others.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        found = self._found.entries if self._found is not None else {}
        for medium, entries in found.items():
            if medium != self.medium:
                row = QWidget()
                inside = QHBoxLayout(row)
                inside.setContentsMargins(0, 0, 0, 0)
                inside.addWidget(quiet(f"Left aside: {learning(medium).works(len(entries))}."), 1)
                button = QPushButton("Use instead")
                button.setAccessibleName(f"Use the {learning(medium).work}s instead")
                button.setProperty("role", "flat")
                button.clicked.connect(partial(self.use, medium))
                inside.addWidget(button)
                self._others.addWidget(row)

    def _changed(self) -> None:
        self._soon.start()
        self.changed.emit()

    def _draw_preview(self) -> None:
        self._asked += 1
        number, collection, choices = self._asked, self.collection, self.choices()
        if collection is not None:
            look = MATERIAL_LOOKS[collection.medium]
            self._context.bridge.in_background(
                lambda: look.drawn(collection, choices), lambda done: self._previewed(done, number, collection.medium)
            )

    def _previewed(self, done: Any, number: int, medium: str) -> None:
        if number != self._asked:  # a newer wish is on its way
            return
        if done.exception() is not None:
            self._context.problem.emit(sentence(done.exception()), "")
            return
        MATERIAL_LOOKS[medium].show(self.views[medium], done.result())


def _entries_of(project: Project) -> list[Entry]:
    found = []
    for number in project.asset_ids("picture"):
        asset = project.asset(number)
        found.append(Entry(f"{number}. {asset.title}", partial(_blob, project, asset.sha256)))
    return found


def _blob(project: Project, sha256: str) -> bytes:
    from studio.media import MediaError

    try:
        return project.blob(sha256)
    except USER_ERRORS as error:
        raise MediaError(str(error)) from error


def to_learn_from(data: QMimeData) -> list[Path]:
    """Folders, several files, or one text: one picture or score alone is opened where it can be worked on, as anywhere else."""
    paths = [Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()]
    alone = len(paths) == 1 and not paths[0].is_dir() and medium_of_ending(paths[0].suffix.lower()) != "text"
    return [] if alone else paths
