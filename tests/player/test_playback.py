"""Playing: events go out at their time, in the loop, with what was edited meanwhile; ports come and go."""

import numpy as np
import pytest

from studio.media.score import CONTROL, NOTE, Score, Tempo, Track
from studio.media.score import PROGRAM as PROGRAMS
from studio.player import Player, PlayerError, Timeline
from studio.player.outputs import SilentOutput
from studio.player.playback import TURN_SECONDS
from studio.player.ports import KeyboardInput, PortOutput
from studio.player.timeline import BEND, CLICK_CHANNEL, OFF, ON, PROGRAM
from studio.player.timeline import CONTROL as SET

BEAT = 480


class Heard(SilentOutput):
    """Keeps what it is sent; its clock is set by hand."""

    def __init__(self) -> None:
        self.time = 0.0
        self.events: list[tuple[int, int, int, int]] = []
        self.silences = 0

    def now(self) -> float:
        return self.time

    def send(self, event: np.void) -> None:
        self.events.append((int(event["kind"]), int(event["channel"]), int(event["first"]), int(event["second"])))

    def silence(self) -> None:
        self.silences += 1

    def take(self) -> list[tuple[int, int, int, int]]:
        events, self.events = self.events, []
        return events


def tune(*pitches: int, **more: object) -> Score:
    notes = np.array([(BEAT * n, BEAT, pitch, 80) for n, pitch in enumerate(pitches)], NOTE)
    return Score((Track(notes=notes),), **more)  # type: ignore[arg-type]


def go(player: Player, output: Heard, seconds: float) -> list[tuple[int, int, int, int]]:
    output.time += seconds
    player.turn()
    return output.take()


@pytest.fixture
def output() -> Heard:
    return Heard()


@pytest.fixture
def player(output: Heard) -> Player:
    return Player(output, threaded=False)


def test_notes_begin_and_end_at_their_time(player: Player, output: Heard) -> None:
    player.play(tune(60, 62), (True,), 0)
    assert go(player, output, 0.0) == [(ON, 0, 60, 80)]
    assert go(player, output, 0.4) == []
    assert go(player, output, 0.1) == [(OFF, 0, 60, 0), (ON, 0, 62, 80)]
    assert player.position() == BEAT
    assert player.sounding() == {(0, 62)}


def test_playing_stops_by_itself_behind_the_end(output: Heard) -> None:
    told = []
    player = Player(output, finished=lambda: told.append(True), threaded=False)
    player.play(tune(60), (True,), 0)
    go(player, output, 0.6)
    assert player.playing
    go(player, output, 1.0)
    assert not player.playing and told == [True]


def test_a_tempo_map_is_followed(player: Player, output: Heard) -> None:
    player.play(tune(60, 62, 64, tempos=(Tempo(0, 500_000), Tempo(BEAT, 250_000))), (True,), 0)
    go(player, output, 0.5)
    assert (ON, 0, 64, 80) in go(player, output, 0.25)


def test_the_loop_goes_round(player: Player, output: Heard) -> None:
    player.play(tune(60, 62, 64, 65), (True,), 0, (0, 2 * BEAT))
    go(player, output, 0.9)
    assert (ON, 0, 60, 80) in go(player, output, 0.15)
    assert player.position() == pytest.approx(0.05 * 2 * BEAT)
    assert (ON, 0, 64, 80) not in go(player, output, 0.5)


def test_muted_tracks_are_not_heard_and_an_edit_is_heard_at_once(player: Player, output: Heard) -> None:
    player.play(tune(60, 62, 64), (True,), 0)
    go(player, output, 0.1)
    player.update(tune(60, 70, 64), (True,))
    assert (ON, 0, 70, 80) in go(player, output, 0.45)
    player.update(tune(60, 70, 64), (False,))
    assert go(player, output, 0.0) == [(OFF, 0, 70, 0)]
    assert go(player, output, 0.6) == []


def test_a_note_that_is_deleted_while_it_sounds_ends(player: Player, output: Heard) -> None:
    player.play(tune(60, 62), (True,), 0)
    go(player, output, 0.1)
    player.update(tune(), (True,))
    assert go(player, output, 0.0) == [(OFF, 0, 60, 0)]


def test_beginning_in_the_middle_sets_controls_as_they_stand_there(player: Player, output: Heard) -> None:
    controls = np.array([(0, 7, 100), (100, 7, 60), (200, 64, 127), (4000, 7, 1)], CONTROL)
    score = Score((Track(notes=np.array([(0, 4800, 60, 80)], NOTE), controls=controls),))
    player.play(score, (True,), 1000)
    assert sorted(output.take()) == [(SET, 0, 7, 60), (SET, 0, 64, 127)]


def test_the_metronome_marks_the_first_beat(player: Player, output: Heard) -> None:
    player.play(tune(60), (True,), 0, clicks=True)
    clicks = [event for event in go(player, output, 0.0) + go(player, output, 0.55) if event[:2] == (ON, CLICK_CHANNEL)]
    assert [event[2] for event in clicks] == [76, 77]


def test_stop_says_where_and_is_silent(player: Player, output: Heard) -> None:
    player.play(tune(60, 62), (True,), 0)
    go(player, output, 0.25)
    before = output.silences
    assert player.stop() == pytest.approx(BEAT / 2)
    assert output.silences == before + 1
    assert go(player, output, 1.0) == []


def test_a_thread_plays_and_ends(output: Heard) -> None:
    import threading

    done = threading.Event()
    player = Player(SilentOutput(), finished=done.set)
    player.play(Score((Track(notes=np.array([(0, 10, 60, 80)], NOTE)),)), (True,), 0)
    assert done.wait(30)
    player.close()


def test_the_thread_rests_between_turns(monkeypatch: pytest.MonkeyPatch) -> None:
    """A turn every few milliseconds at most, however fast the machine is: a slow one only turns less often."""
    import threading
    import time

    turns, done = [], threading.Event()
    turn = Player.turn
    monkeypatch.setattr(Player, "turn", lambda self: (turns.append(time.monotonic()), turn(self))[1])
    player = Player(SilentOutput(), finished=done.set)
    player.play(Score((Track(notes=np.array([(0, 10, 60, 80)], NOTE)),)), (True,), 0)
    assert done.wait(30)
    player.close()
    assert len(turns) <= 3 + (turns[-1] - turns[0]) / TURN_SECONDS


def test_a_timeline_holds_ends_before_beginnings() -> None:
    score = tune(60, 60)
    kinds = Timeline(score).events["kind"].tolist()
    assert kinds == [ON, OFF, ON, OFF]


class FakeMidi:
    """A driver whose ports are plugged in and out by hand."""

    def __init__(self) -> None:
        self.there = ["Keys"]
        self.sent: list[bytes] = []
        self.closed = 0
        self.received = lambda message: None

    def inputs(self) -> list[str]:
        return self.there

    def outputs(self) -> list[str]:
        return self.there

    def open_input(self, name: str, received) -> "FakeMidi":  # type: ignore[no-untyped-def]
        if name not in self.there:
            raise PlayerError(f"The MIDI port “{name}” cannot be opened.")
        self.received = received
        return self

    def open_output(self, name: str) -> "FakeMidi":
        return self

    def send(self, message: bytes) -> None:
        self.sent.append(message)

    def close(self) -> None:
        self.closed += 1


def test_a_keyboard_tells_notes_and_when_it_is_gone() -> None:
    driver, heard = FakeMidi(), []
    keyboard = KeyboardInput(driver, "Keys", lambda at, pitch, velocity: heard.append((pitch, velocity)))
    for message in (b"\x90\x3c\x40", b"\x90\x3c\x00", b"\x80\x3c\x40", b"\xf8", b"\x90\x3c", b"\xb0\x40\x7f"):
        driver.received(message)
    assert heard == [(60, 64), (60, 0), (60, 0)]
    assert keyboard.plugged()
    driver.there = []
    assert not keyboard.plugged()


def test_an_output_gives_tracks_channels_and_drums_the_tenth() -> None:
    driver = FakeMidi()
    port = PortOutput(driver, "Keys")
    port.programs([(0, 40, False), (1, 0, True), (2, 56, False)])
    assert driver.sent == [b"\xc0\x28", b"\xc9\x00", b"\xc1\x38"]
    events = Timeline(tune(60)).events
    port.send(events[0])
    bend = events[:1].copy()
    bend["kind"], bend["first"] = BEND, -8192
    port.send(bend[0])
    assert driver.sent[3:] == [b"\x90\x3c\x50", b"\xe0\x00\x00"]


class Pulled(Heard):
    """A port that is pulled out: whatever is asked of it fails from then on."""

    def __init__(self, what: str) -> None:
        super().__init__()
        self.what, self.gone = what, False

    def _fail(self, what: str) -> None:
        if self.gone and self.what in (what, "everything"):
            raise RuntimeError("MidiOutAlsa: port is gone")

    def now(self) -> float:
        self._fail("now")
        return super().now()

    def send(self, event: np.void) -> None:
        self._fail("send")
        super().send(event)

    def silence(self) -> None:
        self._fail("silence")
        super().silence()


@pytest.mark.parametrize("what", ["now", "send", "silence", "everything"])
def test_an_output_that_is_pulled_out_ends_neither_the_playing_nor_the_player(what: str) -> None:
    lost: list[Exception] = []
    output = Pulled(what)
    player = Player(output, threaded=False, lost=lost.append)
    player.play(tune(60, 62, 64, 65), (True,), 0)
    go(player, output, 0.6)
    output.gone = True
    output.time += 0.5
    player.turn()
    before = player.position()
    player.turn()
    assert player.playing and player.position() >= before
    player.stop()
    assert [str(error) for error in lost] == ["MidiOutAlsa: port is gone"]
    other = Heard()
    player.set_output(other)
    player.play(tune(60), (True,), 0)
    assert (ON, 0, 60, 80) in go(player, other, 0.1)


def two_instruments() -> Score:
    notes = np.array([(BEAT * n, BEAT, 60 + n, 80) for n in range(4)], NOTE)
    return Score((Track("Doubling", 73, notes=notes, programs=np.array([(2 * BEAT, 68)], PROGRAMS)),))


def test_a_change_of_instrument_is_told_before_the_note_that_it_is_for(player: Player, output: Heard) -> None:
    player.play(two_instruments(), (True,), 0)
    events = go(player, output, 1.0)
    assert events[-2:] == [(PROGRAM, 0, 68, 0), (ON, 0, 62, 80)]


def test_playing_from_the_middle_has_the_instrument_of_that_place(player: Player, output: Heard) -> None:
    player.play(two_instruments(), (True,), 3 * BEAT)
    assert output.take() == [(PROGRAM, 0, 68, 0)]


def test_a_loop_begins_again_with_the_instrument_of_its_beginning(player: Player, output: Heard) -> None:
    programs: list[list[tuple[int, int, bool]]] = []
    output.programs = programs.append  # type: ignore[method-assign, assignment]
    player.play(two_instruments(), (True,), 0, (BEAT, 3 * BEAT))
    go(player, output, 1.5)
    assert programs[-1][0] == (0, 73, False)


def test_an_edit_while_it_plays_leaves_the_instrument_as_it_stands(player: Player, output: Heard) -> None:
    player.play(two_instruments(), (True,), 0)
    go(player, output, 1.2)
    player.update(two_instruments(), (True,))
    assert go(player, output, 0.01) == [(PROGRAM, 0, 68, 0)]
