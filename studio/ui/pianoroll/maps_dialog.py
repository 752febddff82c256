"""Tempo, metre and key from one bar line on."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QDialog, QGridLayout, QHBoxLayout, QPushButton, QWidget

from studio.media.score.maps import metre_at, tempo_at, with_key, with_metre, with_tempo, without_metre, without_tempo
from studio.ui.pianoroll.ruler import key_name
from studio.ui.pianoroll.state import RollState
from studio.ui.pianoroll.transport import FASTEST, SLOWEST, bar_and_beat
from studio.ui.widgets.labels import primary, quiet
from studio.ui.widgets.number import NumberField

UNITS = ("1", "2", "4", "8", "16", "32")


class MapsDialog(QDialog):
    """What is written is one step; “As before” takes out what is written at this bar."""

    def __init__(self, state: RollState, tick: int, parent: QWidget) -> None:
        super().__init__(parent)
        self.state, self._tick = state, tick
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(f"From bar {bar_and_beat(state, tick)[0]} on")
        score = state.document.sheet.score
        metre = metre_at(score, tick)
        self.tempo = NumberField("Tempo", 120, SLOWEST, FASTEST, 0.1, unit="bpm")
        self.tempo.set_value(tempo_at(score, tick))
        self.beats = NumberField("Beats a bar", 4, 1, 32, 1, whole=True)
        self.beats.set_value(metre.beats)
        self.unit = QComboBox()
        self.unit.addItems(list(UNITS))
        self.unit.setCurrentText(str(metre.unit))
        self.unit.setAccessibleName("Unit of the metre")
        self.key = QComboBox()
        self.key.addItem("No key written", None)
        for minor in (False, True):
            for sharps in range(-7, 8):
                self.key.addItem(key_name(sharps, minor), (sharps, minor))
        self.key.setAccessibleName("Key of the whole score")
        if score.keys:
            self.key.setCurrentIndex(self.key.findText(key_name(score.keys[0].sharps, score.keys[0].minor)))
        grid = QGridLayout(self)
        for row, (label, field) in enumerate(
            (("Tempo", self.tempo), ("Beats", self.beats), ("Unit", self.unit), ("Key (whole score)", self.key))
        ):
            grid.addWidget(quiet(label), row, 0)
            grid.addWidget(field, row, 1)
        buttons = QHBoxLayout()
        before, cancel, change = QPushButton("As before"), QPushButton("Cancel"), primary("Change")
        before.setEnabled(tick > 0)
        before.setToolTip("Take out what is written at this bar")
        for button, work in ((before, self.as_before), (cancel, self.reject), (change, self.accept)):
            button.clicked.connect(work)
            buttons.addWidget(button)
        change.setDefault(True)
        grid.addLayout(buttons, 4, 0, 1, 2)

    def accept(self) -> None:
        sheet = self.state.document.sheet
        score = sheet.score
        if abs(self.tempo.value() - tempo_at(score, self._tick)) > 0.05:
            score = with_tempo(score, self._tick, self.tempo.value())
        metre = metre_at(score, self._tick)
        if (metre.beats, metre.unit) != (int(self.beats.value()), int(self.unit.currentText())):
            score = with_metre(score, self._tick, int(self.beats.value()), int(self.unit.currentText()))
        if self.key.currentData() is not None:
            score = with_key(score, *self.key.currentData())
        self.state.document.apply("Change tempo, metre or key", sheet.with_score(score))
        super().accept()

    def as_before(self) -> None:
        sheet = self.state.document.sheet
        score = without_metre(without_tempo(sheet.score, self._tick), self._tick)
        self.state.document.apply("Take out a change of tempo or metre", sheet.with_score(score))
        super().reject()
