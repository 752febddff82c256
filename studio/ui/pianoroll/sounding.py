"""The roll's sound: loads the synthesiser off the window's thread, plays what is shown, moves the playhead."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal

from studio.player import Player, PlayerError
from studio.player.outputs import Output, SilentOutput, SynthOutput
from studio.player.synth import Synth, drivers
from studio.ui.context import AppContext
from studio.ui.pianoroll.state import RollState

FRAME_MS = 16
AUDITION_MS = 260
NO_CARD = "This machine has no sound card: the playhead moves in silence. Export… renders the score to a sound file all the same."


class Sounding(QObject):
    """`told` carries a few words on the sound and the whole sentence; `lit` the pitches of the track in hand that sound."""

    told = Signal(str, str)
    playing_changed = Signal(bool)
    lit = Signal(object)

    def __init__(self, context: AppContext, state: RollState, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._context, self.state = context, state
        self.player = Player(
            finished=lambda: context.bridge.post(self._finished), lost=lambda error: context.bridge.post(lambda: self._lost(error))
        )
        self.own_output: Output = SilentOutput()
        self.clicks = False
        self._loading = False
        self._auditioned: int | None = None
        self._frames = QTimer(self, interval=FRAME_MS)
        self._frames.timeout.connect(self._frame)
        self._audition_ends = QTimer(self, singleShot=True, interval=AUDITION_MS)
        self._audition_ends.timeout.connect(self.end_audition)
        state.sheet_changed.connect(self._sheet_changed)
        state.auditioned.connect(self.audition)

    def load(self) -> None:
        """Get the sound ready, once, on a file thread; says where there will be none."""
        if self._loading:
            return
        self._loading = True
        if not drivers():
            self.told.emit("No sound card", NO_CARD)
            return
        self.told.emit("Sound is loading…", "The soundfont is being read.")
        self._context.bridge.in_background(self._connected, self._loaded)

    def _connected(self) -> Synth | None:
        synth = Synth()
        if synth.connect():
            return synth
        synth.close()
        return None

    def _loaded(self, done: Any) -> None:
        error = done.exception()
        if isinstance(error, PlayerError):
            self.told.emit("No sound", str(error))
            self._context.notice.emit(str(error))
        elif error is not None:
            self.told.emit("No sound", f"The sound could not be started: {error}")
        elif done.result() is None:
            self.told.emit("No sound card", NO_CARD)
        else:
            synth: Synth = done.result()
            self.own_output = SynthOutput(synth)
            self.player.set_output(self.own_output)
            self.told.emit("FluidSynth", f"{synth.font} through FluidSynth. Press for MIDI outputs.")

    def _lost(self, error: Exception) -> None:
        self.told.emit("No sound", "The output is gone. Press to choose another one.")
        self._context.problem.emit(f"The sound's output is gone ({error}). The playhead goes on in silence; choose another output.", "")

    # Playing.

    @property
    def playing(self) -> bool:
        return self.player.playing

    def toggle(self) -> None:
        self.stop() if self.playing else self.play()

    def play(self) -> None:
        """From the playhead; in the loop where there is one."""
        self.load()
        sheet = self.state.sheet
        tick = self.state.playhead
        if tick >= sheet.score.end and sheet.loop is None and not self.clicks:
            tick = float(self.state.bars[0]) if self.state.bars is not None else 0.0
        self.end_audition()
        if self.state.view.show_tick(tick):
            self.state.view_changed.emit()
        self.player.play(sheet.score, sheet.audible(), tick, sheet.loop, self.clicks)
        self.state.playing = True
        self._frames.start()
        self.playing_changed.emit(True)

    def stop(self) -> None:
        if self.playing:
            self.state.move_playhead(self.player.stop())
        self._finished()

    def seek(self, tick: float) -> None:
        """Put the playhead there, and go on playing from there."""
        self.state.move_playhead(tick)
        if self.playing:
            self.play()

    def set_clicks(self, on: bool) -> None:
        self.clicks = on
        self._sheet_changed()

    def _frame(self) -> None:
        if not self.playing:
            return
        tick = self.player.position()
        view = self.state.view
        followed = view.left <= self.state.playhead <= view.left + view.span  # else a person is looking elsewhere
        if followed and view.show_tick(tick):
            self.state.view_changed.emit()
        self.state.move_playhead(tick)
        self.lit.emit(frozenset(pitch for track, pitch in self.player.sounding() if track == self.state.active))

    def _finished(self) -> None:
        if self.playing:
            return  # begun again meanwhile
        self._frames.stop()
        self.state.playing = False
        self.lit.emit(frozenset())
        self.playing_changed.emit(False)

    def _sheet_changed(self) -> None:
        sheet = self.state.sheet
        if self.playing:
            self.player.update(sheet.score, sheet.audible(), sheet.loop, self.clicks)

    # Single notes.

    def audition(self, pitch: int, velocity: int, held: bool = False) -> None:
        """Sound one note of the track in hand, for a moment or until `end_audition`."""
        self.load()
        self.end_audition()
        track = self.state.track
        if track is None:
            return
        self._auditioned = pitch
        self.player.preview(self.state.active, track.program, track.drums, pitch, velocity)
        if not self.playing:
            self.lit.emit(frozenset({pitch}))
        if not held:
            self._audition_ends.start()

    def end_audition(self) -> None:
        track = self.state.track
        if self._auditioned is not None and track is not None:
            self.player.preview(self.state.active, track.program, track.drums, self._auditioned, 0)
            if not self.playing:
                self.lit.emit(frozenset())
        self._auditioned = None

    def close(self) -> None:
        self._frames.stop()
        self.player.close()
