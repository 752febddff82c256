"""The narrow strip of tools at the left of the board, with what the chosen tool needs under it."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QSignalBlocker, QSize, Qt
from PySide6.QtWidgets import QButtonGroup, QFrame, QLabel, QToolButton, QVBoxLayout, QWidget

from studio.documents.canvas.render import BRUSH_LIMIT
from studio.ui import theme
from studio.ui.canvas.colours import ColourPopup, Swatch
from studio.ui.canvas.view import BoardView
from studio.ui.widgets.number import NumberField

WIDTH = theme.TOOL_BUTTON + 7 * theme.SPACE


class ToolStrip(QWidget):
    """Chooses `view`'s tool and sets its brush; follows when either is changed elsewhere."""

    def __init__(self, view: BoardView, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._view, self._brush = view, view.desk.brush
        self.setAccessibleName("Tools")
        self.setFixedWidth(WIDTH)
        self.buttons: dict[str, QToolButton] = {}
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 2 * theme.SPACE, 0, 2 * theme.SPACE)
        layout.setSpacing(theme.SPACE)
        group = QButtonGroup(self)
        for tool in view.tools.values():
            button = _button(f"{tool.label} ({tool.shortcut})", tool.label)
            button.clicked.connect(lambda _=False, name=tool.name: view.set_tool(name))
            group.addButton(button)
            self.buttons[tool.name] = button
            layout.addWidget(button, 0, Qt.AlignmentFlag.AlignHCenter)
        layout.addSpacing(theme.SPACE)
        line = QFrame()
        line.setProperty("role", "line")
        line.setFixedHeight(1)
        layout.addWidget(line)
        layout.addSpacing(theme.SPACE)
        self.swatch = Swatch(theme.TOOL_BUTTON, "Colour")
        self.swatch.clicked.connect(lambda: self.choose_colour())
        layout.addWidget(self.swatch, 0, Qt.AlignmentFlag.AlignHCenter)
        layout.addSpacing(theme.SPACE)
        self.size_number = NumberField("Size", 1, 1, BRUSH_LIMIT, 1, unit="px", whole=True)
        self.tip = _button("Round brush", "Round brush")
        self.tip.setCheckable(False)  # it shows its state by its shape; a second lit button would look like a second tool
        self.opacity_number = NumberField("Opacity", 100, 1, 100, 1, unit="%", whole=True)
        self.tolerance_number = NumberField("Tolerance", 0, 0, 255, 1, whole=True)
        self._size, self._opacity, self._tolerance = map(_captioned, (self.size_number, self.opacity_number, self.tolerance_number))
        for widget in (self._size, self.tip, self._opacity, self._tolerance):
            layout.addWidget(widget, 0, Qt.AlignmentFlag.AlignHCenter)
        for number in (self.size_number, self.opacity_number, self.tolerance_number):
            number.dragged.connect(view.setFocus)  # keys belong to the board again
        layout.addStretch(1)
        self.popup = ColourPopup(self._brush, self)
        self.size_number.changed.connect(lambda value: self._brush.set(size=int(value)))
        self.tip.clicked.connect(lambda: self._brush.set(is_round=not self._brush.is_round))
        self.opacity_number.changed.connect(lambda value: self._brush.set(opacity=value / 100))
        self.tolerance_number.changed.connect(lambda value: self._brush.set(tolerance=int(value)))
        view.tool_changed.connect(lambda: self._refresh())
        self._brush.listeners.append(self._refresh)
        theme.current().changed.connect(self._draw_icons)
        self._draw_icons()

    def choose_colour(self) -> None:
        """Open the colour popup beside the swatch."""
        self.popup.adjustSize()
        self.popup.move(self.swatch.mapToGlobal(QPoint(self.swatch.width() + 2 * theme.SPACE, 0)))
        self.popup.show()

    def _draw_icons(self) -> None:
        for name, button in self.buttons.items():
            button.setIcon(theme.icon(self._view.tools[name].icon))
        self._refresh()

    def _refresh(self) -> None:
        tool, brush = self._view.tool, self._brush
        self.buttons[tool.name].setChecked(True)
        self.swatch.set_colour(brush.colour)
        shown = {self.size_number: brush.size, self.opacity_number: round(brush.opacity * 100), self.tolerance_number: brush.tolerance}
        for number, value in shown.items():
            with QSignalBlocker(number):
                number.set_value(value)
        self.tip.setIcon(theme.icon("circle" if brush.is_round else "square"))
        said = "Round brush; press for a square one" if brush.is_round else "Square brush; press for a round one"
        self.tip.setToolTip(said)
        self.tip.setAccessibleName(said)
        self._size.setVisible(tool.paints)
        self.tip.setVisible(tool.paints)
        self._opacity.setVisible(tool.paints or tool.fills)
        self._tolerance.setVisible(tool.fills)


def _button(tip: str, name: str) -> QToolButton:
    button = QToolButton()
    button.setCheckable(True)
    button.setToolTip(tip)
    button.setAccessibleName(name)
    button.setProperty("role", "tool")
    button.setIconSize(QSize(theme.ICON, theme.ICON))
    button.setFixedSize(theme.TOOL_BUTTON, theme.TOOL_BUTTON)
    return button


def _captioned(number: NumberField) -> QWidget:
    """`number` with its name under it, as narrow as the strip."""
    whole, name = QWidget(), number.accessibleName()
    number.setFixedWidth(WIDTH - 2 * theme.SPACE)
    number.setToolTip(f"{name}: drag, type or use the arrow keys; double-click to reset")
    caption = QLabel(name)
    caption.setProperty("role", "quiet")
    layout = QVBoxLayout(whole)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(2)
    layout.addWidget(number, 0, Qt.AlignmentFlag.AlignHCenter)
    layout.addWidget(caption, 0, Qt.AlignmentFlag.AlignHCenter)
    return whole
