"""Settings as a form, drawn from an action: presets by name, the first three in sight, the rest under “more”, remembered."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QButtonGroup, QCheckBox, QComboBox, QGridLayout, QHBoxLayout, QLineEdit, QPushButton, QVBoxLayout, QWidget

from studio.generators import Action, Setting, settings_of
from studio.ui import theme
from studio.ui.widgets.labels import quiet
from studio.ui.widgets.number import NumberField

SHOWN = 3
Field = NumberField | QComboBox | QCheckBox | QLineEdit


class Choice(QComboBox):
    """A list of words. The wheel scrolls the form past it, and changes it only while it has the keyboard."""

    def wheelEvent(self, event: QWheelEvent) -> None:
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()


class SettingsForm(QWidget):
    """`changed` when any value moved; `values` gives them all."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(theme.SPACE)
        self._fields: dict[str, Field] = {}
        self._presets: dict[str, tuple[QPushButton, dict[str, Any]]] = {}
        self._body: QWidget | None = None
        self._more_open = False
        self._more_button: QPushButton | None = None

    def show_action(self, action: Action, values: Mapping[str, Any]) -> None:
        """Draw the settings of `action`, filled from `values` where they are known."""
        if self._body is not None:
            self._layout.removeWidget(self._body)
            self._body.hide()
            self._body.deleteLater()
        self._fields, self._presets, self._more_button = {}, {}, None
        self._body = QWidget()
        column = QVBoxLayout(self._body)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.SPACE)
        settings = sorted(settings_of(action.settings), key=lambda each: each.advanced)
        shown = [each for each in settings if not each.advanced][:SHOWN]
        hidden = [each for each in settings if each not in shown]
        if action.presets:
            column.addLayout(self._preset_row(action, settings))
        column.addLayout(self._grid(shown, values))
        if hidden:
            column.addWidget(self._more(hidden, values))
        self._layout.addWidget(self._body)
        self._mark_preset()

    def values(self) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for name, field in self._fields.items():
            if isinstance(field, NumberField):
                found[name] = field.value()
            elif isinstance(field, QComboBox):
                found[name] = field.currentText()
            elif isinstance(field, QLineEdit):
                found[name] = field.text()
            else:
                found[name] = field.isChecked()
        return found

    def set_values(self, values: Mapping[str, Any]) -> None:
        for name, value in values.items():
            field = self._fields.get(name)
            if isinstance(field, NumberField):
                field.set_value(value)
            elif isinstance(field, QComboBox):
                field.setCurrentText(value)
            elif isinstance(field, QLineEdit):
                field.setText(value)
            elif isinstance(field, QCheckBox):
                field.setChecked(value)

    def reveal(self, name: str) -> QWidget | None:
        """The field of a setting, unfolded where it lies under “more”; None where there is none of that name."""
        field = self._fields.get(name)
        if field is not None and self._more_button is not None and not field.isVisibleTo(self):
            self._more_button.setChecked(True)
        return field

    def presets(self) -> dict[str, QPushButton]:
        """The buttons of the presets by their names."""
        return {name: button for name, (button, _) in self._presets.items()}

    def _preset_row(self, action: Action, settings: list[Setting]) -> QHBoxLayout:
        """A button a preset; the one that the numbers are at is marked. What a preset does not name is at its default."""
        row = QHBoxLayout()
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(2)
        touched = {name for values in action.presets.values() for name in values}
        usual = {each.name: each.default for each in settings if each.name in touched}
        labels = {each.name: each.label.lower() for each in settings}
        group = QButtonGroup(self._body)
        group.setExclusive(False)
        for name, values in action.presets.items():
            button = QPushButton(name.capitalize())
            button.setProperty("role", "preset")
            button.setCheckable(True)
            said = ", ".join(f"{labels.get(key, key)} {value:g}" for key, value in values.items() if isinstance(value, int | float))
            button.setToolTip(f"How words are chosen: {said or 'everything at its default'}")
            made = {**usual, **values}
            button.clicked.connect(partial(self._take_preset, made))
            group.addButton(button)
            self._presets[name] = button, made
            row.addWidget(button, 1)
        return row

    def _take_preset(self, made: Mapping[str, Any], checked: bool = False) -> None:
        del checked
        self.set_values(made)
        self._changed()

    def _mark_preset(self) -> None:
        values = self.values()
        for button, made in self._presets.values():
            button.setChecked(all(values.get(name) == value for name, value in made.items()))

    def _changed(self) -> None:
        self._mark_preset()
        self.changed.emit()

    def _more(self, hidden: list[Setting], values: Mapping[str, Any]) -> QWidget:
        box = QWidget()
        column = QVBoxLayout(box)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.SPACE)
        button = self._more_button = QPushButton("More")
        button.setProperty("role", "flat")
        button.setCheckable(True)
        button.setIcon(theme.icon("chevron-down" if self._more_open else "chevron-right", "quiet"))
        inner = QWidget()
        inner.setLayout(self._grid(hidden, values))
        inner.setVisible(self._more_open)
        button.setChecked(self._more_open)

        def toggled(opened: bool) -> None:
            self._more_open = opened
            inner.setVisible(opened)
            button.setIcon(theme.icon("chevron-down" if opened else "chevron-right", "quiet"))

        button.toggled.connect(toggled)
        column.addWidget(button)
        column.addWidget(inner)
        return box

    def _grid(self, settings: list[Setting], values: Mapping[str, Any]) -> QGridLayout:
        grid = QGridLayout()
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(theme.SPACE)
        grid.setColumnStretch(1, 1)
        for row, setting in enumerate(settings):
            field = self._field(setting, values.get(setting.name, setting.default))
            field.setToolTip(setting.help)
            if isinstance(field, QCheckBox):
                grid.addWidget(field, row, 0, 1, 2)
            else:
                label = quiet(setting.label)
                label.setToolTip(setting.help)
                label.setBuddy(field)
                grid.addWidget(label, row, 0)
                grid.addWidget(field, row, 1)
            self._fields[setting.name] = field
        return grid

    def _field(self, setting: Setting, value: Any) -> Field:
        if setting.kind is bool:
            check = QCheckBox(setting.label)
            check.setChecked(bool(value))
            check.toggled.connect(lambda _: self._changed())
            check.setAccessibleName(setting.label)
            return check
        if setting.choices:
            box = Choice()
            box.setFocusPolicy(Qt.FocusPolicy.StrongFocus)  # Qt's own takes the keyboard by the wheel
            box.addItems(list(setting.choices))
            box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)  # long names must not widen it
            box.setMinimumContentsLength(6)
            box.setCurrentText(str(value))
            box.setAccessibleName(setting.label)
            box.currentTextChanged.connect(lambda _: self._changed())
            return box
        if setting.kind is str:
            line = QLineEdit(str(value))
            line.setAccessibleName(setting.label)
            line.setClearButtonEnabled(True)
            line.textChanged.connect(lambda _: self._changed())
            return line
        low, high = setting.low or 0.0, 1.0 if setting.high is None else setting.high
        number = NumberField(
            setting.label, float(setting.default), low, high, setting.step or (1.0 if setting.kind is int else 0.01),
            unit=setting.unit, whole=setting.kind is int,
        )  # fmt: skip
        number.set_value(float(value))
        number.changed.connect(lambda _: self._changed())
        return number
