"""How much memory models may hold: a number that the person sets, beside what is held now."""

from __future__ import annotations

import psutil
from PySide6.QtCore import QTimer
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from studio.engine import EngineError
from studio.engine.memory import GB, usual_budget
from studio.media import MediaError
from studio.ui.context import AppContext
from studio.ui.widgets.labels import Elided
from studio.ui.widgets.number import NumberField

STEP_GB, LEAST_GB = 0.5, 0.5
WATCH_MS = 2000


class MemoryForModels(QWidget):
    """Sets the session's budget; says what is held, and which model is larger than all that may be."""

    def __init__(self, context: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        self._held = Elided()
        total = psutil.virtual_memory().total / GB
        low, high = min(LEAST_GB, total), int(total / STEP_GB) * STEP_GB
        self._budget = NumberField("Memory for models, in gigabytes", usual_budget() / GB, low, max(low, high), STEP_GB, unit="GB")
        self._budget.setToolTip("Models stay in memory up to this much; beyond it, the one that was not used for longest goes.")
        self._budget.setFixedWidth(110)
        self._budget.set_value(context.session.status().budget / GB)
        self._budget.settled.connect(self._set)
        row.addWidget(self._held)
        row.addWidget(Elided("Memory for models"))
        row.addWidget(self._budget)
        self._watch = QTimer(self, interval=WATCH_MS)
        self._watch.timeout.connect(self.refresh)

    def showEvent(self, event: QShowEvent) -> None:
        self.refresh()
        self._watch.start()

    def refresh(self) -> None:
        """Say anew what is held; nothing is looked up while nobody sees it."""
        if not self.isVisible():
            self._watch.stop()
            return
        status = self._context.session.status()
        held = f"{status.weights / GB:.1f} GB held"
        self._held.setText(f"“{status.over}” alone takes {status.weights / GB:.1f} GB: it is held without others" if status.over else held)

    def _set(self, gigabytes: float) -> None:
        try:
            self._context.session.set_budget(int(gigabytes * GB))
        except (EngineError, MediaError) as error:
            self._context.problem.emit(str(error), "")
        self.refresh()
