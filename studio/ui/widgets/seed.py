"""The seed: a number, a die to roll it, a lock to hold it, the last ten to go back to."""

from __future__ import annotations

from collections import deque
from functools import partial
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QMenu, QWidget

from studio.ui import theme
from studio.ui.context import SEED_LIMIT, roll_seed
from studio.ui.widgets.labels import IconButton

REMEMBERED = 10
HIGHEST = 2**63 - 1


class SeedField(QWidget):
    """`next_seed` gives the seed for the coming request: a fresh one unless the lock is shut. `kept` says that seed or lock changed."""

    changed = Signal(int)
    kept = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._used: deque[int] = deque(maxlen=REMEMBERED)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.SPACE)
        self._text = QLineEdit("0")
        self._text.setAccessibleName("Seed")
        self._text.setToolTip("The same seed and settings give the same picture")
        self._text.editingFinished.connect(self._typed)
        self._lock = IconButton("lock-open", "Hold this seed")
        self._lock.setCheckable(True)
        self._lock.toggled.connect(lambda shut: self._lock.set_icon("lock" if shut else "lock-open"))
        self._lock.toggled.connect(lambda _: self.kept.emit())
        die = IconButton("dice-5", "Roll a new seed", self.roll)
        past = IconButton("clock", "Seeds used before", self._show_past)
        self._past = past
        row.addWidget(self._text, 1)
        for button in (die, self._lock, past):
            row.addWidget(button)

    def seed(self) -> int:
        return int(self._text.text())

    def set_seed(self, seed: int, *, hold: bool = False) -> None:
        self._text.setText(str(min(max(seed, 0), HIGHEST)))
        if hold:
            self._lock.setChecked(True)
        self.changed.emit(self.seed())
        self.kept.emit()

    def state(self) -> dict[str, Any]:
        """What is worth remembering: the seed, whether it is held, those used before."""
        return {"seed": self.seed(), "held": self._lock.isChecked(), "used": list(self._used)}

    def restore(self, state: Any) -> None:
        """Take what `state` gave; anything else changes nothing."""
        if not isinstance(state, dict) or type(state.get("seed")) is not int:
            return
        used = state.get("used")
        self._used.extend(each for each in (used if isinstance(used, list) else ()) if type(each) is int and 0 <= each <= HIGHEST)
        self.set_seed(state["seed"], hold=state.get("held") is True)

    def roll(self) -> None:
        self.set_seed(roll_seed())

    def next_seed(self) -> int:
        """The seed to use now; it is remembered."""
        if not self._lock.isChecked() and self._used and self.seed() == self._used[0]:
            self.roll()
        seed = self.seed()
        if seed in self._used:
            self._used.remove(seed)
        self._used.appendleft(seed)
        self.kept.emit()
        return seed

    def _typed(self) -> None:
        text = self._text.text().strip()
        number = text.isascii() and text.isdigit() and len(text) < 20
        # A word is a seed too: the same word always gives the same one.
        self.set_seed(int(text) if number else int.from_bytes(text.encode()[:7], "big") % SEED_LIMIT)

    def _show_past(self) -> None:
        menu = QMenu(self)
        for seed in self._used:
            menu.addAction(str(seed)).triggered.connect(partial(self.set_seed, seed, hold=True))
        if not self._used:
            menu.addAction("No seed was used yet").setEnabled(False)
        menu.exec(self._past.mapToGlobal(self._past.rect().bottomLeft()))
