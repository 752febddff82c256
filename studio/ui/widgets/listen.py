"""Listening to a sound of the history: its waveform, a part of it chosen, played over and over, and kept as a work of its own."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtGui import QCloseEvent, QKeyEvent
from PySide6.QtWidgets import QCheckBox, QDialog, QHBoxLayout, QPushButton, QSlider, QVBoxLayout, QWidget

from studio.media import MediaError, Sound, SoundSelection
from studio.media.sound.model import envelope
from studio.project import Asset
from studio.ui.context import AppContext
from studio.ui.listening import Listening
from studio.ui.widgets.labels import Elided, quiet
from studio.ui.widgets.waveform import Waveform

COLUMNS = 4096  # stretches that the waveform is drawn from: more than any screen is wide
VOLUME_WIDTH = 110


class ListenDialog(QDialog):
    """Not modal: the studio goes on beside it. Closing it makes it silent."""

    def __init__(self, context: AppContext, listening: Listening, asset: Asset, parent: QWidget) -> None:
        super().__init__(parent)
        self._context, self._listening, self.asset = context, listening, asset
        self._sound: Sound | None = None
        self.setWindowTitle("Listen")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.waveform = Waveform()
        self.waveform.seeked.connect(self._seek)
        self.waveform.selected.connect(lambda _: self._selected())
        self.play_button = QPushButton("Play")
        self.play_button.setToolTip("Space")
        self.play_button.clicked.connect(self.toggle)
        self.loop_box = QCheckBox("Over and over")
        self.loop_box.toggled.connect(lambda _: self._selected())
        self.keep_button = QPushButton("Keep the selected part")
        self.keep_button.setToolTip("As a sound of its own in the history")
        self.keep_button.clicked.connect(self.keep)
        self._volume = QSlider(Qt.Orientation.Horizontal)
        self._volume.setAccessibleName("Volume")
        self._volume.setRange(0, 100)
        self._volume.setFixedWidth(VOLUME_WIDTH)
        self._volume.setValue(round(listening.player.volume * 100))
        self._volume.valueChanged.connect(self._set_volume)
        self._time = quiet("")
        self._lay_out(asset.title or "Sound")
        listening.changed.connect(self._show_playing)
        listening.moved.connect(self._show_position)
        self._selected()
        context.with_work(asset.id, "sound", self._arrived)

    def _lay_out(self, name: str) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 16, 16, 16)
        column.setSpacing(12)
        head = QHBoxLayout()
        heading = Elided(name)
        heading.setProperty("role", "title")
        head.addWidget(heading, 1)
        head.addWidget(self._time)
        column.addLayout(head)
        column.addWidget(self.waveform, 1)
        row = QHBoxLayout()
        row.setSpacing(8)
        for each in (self.play_button, self.loop_box):
            row.addWidget(each)
        row.addStretch(1)
        row.addWidget(quiet("Volume"))
        row.addWidget(self._volume)
        row.addWidget(self.keep_button)
        column.addLayout(row)
        for button in (self.play_button, self.keep_button):
            button.setAutoDefault(False)  # Enter in the waveform presses nothing

    @property
    def selection(self) -> SoundSelection | None:
        return self.waveform.selection

    def toggle(self) -> None:
        """Play from the playhead, in the selected part where there is one; or be silent."""
        if self._listening.playing == self.asset.id:
            self._listening.stop()
        elif self._sound is not None:
            at = self.waveform.position
            if not self._mine():
                self._listening.load(self.asset.id, self._sound)
                self._listening.player.seek(at)
            self._listening.play(self.selection, self.loop_box.isChecked())

    def keep(self) -> None:
        """The selected part as a sound of its own, which knows the one that it was taken from."""
        chosen, sound = self.selection, self._sound
        if chosen is None or sound is None:
            return
        try:
            part = chosen.part(sound)
        except MediaError as error:
            self._context.problem.emit(str(error), "")
            return
        self._context.add(part, f"{self.asset.title[:60]}, {chosen.start:.2f}–{chosen.end:.2f} s", parents=(self.asset.id,))

    # Inside.

    def _arrived(self, sound: Sound, asset: Asset) -> None:
        del asset

        def show(found: np.ndarray) -> None:
            self._sound = sound
            self.waveform.show_sound(found, sound.seconds)
            self._show_position(0.0)
            self._selected()
            self.waveform.setFocus()

        self._context.read_aside(lambda: envelope(sound, COLUMNS), show)

    def _mine(self) -> bool:
        """Whether the sound in the player's hand is this one."""
        return self._listening.loaded == self.asset.id

    def _seek(self, seconds: float) -> None:
        if self._mine():
            self._listening.player.seek(seconds)

    def _selected(self) -> None:
        self.keep_button.setEnabled(self.selection is not None)
        self.play_button.setEnabled(self._sound is not None)
        if self._mine():
            self._listening.player.choose(self.selection, self.loop_box.isChecked())

    def _show_playing(self) -> None:
        self.play_button.setText("Pause" if self._listening.playing == self.asset.id else "Play")

    def _show_position(self, seconds: float) -> None:
        if self._mine() or seconds == 0.0:
            self.waveform.show_position(seconds)
        whole = self._sound.seconds if self._sound is not None else 0.0
        self._time.setText(f"{_clock(self.waveform.position)} / {_clock(whole)}")

    def _set_volume(self, percent: int) -> None:
        self._listening.player.volume = percent / 100

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Space:
            self.toggle()
        else:
            super().keyPressEvent(event)

    def closeEvent(self, event: QCloseEvent) -> None:
        if self._mine():
            self._listening.stop()
        super().closeEvent(event)


def _clock(seconds: float) -> str:
    return f"{int(seconds) // 60}:{seconds % 60:04.1f}"
