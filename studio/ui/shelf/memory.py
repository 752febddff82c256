"""How much memory models may hold: a number that the person sets, beside what is held now."""

from __future__ import annotations

import psutil
from PySide6.QtCore import QTimer
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QDoubleSpinBox, QHBoxLayout, QWidget

from studio.engine import EngineError
from studio.engine.memory import GB
from studio.media import MediaError
from studio.ui.context import AppContext
from studio.ui.widgets.labels import Elided

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
        self._budget = QDoubleSpinBox()
        self._budget.setAccessibleName("Memory for models, in gigabytes")
        self._budget.setToolTip("Models stay in memory up to this much; beyond it, the one that was not used for longest goes.")
        self._budget.setSuffix(" GB")
        self._budget.setDecimals(1)
        self._budget.setSingleStep(STEP_GB)
        total = psutil.virtual_memory().total / GB
        self._budget.setRange(min(LEAST_GB, total), int(10 * total) / 10)
        self._budget.setKeyboardTracking(False)
        self._budget.setValue(context.session.status().budget / GB)
        self._budget.valueChanged.connect(self._set)
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
