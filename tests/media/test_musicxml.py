"""Scores on paper: MusicXML and ABC give back what they can hold, and what is broken is a sentence."""

import io
import zipfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.media import MediaError, Score
from studio.media.score import NOTE, Key, Marker, Metre, Tempo, Track, load, save
from studio.media.score.engraving import decode_abc, engraved
from studio.media.score.maps import with_setting
from studio.media.score.musicxml_reading import decode_musicxml
from studio.media.score.musicxml_writing import encode_musicxml
from studio.media.score.notation import bar_units, part_of

VOICE = st.lists(st.tuples(st.integers(0, 6), st.integers(1, 12), st.integers(30, 90), st.integers(1, 127)), max_size=12)


def voice(steps: list[tuple[int, int, int, int]]) -> np.ndarray:
    """One note after the other on a grid of thirty-seconds."""
    rows, at = [], 0
    for gap, length, pitch, velocity in steps:
        at += gap * 60
        rows.append((at, length * 60, pitch, velocity))
        at += length * 60
    return np.array(rows, NOTE) if rows else np.zeros(0, NOTE)


@given(st.lists(VOICE, min_size=1, max_size=3), st.sampled_from([(4, 4), (3, 4), (6, 8), (5, 4)]))
def test_notes_on_the_grid_come_back_whole(voices: list, metre: tuple[int, int]) -> None:
    score = Score(tuple(Track(f"Part {n}", 40 + n, notes=voice(each)) for n, each in enumerate(voices)), metres=(Metre(0, *metre),))
    again, note = decode_musicxml(encode_musicxml(score, "made by <hand> & ear"))
    assert [track.notes.tolist() for track in again.tracks] == [track.notes.tolist() for track in score.tracks]
    assert [(track.name, track.program) for track in again.tracks] == [(track.name, track.program) for track in score.tracks]
    assert again.metres == score.metres
    assert note == "made by <hand> & ear"


@given(VOICE, st.integers(0, 96))
def test_every_voice_fills_every_bar(steps: list, shift: int) -> None:
    notes = voice(steps)
    notes["tick"] += shift * 5
    score = Score((Track(notes=notes),), metres=(Metre(0, 3, 4),))
    for staff in part_of(score, score.tracks[0]).staves:
        assert [bar.units for bar in staff] == [units for _, units in bar_units(score)]
        for bar in staff:
            assert {sum(symbol.units for symbol in each) for each in bar.voices} == {bar.units}


def test_chords_triplets_drums_tempo_key_markers_and_volume_come_back() -> None:
    melody = np.array([(0, 160, 60, 70), (160, 160, 64, 70), (320, 160, 67, 70), (480, 960, 60, 90), (480, 960, 64, 90)], NOTE)
    drums = np.array([(0, 240, 36, 100), (480, 240, 38, 100)], NOTE)
    score = Score(
        (with_setting(Track("Lute", 24, notes=melody), 7, 90), Track("Kit", 0, True, drums)),
        tempos=(Tempo(0, 500_000), Tempo(1920, 400_000)), keys=(Key(0, -3, True),), markers=(Marker(480, "B"),), title="A tune",
    )  # fmt: skip
    score = Score(
        (*score.tracks, Track("Long", notes=np.array([(0, 3840, 50, 64)], NOTE))), tempos=score.tempos, keys=score.keys,
        markers=score.markers, title=score.title,
    )  # fmt: skip
    again, _ = decode_musicxml(encode_musicxml(score))
    for before, after in zip(score.tracks, again.tracks, strict=True):
        assert (before.name, before.drums, before.notes.tolist()) == (after.name, after.drums, after.notes.tolist())
    assert (again.tempos, again.keys, again.markers, again.title) == (score.tempos, score.keys, score.markers, score.title)
    assert again.tracks[0].controls.tolist()[0] == (0, 7, 90)


def test_files_are_told_by_what_is_in_them(tmp_path: Path) -> None:
    score = Score((Track("Violin", 40, notes=voice([(0, 8, 60, 80)])),))
    save(score, tmp_path / "a.musicxml", "note")
    assert load(tmp_path / "a.musicxml")[1] == "note"
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as file:
        file.writestr("META-INF/container.xml", '<container><rootfiles><rootfile full-path="s.xml"/></rootfiles></container>')
        file.writestr("s.xml", encode_musicxml(score))
    (tmp_path / "a.mxl").write_bytes(packed.getvalue())
    assert load(tmp_path / "a.mxl")[0].tracks[0].notes.tolist() == score.tracks[0].notes.tolist()
    (tmp_path / "a.abc").write_text("X:1\nT:Tune\nM:3/4\nL:1/4\nK:D\nDFA|d3|\n")
    tune = load(tmp_path / "a.abc")[0]
    assert tune.tracks[0].notes["pitch"].tolist() == [62, 66, 69, 74]


def xml(inside: str) -> bytes:
    head = '<part-list><score-part id="P1"><part-name>a</part-name></score-part></part-list>'
    return f"<score-partwise>{head}<part id='P1'><measure>{inside}</measure></part></score-partwise>".encode()


NOTE_XML = "<note><pitch><step>{step}</step><octave>4</octave></pitch><duration>{length}</duration></note>"


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"<score-partwise>", "breaks off"),
        (b"<?xml version='1.0'?><html/>", "no MusicXML score"),
        (b"<score-partwise/>", "no part"),
        (b'<!DOCTYPE x [<!ENTITY a "b">]><score-partwise/>', "entities"),
        (xml("<attributes><divisions>0</divisions></attributes>"), "has no length"),
        (xml(NOTE_XML.format(step="H", length=1)), "damaged"),
        (xml(NOTE_XML.format(step="C", length="x")), "damaged"),
        (xml("<attributes><time><beats>4</beats><beat-type>3</beat-type></time></attributes>"), "metre"),
        (b"PK\x03\x04broken", "unpacked"),
    ],
)
def test_what_is_broken_is_said(data: bytes, says: str) -> None:
    with pytest.raises(MediaError, match=says):
        decode_musicxml(data, "x.musicxml")


@given(st.data())
def test_a_damaged_file_is_a_score_or_a_sentence(data: st.DataObject) -> None:
    hurt = bytearray(encode_musicxml(Score((Track(notes=voice([(0, 5, 60, 80), (1, 3, 64, 80)])),))))
    for _ in range(data.draw(st.integers(1, 6))):
        hurt[data.draw(st.integers(0, len(hurt) - 1))] = data.draw(st.integers(0, 255))
    try:
        decode_musicxml(bytes(hurt[: data.draw(st.integers(0, len(hurt)))]), "hurt.xml")
    except MediaError as error:
        assert "hurt.xml" in str(error)


@pytest.mark.parametrize("encoding", ["U-F-8", "gb18030", "utf-7", "punycode"])
def test_a_declaration_of_letters_that_are_others_does_no_harm(encoding: str) -> None:
    whole = encode_musicxml(Score((Track(notes=voice([(0, 5, 60, 80)])),)))
    odd = whole.replace(b"UTF-8", encoding.encode(), 1).replace(b"utf-8", encoding.encode(), 1)
    assert decode_musicxml(odd, "odd.xml")[0].tracks[0].notes.tolist() == [(0, 300, 60, 80)]


def test_a_packed_score_that_is_damaged_inside_is_said() -> None:
    import io
    import zipfile

    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("score.xml", encode_musicxml(Score((Track(notes=voice([(0, 5, 60, 80)])),))))
    hurt = bytearray(packed.getvalue())
    for place in range(45, 60):
        hurt[place] ^= 0xFF
    with pytest.raises(MediaError, match=r"hurt\.mxl is damaged"):
        decode_musicxml(bytes(hurt), "hurt.mxl")


def test_a_page_is_engraved_without_svg_inside_svg() -> None:
    page = engraved(Score((Track("Oboe", 68, notes=voice([(0, 8, 60, 80)] * 9)),)), 2100, 2970)[0]
    assert page.count("<svg") == 1
    assert ">Oboe</text>" in page


@pytest.mark.parametrize("text", ["", "nothing", "X:1\nno key"])
def test_what_is_no_abc_is_said(text: str) -> None:
    with pytest.raises(MediaError, match=r"x\.abc is no ABC"):
        decode_abc(text.encode(), "x.abc")
