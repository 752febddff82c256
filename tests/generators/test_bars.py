"""Scores cut into bars on the models' grid, and back."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from studio.generators.parts.bars import (
    COARSE,
    DRUMS,
    GRID,
    LENGTHS,
    LONGEST_BAR,
    bars_of,
    key_number,
    ordered,
    score_of,
    transposed_keys,
)
from studio.media import Score
from studio.media.score import NOTE, Key, Metre, Tempo, Track

METRES = st.sampled_from([(4, 4), (3, 4), (6, 8), (2, 2), (4, 2), (5, 8), (16, 4)])


@st.composite
def scores(draw: st.DrawFn) -> Score:
    """Scores that lie on the grid: what the models can say."""
    tracks = []
    for _ in range(draw(st.integers(1, 4))):
        notes = draw(
            st.lists(
                st.tuples(st.integers(0, 40 * GRID), st.sampled_from(LENGTHS.tolist()), st.integers(0, 127), st.integers(1, 127)),
                max_size=30,
            )
        )
        alone = {(tick, pitch): (tick, length, pitch, velocity) for tick, length, pitch, velocity in notes}
        tracks.append(Track("", draw(st.integers(0, 127)), notes=np.array(list(alone.values()), NOTE)))
    beats, unit = draw(METRES)
    keys = draw(st.lists(st.builds(Key, st.just(0), st.integers(-7, 7), st.booleans()), max_size=1))
    return Score(tuple(tracks), GRID, (Tempo(0, draw(st.integers(200_000, 2_000_000))),), (Metre(0, beats, unit),), tuple(keys))


@given(scores())
@settings(max_examples=60)
def test_a_score_on_the_grid_comes_back_note_for_note(score: Score) -> None:
    bars = bars_of(score, range(len(score.tracks)))
    again = score_of(bars, GRID)
    assert [track.notes.tolist() for track in again.tracks] == [track.notes.tolist() for track in score.tracks]
    assert (again.tempos, again.keys) == (score.tempos, score.keys)
    assert [track.program for track in again.tracks] == [track.program for track in score.tracks]
    assert np.array_equal(bars_of(again, range(len(score.tracks))).starts, bars.starts)


@given(scores(), st.integers(0, 20), st.integers(1, 10))
@settings(max_examples=40)
def test_some_bars_cut_out_hold_their_own_notes(score: Score, first: int, count: int) -> None:
    bars = bars_of(score, range(len(score.tracks)), 50 * GRID)
    first = min(first, len(bars) - 1)
    cut = bars.between(first, min(first + count, len(bars)))
    inside = (bars.rows["bar"] >= first) & (bars.rows["bar"] < first + count)
    assert len(cut.rows) == inside.sum()
    assert (cut.rows["position"] < cut.lengths[cut.rows["bar"]]).all()
    assert (cut.lengths <= LONGEST_BAR).all()


def test_notes_are_read_from_the_top_and_doubles_once() -> None:
    notes = np.array([(0, 24, 60, 80), (0, 24, 67, 80), (0, 48, 60, 80)], NOTE)
    bars = bars_of(Score((Track(notes=notes), Track(notes=notes[:1])), GRID), (0, 1))
    assert bars.rows[["slot", "pitch", "length"]].tolist() == [(0, 67, 24), (0, 60, 48), (1, 60, 24)]
    assert np.array_equal(ordered(bars.rows[::-1]), bars.rows)


@pytest.mark.parametrize(("semitones", "sharps"), [(0, 0), (7, 1), (5, -1), (2, 2), (-2, -2), (6, -6), (1, -5)])
def test_transposing_moves_the_key_with_the_notes(semitones: int, sharps: int) -> None:
    minor = np.array([0, key_number(0, False), key_number(0, True)])
    assert transposed_keys(minor, semitones).tolist() == [0, key_number(sharps, False), key_number(sharps, True)]
    bars = bars_of(Score((Track(notes=np.array([(0, 24, 60, 80)], NOTE)),), GRID, keys=(Key(0, 0),)), (0,))
    moved = bars.transposed(semitones)
    assert moved.rows["pitch"].tolist() == [60 + semitones]
    assert replace(bars, rows=bars.rows).transposed(100).rows["pitch"].tolist() == [60]


def test_drums_come_back_as_drums_and_their_strokes_have_one_length() -> None:
    kit = Track("", 0, True, np.array([(0, 5, 36, 90), (24, 40, 42, 80)], NOTE))
    lead = Track("", 65, notes=np.array([(0, 24, 60, 90)], NOTE))
    bars = bars_of(Score((lead, kit), GRID), (0, 1))
    assert bars.programs == (65, DRUMS)
    assert bars.drums.tolist() == [False, True, True]
    again = score_of(bars, GRID)
    assert [track.drums for track in again.tracks] == [False, True]
    assert again.tracks[1].notes.tolist() == [(0, 1, 36, 90), (24, 1, 42, 80)]


def test_transposing_leaves_drums_where_they_are() -> None:
    kit, lead = Track("", 0, True, np.array([(0, 5, 36, 90)], NOTE)), Track("", 65, notes=np.array([(0, 24, 60, 90)], NOTE))
    moved = bars_of(Score((lead, kit), GRID), (0, 1)).transposed(3)
    assert moved.rows["pitch"].tolist() == [63, 36]


def test_what_was_played_a_little_late_is_read_where_it_was_meant() -> None:
    late = Track("", 33, notes=np.array([(1, 47, 40, 90), (97, 47, 43, 90)], NOTE))  # a forty-eighth of a beat
    bars = bars_of(Score((late,), 48), (0,), grid=COARSE)
    assert bars.rows["position"].tolist() == [0, 48]
    assert bars.rows["length"].tolist() == [24, 24]
