"""What a hand does to notes: chosen ones change, the others do not, and nothing leaves the range of MIDI."""

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.media.score import CONTROL, NOTE, PROGRAM, Score, Track, editing
from studio.media.score.maps import metre_at, setting_of, tempo_at, with_instrument, with_metre, with_setting, with_tempo, without_tempo
from studio.media.score.theory import INSTRUMENTS, chord_name, pitch_name, scale_classes

ROWS = st.lists(st.tuples(st.integers(0, 5000), st.integers(1, 900), st.integers(0, 127), st.integers(1, 127)), max_size=20, unique=True)


def notes(*rows: tuple[int, int, int, int]) -> np.ndarray:
    return np.array(list(rows), NOTE) if rows else np.zeros(0, NOTE)


def everything(table: np.ndarray) -> np.ndarray:
    return np.ones(len(table), bool)


OPERATIONS: list[Callable[[np.ndarray, np.ndarray], editing.Edited]] = [
    lambda n, m: editing.moved(n, m, -700, 30),
    lambda n, m: editing.resized(n, m, -500, 5),
    lambda n, m: editing.resized(n, m, 300, 1, at_start=True),
    lambda n, m: editing.split(n, m, 400),
    lambda n, m: editing.joined(n, m),
    lambda n, m: editing.quantised(n, m, 120, 0.8, 0.5, ends=True),
    lambda n, m: editing.humanised(n, m, 30, 20, 1),
    lambda n, m: editing.legato(n, m),
    lambda n, m: editing.with_velocity(n, m, 300),
    lambda n, m: editing.snapped_to_scale(n, m, scale_classes(0, "Major")),
    lambda n, m: editing.duplicated(n, m, 480),
    lambda n, m: editing.removed(n, m),
]


@pytest.mark.parametrize("work", OPERATIONS)
@given(rows=ROWS, data=st.data())
def test_every_edit_keeps_notes_valid_and_leaves_the_others_alone(work, rows, data) -> None:  # type: ignore[no-untyped-def]
    table = Track(notes=notes(*rows)).notes
    mask = np.array(data.draw(st.lists(st.booleans(), min_size=len(table), max_size=len(table))), bool)
    after, chosen = work(table, mask)
    assert Track(notes=after).notes.tolist() == Track(notes=after).notes.tolist()
    assert len(after) == len(chosen)
    left = after[~chosen].tolist()
    assert set(map(tuple, table[~mask].tolist())) <= set(map(tuple, after.tolist())) or len(left) == 0


def test_notes_move_together_and_stop_at_the_edge() -> None:
    table = notes((100, 50, 60, 80), (300, 50, 64, 80))
    after, _ = editing.moved(table, everything(table), -200, 100)
    assert after.tolist() == [(0, 50, 123, 80), (200, 50, 127, 80)]


def test_a_note_is_split_where_it_sounds_and_joined_again() -> None:
    table = notes((0, 480, 60, 80))
    halves, chosen = editing.split(table, everything(table), 240)
    assert halves.tolist() == [(0, 240, 60, 80), (240, 240, 60, 80)]
    assert editing.joined(halves, chosen)[0].tolist() == table.tolist()


def test_quantise_draws_by_its_strength_and_swing_makes_off_beats_late() -> None:
    table = notes((130, 100, 60, 80), (10, 100, 60, 80))
    assert editing.quantised(table, everything(table), 120)[0]["tick"].tolist() == [0, 120]
    assert editing.quantised(table, everything(table), 120, 0.5)[0]["tick"].tolist() == [5, 125]
    assert editing.quantised(table, everything(table), 120, swing=1)[0]["tick"].tolist() == [0, 160]


def test_legato_lasts_until_the_next_onset_and_chords_end_together() -> None:
    table = notes((0, 10, 60, 80), (0, 20, 64, 80), (480, 10, 62, 80))
    assert editing.legato(table, everything(table))[0]["length"].tolist() == [480, 480, 10]


def test_a_line_of_controls_replaces_what_lay_there() -> None:
    table = np.array([(0, 7, 100), (50, 7, 20), (900, 7, 60)], [("tick", "<i4"), ("number", "u1"), ("value", "u1")])
    drawn = editing.line_of(table, 40, 80, 0, 40, 20, 7)
    assert drawn.tolist() == [(0, 7, 100), (40, 7, 0), (60, 7, 20), (80, 7, 40), (900, 7, 60)]


def test_tempo_metre_and_volume_are_written_and_read() -> None:
    score = with_tempo(Score((Track(notes=notes((0, 4000, 60, 80))),)), 1920, 90)
    assert (round(tempo_at(score, 0)), round(tempo_at(score, 2000))) == (120, 90)
    assert round(tempo_at(without_tempo(score, 1920), 2000)) == 120
    waltz = with_metre(score, 2500, 3, 4)
    assert (metre_at(waltz, 1919).beats, metre_at(waltz, 1920).beats) == (4, 3)
    track = with_setting(Track(), 7, 33)
    assert setting_of(track, 7) == 33
    assert setting_of(with_setting(track, 7, 44), 7) == 44
    assert setting_of(Track(), 10) == 64


def test_chords_and_pitches_have_their_names() -> None:
    assert [chord_name(each) for each in ((60, 64, 67), (64, 67, 72), (57, 60, 64, 67), (60,), (60, 61, 62))] == ["C", "C/E", "Am7", "", ""]
    assert (pitch_name(60), pitch_name(21)) == ("C4", "A0")
    assert len(INSTRUMENTS) == 128


def test_an_instrument_that_is_chosen_holds_for_the_whole_track() -> None:
    changes, controls = np.array([(480, 68)], PROGRAM), np.array([(0, 0, 8), (0, 7, 90)], CONTROL)
    track = with_instrument(Track("Doubling", 73, programs=changes, controls=controls), 40, False)
    assert (track.program, track.programs.tolist(), track.controls.tolist()) == (40, [], [(0, 7, 90)])
