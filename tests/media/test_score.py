"""Scores survive MIDI whole, and bytes of any kind end in a score or in a sentence."""

import struct
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.media import MediaError, Score, ScoreSelection, medium_of
from studio.media.score import BEND, CONTROL, NOTE, Key, Marker, Metre, Tempo, Track, appended, encode_midi, load, save
from studio.media.score.drawing import drawn
from studio.media.score.midi import decode_midi

TICKS = st.integers(0, 5000)
BYTE = st.integers(0, 127)
WORDS = st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=12)


@st.composite
def tracks(draw: st.DrawFn) -> Track:
    """Any track in which a pitch never sounds twice at once, which MIDI could not tell apart."""
    notes, free = [], dict.fromkeys(range(128), 0)
    for pitch, gap, length, velocity in draw(
        st.lists(st.tuples(BYTE, st.integers(0, 900), st.integers(1, 900), st.integers(1, 127)), max_size=12)
    ):
        tick = free[pitch] + gap
        notes.append((tick, length, pitch, velocity))
        free[pitch] = tick + length
    controls = draw(st.lists(st.tuples(TICKS, BYTE, BYTE), max_size=5))
    bends = draw(st.lists(st.tuples(TICKS, st.integers(-8192, 8191)), max_size=5))
    return Track(draw(WORDS), draw(BYTE), draw(st.booleans()), np.array(notes, NOTE), np.array(controls, CONTROL), np.array(bends, BEND))


@st.composite
def scores(draw: st.DrawFn) -> Score:
    return Score(
        tuple(draw(st.lists(tracks(), max_size=4))),
        draw(st.integers(1, 32767)),
        tuple(draw(st.lists(st.builds(Tempo, TICKS, st.integers(1, 2**24 - 1)), max_size=3))),
        tuple(draw(st.lists(st.builds(Metre, TICKS, st.integers(1, 20), st.sampled_from([1, 2, 4, 8, 16])), max_size=3))),
        tuple(draw(st.lists(st.builds(Key, TICKS, st.integers(-7, 7), st.booleans()), max_size=3))),
        tuple(draw(st.lists(st.builds(Marker, TICKS, WORDS), max_size=3))),
        draw(WORDS),
    )


@given(scores(), WORDS)
def test_a_midi_file_gives_back_the_same_score_and_note(score: Score, note: str) -> None:
    again, told = decode_midi(encode_midi(score, note))
    assert again == score
    assert told == note


@given(st.binary(max_size=300))
def test_arbitrary_bytes_are_a_score_or_a_sentence(data: bytes) -> None:
    for head in (b"", b"MThd\0\0\0\6\0\1\0\1\1\xe0MTrk" + struct.pack(">I", len(data))):
        try:
            decode_midi(head + data, "x.mid")
        except MediaError as error:
            assert "x.mid" in str(error)


@given(scores(), st.data())
def test_a_damaged_file_is_a_score_or_a_sentence(score: Score, data: st.DataObject) -> None:
    hurt = bytearray(encode_midi(score, "note"))
    for _ in range(data.draw(st.integers(1, 5))):
        hurt[data.draw(st.integers(0, len(hurt) - 1))] = data.draw(st.integers(0, 255))
    try:
        decode_midi(bytes(hurt[: data.draw(st.integers(0, len(hurt)))]), "hurt.mid")
    except MediaError as error:
        assert "hurt.mid" in str(error)


def midi(*events: bytes, form: int = 1, division: int = 480) -> bytes:
    body = b"".join(events)
    return b"MThd" + struct.pack(">IHHH", 6, form, 1, division) + b"MTrk" + struct.pack(">I", len(body)) + body


END = b"\0\xff\x2f\0"


def test_running_status_and_a_velocity_of_zero_end_notes() -> None:
    score, _ = decode_midi(midi(b"\0\x90\x3c\x40", b"\x60\x3c\0", b"\0\x3e\x50", b"\x60\x3e\0", END))
    assert score.tracks[0].notes.tolist() == [(0, 96, 60, 64), (96, 96, 62, 80)]


def test_a_note_without_an_end_lasts_to_the_end_of_its_track_and_a_stray_end_is_nothing() -> None:
    score, _ = decode_midi(midi(b"\0\x80\x3c\x40", b"\x10\x90\x3c\x40", b"\x60\xff\x2f\0"))
    assert score.tracks[0].notes.tolist() == [(16, 96, 60, 64)]


def test_a_tempo_of_zero_says_nothing() -> None:
    score, _ = decode_midi(midi(b"\0\xff\x51\3\0\0\0", b"\0\x90\x3c\x40", b"\x60\x80\x3c\0", END))
    assert score.tempos == (Tempo(0),)


def test_a_riff_wrapper_is_looked_through() -> None:
    plain = midi(b"\0\x90\x3c\x40", b"\x60\x80\x3c\0", END)
    wrapped = b"RIFF" + struct.pack("<I", len(plain) + 12) + b"RMIDdata" + struct.pack("<I", len(plain)) + plain
    assert decode_midi(wrapped) == decode_midi(plain)


def test_sixteen_channels_of_a_type_0_file_become_tracks_and_the_tenth_is_drums() -> None:
    events = [bytes((0, 0x90 | channel, 60, 64)) + bytes((48, 0x80 | channel, 60, 0)) for channel in range(16)]
    score, _ = decode_midi(midi(*events, END, form=0))
    assert [track.drums for track in score.tracks] == [channel == 9 for channel in range(16)]


def test_a_change_of_instrument_between_notes_stays_in_its_track() -> None:
    score, _ = decode_midi(midi(b"\0\xc0\5\0\x90\x3c\x40\x60\x80\x3c\0", b"\0\xc0\x28\0\x90\x3c\x40\x60\x80\x3c\0", END))
    assert [(track.program, track.programs.tolist()) for track in score.tracks] == [(5, [(96, 40)])]


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "is not a MIDI file"),
        (b"MThd\0\0", "cut short"),
        (midi(END, form=2), "type 2"),
        (midi(END)[:-2], "cut short: it ends in track 1"),
        (midi(END, division=0), "a beat has no ticks"),
        (midi(b"\0\x3c\x40"), "data where an event should begin"),
        (midi(b"\0\x90\x3c"), "ends in the middle of an event"),
        (midi(b"\xff\xff\xff\xff\xff"), "more than four bytes"),
        (midi(b"\xff\xff\xff\x7f\x90\x3c\x40" * 5, END), "lasts longer"),
        (b"RIFF\0\0\0\0RMIDfact\0\0\0\0", "without MIDI"),
    ],
)
def test_what_is_broken_is_said(data: bytes, says: str) -> None:
    with pytest.raises(MediaError, match=says):
        decode_midi(data, "x.mid")


def test_more_tracks_or_events_than_a_score_takes_are_refused() -> None:
    empty = b"MTrk" + struct.pack(">I", 7) + b"\0\xc0\0" + END
    with pytest.raises(MediaError, match="129 tracks"):
        decode_midi(b"MThd" + struct.pack(">IHHH", 6, 1, 129, 480) + empty * 129)
    with pytest.raises(MediaError, match="2 million events"):
        decode_midi(midi(b"\0\xb0\1\2", b"\0\1\2" * 2_000_001))


def test_ten_million_events_are_refused_before_they_are_read() -> None:
    with pytest.raises(MediaError, match="2 million events"):
        decode_midi(midi(b"\0\xb0\1\2", b"\0\1\2" * 10_000_000))


def test_files_are_saved_and_loaded_by_path(tmp_path: Path) -> None:
    score = Score((Track(notes=np.array([(0, 480, 60, 80)], NOTE)),))
    save(score, tmp_path / "a.mid", "recipe")
    assert load(tmp_path / "a.mid") == (score, "recipe")
    with pytest.raises(MediaError, match=r"none\.mid"):
        load(tmp_path / "none.mid")


def test_bars_become_ticks_also_beyond_the_last_note() -> None:
    score = Score((Track(notes=np.array([(0, 480, 60, 80)], NOTE)),), metres=(Metre(0), Metre(1920, 3, 4)))
    assert score.span(ScoreSelection(0, 1)) == (0, 1920)
    assert score.span(ScoreSelection(1, 3)) == (1920, 1920 + 2 * 1440)


def test_a_selection_survives_its_bytes() -> None:
    chosen = ScoreSelection(8, 12, (0, 2))
    assert ScoreSelection.from_bytes(chosen.to_bytes()) == chosen
    for broken in (b"", b"[]", b'{"first":1}', b'{"first":-1,"last":2,"tracks":[]}', b'{"first":1,"last":1,"tracks":[]}'):
        with pytest.raises(MediaError):
            ScoreSelection.from_bytes(broken)


def test_what_is_appended_joins_its_track() -> None:
    score = Score((Track("a", notes=np.array([(0, 1, 60, 80)], NOTE)),))
    more = Score((Track(notes=np.array([(5, 1, 62, 80)], NOTE)), Track("b", 40)))
    grown = appended(score, more)
    assert [(track.name, len(track.notes)) for track in grown.tracks] == [("a", 2), ("b", 0)]


@given(scores())
def test_every_score_can_be_drawn_small(score: Score) -> None:
    picture = drawn(score)
    assert (picture.width, picture.height) == (128, 128)
    assert bool(picture.pixels[..., 3].any()) == any(len(track.notes) for track in score.tracks)


def test_the_table_of_media_knows_a_score_that_went_through_a_file() -> None:
    twice = Score((Track(notes=np.array([(0, 100, 60, 80), (2, 3, 60, 90)], NOTE)),))
    medium = medium_of(twice)
    assert medium.same(twice, medium.decode(medium.encode(twice, "", ""), "")[0])
