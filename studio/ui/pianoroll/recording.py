"""Notes from a MIDI keyboard: live while the playhead moves, or step by step; each take is one edit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from PySide6.QtCore import QObject, QTimer, Signal

from studio.media.score import NOTE, editing
from studio.player import PlayerError
from studio.player.outputs import Output, SilentOutput
from studio.player.ports import Driver, KeyboardInput, PortOutput, RtMidiDriver
from studio.ui.context import AppContext
from studio.ui.pianoroll.sounding import Sounding
from studio.ui.pianoroll.state import RollState

WATCH_MS = 1500
NO_KEYBOARD = "There is no MIDI keyboard on this machine. Plug one in and press again; notes can be drawn with the mouse meanwhile."


@dataclass
class _Held:
    """A key that is down: where in the score it was pressed, and how hard."""

    tick: float
    velocity: int


class Recording(QObject):
    """`stopped` says that live recording or step entry has ended by itself."""

    stopped = Signal()

    def __init__(
        self, context: AppContext, state: RollState, sounding: Sounding, driver: Driver | None = None, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._context, self.state, self._sounding = context, state, sounding
        self.driver: Driver = driver or RtMidiDriver()
        self.live = self.steps = False
        self._keyboard: KeyboardInput | None = None
        self._port: PortOutput | None = None
        self._held: dict[int, _Held] = {}
        self._taken: list[tuple[int, int, int, int]] = []
        self._chord: list[tuple[int, int]] = []
        self._watch = QTimer(self, interval=WATCH_MS)
        self._watch.timeout.connect(self.look)
        sounding.playing_changed.connect(self._playing_changed)

    # Beginning and ending.

    def set_live(self, on: bool) -> None:
        """Record what is played, from the playhead on; the end of it writes the notes down."""
        if on and not self.live and self._open():
            self.live = True
            if not self._sounding.playing:
                self._sounding.play()
        elif not on and self.live:
            self.live = False
            self._write_down()
            self._sounding.stop()
            self._close_if_idle()
        elif on:
            self.stopped.emit()

    def set_steps(self, on: bool) -> None:
        """Each chord that is played is written at the playhead, which goes on by a step of the grid."""
        if on and not self.steps and not self._open():
            self.stopped.emit()
            return
        self.steps = on
        self._chord = []
        self._close_if_idle()

    def _open(self) -> bool:
        if self._keyboard is not None:
            return True
        names = self.driver.inputs()
        wanted = self._context.project.setting("midi_input")
        if not names:
            self._context.notice.emit(NO_KEYBOARD)
            return False
        try:
            self._keyboard = KeyboardInput(self.driver, wanted if wanted in names else names[0], self._heard_elsewhere)
        except PlayerError as error:
            self._context.problem.emit(str(error), "")
            return False
        self._watch.start()
        return True

    def _close_if_idle(self) -> None:
        if not self.live and not self.steps and self._keyboard is not None:
            self._keyboard.close()
            self._keyboard = None
            self._stop_watching()

    def _stop_watching(self) -> None:
        if self._keyboard is None and self._port is None:
            self._watch.stop()

    def look(self) -> None:
        """Whether keyboard and output are still plugged in; what was played until then is kept."""
        if self._keyboard is not None and not self._keyboard.plugged():
            name, self._keyboard = self._keyboard.name, None
            for pitch in tuple(self._held):
                self.heard(self._sounding.player.position(), pitch, 0)
            if self.live:
                self.live = False
                self._write_down()
                self._sounding.stop()
            self.steps = False
            self.stopped.emit()
            self._context.problem.emit(f"The MIDI keyboard “{name}” is gone. What was played is kept; plug it in and record again.", "")
        if self._port is not None and not self._port.plugged():
            name, self._port = self._port.name, None
            self._sounding.stop()
            self._sounding.player.output = SilentOutput()
            self._context.problem.emit(f"The MIDI output “{name}” is gone. Choose another one beside the tempo.", "")
        self._stop_watching()

    # Playing through a port.

    def choose_output(self, name: str, otherwise: Output) -> None:
        """Play through the MIDI output `name`; with an empty name through `otherwise`."""
        if self._port is not None:
            self._port.close()
        self._port = None
        try:
            self._port = PortOutput(self.driver, name) if name else None
        except PlayerError as error:
            self._context.problem.emit(str(error), "")
        self._sounding.player.set_output(self._port or otherwise)
        if self._port is not None:
            self._watch.start()

    # What is played.

    def _heard_elsewhere(self, at: float, pitch: int, velocity: int) -> None:
        """On the port's thread."""
        del at
        tick = self._sounding.player.position()
        self._context.bridge.post(lambda: self.heard(tick, pitch, velocity))

    def heard(self, tick: float, pitch: int, velocity: int) -> None:
        """A key went down, or with a velocity of 0 up, while the playhead was at `tick`."""
        track = self.state.track
        if track is not None:
            self._sounding.player.preview(self.state.active, track.program, track.drums, pitch, velocity)
        if self.steps:
            self._step(pitch, velocity)
        elif self.live and velocity:
            self._held[pitch] = _Held(tick, velocity)
        elif self.live and pitch in self._held:
            held = self._held.pop(pitch)
            length = round(tick - held.tick) if tick > held.tick else self.state.step(held.tick)  # the loop went round meanwhile
            self._taken.append((max(0, round(held.tick)), max(1, length), pitch, held.velocity))

    def _step(self, pitch: int, velocity: int) -> None:
        if velocity:
            self._held[pitch] = _Held(0, velocity)
            self._chord.append((pitch, velocity))
            return
        self._held.pop(pitch, None)
        if self._held or not self._chord:
            return
        tick, length = self.state.snapped(self.state.playhead), self.state.step(self.state.playhead)
        notes = np.array([(tick, length, key, strength) for key, strength in self._chord], NOTE)
        self._chord = []
        self.state.edit("Write a step", lambda old, mask: editing.added(old, mask, notes))
        self.state.move_playhead(tick + length)

    def _playing_changed(self, playing: bool) -> None:
        if self.live and not playing:
            self.live = False
            self._write_down()
            self.stopped.emit()
            self._close_if_idle()

    def _write_down(self) -> None:
        taken: Any = np.array(self._taken, NOTE) if self._taken else None
        self._taken, self._held = [], {}
        if taken is not None:
            self.state.edit("Record", lambda old, mask: editing.added(old, mask, taken))

    def close(self) -> None:
        self._watch.stop()
        for each in (self._keyboard, self._port):
            if each is not None:
                each.close()
        self._keyboard = self._port = None
