"""Small texts, lines and buttons in the look of the studio."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QLabel, QPushButton, QToolButton, QVBoxLayout, QWidget

from studio.ui import theme

SENTENCE_WIDTH = 360


def quiet(text: str) -> QLabel:
    """A label in quiet text."""
    label = QLabel(text)
    label.setProperty("role", "quiet")
    return label


class Elided(QLabel):
    """A line of quiet text that ends in “…” where there is no room, and never asks for any; its tip says the whole."""

    def __init__(self, text: str = "") -> None:
        super().__init__()
        self.setProperty("role", "quiet")
        self.setText(text)

    def setText(self, text: str) -> None:
        super().setText(text)
        self.setToolTip(text)

    def minimumSizeHint(self) -> QSize:
        return QSize(0, super().minimumSizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        text = self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, self.width())
        left = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        self.style().drawItemText(QPainter(self), self.rect(), left, self.palette(), self.isEnabled(), text, self.foregroundRole())


def title(text: str) -> QLabel:
    label = QLabel(text)
    label.setProperty("role", "title")
    return label


def wrapped(text: str, role: str = "quiet") -> QLabel:
    """A label that breaks its lines."""
    label = QLabel(text)
    label.setProperty("role", role)
    label.setWordWrap(True)
    return label


def hairline(vertical: bool = False) -> QFrame:
    line = QFrame()
    line.setProperty("role", "line")
    if vertical:
        line.setFixedWidth(1)
    else:
        line.setFixedHeight(1)
    return line


class IconButton(QToolButton):
    """A tool button whose icon follows the theme."""

    def __init__(self, icon: str, tip: str, pressed: Callable[[], object] | None = None, role: str = "text") -> None:
        super().__init__()
        self._name, self._role = icon, role
        self.setIconSize(QSize(theme.ICON, theme.ICON))
        self.setToolTip(tip)
        self.setAccessibleName(tip.partition(" (")[0])
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        if pressed is not None:
            self.clicked.connect(lambda: pressed())
        self._paint()
        theme.current().changed.connect(self._paint)

    def set_icon(self, name: str) -> None:
        self._name = name
        self._paint()

    def _paint(self) -> None:
        self.setIcon(theme.icon(self._name, self._role))


def primary(text: str) -> QPushButton:
    button = QPushButton(text)
    button.setProperty("role", "primary")
    return button


class EmptyState(QWidget):
    """What will be here, in a sentence, with one button."""

    def __init__(self, icon: str, heading: str, sentence: str, button: str = "", pressed: Callable[[], object] | None = None) -> None:
        super().__init__()
        column = QVBoxLayout(self)
        column.setAlignment(Qt.AlignmentFlag.AlignCenter)
        column.setSpacing(8)
        self._picture = QLabel()
        self._picture.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._icon = icon
        head = title(heading)
        head.setAlignment(Qt.AlignmentFlag.AlignCenter)
        text = wrapped(sentence)
        text.setAlignment(Qt.AlignmentFlag.AlignCenter)
        text.setFixedWidth(SENTENCE_WIDTH)
        text.setMinimumHeight(text.heightForWidth(SENTENCE_WIDTH))  # else a centred label cuts its lines off
        for each in (self._picture, head, text):
            column.addWidget(each, alignment=Qt.AlignmentFlag.AlignCenter)
        if button and pressed is not None:
            press = QPushButton(button)
            press.clicked.connect(lambda: pressed())
            column.addWidget(press, alignment=Qt.AlignmentFlag.AlignCenter)
        self._paint()
        theme.current().changed.connect(self._paint)

    def _paint(self) -> None:
        self._picture.setPixmap(theme.icon(self._icon, "disabled", 40).pixmap(40, 40))
