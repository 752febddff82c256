"""Everything that is heard of a roll: the transport, the sound behind it, and what a MIDI keyboard plays into it."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QMenu

from studio.media.score.maps import with_tempo
from studio.ui.context import AppContext
from studio.ui.pianoroll.recording import Recording
from studio.ui.pianoroll.sounding import Sounding
from studio.ui.pianoroll.state import RollState
from studio.ui.pianoroll.transport import Transport


class Playing(QObject):
    """`transport` says what is wanted, `sounding` and `recording` do it."""

    def __init__(self, context: AppContext, state: RollState, parent: QObject) -> None:
        super().__init__(parent)
        self._context, self.state = context, state
        self.sounding = sounding = Sounding(context, state, self)
        self.recording = Recording(context, state, sounding, parent=self)
        self.transport = transport = Transport(state)
        state.sheet_changed.connect(lambda: transport.loop.setChecked(state.sheet.loop is not None))
        sounding.told.connect(transport.show_sound)
        sounding.playing_changed.connect(transport.show_playing)
        sounding.playing_changed.connect(self._show_recording)
        transport.play_wanted.connect(sounding.toggle)
        transport.start_wanted.connect(self.to_start)
        transport.metronome_wanted.connect(sounding.set_clicks)
        transport.tempo_wanted.connect(self._set_tempo)
        transport.record_wanted.connect(self.recording.set_live)
        transport.step_wanted.connect(self.recording.set_steps)
        transport.sound_wanted.connect(self._choose_sound)
        self.recording.stopped.connect(self._show_recording)

    def close(self) -> None:
        self.recording.close()
        self.sounding.close()

    def to_start(self) -> None:
        self.sounding.seek(0)
        self.state.view.left = 0
        self.state.view_changed.emit()

    def _show_recording(self) -> None:
        self.transport.show_recording(self.recording.live, self.recording.steps)

    def _choose_sound(self) -> None:
        """A menu of what makes the sound: FluidSynth, or a MIDI output."""
        menu = QMenu(self.transport)
        menu.addAction("FluidSynth on this computer", lambda: self.recording.choose_output("", self.sounding.own_output))
        for name in self.recording.driver.outputs():
            menu.addAction(name, partial(self.recording.choose_output, name, self.sounding.own_output))
        inputs = self.recording.driver.inputs()
        menu.addSeparator()
        for name in inputs:
            menu.addAction(f"Record from {name}", partial(self._context.remember, "midi_input", name))
        if not inputs:
            menu.addAction("No MIDI keyboard is plugged in").setEnabled(False)
        menu.exec(self.transport.sound.mapToGlobal(self.transport.sound.rect().bottomLeft()))

    def _set_tempo(self, beats_a_minute: float) -> None:
        sheet = self.state.document.sheet
        at = next(each.tick for each in reversed(sheet.score.tempos) if each.tick <= self.state.playhead)
        self.state.document.apply("Change the tempo", sheet.with_score(with_tempo(sheet.score, at, beats_a_minute)))
