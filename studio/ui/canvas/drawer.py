"""The drawer from below: the contact sheet of the last request, with its heading and what can be done with all of it."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from studio.ui import theme
from studio.ui.widgets.contact_sheet import ContactSheet
from studio.ui.widgets.labels import Elided, IconButton, quiet

HEIGHT = 232


class Drawer(QWidget):
    """Hidden until something is asked for; `closed` when a hand closed it."""

    all_wanted = Signal()
    closed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.sheet = ContactSheet()
        self._heading = Elided()
        self._all = QPushButton("Place all")
        self._all.setProperty("role", "flat")
        self._all.setToolTip("Every picture of this sheet on the board, in rows")
        self._all.clicked.connect(self.all_wanted)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 4, 8, 8)
        column.setSpacing(theme.SPACE)
        row = QHBoxLayout()
        row.addWidget(self._heading, 1)
        row.addWidget(quiet("Press a picture to place it  ·  right press for more like it"))
        row.addWidget(self._all)
        row.addWidget(IconButton("chevron-down", "Close the drawer", self.close_sheet, "quiet"))
        column.addLayout(row)
        column.addWidget(self.sheet, 1)
        self.setFixedHeight(HEIGHT)
        self.hide()

    @property
    def heading(self) -> str:
        return self._heading.text()

    def close_sheet(self) -> None:
        self.hide()
        self.closed.emit()

    def begin(self, heading: str, count: int) -> None:
        self._heading.setText(heading)
        self.sheet.begin(count)
        self._all.setEnabled(False)
        self.show()

    def finished(self) -> None:
        self._all.setEnabled(bool(self.sheet.assets()))
