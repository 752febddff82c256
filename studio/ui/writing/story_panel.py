"""Under the inspector: what the model is to remember. Folded away until it is wanted."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QFontMetrics, QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLineEdit, QPlainTextEdit, QPushButton, QVBoxLayout, QWidget

from studio.documents.page.story import Note, Story
from studio.ui import theme
from studio.ui.widgets.labels import IconButton, hairline, quiet

REST_MS = 300


class Lines(QPlainTextEdit):
    """A few lines of text; Tab goes on to the next field."""

    def __init__(self, name: str, hint: str, rows: int) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self.setPlaceholderText(hint)
        self.setTabChangesFocus(True)
        self.setProperty("role", "lines")
        self.setFixedHeight(rows * QFontMetrics(theme.font()).lineSpacing() + 18)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Return and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            event.ignore()
        else:
            super().keyPressEvent(event)


class NoteRow(QFrame):
    """One character or place."""

    def __init__(self, note: Note, changed: Callable[[], None], remove: Callable[[], None]) -> None:
        super().__init__()
        self.note, self._told = note, changed
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 4)
        column.setSpacing(2)
        row = QHBoxLayout()
        row.setSpacing(2)
        self.name = QLineEdit(note.name)
        self.name.setPlaceholderText("Name, other name")
        self.name.setAccessibleName("Name of a character or place")
        self.about = Lines("What to know of it", "What to know of it", 2)
        self.about.setPlainText(note.text)
        row.addWidget(self.name, 1)
        row.addWidget(IconButton("x", "Take this note away", remove, "quiet"))
        column.addLayout(row)
        column.addWidget(self.about)
        self.name.textChanged.connect(self._read)
        self.about.textChanged.connect(self._read)

    def _read(self) -> None:
        self.note.name, self.note.text = self.name.text(), self.about.toPlainText()
        self._told()

    def light(self, on: bool) -> None:
        """Show that the recent text names it."""
        self.name.setStyleSheet(f"border-color: {theme.tokens().accent};" if on else "")
        self.name.setToolTip(
            "Named in the recent text: the model is told of it" if on else "Told to the model when the recent text names it"
        )


class StoryPanel(QWidget):
    """`changed` once a hand has come to rest; `story` is what stands here."""

    changed = Signal()
    opened = Signal(bool)
    _touched = Signal()

    def __init__(self, story: Story, open_: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.story = story
        self._rows: list[NoteRow] = []
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 8)
        column.setSpacing(4)
        column.addWidget(hairline())
        self._fold = QPushButton("Story")
        self._fold.setProperty("role", "fold")
        self._fold.setCheckable(True)
        self._fold.setToolTip("Memory, author's note, characters and places")
        column.addWidget(self._fold)
        self._body = QWidget()
        inner = QVBoxLayout(self._body)
        inner.setContentsMargins(12, 0, 12, 0)
        inner.setSpacing(4)
        self.memory = Lines("Memory", "Who, where, what has happened", 3)
        self.memory.setPlainText(story.memory)
        self.aim = Lines("Author's note", "Mood and aim just now", 2)
        self.aim.setPlainText(story.author_note)
        self.budget = quiet("")
        self._notes = QVBoxLayout()
        self._notes.setSpacing(4)
        add = QPushButton("Add a character or place")
        add.clicked.connect(lambda: self.add(Note(), focus=True))
        for part in (quiet("Memory"), self.memory, quiet("Author's note"), self.aim, quiet("Characters and places")):
            inner.addWidget(part)
        inner.addLayout(self._notes)
        inner.addWidget(add)
        inner.addWidget(self.budget)
        column.addWidget(self._body)
        column.addStretch(1)
        for note in story.notes:
            self._show(note)
        self._rest = QTimer(self, singleShot=True, interval=REST_MS)
        self._rest.timeout.connect(self.changed)
        self._touched.connect(self._rest.start)
        self.memory.textChanged.connect(self._read)
        self.aim.textChanged.connect(self._read)
        self._fold.toggled.connect(self._unfold)
        self._fold.setChecked(open_)
        self._unfold(open_)

    def set_open(self, on: bool) -> None:
        self._fold.setChecked(on)

    def is_open(self) -> bool:
        return self._fold.isChecked()

    def toggle(self) -> None:
        self.set_open(not self.is_open())

    def add(self, note: Note, focus: bool = False) -> None:
        """One more character or place."""
        self.story.notes.append(note)
        row = self._show(note)
        if focus:
            row.name.setFocus()
        self._touched.emit()

    def show_named(self, before: str) -> None:
        """Light the notes that are woven in."""
        named = self.story.named(before)
        for row in self._rows:
            row.light(row.note in named)

    def settle(self) -> None:
        """Tell now what would be told after a rest."""
        if self._rest.isActive():
            self._rest.stop()
            self.changed.emit()

    def _show(self, note: Note) -> NoteRow:
        row = NoteRow(note, self._touched.emit, partial(self._remove, note))
        self._rows.append(row)
        self._notes.addWidget(row)
        return row

    def _remove(self, note: Note) -> None:
        row = next(each for each in self._rows if each.note is note)
        self._rows.remove(row)
        self.story.notes = [each for each in self.story.notes if each is not note]
        self._notes.removeWidget(row)
        row.hide()
        row.deleteLater()
        self._touched.emit()

    def _read(self) -> None:
        self.story.memory, self.story.author_note = self.memory.toPlainText(), self.aim.toPlainText()
        self._touched.emit()

    def _unfold(self, on: bool) -> None:
        self._body.setVisible(on)
        self._fold.setIcon(theme.icon("chevron-down" if on else "chevron-right", "quiet"))
        self.opened.emit(on)
