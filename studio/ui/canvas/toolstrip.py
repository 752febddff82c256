"""The narrow strip of tools at the left of the board, with what the chosen tool needs under it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import QPoint, QSignalBlocker, QSize, Qt
from PySide6.QtWidgets import QButtonGroup, QFrame, QLabel, QToolButton, QVBoxLayout, QWidget

from studio.generators import Setting, settings_of
from studio.ui import theme
from studio.ui.canvas.colours import ColourPopup, Swatch
from studio.ui.canvas.view import BoardView
from studio.ui.widgets.number import NumberField

WIDTH = theme.TOOL_BUTTON + 7 * theme.SPACE


class ToolStrip(QWidget):
    """Chooses `view`'s tool and sets its brush; follows when either is changed elsewhere."""

    def __init__(self, view: BoardView, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._view, self._brush = view, view.context.brush
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
        self.fields: dict[str, NumberField | QToolButton] = {}
        self._shown: dict[str, QWidget] = {}
        self._declared: dict[str, Setting] = {}
        for tool in view.tools.values():
            for each in settings_of(tool.settings) if tool.settings is not None else ():
                if each.name not in self.fields:
                    layout.addWidget(self._field(each), 0, Qt.AlignmentFlag.AlignHCenter)
        layout.addStretch(1)
        self.popup = ColourPopup(self._brush, self)
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
        values: Mapping[str, Any] = vars(brush.settings(tool.settings)) if tool.settings is not None else {}
        for name, widget in self._shown.items():
            widget.setVisible(name in values)
            if name in values:
                self._show_value(self._declared[name], self.fields[name], values[name])

    def _field(self, each: Setting) -> QWidget:
        """What sets it: a number, or a button that goes through the choices."""
        if each.choices or each.kind is bool:
            button = _button(each.label, each.label)
            button.setCheckable(each.kind is bool)  # a choice shows by its picture: a second lit button would look like a second tool
            button.clicked.connect(lambda: self._go_on(each))
            self.fields[each.name] = self._shown[each.name] = button
        else:
            low, high, step = each.low or 0, each.high or 0, each.step or 1
            number = NumberField(each.label, each.default, low, high, step, unit=each.unit, whole=each.kind is int)
            number.changed.connect(lambda value: self._brush.set(**{each.name: each.kind(value)}))
            number.dragged.connect(self._view.setFocus)  # keys belong to the board again
            self.fields[each.name], self._shown[each.name] = number, _captioned(number)
        self._declared[each.name] = each
        return self._shown[each.name]

    def _go_on(self, each: Setting) -> None:
        """The next choice; after the last one the first."""
        offered: tuple[Any, ...] = each.choices or (False, True)
        assert self._view.tool.settings is not None  # else its button is not shown
        at = offered.index(vars(self._brush.settings(self._view.tool.settings))[each.name])
        self._brush.set(**{each.name: offered[(at + 1) % len(offered)]})

    @staticmethod
    def _show_value(each: Setting, field: NumberField | QToolButton, value: Any) -> None:
        if isinstance(field, NumberField):
            with QSignalBlocker(field):
                field.set_value(value)
            return
        if each.kind is bool:
            field.setChecked(value)
            field.setText(each.label[:2])
            said = f"{each.label}: {each.help}"
        else:
            field.setIcon(theme.icon(value))
            said = f"{each.label}: {value}; press for another. {each.help}"
        field.setToolTip(said)
        field.setAccessibleName(said)


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
