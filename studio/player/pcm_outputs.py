"""Where samples go: the sound card through miniaudio (Reece, MIT-0), whose wheels bring all that it needs, or nowhere but a clock."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Generator
from typing import Any, Protocol

import numpy as np

from studio.player.errors import PlayerError
from studio.player.synth import drivers

BUFFER_MS = 60  # of sound that is on its way to the card
Pull = Callable[[int], np.ndarray | None]
"""Gives the next so many frames, (frames, channels) float32; None when there are no more."""


class PcmOutput(Protocol):
    """Asks for samples as it needs them, on a thread of its own."""

    def start(self, pull: Pull, rate: int, channels: int) -> None:
        """Begin to pull, in place of what was pulled before. Raises PlayerError where no sound can be made."""

    def stop(self) -> None:
        """Pull no more. Returns when it does not."""

    def close(self) -> None: ...


class SilentPcmOutput:
    """Pulls as fast as the samples would sound, for machines that can make no sound: the playhead moves all the same."""

    def __init__(self) -> None:
        self._ending = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self, pull: Pull, rate: int, channels: int) -> None:
        del channels
        self.stop()
        self._ending = threading.Event()
        self._thread = threading.Thread(target=self._work, args=(pull, rate, self._ending), name="atelier-silence", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        self._ending.set()
        if self._thread is not None and self._thread is not threading.current_thread():
            self._thread.join()
        self._thread = None

    def close(self) -> None:
        self.stop()

    @staticmethod
    def _work(pull: Pull, rate: int, ending: threading.Event) -> None:
        began, pulled = time.monotonic(), 0
        while not ending.wait(BUFFER_MS / 4000):
            due = int((time.monotonic() - began) * rate) - pulled
            if due > 0 and pull(due) is None:
                return
            pulled += max(0, due)


class CardOutput:
    """The sound card. The device is opened at the rate and with the channels of what is played; miniaudio resamples where the card wants
    others."""

    def __init__(self) -> None:
        self._device: Any = None
        self._kind = (0, 0)

    def start(self, pull: Pull, rate: int, channels: int) -> None:
        self.stop()
        if self._kind != (rate, channels):
            self.close()
            self._device, self._kind = _opened(rate, channels), (rate, channels)
        stream = _stream(pull)
        next(stream)
        try:
            self._device.start(stream)
        except Exception as error:  # whatever a driver raises
            raise PlayerError(f"The sound card does not take any sound ({error}).") from error

    def stop(self) -> None:
        if self._device is not None:
            self._device.stop()

    def close(self) -> None:
        if self._device is not None:
            self._device.close()
        self._device, self._kind = None, (0, 0)


def best_output() -> PcmOutput:
    """The sound card where this machine has one, else the clock."""
    return CardOutput() if drivers() else SilentPcmOutput()


def _opened(rate: int, channels: int) -> Any:
    try:
        import miniaudio
    except (ImportError, OSError) as error:
        raise PlayerError("Sounds need the package miniaudio to be heard. Install Atelier's requirements again.") from error
    try:
        return miniaudio.PlaybackDevice(miniaudio.SampleFormat.FLOAT32, channels, rate, BUFFER_MS, app_name="Atelier")
    except Exception as error:  # whatever a driver raises
        raise PlayerError(f"The sound card cannot be opened ({error}).") from error


def _stream(pull: Pull) -> Generator[bytes, int, None]:
    """What miniaudio sends the number of frames to that it wants next; it gives silence once this has ended."""
    wanted = yield b""
    while (samples := pull(wanted)) is not None:
        wanted = yield np.ascontiguousarray(samples, np.float32).tobytes()
