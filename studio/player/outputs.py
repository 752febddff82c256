"""Where events go at their time: a synthesiser on a sound card, a MIDI port, or nowhere but a clock."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Protocol

import numpy as np

from studio.player.synth import Synth
from studio.player.timeline import BEND, CONTROL, KEY_PRESSURE, OFF, ON, PRESSURE, PROGRAM


class Output(Protocol):
    """`now` is in seconds and only ever goes on."""

    def now(self) -> float: ...

    def programs(self, programs: list[tuple[int, int, bool]]) -> None:
        """Give channels their instruments."""

    def send(self, event: np.void) -> None:
        """Do an event of the timeline at once."""

    def silence(self) -> None: ...

    def close(self) -> None: ...


class SilentOutput:
    """A clock, for machines that can make no sound: the playhead moves all the same."""

    def now(self) -> float:
        return time.monotonic()

    def programs(self, programs: list[tuple[int, int, bool]]) -> None: ...

    def send(self, event: np.void) -> None: ...

    def silence(self) -> None: ...

    def close(self) -> None: ...


class Guarded(SilentOutput):
    """Another output until it fails, as a port does that is pulled out: from then on a clock that goes on from where that one was.

    `lost` is called once, with what failed; whoever plays hears no exception.
    """

    def __init__(self, output: Output, lost: Callable[[Exception], None]) -> None:
        self.output: Output = output
        self._lost_call = lost
        self._last = 0.0
        self._ahead: float | None = None  # of the system's clock, once the output is lost

    def now(self) -> float:
        if self._ahead is None:
            try:
                self._last = self.output.now()
                return self._last
            except Exception as error:  # whatever a driver raises
                self._lose(error)
        return time.monotonic() + (self._ahead or 0.0)

    def programs(self, programs: list[tuple[int, int, bool]]) -> None:
        self._try(lambda: self.output.programs(programs))

    def send(self, event: np.void) -> None:
        self._try(lambda: self.output.send(event))

    def silence(self) -> None:
        self._try(self.output.silence)

    def close(self) -> None:
        self._try(self.output.close)

    def _try(self, work: Callable[[], None]) -> None:
        if self._ahead is None:
            try:
                work()
            except Exception as error:  # whatever a driver raises
                self._lose(error)

    def _lose(self, error: Exception) -> None:
        self._ahead = self._last - time.monotonic()
        self._lost_call(error)


class SynthOutput(SilentOutput):
    """A synthesiser that is connected to the sound card."""

    def __init__(self, synth: Synth) -> None:
        self._synth = synth

    def programs(self, programs: list[tuple[int, int, bool]]) -> None:
        for channel, program, drums in programs:
            self._synth.program(channel, program, drums)

    def send(self, event: np.void) -> None:
        give(self._synth, event)

    def silence(self) -> None:
        self._synth.silence()

    def close(self) -> None:
        self._synth.close()


def give(synth: Synth, event: np.void) -> None:
    """Tell a synthesiser one event of a timeline."""
    kind, channel, first, second = int(event["kind"]), int(event["channel"]), int(event["first"]), int(event["second"])
    if kind == ON:
        synth.note_on(channel, first, second)
    elif kind == OFF:
        synth.note_off(channel, first)
    elif kind == CONTROL:
        synth.control(channel, first, second)
    elif kind == BEND:
        synth.bend(channel, first)
    elif kind == PROGRAM:
        synth.program(channel, first, bool(second))
    elif kind == PRESSURE:
        synth.pressure(channel, first)
    elif kind == KEY_PRESSURE:
        synth.key_pressure(channel, first, second)
