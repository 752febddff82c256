"""How pictures are cut, scaled and painted before a model sees them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QComboBox, QGridLayout, QWidget

from studio.training import cutting
from studio.training.cutting import Choices
from studio.ui.widgets.labels import quiet
from studio.ui.widgets.number import NumberField

SHIFT_LIMIT = 8
CROPS = (
    ("centre", "Middle square", "Cuts the largest square out of the middle"),
    ("whole", "Whole picture", "Keeps everything; what is missing to a square is clear"),
    ("tiles", "Tiles of a sheet", "Cuts sprite sheets into a grid of squares, pixel by pixel"),
)
SCALINGS = (("nearest", "Pixel art", "Keeps pixels hard"), ("area", "Smooth", "Averages colours: for photographs and paintings"))
COLOURS = ((0, "As they are"), (16, "16 of their own"), (32, "32 of their own"), (64, "64 of their own"), (255, "255 of their own"))


class PictureChoices(QWidget):
    """The form; `changed` when a hand, or `set_choices`, changed something."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._filling = False
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setVerticalSpacing(4)
        grid.setColumnStretch(1, 1)
        self.size_box = _box("Size", [(size, f"{size} × {size} pixels", "") for size in cutting.SIZES])
        self.crop = _box("Cut", CROPS)
        self.scaling = _box("Scaling", SCALINGS)
        self.colours = _box("Colours", [(number, label, "Fewer colours are easier to learn") for number, label in COLOURS])
        self.shift = NumberField("Move by up to", 0, 0, SHIFT_LIMIT, 1, unit="px", whole=True)
        self.shift.setToolTip("Each time a picture is seen it is moved a little, so that a small set goes further")
        self.shift.changed.connect(lambda _: self._changed())
        self.mirror = QCheckBox("Mirror every second time")
        self.mirror.setToolTip("Not for writing, or for figures that always hold their sword in the same hand")
        self.mirror.toggled.connect(lambda _: self._changed())
        for row, (name, field) in enumerate(
            (("Size", self.size_box), ("Cut", self.crop), ("Scaling", self.scaling), ("Colours", self.colours), ("Move by", self.shift))
        ):
            label = quiet(name)
            label.setBuddy(field)
            grid.addWidget(label, row, 0)
            grid.addWidget(field, row, 1)
            if isinstance(field, QComboBox):
                field.currentIndexChanged.connect(lambda _: self._changed())
        grid.addWidget(self.mirror, 5, 0, 1, 2)

    def choices(self) -> Choices:
        return Choices(
            int(self.size_box.currentData()), self.crop.currentData(), self.scaling.currentData(), int(self.colours.currentData()),
            self.mirror.isChecked(), int(self.shift.value()),
        )  # fmt: skip

    def set_choices(self, choices: Choices) -> None:
        self._filling = True
        for box, value in (
            (self.size_box, choices.size), (self.crop, choices.crop), (self.scaling, choices.scaling), (self.colours, choices.colours)
        ):  # fmt: skip
            box.setCurrentIndex(box.findData(value))
        self.mirror.setChecked(choices.mirror)
        self.shift.set_value(choices.shift)
        self._filling = False
        self._changed()

    def _changed(self) -> None:
        if not self._filling:
            self.changed.emit()


def _box(name: str, entries: Sequence[tuple[Any, ...]]) -> QComboBox:
    box = QComboBox()
    box.setAccessibleName(name)
    for row, (value, label, *help) in enumerate(entries):
        box.addItem(label, value)
        if help and help[0]:
            box.setItemData(row, help[0], Qt.ItemDataRole.ToolTipRole)
    return box
