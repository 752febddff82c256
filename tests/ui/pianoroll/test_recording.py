"""Playing into the roll from a MIDI keyboard: live, step by step, and when it is pulled out."""

import pytest

from studio.ui.pianoroll.recording import NO_KEYBOARD
from tests.player.test_playback import FakeMidi

BEAT = 480


@pytest.fixture
def recording(roll):  # type: ignore[no-untyped-def]
    roll.playing.recording.driver = FakeMidi()
    roll.playing.sounding.player._threaded = False
    return roll.playing.recording


def notes(roll) -> list:
    return roll.state.document.sheet.score.tracks[0].notes.tolist()


def test_a_take_is_written_down_as_one_step(roll, recording) -> None:
    roll.playing.transport.record.setChecked(True)
    assert roll.playing.sounding.playing
    recording.heard(0, 60, 90)
    recording.heard(100, 64, 80)
    recording.heard(480, 60, 0)
    recording.heard(500, 64, 0)
    roll.playing.transport.record.setChecked(False)
    assert notes(roll) == [(0, 480, 60, 90), (100, 400, 64, 80)]
    assert not roll.playing.sounding.playing
    assert roll.undo() and notes(roll) == []


def test_steps_are_written_at_the_playhead(roll, recording) -> None:
    roll.playing.transport.step.setChecked(True)
    for pitch in (60, 64):
        recording.heard(0, pitch, 90)
    for pitch in (60, 64):
        recording.heard(0, pitch, 0)
    recording.heard(0, 67, 80)
    recording.heard(0, 67, 0)
    assert notes(roll) == [(0, 120, 60, 90), (0, 120, 64, 90), (120, 120, 67, 80)]
    assert roll.state.playhead == 240


def test_pulling_the_keyboard_out_keeps_what_was_played(window, roll, recording) -> None:
    roll.playing.transport.record.setChecked(True)
    recording.heard(0, 60, 90)
    recording.heard(240, 60, 0)
    recording.driver.there = []
    recording.look()
    assert notes(roll) == [(0, 240, 60, 90)]
    assert "“Keys” is gone" in window.notice.text()
    assert not roll.playing.transport.record.isChecked() and not roll.playing.sounding.playing


def test_without_a_keyboard_the_button_says_so(window, roll, recording) -> None:
    recording.driver.there = []
    roll.playing.transport.record.setChecked(True)
    assert window.notice.text() == NO_KEYBOARD
    assert not roll.playing.transport.record.isChecked()


def test_playing_through_a_port_and_its_going(window, roll, recording) -> None:
    recording.choose_output("Keys", roll.playing.sounding.own_output)
    roll.playing.sounding.audition(60, 90)
    assert b"\x90\x3c\x5a" in recording.driver.sent
    recording.driver.there = []
    recording.look()
    assert "“Keys” is gone" in window.notice.text()
    roll.playing.sounding.audition(62, 90)
