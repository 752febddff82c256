"""What an empty page teaches: a sentence, and one button."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Signal
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from studio.ui import theme
from studio.ui.widgets.labels import wrapped
from studio.ui.writing.editor import TOP, PageEdit

BELOW = 8
WRITE = "Write here. Rest a moment and the model goes on in grey; Tab takes it."
ALONE = "Write here. Everything is kept as you type; a model that writes along can be added on the Shelf page."


class Beginning(QWidget):
    """Lies over the page below its first line; typing sends it away. `pressed` asks for a beginning."""

    pressed = Signal()

    def __init__(self, edit: PageEdit) -> None:
        super().__init__(edit)
        self._edit = edit
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.SPACES[2])
        self._sentence = wrapped(ALONE)
        self._button = QPushButton("Let a model begin")
        self._button.clicked.connect(self.pressed)
        column.addWidget(self._sentence)
        row = QWidget()
        inner = QVBoxLayout(row)
        inner.setContentsMargins(0, 0, 0, 0)
        self._button.setMaximumWidth(180)
        inner.addWidget(self._button)
        column.addWidget(row)
        self._button.hide()
        edit.installEventFilter(self)
        self.hide()

    def show_model(self, name: str) -> None:
        """Which model would begin; none where it is empty."""
        self._sentence.setText(WRITE if name else ALONE)
        self._button.setVisible(bool(name))
        self._button.setText(f"Let {name} begin")
        self._button.setMaximumWidth(self._button.sizeHint().width())
        self._fit()

    def show_for(self, empty: bool) -> None:
        if empty == self.isHidden():
            self.setVisible(empty)
            self._fit()
            self.raise_()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize and not self.isHidden():
            self._fit()
        return super().eventFilter(watched, event)

    def _fit(self) -> None:
        side = self._edit.side()
        line = self._edit.fontMetrics().height()
        self.setGeometry(side, TOP + line + BELOW, min(self._edit.width() - 2 * side, 460), self.sizeHint().height() + theme.SPACES[1])
