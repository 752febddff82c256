"""MIDI keyboards and MIDI outputs, through RtMidi; whether one is plugged in is looked at, never assumed."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from studio.player.errors import PlayerError
from studio.player.outputs import SilentOutput
from studio.player.timeline import BEND, CLICK_CHANNEL, CONTROL, KEY_PRESSURE, OFF, ON, PRESSURE, PROGRAM

DRUM_CHANNEL = 9
NOTE_OFF, NOTE_ON, KEY_TOUCH, CONTROL_CHANGE, PROGRAM_CHANGE, TOUCH, WHEEL = 0x80, 0x90, 0xA0, 0xB0, 0xC0, 0xD0, 0xE0
ALL_NOTES_OFF, ALL_SOUND_OFF = 123, 120
Heard = Callable[[float, int, int], None]  # seconds of the monotonic clock, pitch, velocity; a velocity of 0 ends the note


class Driver(Protocol):
    """What is needed of RtMidi: names of ports, and opening one."""

    def inputs(self) -> list[str]: ...

    def outputs(self) -> list[str]: ...

    def open_input(self, name: str, received: Callable[[bytes], None]) -> Any:
        """Something with `close()`."""
        ...

    def open_output(self, name: str) -> Any:
        """Something with `send(bytes)` and `close()`."""
        ...


class RtMidiDriver:
    """Ports of this machine. Where there is no MIDI at all, there are no ports."""

    def __init__(self) -> None:
        # Without a sequencer device ALSA complains to the terminal; there is nothing to ask it then.
        self._there = not sys.platform.startswith("linux") or Path("/dev/snd/seq").exists()

    def inputs(self) -> list[str]:
        return self._names("MidiIn")

    def outputs(self) -> list[str]:
        return self._names("MidiOut")

    def open_input(self, name: str, received: Callable[[bytes], None]) -> Any:
        made = self._made("MidiIn", name)
        made.set_callback(lambda event, data: received(bytes(event[0])))
        return _Closing(made)

    def open_output(self, name: str) -> Any:
        return _Closing(self._made("MidiOut", name))

    def _names(self, kind: str) -> list[str]:
        if not self._there:
            return []
        try:
            import rtmidi

            made = getattr(rtmidi, kind)(name="Atelier")
            names = [str(each) for each in made.get_ports()]
            made.delete()
        except (ImportError, OSError, RuntimeError):  # RtMidi's own errors are RuntimeErrors
            return []
        return names

    def _made(self, kind: str, name: str) -> Any:
        try:
            import rtmidi

            made = getattr(rtmidi, kind)(name="Atelier")
            made.open_port(made.get_ports().index(name))
        except (ImportError, OSError, RuntimeError, ValueError) as error:
            raise PlayerError(f"The MIDI port “{name}” cannot be opened. Look whether it is plugged in and free.") from error
        return made


class _Closing:
    """RtMidi's port with one way to let go of it."""

    def __init__(self, made: Any) -> None:
        self._made = made

    def send(self, message: bytes) -> None:
        self._made.send_message(list(message))

    def close(self) -> None:
        self._made.close_port()
        self._made.delete()


class KeyboardInput:
    """An opened MIDI keyboard; `heard` is called on RtMidi's thread."""

    def __init__(self, driver: Driver, name: str, heard: Heard) -> None:
        self.name, self._driver, self._heard = name, driver, heard
        self._port = driver.open_input(name, self._received)

    def plugged(self) -> bool:
        """Whether it is still there."""
        return self.name in self._driver.inputs()

    def close(self) -> None:
        self._port.close()

    def _received(self, message: bytes) -> None:
        if len(message) >= 3 and message[0] & 0xF0 in (NOTE_ON, NOTE_OFF) and message[1] < 128:
            velocity = message[2] & 0x7F if message[0] & 0xF0 == NOTE_ON else 0
            self._heard(time.monotonic(), message[1], velocity)


class PortOutput(SilentOutput):
    """Plays through a MIDI output: tracks share its sixteen channels, drums have the tenth."""

    def __init__(self, driver: Driver, name: str) -> None:
        self.name, self._driver = name, driver
        self._port = driver.open_output(name)
        self._channels: dict[int, int] = {}

    def plugged(self) -> bool:
        return self.name in self._driver.outputs()

    def programs(self, programs: list[tuple[int, int, bool]]) -> None:
        for channel, program, drums in programs:
            place = len([each for each in self._channels.values() if each != DRUM_CHANNEL]) % 15
            own = DRUM_CHANNEL if drums else place + (place >= DRUM_CHANNEL)
            own = self._channels.setdefault(channel, own) if not drums else self._channels.setdefault(channel, DRUM_CHANNEL)
            if channel != CLICK_CHANNEL:
                self._port.send(bytes((PROGRAM_CHANGE | own, program)))

    def send(self, event: np.void) -> None:
        kind, first, second = int(event["kind"]), int(event["first"]), int(event["second"])
        channel = self._channels.get(int(event["channel"]), 0)
        if kind == BEND:
            self._port.send(bytes((WHEEL | channel, first + 8192 & 0x7F, first + 8192 >> 7)))
        elif kind in (PROGRAM, PRESSURE):
            self._port.send(bytes(((PROGRAM_CHANGE if kind == PROGRAM else TOUCH) | channel, first)))
        else:
            status = {ON: NOTE_ON, OFF: NOTE_OFF, CONTROL: CONTROL_CHANGE, KEY_PRESSURE: KEY_TOUCH}[kind]
            self._port.send(bytes((status | channel, first, second)))

    def silence(self) -> None:
        for channel in range(16):
            self._port.send(bytes((CONTROL_CHANGE | channel, ALL_NOTES_OFF, 0)))
            self._port.send(bytes((CONTROL_CHANGE | channel, ALL_SOUND_OFF, 0)))

    def close(self) -> None:
        self._port.close()
