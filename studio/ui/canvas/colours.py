"""The colour popup: a square of saturation and value, a bar of hues, the colour in letters, and what was used last."""

from __future__ import annotations

import re

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QLinearGradient, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QLineEdit, QVBoxLayout, QWidget

from studio.documents.canvas.render import Colour
from studio.ui import theme
from studio.ui.canvas.painting import checkerboard
from studio.ui.canvas.tool_context import Brush

SQUARE = QSize(48 * theme.SPACE, 32 * theme.SPACE)
RECENT = 8


class Swatch(QWidget):
    """One colour to click."""

    clicked = Signal(QColor)

    def __init__(self, side: int, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._name = name
        self.colour = QColor(0, 0, 0, 0)
        self.setFixedSize(side, side)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.set_colour(None)

    def set_colour(self, colour: Colour | None) -> None:
        """None is an empty place."""
        self.colour = QColor(*(colour or (0, 0, 0, 0)))
        self.setEnabled(colour is not None)
        said = f"{self._name} {self.colour.name()}" if colour else f"{self._name}, none yet"
        self.setAccessibleName(said)
        self.setToolTip(said)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens, painter = theme.tokens(), QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        if self.isEnabled():
            painter.setPen(Qt.PenStyle.NoPen)
            for brush in (checkerboard(theme.SPACE), self.colour):
                painter.setBrush(brush)
                painter.drawRoundedRect(box, theme.SPACE, theme.SPACE)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(tokens.color("accent" if self.hasFocus() else "disabled" if self.isEnabled() else "line"), 1))
        painter.drawRoundedRect(box, theme.SPACE, theme.SPACE)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self.rect().contains(event.position().toPoint()):
            self.clicked.emit(self.colour)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.clicked.emit(self.colour)
        else:
            super().keyPressEvent(event)


class _Field(QWidget):
    """A place with two coordinates from 0 to 1 that a pointer or the arrow keys move in."""

    moved = Signal(float, float)

    def __init__(self, size: QSize, name: str) -> None:
        super().__init__()
        self.at = (0.0, 0.0)
        self.setFixedSize(size)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.CrossCursor)
        self.setAccessibleName(name)
        self.setToolTip(name)

    def put(self, across: float, down: float) -> None:
        self.at = (min(max(across, 0.0), 1.0), min(max(down, 0.0), 1.0))
        self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.mouseMoveEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self.put(event.position().x() / (self.width() - 1), event.position().y() / (self.height() - 1))
        self.moved.emit(*self.at)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        keys = Qt.Key
        by = {keys.Key_Left: (-1, 0), keys.Key_Right: (1, 0), keys.Key_Up: (0, -1), keys.Key_Down: (0, 1)}.get(keys(event.key()))
        if by is None:
            super().keyPressEvent(event)
            return
        self.put(self.at[0] + by[0] / 50, self.at[1] + by[1] / 50)
        self.moved.emit(*self.at)

    def frame(self, painter: QPainter) -> None:
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(theme.tokens().color("accent" if self.hasFocus() else "line"), 1))
        painter.drawRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5))


class _Square(_Field):
    """Saturation across, value upwards, at one hue."""

    hue = 0.0

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        across, down = QLinearGradient(0, 0, self.width(), 0), QLinearGradient(0, 0, 0, self.height())
        across.setColorAt(0, QColor.fromHsvF(self.hue, 0, 1))
        across.setColorAt(1, QColor.fromHsvF(self.hue, 1, 1))
        down.setColorAt(0, QColor(0, 0, 0, 0))
        down.setColorAt(1, QColor(0, 0, 0))
        painter.fillRect(self.rect(), across)
        painter.fillRect(self.rect(), down)
        self.frame(painter)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        middle = QPointF(self.at[0] * (self.width() - 1), self.at[1] * (self.height() - 1))
        for radius, colour in ((theme.SPACE + 1, QColor(0, 0, 0)), (theme.SPACE, QColor(255, 255, 255))):
            painter.setPen(QPen(colour, 1.5))
            painter.drawEllipse(middle, radius, radius)


class _Hues(_Field):
    """All hues, left to right."""

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        across = QLinearGradient(0, 0, self.width(), 0)
        for number in range(13):
            across.setColorAt(number / 12, QColor.fromHsvF(number / 12 % 1, 1, 1))
        painter.fillRect(self.rect(), across)
        self.frame(painter)
        x = self.at[0] * (self.width() - 1)
        for width, colour in ((4, QColor(0, 0, 0)), (2, QColor(255, 255, 255))):
            painter.fillRect(QRectF(x - width / 2, 0, width, self.height()), colour)


class ColourPopup(QFrame):
    """Changes `brush.colour` while it is open; closes on Esc, Enter, or a click elsewhere."""

    def __init__(self, brush: Brush, parent: QWidget | None = None) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self._brush = brush
        self._quiet = False
        self.setProperty("role", "raised")
        self.setAccessibleName("Colour")
        self._square, self._hues = _Square(SQUARE, "Saturation and brightness"), _Hues(QSize(SQUARE.width(), 4 * theme.SPACE), "Hue")
        self._letters = QLineEdit(maxLength=9)
        self._letters.setAccessibleName("Colour in hexadecimal, such as #f2a33c")
        self._now = Swatch(theme.CONTROL_HEIGHT, "Now")
        self._recent = [Swatch(5 * theme.SPACE, "Recent colour") for _ in range(RECENT)]
        layout = QVBoxLayout(self)
        layout.setContentsMargins(*[3 * theme.SPACE] * 4)
        layout.setSpacing(2 * theme.SPACE)
        layout.addWidget(self._square)
        layout.addWidget(self._hues)
        row = QHBoxLayout()
        row.addWidget(self._now)
        row.addWidget(self._letters)
        layout.addLayout(row)
        label = QLabel("Recent")
        label.setProperty("role", "quiet")
        layout.addWidget(label)
        recents = QHBoxLayout()
        recents.setSpacing(theme.SPACE)
        for swatch in self._recent:
            recents.addWidget(swatch)
            swatch.clicked.connect(self._take)
        layout.addLayout(recents)
        self._square.moved.connect(self._mixed)
        self._hues.moved.connect(self._mixed)
        self._letters.editingFinished.connect(self._typed)
        self._letters.returnPressed.connect(self.close)
        brush.listeners.append(self._refresh)
        self._refresh()

    def _mixed(self) -> None:
        colour = QColor.fromHsvF(min(self._hues.at[0], 0.999), self._square.at[0], 1 - self._square.at[1])
        self._square.hue = self._hues.at[0] % 1
        self._square.update()
        self._quiet = True  # black and grey have no hue of their own: the fields keep theirs
        self._take(colour)
        self._quiet = False

    def _typed(self) -> None:
        text = self._letters.text().strip().lstrip("#")
        if re.fullmatch(r"[0-9a-fA-F]{6}|[0-9a-fA-F]{3}", text):
            self._take(QColor(f"#{text}"))
        self._refresh()

    def _take(self, colour: QColor) -> None:
        self._brush.set(colour=(colour.red(), colour.green(), colour.blue(), 255))

    def _refresh(self) -> None:
        colour = QColor(*self._brush.colour)
        self._now.set_colour(self._brush.colour)
        self._letters.setText(colour.name())
        for number, swatch in enumerate(self._recent):
            swatch.set_colour(self._brush.recent[number] if number < len(self._brush.recent) else None)
        if self._quiet:
            return
        if colour.hsvHueF() >= 0:
            self._square.hue = colour.hsvHueF()
            self._hues.put(colour.hsvHueF(), 0)
        self._square.put(colour.hsvSaturationF(), 1 - colour.valueF())
