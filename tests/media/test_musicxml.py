"""Scores on paper: MusicXML and ABC give back what they can hold, and what is broken is a sentence."""

import io
import zipfile
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree as Tree

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.generators.parts.bars import bars_of
from studio.media import MediaError, Score, ScoreSelection
from studio.media.score import NOTE, PROGRAM, Key, Mark, Marker, Metre, Tempo, Track, Words, load, save
from studio.media.score.maps import with_metre, with_setting
from studio.media.score.midi import decode_midi, encode_midi
from studio.media.score.musicxml_reading import decode_musicxml
from studio.media.score.musicxml_writing import encode_musicxml
from studio.media.score.notation import bar_units, part_of
from studio.media.score.spelling import spelt

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


# What other programs' files say.

CASES = Path(__file__).parent / "cases"
BEAT = 480


def again(score: Score) -> Score:
    return decode_musicxml(encode_musicxml(score))[0]


def first_measure(score: Score) -> Tree.Element:
    found = Tree.fromstring(encode_musicxml(score)).find("part/measure")
    assert found is not None
    return found


def test_a_shorter_first_bar_is_a_pickup_everywhere() -> None:
    score = load(CASES / "pickup.musicxml")[0]
    assert (score.bar_starts() / BEAT).tolist() == [0, 1, 5]
    assert (score.pickup, score.first_number) == (BEAT, 0)
    assert score.span(ScoreSelection(1, 2)) == (BEAT, 5 * BEAT)
    assert (bars_of(score, [0]).starts / 24).tolist() == [0, 1, 5]
    assert [units // 24 for _, units in bar_units(score)] == [1, 4]
    for other in (again(score), decode_midi(encode_midi(score))[0]):
        assert other.bar_starts().tolist() == score.bar_starts().tolist()
        assert other.metres == score.metres
    measure = first_measure(score)
    assert (measure.get("number"), measure.get("implicit"), measure.findtext("attributes/time/beats")) == ("0", "yes", "4")


def test_a_pickup_that_midi_says_as_a_short_metre_is_one_too() -> None:
    score = Score((Track(notes=voice([(0, 8, 60, 80)] * 5)),), metres=(Metre(0, 1, 4), Metre(BEAT, 4, 4)))
    assert score.pickup == BEAT
    assert first_measure(score).findtext("attributes/time/beats") == "4"
    assert Score(metres=(Metre(0, 4, 4), Metre(1920, 3, 4))).pickup == 0


def test_the_bars_of_a_last_complementary_bar_and_of_a_split_bar_stay() -> None:
    note = "<note><pitch><step>C</step><octave>4</octave></pitch><duration>{}</duration></note>"
    bars = "".join(f"<measure>{note.format(length)}</measure>" for length in (1, 4, 3, 1, 4, 3))
    head = "<part-list><score-part id='P1'><part-name>a</part-name></score-part></part-list>"
    score = decode_musicxml(f"<score-partwise>{head}<part id='P1'>{bars}</part></score-partwise>".encode())[0]
    assert (score.bar_starts() / BEAT).tolist() == [0, 1, 5, 8, 9, 13, 16]
    assert again(score).bar_starts().tolist() == score.bar_starts().tolist()


@pytest.mark.parametrize(
    ("name", "microseconds", "velocity"),
    [("metronome-half", 500_000, 80), ("metronome-with-sound", 1_000_000, 72), ("metronome-words", 1_000_000, 80)],
)
def test_metronome_marks_count_their_own_note(name: str, microseconds: int, velocity: int) -> None:
    score = load(CASES / f"{name}.musicxml")[0]
    assert score.tempos == (Tempo(0, microseconds),)
    assert score.tracks[0].notes["velocity"].tolist() == [velocity]


def test_a_composite_metre_is_the_sum_of_its_parts_and_is_written_as_it_was() -> None:
    score = load(CASES / "composite-metre.musicxml")[0]
    assert score.metres == (Metre(0, 9, 8, "3/8+3/4"),)
    assert again(score).metres == score.metres
    assert decode_midi(encode_midi(score))[0].metres == score.metres


def test_a_timewise_score_is_read() -> None:
    assert load(CASES / "timewise.musicxml")[0].tracks[0].notes.tolist() == [(0, BEAT, 60, 80)]


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "latin-1", "utf-8-sig"])
def test_letters_of_one_and_two_bytes_are_read(encoding: str, tmp_path: Path) -> None:
    text = encode_musicxml(Score((Track("Flûte", 73, notes=voice([(0, 8, 60, 80)])),))).decode()
    declared = text.replace("UTF-8", encoding.removesuffix("-sig").removesuffix("-le").removesuffix("-be"))
    (tmp_path / "a.musicxml").write_bytes(declared.encode(encoding))
    assert load(tmp_path / "a.musicxml")[0].tracks[0].name == "Flûte"


def test_entities_are_refused_in_letters_of_two_bytes_too() -> None:
    bomb = '<?xml version="1.0" encoding="utf-16"?><!DOCTYPE x [<!ENTITY a "b">]><score-partwise/>'
    with pytest.raises(MediaError, match="entities"):
        decode_musicxml(bomb.encode("utf-16"), "x.musicxml")


def test_every_note_of_a_crowded_staff_is_written() -> None:
    rows = [(0, BEAT, 60, 80), (0, BEAT, 60, 81), (0, 2 * BEAT, 60, 82)]
    rows += [(n * 30, 1920 - n * 30, 40 + n, 60) for n in range(12)]
    rows += [(BEAT, 15, 72, 80), (BEAT + 20, 15, 72, 80), (4 * BEAT - 1, 1, 90, 80)]
    score = Score((Track("Crowd", 40, notes=np.array(rows, NOTE)),))
    assert sorted(again(score).tracks[0].notes["pitch"].tolist()) == sorted(pitch for _, _, pitch, _ in rows)


def test_notes_in_unison_keep_their_own_loudness_and_length() -> None:
    rows = [(0, BEAT, 60, 50), (0, BEAT, 60, 90), (0, 2 * BEAT, 64, 70)]
    found = again(Score((Track("Two", 40, notes=np.array(rows, NOTE)),))).tracks[0].notes.tolist()
    assert sorted(found) == sorted(rows)


SIGNED = """<attributes><divisions>2</divisions><time><beats>4</beats><beat-type>4</beat-type></time></attributes>
<barline location="left"><repeat direction="forward"/></barline>
<direction><direction-type><dynamics><pp/></dynamics></direction-type></direction>
<harmony><root><root-step>F</root-step><root-alter>1</root-alter></root><kind text="m7">minor-seventh</kind>
<bass><bass-step>A</bass-step></bass></harmony>
<note><grace slash="yes"/><pitch><step>D</step><octave>5</octave></pitch><type>eighth</type></note>
<note><pitch><step>C</step><octave>5</octave></pitch><duration>4</duration><notations><slur type="start" number="1"/>
<articulations><staccato/><accent/></articulations></notations><lyric number="1"><syllabic>begin</syllabic><text>Al</text></lyric></note>
<direction><direction-type><wedge type="crescendo"/></direction-type></direction>
<note><pitch><step>E</step><octave>5</octave></pitch><duration>4</duration><notations><slur type="stop" number="1"/><fermata/>
<ornaments><trill-mark/></ornaments><technical><fingering>3</fingering></technical></notations>
<lyric number="1"><syllabic>end</syllabic><text>le</text></lyric><lyric number="2"><text>lu</text></lyric></note>
<barline location="right"><ending number="1" type="stop"/><repeat direction="backward"/></barline>"""


def test_signs_words_and_repeats_are_kept_and_written_again() -> None:
    score = decode_musicxml(xml(SIGNED))[0]
    (track,) = score.tracks
    assert [(mark.tick // BEAT, mark.kind, mark.text, mark.pitch) for mark in track.marks] == [
        (0, "dynamics", "pp", -1), (0, "harmony", "F#m7/A", -1), (0, "grace", "slash", 74), (0, "slur", "start", 72),
        (0, "articulation", "staccato", 72), (0, "articulation", "accent", 72), (2, "wedge", "crescendo", -1), (2, "slur", "stop", 76),
        (2, "fermata", "", -1), (2, "ornament", "trill-mark", 76), (2, "technical", "fingering:3", 76),
    ]  # fmt: skip
    assert [(words.tick // BEAT, words.text, words.verse) for words in track.texts] == [(0, "Al-", 1), (2, "le", 1), (2, "lu", 2)]
    assert track.notes["velocity"].tolist() == [33, 33]
    assert [(mark.tick // BEAT, mark.kind) for mark in score.repeats] == [(0, "forward"), (4, "ending stop"), (4, "backward")]
    for other in (again(score), decode_midi(encode_midi(score))[0]):
        assert set(other.tracks[0].marks) == set(track.marks)
        assert other.tracks[0].texts == track.texts
        assert set(other.repeats) == set(score.repeats)


def test_jumps_and_endings_are_kept_and_written_again() -> None:
    marks = (
        Mark(0, "segno"), Mark(0, "ending", "1"), Mark(1920, "ending stop", "1"), Mark(1920, "backward", "2"),
        Mark(3840, "dalsegno", "D.S."), Mark(3840, "fine", "Fine"),
    )  # fmt: skip
    score = Score((Track("a", 40, notes=voice([(0, 32, 60, 80)] * 2)),), repeats=marks)
    assert set(again(score).repeats) == set(marks)


def test_an_instrument_that_changes_within_a_part_comes_back() -> None:
    notes = voice([(0, 8, 60, 80)] * 4)
    score = Score((Track("Doubling", 73, notes=notes, programs=np.array([(2 * BEAT, 68)], PROGRAM)),))
    assert again(score).tracks[0] == replace(score.tracks[0], controls=again(score).tracks[0].controls)


def test_lyrics_of_a_karaoke_file_stand_below_the_melody() -> None:
    words = (Words(0, "@KMIDI KARAOKE FILE", "text"), Words(0, "\\Hel", "text"), Words(BEAT, "lo", "text"))
    melody, bass = Track("Tune", 73, notes=voice([(0, 8, 72, 80)] * 2)), Track("Bass", 32, notes=voice([(0, 16, 40, 80)]))
    found = again(Score((bass, melody), texts=words))
    assert [words.text for words in found.tracks[1].texts] == ["Hel", "lo"]
    assert not found.tracks[0].texts


@pytest.mark.parametrize(
    ("sharps", "pitches", "names"),
    [
        (0, [61, 63, 66, 68, 70], "C#4 Eb4 F#4 G#4 Bb4"), (-3, [61, 63, 66, 68, 70, 71], "Db4 Eb4 Gb4 Ab4 Bb4 B4"),
        (4, [61, 63, 66, 68, 70], "C#4 D#4 F#4 G#4 A#4"), (7, [60, 65, 71], "B#3 E#4 B4"), (-7, [71, 64], "Cb5 Fb4"),
    ],
)  # fmt: skip
def test_pitches_are_spelt_as_the_key_asks(sharps: int, pitches: list[int], names: str) -> None:
    found = [spelt(pitch, sharps) for pitch in pitches]
    assert " ".join(f"{step}{'#' * alter if alter > 0 else 'b' * -alter}{octave}" for step, alter, octave in found) == names


def test_a_spelling_follows_a_key_that_changes_and_none_before_it() -> None:
    score = Score((Track("a", 40, notes=voice([(0, 32, 70, 80)] * 2)),), keys=(Key(1920, 4),))
    measures = Tree.fromstring(encode_musicxml(score)).findall("part/measure")
    assert [measure.findtext("note/pitch/step") for measure in measures] == ["B", "A"]
    assert [measure.findtext("attributes/key/fifths") for measure in measures] == ["0", "4"]


def test_a_single_line_on_a_piano_has_one_staff_and_two_hands_have_two() -> None:
    line = voice([(0, 4, 45 + 3 * n, 80) for n in range(12)])
    hands = np.concatenate([line, voice([(0, 4, 84 - 3 * n, 80) for n in range(12)])])
    assert len(part_of(*alone(Track("Line", 0, notes=line))).staves) == 1
    assert len(part_of(*alone(Track("Hands", 0, notes=hands))).staves) == 2


def alone(track: Track) -> tuple[Score, Track]:
    return Score((track,)), track


def test_a_part_that_overflows_does_not_move_the_bars_of_the_others() -> None:
    note = "<note><pitch><step>C</step><octave>4</octave></pitch><duration>4</duration></note>"
    heads = "".join(f"<score-part id='P{n}'><part-name>a</part-name></score-part>" for n in (1, 2))
    parts = f"<part id='P1'><measure>{note}</measure><measure>{note}</measure></part>"
    parts += f"<part id='P2'><measure>{note}{note}</measure><measure>{note}</measure></part>"
    score = decode_musicxml(f"<score-partwise><part-list>{heads}</part-list>{parts}</score-partwise>".encode())[0]
    assert (score.bar_starts() / BEAT).tolist() == [0, 4, 8]


def test_an_archive_whose_list_is_damaged_is_said() -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("score.xml", encode_musicxml(Score((Track(notes=voice([(0, 5, 60, 80)])),))))
    whole = packed.getvalue()
    for place in range(len(whole) - 90, len(whole)):
        hurt = bytearray(whole)
        hurt[place] ^= 0xFF
        try:
            decode_musicxml(bytes(hurt), "hurt.mxl")
        except MediaError as error:
            assert "hurt.mxl" in str(error)


def test_a_metre_of_a_piece_with_a_pickup_changes_behind_it_and_keeps_it() -> None:
    score = load(CASES / "pickup.musicxml")[0]
    changed = with_metre(score, 0, 3, 4)
    assert (changed.bar_starts() / BEAT).tolist() == [0, 1, 4, 7]
    assert changed.pickup == BEAT
