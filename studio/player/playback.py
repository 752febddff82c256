"""Playing a score: one thread that hands events on at their time, while the score may change under it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence

import numpy as np

from studio.media import Score
from studio.player.outputs import Guarded, Output, SilentOutput
from studio.player.timeline import CLICK_CHANNEL, EVENT, OFF, ON, PROGRAM, Timeline

TURN_SECONDS = 0.004
TAIL_SECONDS = 1.0  # of ringing out behind the last note before playing stops by itself


class Player:
    """`position` says where it plays, in ticks. All methods may be called from any thread and return at once.

    An output that fails is let go of, and `lost` is called with the reason, on whatever thread met it; the playhead goes on in silence.
    """

    def __init__(
        self, output: Output | None = None, finished: Callable[[], None] | None = None, threaded: bool = True,
        lost: Callable[[Exception], None] = lambda error: None,
    ) -> None:  # fmt: skip
        self._lost = lost
        self.output: Output = Guarded(output or SilentOutput(), lost)
        self._finished = finished
        self._threaded = threaded
        self._lock = threading.RLock()
        self._timeline = Timeline(Score())
        self._loop: tuple[float, float] | None = None
        self._playing = False
        self._base = 0.0  # the output's time of second 0 of the score
        self._next = 0
        self._sent = 0.0  # the second of the score up to which events have gone out
        self._sounding: set[tuple[int, int]] = set()
        self._thread: threading.Thread | None = None
        self._wake = threading.Event()
        self._closed = False
        self._wanted: tuple[Score, tuple[bool, ...], tuple[int, int] | None, bool] | None = None

    @property
    def playing(self) -> bool:
        return self._playing

    def set_output(self, output: Output) -> None:
        """Let the sound come from elsewhere; what sounds on the old one is ended."""
        with self._lock:
            seconds = self._seconds()
            self.output.silence()
            self.output = Guarded(output, self._lost)
            self._sounding.clear()
            if self._playing:
                self._start_at(seconds)

    def play(self, score: Score, audible: Sequence[bool], tick: float, loop: tuple[int, int] | None = None, clicks: bool = False) -> None:
        """Begin at `tick`; with a `loop` in ticks go round in it, from wherever playing began before its end."""
        with self._lock:
            self._wanted = None
            self._timeline = Timeline(score, audible, clicks)
            self._set_loop(loop)
            self._playing = True
            self._start_at(float(score.seconds_at(round(tick))))
        self._run()

    def update(self, score: Score, audible: Sequence[bool], loop: tuple[int, int] | None = None, clicks: bool = False) -> None:
        """Go on with a changed score from where it plays, at the next turn; of several changes the newest counts."""
        if self._playing:
            self._wanted = (score, tuple(audible), loop, clicks)

    def stop(self) -> float:
        """Be silent; gives the tick where it stopped."""
        with self._lock:
            tick = self.position()
            self._playing = False
            self._sounding.clear()
            self.output.silence()
        return tick

    def position(self) -> float:
        """The tick that is heard now."""
        with self._lock:
            return float(self._timeline.score.ticks_at(max(0.0, self._seconds())))

    def sounding(self) -> frozenset[tuple[int, int]]:
        """(track, pitch) of what sounds now."""
        with self._lock:
            return frozenset(each for each in self._sounding if each[0] != CLICK_CHANNEL)

    def turn(self) -> None:
        """Send what is due. The thread calls this; without a thread the caller does."""
        told = False
        with self._lock:
            if not self._playing:
                return
            if self._wanted is not None:
                wanted, self._wanted = self._wanted, None
                self._change(*wanted)
            now = self._seconds()
            stop = self._loop[1] if self._loop is not None else now + 1
            self._send_until(min(now, stop))
            if self._loop is not None and now >= self._loop[1] > self._loop[0]:
                self._end_all()
                self._base += self._loop[1] - self._loop[0]
                self._next = self._timeline.place(self._loop[0])
                self._chase(self._loop[0])
                self._send_until(self._seconds())
            elif self._loop is None and now > self._timeline.end + TAIL_SECONDS and not self._sounding:
                self._playing, told = False, True
        if told and self._finished is not None:
            self._finished()

    def preview(self, channel: int, program: int, drums: bool, pitch: int, velocity: int) -> None:
        """Begin a single note; velocity 0 ends it."""
        event = np.zeros(1, EVENT)[0]
        event["kind"], event["channel"], event["first"], event["second"] = (ON if velocity else OFF), channel, pitch, velocity
        with self._lock:
            if velocity and not self._playing:  # while it plays, the channel has the instrument of the place where it plays
                self.output.programs([(channel, program, drums)])
            self.output.send(event)

    def close(self) -> None:
        """Stop for good and let go of the output."""
        self.stop()
        self._closed = True
        self._wake.set()
        if self._thread is not None:
            self._thread.join(2)
        self.output.close()

    # Inside.

    def _seconds(self) -> float:
        return self.output.now() - self._base

    def _change(self, score: Score, audible: tuple[bool, ...], loop: tuple[int, int] | None, clicks: bool) -> None:
        """Play another score from the tick that is heard now; notes that are no longer there end."""
        sent = round(float(self._timeline.score.ticks_at(max(0.0, self._sent))))
        made = Timeline(score, audible, clicks)
        tick = self.position()
        self._timeline = made
        self._set_loop(loop)
        self._base = self.output.now() - float(score.seconds_at(tick))
        self._sent = float(score.seconds_at(sent))
        self._next = made.after(self._sent)
        self._chase(self._sent, (PROGRAM,))
        self._end_lost()

    def _set_loop(self, loop: tuple[int, int] | None) -> None:
        if loop is None:
            self._loop = None
        else:
            start, stop = (float(self._timeline.score.seconds_at(tick)) for tick in loop)
            self._loop = (start, stop) if stop - start > 0.01 else None

    def _start_at(self, seconds: float) -> None:
        if self._loop is not None and seconds >= self._loop[1]:
            seconds = self._loop[0]
        self.output.silence()
        self._sounding.clear()
        self._chase(seconds)
        self._next, self._sent = self._timeline.place(seconds), seconds - 1e-6  # what begins right there is still to come
        self._base = self.output.now() - seconds

    def _chase(self, seconds: float, kinds: tuple[int, ...] = ()) -> None:
        """Let instruments, controls and bends stand as they do there."""
        self.output.programs(self._timeline.programs())
        for event in self._timeline.chase(seconds):
            if not kinds or event["kind"] in kinds:
                self.output.send(event)

    def _send_until(self, seconds: float) -> None:
        events, self._sent = self._timeline.events, seconds
        while self._next < len(events) and events["at"][self._next] <= seconds:
            event = events[self._next]
            self._next += 1
            key = (int(event["channel"]), int(event["first"]))
            if event["kind"] == ON:
                self._sounding.add(key)
            elif event["kind"] == OFF:
                self._sounding.discard(key)
            self.output.send(event)

    def _end_all(self) -> None:
        for channel, pitch in tuple(self._sounding):
            self._end(channel, pitch)

    def _end_lost(self) -> None:
        """End what sounds and will not be ended by an event to come."""
        rest = self._timeline.events[self._next :]
        ends = rest[rest["kind"] == OFF]
        coming = {(key // 256, key % 256) for key in np.unique(ends["channel"].astype(np.int64) * 256 + ends["first"]).tolist()}
        for channel, pitch in tuple(self._sounding):
            if (channel, pitch) not in coming or not (channel >= len(self._timeline.audible) or self._timeline.audible[channel]):
                self._end(channel, pitch)

    def _end(self, channel: int, pitch: int) -> None:
        event = np.zeros(1, EVENT)[0]
        event["kind"], event["channel"], event["first"] = OFF, channel, pitch
        self.output.send(event)
        self._sounding.discard((channel, pitch))

    def _run(self) -> None:
        if not self._threaded:
            return
        if self._thread is None:
            self._thread = threading.Thread(target=self._work, name="atelier-player", daemon=True)
            self._thread.start()
        self._wake.set()

    def _work(self) -> None:
        while not self._closed:
            if not self._playing:
                self._wake.wait()
                self._wake.clear()
                continue
            self.turn()
            if self._wake.wait(TURN_SECONDS):
                self._wake.clear()  # left set, it would turn without a pause as long as it plays
