"""Sounds are played, paused, looped and lost as a person expects; the output is pulled by hand, so that no clock is waited for."""

from __future__ import annotations

import threading

import numpy as np
import pytest

from studio.media import Sound, SoundSelection
from studio.player import PlayerError, SoundPlayer
from studio.player.pcm_outputs import Pull, SilentPcmOutput, _opened, _stream, best_output

RATE = 1000
RAMP = Sound(np.arange(1, 1001, dtype=np.float32) / 1000, RATE)  # each frame tells its place
PATIENCE = 60


class Hand:
    """An output that asks when the test does."""

    def __init__(self) -> None:
        self.pull: Pull | None = None
        self.kind = (0, 0)

    def start(self, pull: Pull, rate: int, channels: int) -> None:
        self.pull, self.kind = pull, (rate, channels)

    def stop(self) -> None:
        self.pull = None

    def close(self) -> None:
        self.stop()

    def heard(self, frames: int) -> list[int]:
        """Which frames of the ramp come next, 0 for silence."""
        assert self.pull is not None
        samples = self.pull(frames)
        return [] if samples is None else np.rint(samples[:, 0] * 1000).astype(int).tolist()


@pytest.fixture
def hand() -> Hand:
    return Hand()


def player(hand: Hand, sound: Sound = RAMP, **calls) -> SoundPlayer:
    made = SoundPlayer(hand, **calls)
    made.load(sound)
    return made


def test_it_plays_to_the_end_and_says_so_once(hand: Hand) -> None:
    told: list[bool] = []
    playing = player(hand, finished=lambda: told.append(True))
    playing.play()
    assert hand.kind == (RATE, 1) and hand.heard(600) == list(range(1, 601)) and playing.position() == 0.6
    assert hand.heard(600) == [*range(601, 1001), *[0] * 200] and told == [True]
    assert not playing.playing and hand.heard(10) == [] and told == [True]
    playing.play()
    assert hand.heard(3) == [1, 2, 3]


def test_pausing_and_seeking_go_on_from_there(hand: Hand) -> None:
    playing = player(hand)
    playing.play()
    hand.heard(100)
    stale = hand.pull
    assert playing.pause() == 0.1 and not playing.playing and hand.pull is None
    assert stale is not None and stale(5) is None  # an output that has not heard yet
    playing.seek(0.5)
    playing.play()
    assert hand.heard(2) == [501, 502]
    playing.seek(0.2)
    assert hand.heard(2) == [201, 202]
    playing.seek(99)
    assert playing.position() == 1.0


def test_a_part_is_played_alone_and_goes_round(hand: Hand) -> None:
    playing = player(hand)
    playing.choose(SoundSelection(0.1, 0.104))
    playing.play()
    assert hand.heard(6) == [101, 102, 103, 104, 0, 0] and not playing.playing
    playing.choose(SoundSelection(0.1, 0.104), loop=True)
    playing.play()
    assert hand.heard(10) == [101, 102, 103, 104, 101, 102, 103, 104, 101, 102]
    playing.choose(None)
    assert hand.heard(4) == [103, 104, 105, 106]


def test_volume_and_channels(hand: Hand) -> None:
    playing = player(hand, Sound(np.full((100, 2), 0.5, np.float32), RATE))
    playing.volume = 0.5
    playing.play()
    assert hand.kind == (RATE, 2) and hand.pull is not None
    samples = hand.pull(10)
    assert samples is not None and samples.shape == (10, 2) and samples.dtype == np.float32 and samples.max() == 0.25
    playing.volume = 7
    assert playing.volume == 1
    six = np.zeros((100, 6), np.float32)
    six[:, 0] = 0.6
    playing.load(Sound(six, RATE))
    playing.play()
    assert hand.kind == (RATE, 1) and np.allclose(hand.pull(1), 0.1)


def test_nothing_to_play_ends_at_once(hand: Hand) -> None:
    told: list[bool] = []
    playing = player(hand, Sound(np.zeros((0, 1), np.float32), RATE), finished=lambda: told.append(True))
    playing.choose(None, loop=True)
    playing.play()
    assert told == [True] and not playing.playing


def test_a_card_that_fails_is_told_and_the_playhead_goes_on(hand: Hand) -> None:
    class Broken(Hand):
        def start(self, pull: Pull, rate: int, channels: int) -> None:
            raise PlayerError("The sound card cannot be opened.")

    told: list[Exception] = []
    ended = threading.Event()
    playing = SoundPlayer(Broken(), finished=ended.set, lost=told.append)
    playing.load(Sound(np.zeros((50, 1), np.float32), RATE))
    playing.play()
    assert ended.wait(PATIENCE) and [str(each) for each in told] == ["The sound card cannot be opened."]
    assert isinstance(playing.output, SilentPcmOutput) and playing.position() == 0.05
    playing.close()


def test_a_card_that_is_pulled_out_is_told_when_it_is_stopped(hand: Hand) -> None:
    class Gone(Hand):
        def stop(self) -> None:
            raise OSError("no such device")

        def close(self) -> None:
            raise OSError("no such device")

    told: list[str] = []
    playing = SoundPlayer(Gone(), lost=lambda error: told.append(str(error)))
    playing.load(RAMP)
    assert told == ["no such device"] and isinstance(playing.output, SilentPcmOutput)
    playing.output = Gone()
    assert playing.pause() == 0 and len(told) == 2
    playing.output = Gone()
    playing.close()


def test_the_clock_pulls_until_it_is_stopped() -> None:
    pulled = threading.Event()
    frames: list[int] = []

    def pull(wanted: int) -> np.ndarray | None:
        frames.append(wanted)
        pulled.set()
        return np.zeros((wanted, 1), np.float32)

    output = SilentPcmOutput()
    output.start(pull, RATE, 1)
    assert pulled.wait(PATIENCE)
    output.stop()
    count = len(frames)
    assert all(each > 0 for each in frames) and output._thread is None
    output.close()
    assert len(frames) == count


def test_without_a_card_there_is_the_clock(monkeypatch) -> None:
    monkeypatch.setattr("studio.player.pcm_outputs.drivers", lambda: ())
    assert isinstance(best_output(), SilentPcmOutput)


def test_the_card_is_fed_bytes_of_floats_until_there_are_no_more() -> None:
    blocks = [np.full((4, 2), 0.5, np.float32), None]
    stream = _stream(lambda frames: blocks.pop(0))
    assert next(stream) == b"" and np.frombuffer(stream.send(4), np.float32).tolist() == [0.5] * 8
    with pytest.raises(StopIteration):
        stream.send(4)


def test_a_card_that_cannot_be_opened_says_so(monkeypatch) -> None:
    import miniaudio

    def refuse(*_: object, **__: object) -> None:
        raise miniaudio.MiniaudioError("failed to init device", -1)

    monkeypatch.setattr(miniaudio, "PlaybackDevice", refuse)
    with pytest.raises(PlayerError, match="The sound card cannot be opened"):
        _opened(44_100, 2)
