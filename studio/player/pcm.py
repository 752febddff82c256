"""Playing a sound: the output asks for samples on its own thread, while playing, seeking and looping come from others."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable

import numpy as np

from studio.media import Sound, SoundSelection
from studio.player.pcm_outputs import PcmOutput, SilentPcmOutput, best_output

MOST_CHANNELS = 2


class SoundPlayer:
    """Plays one sound at a time; `position` says where, in seconds. All methods may be called from any thread and return at once.

    `finished` is called when a sound has played to its end, and `lost` with the reason when an output fails: from then on the playhead
    goes on in silence. Both are called on whatever thread met it.
    """

    def __init__(
        self, output: PcmOutput | None = None, finished: Callable[[], None] = lambda: None,
        lost: Callable[[Exception], None] = lambda error: None,
    ) -> None:  # fmt: skip
        self.output: PcmOutput = output or best_output()
        self._finished, self._lost = finished, lost
        self._lock = threading.RLock()
        self._samples = np.zeros((0, 1), np.float32)
        self._rate = 1
        self._at = 0  # the frame that is pulled next
        self._span = (0, 0)  # the frames that are played
        self._loops = False
        self._volume = 1.0
        self._playing = False
        self._turn = 0  # of playing; an output that still pulls for an earlier one is told to end

    @property
    def playing(self) -> bool:
        return self._playing

    @property
    def volume(self) -> float:
        """From 0, silence, to 1, as it was recorded."""
        return self._volume

    @volume.setter
    def volume(self, volume: float) -> None:
        self._volume = min(1.0, max(0.0, volume))

    def load(self, sound: Sound) -> None:
        """Take another sound in hand, at its beginning; what plays is stopped. More than two channels are mixed into one."""
        self.pause()
        with self._lock:
            many = sound.samples.shape[1] > MOST_CHANNELS
            self._samples = sound.samples.mean(axis=1, keepdims=True, dtype=np.float32) if many else sound.samples
            self._rate, self._at, self._span, self._loops = sound.rate, 0, (0, len(self._samples)), False

    def choose(self, part: SoundSelection | None, loop: bool = False) -> None:
        """Play a part only, or (None) all of it; with `loop` over and over. A playhead outside goes to where that begins."""
        with self._lock:
            first, last = (0, len(self._samples)) if part is None else self._frames(part)
            self._span, self._loops = (first, last), loop and last > first
            if not first <= self._at <= last:
                self._at = first

    def play(self) -> None:
        """Go on from the playhead; from the beginning of what is chosen where that is at the end."""
        with self._lock:
            first, last = self._span
            if not first <= self._at < last:
                self._at = first
            self._playing = last > first
            self._turn += 1
            turn, rate, channels = self._turn, self._rate, self._samples.shape[1]
        if self._playing:
            self._start(turn, rate, channels)
        else:
            self._finished()

    def pause(self) -> float:
        """Be silent; gives the second where it stopped."""
        with self._lock:
            self._playing = False
            self._turn += 1
        try:
            self.output.stop()
        except Exception as error:  # whatever a driver raises
            self._lose(error)
        return self.position()

    def seek(self, seconds: float) -> None:
        """Put the playhead there; what plays goes on from there."""
        with self._lock:
            self._at = min(len(self._samples), max(0, round(seconds * self._rate)))

    def position(self) -> float:
        """The second that is heard now."""
        with self._lock:
            return self._at / self._rate

    def close(self) -> None:
        """Stop for good and let go of the output."""
        self.pause()
        with contextlib.suppress(Exception):  # a card that is gone need not be let go of
            self.output.close()

    # Inside.

    def _frames(self, part: SoundSelection) -> tuple[int, int]:
        return min(round(part.start * self._rate), len(self._samples)), min(round(part.end * self._rate), len(self._samples))

    def _start(self, turn: int, rate: int, channels: int) -> None:
        def pull(frames: int) -> np.ndarray | None:
            return self._pulled(turn, frames)

        try:
            self.output.start(pull, rate, channels)
        except Exception as error:  # whatever a driver raises
            self._lose(error)
            self.output.start(pull, rate, channels)

    def _lose(self, error: Exception) -> None:
        """Let go of an output that failed; from now on there is the clock."""
        self.output = SilentPcmOutput()
        self._lost(error)

    def _pulled(self, turn: int, frames: int) -> np.ndarray | None:
        """The next `frames` frames, silence behind the last; None when there are no more. The output's thread calls this."""
        with self._lock:
            if turn != self._turn or not self._playing:
                return None
            samples = np.zeros((frames, self._samples.shape[1]), np.float32)
            filled, (first, last) = 0, self._span
            while filled < frames and self._playing:
                if self._at >= last and self._loops:
                    self._at = first
                step = max(0, min(frames - filled, last - self._at))
                samples[filled : filled + step] = self._samples[self._at : self._at + step]
                self._at, filled = self._at + step, filled + step
                self._playing = self._loops or self._at < last
            samples *= self._volume
            ended = not self._playing
        if ended:
            self._finished()
        return samples
