"""Ghost text: what the model in hand would write next, grey behind the cursor while one rests."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent

from studio.ui.writing import model_queries
from studio.ui.writing.editor import PageEdit
from studio.ui.writing.model_queries import ModelQueries

REST_MS, READ_MS = 350, 120
LOADING_MS = 700  # looked again after that while the model is still on its way
LEAST_BEFORE = 3  # characters that must be there to go on from
MOST_LINES = 3
AFTER = 4000  # characters behind the cursor that a model which fills middles leads to, in code
NEAR = 200  # characters that are looked at for them
_WORD = re.compile(r"\s*\S+")


class GhostWriter(QObject):
    """Tab takes all of it, Ctrl+Right a word, Esc none; typing what it says goes on in it. `taken` carries what was taken.

    `settings` gives those of the model's action that continues, with memory and notes woven in; None where there is no such action.
    """

    taken = Signal(str)

    def __init__(self, edit: PageEdit, asker: ModelQueries, settings: Callable[[], Any], busy: Callable[[], bool]) -> None:
        super().__init__(edit)
        self._edit, self._queries, self._settings, self._busy = edit, asker, settings, busy
        self.on = True
        self._place = -1  # where the ghost begins
        self._rest = QTimer(self, singleShot=True, interval=REST_MS)
        self._rest.timeout.connect(self.ask)
        self._read = QTimer(self, singleShot=True, interval=READ_MS)
        self._read.timeout.connect(self._read_ahead)
        edit.edited.connect(self._edited)
        edit.moved.connect(self._moved)
        edit.installEventFilter(self)

    @property
    def waiting(self) -> bool:
        """Whether a ghost is on its way, or will be asked for in a moment."""
        return self._queries.busy or self._rest.isActive()

    def set_on(self, on: bool) -> None:
        self.on = on
        if on:
            self._rest.start(REST_MS)
        else:
            self.dismiss()

    def wake(self) -> None:
        """Something was written, though not by keys: a rest begins."""
        if self.on:
            self._rest.start(REST_MS)

    def dismiss(self) -> bool:
        """Let go of the ghost; False where there was none."""
        shown = bool(self._edit.ghost)
        self._rest.stop()
        self._read.stop()
        self._queries.stop()
        self._edit.set_ghost("")
        self._place = -1
        return shown

    def ask(self) -> bool:
        """Ask for a ghost where the cursor stands; False where none is wanted there."""
        edit = self._edit
        place = edit.place()
        if not self._wanted() or len(edit.text[max(0, place - NEAR) : place].strip()) < LEAST_BEFORE:
            return False
        settings = self._settings()
        if self._queries.loading():
            self._rest.start(LOADING_MS)
        if settings is None or not self._queries.ready():
            return False
        self._place = place
        after = edit.text[place : place + AFTER] if edit.code else ""
        return self._queries.ask(model_queries.ghost(model_queries.seen(edit.text, place)[0], settings, after), self._heard)

    def _wanted(self) -> bool:
        return self.on and self._edit.hasFocus() and self._edit.at_paragraph_end() and not self._busy() and not self._edit.isReadOnly()

    def _heard(self, piece: str) -> None:
        if self._place != self._edit.place() or not self._edit.at_paragraph_end():
            self.dismiss()
            return
        ghost = self._edit.ghost + piece
        if not self._edit.textCursor().block().text().strip():
            ghost = ghost.lstrip("\n" if self._edit.code else None)  # the line is there already
        if ghost.count("\n") >= MOST_LINES:
            ghost = "\n".join(ghost.split("\n")[:MOST_LINES])
            self._queries.stop()
        self._edit.set_ghost(ghost)

    def _edited(self, at: int, removed: str, inserted: str) -> None:
        """What agrees with the ghost is a part of it; anything else sends it away."""
        ghost = self._edit.ghost
        if ghost and not removed and at == self._place and ghost.startswith(inserted):
            self._place = at + len(inserted)
            self._edit.set_ghost("")
            self._edit.set_ghost(ghost[len(inserted) :])
            return
        self.dismiss()
        if self.on:
            self._rest.start(REST_MS)
            self._read.start()

    def _moved(self) -> None:
        """A cursor that was put at the end of a paragraph rests there too."""
        if self._place not in (-1, self._edit.place()) or self._edit.textCursor().hasSelection():
            self.dismiss()
        if not self._edit.ghost and self._wanted():
            self._rest.start(REST_MS)

    def _read_ahead(self) -> None:
        if self._wanted():
            before = model_queries.seen(self._edit.text, self._edit.place())[0]
            self._queries.ask(model_queries.read_ahead(before), lambda _: None)

    def take(self, whole: bool = True) -> bool:
        """Write the ghost down, or its next word; False where there is none."""
        ghost = self._edit.ghost
        if not ghost:
            return False
        word = _WORD.match(ghost)
        piece = ghost if whole or word is None else word[0]
        rest = ghost[len(piece) :]
        if whole:
            self.dismiss()
        self._place += len(piece)
        self.taken.emit(piece)
        if not whole:
            self._place = self._edit.place()
            self._edit.set_ghost(rest)
        return True

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        tab = isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress and event.key() == Qt.Key.Key_Tab
        if tab and not self._edit.ghost and self.waiting and self._wanted():
            return True  # it is meant for what is on its way, not for the panels
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress and self._edit.ghost:
            keys = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
            if event.key() == Qt.Key.Key_Tab and not keys:
                return self.take()
            if event.key() == Qt.Key.Key_Right and keys == Qt.KeyboardModifier.ControlModifier:
                return self.take(whole=False)
            if event.key() == Qt.Key.Key_Escape and not keys:
                return self.dismiss()
        return super().eventFilter(watched, event)
