"""MIDI against a second reader, mido: the same notes and maps, and a round trip that a synthesiser cannot tell."""

import io
import random
from pathlib import Path

import mido
import numpy as np
import pytest
from hypothesis import given

from studio.media import MediaError, Score
from studio.media.score import BEND, CONTROL, NOTE, PROGRAM, Key, Metre, Tempo, Track, Words, encode_midi, load
from studio.media.score.beats import beats_of, laid_on_beats
from studio.media.score.midi import crowded, decode_midi
from tests.media import second_midi
from tests.media.test_score import scores

CASES = Path(__file__).parent / "cases"
FILES = sorted([*CASES.glob("*.mid"), *CASES.glob("*.kar")])
FILES.remove(CASES / "long-gap-16742-bars.mid")  # its bits have flipped: mido refuses it
BEAT = 480


def midi(*tracks: list, **header: int) -> bytes:
    """A file of tracks of mido's messages."""
    file = mido.MidiFile(**header)
    file.tracks.extend(mido.MidiTrack(track) for track in tracks)
    buffer = io.BytesIO()
    file.save(file=buffer)
    return buffer.getvalue()


def message(kind: str, time: int = 0, **more: int) -> mido.Message:
    return mido.Message(kind, time=time, **more)


def note(pitch: int, channel: int = 0, length: int = BEAT, velocity: int = 80, wait: int = 0) -> list[mido.Message]:
    on = message("note_on", wait, note=pitch, channel=channel, velocity=velocity)
    return [on, message("note_off", length, note=pitch, channel=channel)]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_both_readers_find_the_same_notes_and_maps(path: Path) -> None:
    score, other = load(path)[0], second_midi.read(path.read_bytes())
    theirs = [notes for _, notes in sorted(other.notes.items())]
    assert [track.notes.tolist() for track in score.tracks] == theirs
    film = path.name.startswith("smpte")
    assert film or [(each.tick, each.microseconds) for each in score.tempos] == (other.tempos or [(0, 500_000)])
    assert [(each.tick, each.beats, each.unit) for each in score.metres] == (other.metres or [(0, 4, 4)])


@given(scores())
def test_the_other_reader_finds_in_what_we_write_what_we_meant(score: Score) -> None:
    other = second_midi.read(encode_midi(score))
    assert other.names == [score.title, *(track.name for track in score.tracks)]
    for number, track in enumerate(score.tracks, 1):
        (notes,) = [notes for (place, _), notes in other.notes.items() if place == number] or [[]]
        assert notes == track.notes.tolist()
    assert other.tempos == [(each.tick, each.microseconds) for each in score.tempos]
    assert other.metres == [(each.tick, each.beats, each.unit) for each in score.metres]
    told = {(row["tick"], row["number"], row["value"]) for track in score.tracks for row in track.controls}
    assert {row for rows in other.controls.values() for row in rows} == told


@pytest.mark.parametrize("path", [path for path in FILES if not path.name.startswith("smpte")], ids=lambda path: path.name)
def test_a_synthesiser_hears_the_same_after_a_round_trip(path: Path) -> None:
    """Of files in film frames `mido` knows no time; they have tests of their own."""
    data = path.read_bytes()
    score, _ = decode_midi(data)
    assert second_midi.heard(encode_midi(score)) == second_midi.heard(data)
    assert decode_midi(encode_midi(score))[0] == score


def tangled(seed: int) -> bytes:
    """Up to five tracks that share four channels, with instruments, controls, bends and tempos in between."""
    chance = random.Random(seed)
    tracks = []
    for _ in range(chance.randint(1, 5)):
        track: list = []
        channels = chance.sample([0, 1, 2, 9], chance.randint(1, 2))
        sounding: list[tuple[int, int]] = []
        for _ in range(chance.randint(0, 14)):
            wait, channel = chance.choice([0, 0, 10, 100]), chance.choice(channels)
            kind = chance.choice(["note_on", "note_on", "note_off", "program", "control", "bend", "touch", "tempo"])
            # What is said between two notes of one moment belongs to the second alone, which a table of notes cannot say.
            wait = max(wait, 2) if kind in ("program", "control", "bend", "touch") else wait
            if kind == "note_on":
                sounding.append((channel, chance.randint(60, 63)))
                track.append(message("note_on", wait, channel=channel, note=sounding[-1][1], velocity=chance.randint(1, 127)))
            elif kind == "note_off" and sounding:
                channel, pitch = sounding.pop(0)
                track.append(message("note_off", wait, channel=channel, note=pitch))
            elif kind == "program":
                track.append(message("program_change", wait, channel=channel, program=chance.randint(0, 5)))
            elif kind == "control":
                track.append(
                    message("control_change", wait, channel=channel, control=chance.choice([7, 10, 64]), value=chance.randint(0, 5))
                )
            elif kind == "bend":
                track.append(message("pitchwheel", wait, channel=channel, pitch=chance.randint(-9, 9)))
            elif kind == "touch":
                track.append(message("aftertouch", wait, channel=channel, value=chance.randint(0, 5)))
            elif kind == "tempo":
                track.append(mido.MetaMessage("set_tempo", tempo=chance.randint(1, 9) * 100_000, time=wait))
        tracks.append(track + [message("note_off", 5, channel=channel, note=pitch) for channel, pitch in sounding])
    return midi(*tracks)


def test_tangled_channels_sound_the_same_after_a_round_trip() -> None:
    for seed in range(150):
        data = tangled(seed)
        assert second_midi.heard(encode_midi(decode_midi(data)[0])) == second_midi.heard(data), f"seed {seed}"


def test_a_track_of_the_file_is_a_track_of_the_score_and_comes_back_as_one() -> None:
    for path in FILES:
        file = second_midi.opened(path.read_bytes())
        sounding = [track.name for track in file.tracks if any(each.type == "note_on" for each in track)]
        score = load(path)[0]
        assert [track.name for track in score.tracks] == sounding, path.name
        again = second_midi.opened(encode_midi(score))
        assert [track.name for track in again.tracks][1:] == sounding, path.name


def test_what_a_channel_is_told_reaches_all_its_tracks() -> None:
    score = load(CASES / "two-tracks-one-channel.mid")[0]
    assert [(track.name, track.program, track.controls.tolist()) for track in score.tracks] == [
        ("RH", 19, [(0, 7, 50), (0, 64, 127)]),
        ("LH", 19, [(0, 7, 50), (0, 64, 127)]),
    ]


def test_a_change_of_instrument_keeps_volume_pedal_and_bend() -> None:
    (track,) = load(CASES / "program-change-then-volume.mid")[0].tracks
    assert track.notes.tolist() == [(0, 480, 60, 80), (480, 480, 62, 80)]
    assert (track.program, track.programs.tolist()) == (0, [(480, 48)])
    assert (track.controls.tolist(), track.bends.tolist()) == ([(0, 7, 30), (0, 64, 127)], [(480, 4096)])


def test_more_than_fifteen_instruments_speak_on_a_second_port_and_it_is_said() -> None:
    tracks = [Track(f"t{n}", 5 * n, notes=np.array([(n * BEAT, BEAT, 60, 80)], NOTE)) for n in range(17)]
    score = Score(tuple(tracks))
    assert decode_midi(encode_midi(score))[0] == score
    assert [each[4] for each in sorted(second_midi.heard(encode_midi(score)).elements())] == [5 * n for n in range(17)]
    file = second_midi.opened(encode_midi(score))
    ports = [next((each.port for each in track if each.type == "midi_port"), 0) for track in file.tracks[1:]]
    assert ports == [0] * 15 + [1] * 2
    assert "2 ports" in crowded(score)
    assert crowded(Score(score.tracks[:15])) == ""


def test_many_tracks_that_are_alike_share_a_channel_instead_of_a_second_port() -> None:
    tracks = tuple(Track(f"Violin {n}", 40, notes=np.array([(n * BEAT, BEAT, 60, 80)], NOTE)) for n in range(20))
    assert crowded(Score(tracks)) == ""
    assert decode_midi(encode_midi(Score(tracks)))[0].tracks == tracks


def test_drums_that_are_set_differently_keep_their_own_loudness() -> None:
    hits = np.array([(0, 60, 36, 100)], NOTE)
    tracks = tuple(Track(name, 0, True, hits, np.array([(0, 7, loud)], CONTROL)) for name, loud in (("Kick", 120), ("Room", 40)))
    assert sorted(each[6] for each in second_midi.heard(encode_midi(Score(tracks))).elements()) == [40, 120]


def test_a_note_ends_before_the_next_of_its_pitch_begins() -> None:
    score = Score((Track(notes=np.array([(0, BEAT, 60, 80), (BEAT, BEAT, 60, 90)], NOTE)),))
    track = second_midi.opened(encode_midi(score)).tracks[1]
    played = [(each.type, each.time) for each in track if each.type in ("note_on", "note_off")]
    assert played == [("note_on", 0), ("note_off", BEAT), ("note_on", 0), ("note_off", BEAT)]
    assert second_midi.read(encode_midi(score)).notes[1, 0] == score.tracks[0].notes.tolist()


def test_a_bit_that_flipped_in_a_pitch_is_turned_back() -> None:
    score = load(CASES / "long-gap-16742-bars.mid")[0]
    assert len(score.tracks[0].notes) == 64
    assert len(score.bar_starts()) == 16_742


def test_lyrics_come_back_at_their_notes() -> None:
    score = load(CASES / "lyrics.kar")[0]
    assert score.tracks[0].texts == (Words(0, "la"), Words(480, "li"))
    assert second_midi.read(encode_midi(score)).words == [(0, "lyrics", "la"), (480, "lyrics", "li")]


def test_words_aftertouch_and_makers_messages_are_kept() -> None:
    conductor = [
        mido.MetaMessage("track_name", name="Song"), mido.MetaMessage("copyright", text="1999 someone"),
        mido.Message("sysex", data=(0x7E, 0x7F, 9, 1)), mido.MetaMessage("sequencer_specific", data=(0, 0, 0x41, 1)),
    ]  # fmt: skip
    melody = [
        *note(60)[:1], message("polytouch", 10, note=60, value=33), message("aftertouch", 10, value=44),
        mido.MetaMessage("text", text="sweetly"), message("note_off", 100, note=60),
    ]  # fmt: skip
    score, _ = decode_midi(midi(conductor, melody, [mido.MetaMessage("track_name", name="typeset by hand")]))
    assert [track.pressures.tolist() for track in score.tracks] == [[(10, 60, 33), (20, 128, 44)]]
    assert {words.text for words in score.texts} == {"1999 someone", "typeset by hand"}
    again = second_midi.opened(encode_midi(score))
    kept = [each for track in again.tracks for each in track]
    for wanted in (*conductor, *melody[:-1]):
        assert any(each.copy(time=0) == wanted.copy(time=0) for each in kept if each.type == wanted.type), wanted
    assert decode_midi(encode_midi(score))[0] == score


def test_film_frames_of_american_television_are_29_97_a_second() -> None:
    score = load(CASES / "smpte2997.mid")[0]
    starts = score.seconds_at(score.tracks[0].notes["tick"])
    assert starts.tolist() == pytest.approx([0, 60], abs=0.001)


@pytest.mark.parametrize(("frames", "ticks"), [(24, 10), (25, 40), (25, 3), (29, 1), (30, 80)])
def test_a_second_of_film_lasts_a_second(frames: int, ticks: int) -> None:
    rate = 30_000 / 1001 if frames == 29 else frames
    wait = round(100 * rate * ticks)
    data = bytearray(midi([message("note_on", wait, note=60, velocity=9), message("note_off", 1, note=60)]))
    data[12:14] = bytes((256 - frames, ticks))
    score = decode_midi(bytes(data))[0]
    assert float(score.seconds_at(score.tracks[0].notes["tick"][0])) == pytest.approx(100, abs=0.5 / rate)


def test_a_bank_is_told_before_the_instrument_that_is_taken_from_it() -> None:
    track = [
        message("control_change", 5, control=0, value=8), message("program_change", 0, program=30), *note(60, wait=5),
        message("control_change", 0, control=0, value=9), message("program_change", 0, program=30), *note(62),
    ]  # fmt: skip
    data = midi(track)
    assert [each[5] for each in second_midi.heard(encode_midi(decode_midi(data)[0])).elements()] == [8, 9]
    assert second_midi.heard(encode_midi(decode_midi(data)[0])) == second_midi.heard(data)


def test_pretty_midi_holds_the_same_music_in_seconds() -> None:
    notes = np.array([(0, 480, 60, 80), (480, 240, 60, 81), (960, 480, 64, 90)], NOTE)
    flute = Track("Flute", 73, notes=notes, controls=np.array([(240, 7, 90)], CONTROL), bends=np.array([(0, -5)], BEND))
    kit = Track("Kit", 0, True, np.array([(480, 10, 36, 100)], NOTE))
    score = Score(
        (flute, kit), 480, (Tempo(0, 500_000), Tempo(480, 400_000)), (Metre(0, 3, 4),), (Key(0, -3, True),), texts=(Words(480, "la"),)
    )
    pretty = score.to_pretty_midi()
    rows = np.array([(n.start, n.end, n.pitch, n.velocity) for n in pretty.instruments[0].notes])
    assert rows == pytest.approx(np.array([(0, 0.5, 60, 80), (0.5, 0.7, 60, 81), (0.9, 1.3, 64, 90)]))
    assert pretty.get_beats().tolist()[:3] == pytest.approx([0, 0.5, 0.9])
    assert Score.from_pretty_midi(pretty) == score


def test_pretty_midi_reads_what_we_write_as_we_do() -> None:
    import pretty_midi

    score = load(CASES / "17-tracks-17-instruments.mid")[0]
    theirs = Score.from_pretty_midi(pretty_midi.PrettyMIDI(io.BytesIO(encode_midi(score))))
    assert [(each.program, each.notes.tolist()) for each in theirs.tracks] == [(each.program, each.notes.tolist()) for each in score.tracks]


def test_each_instrument_of_a_track_is_one_of_pretty_midi() -> None:
    notes = np.array([(0, 480, 60, 80), (480, 480, 62, 80)], NOTE)
    pretty = Score((Track("Doubling", 73, notes=notes, programs=np.array([(480, 68)], PROGRAM)),)).to_pretty_midi()
    assert [(each.program, len(each.notes)) for each in pretty.instruments] == [(73, 1), (68, 1)]


def test_a_pretty_midi_with_a_time_that_is_none_is_refused() -> None:
    pretty = Score((Track(notes=np.array([(0, 480, 60, 80)], NOTE)),)).to_pretty_midi()
    pretty.instruments[0].notes[0].end = float("nan")
    with pytest.raises(MediaError, match="no number"):
        Score.from_pretty_midi(pretty)


def played_freely() -> tuple[Score, np.ndarray]:
    """Quavers over a beat that breathes by 6 %, each note 10 ms off, recorded without a tempo; and where the beats were meant."""
    chance = np.random.default_rng(0)
    beats = 0.7 + np.concatenate([[0.0], np.cumsum(0.52 * (1 + 0.06 * np.sin(np.arange(63) / 8)))])
    between = (beats[:-1] + np.diff(beats) / 2)[chance.random(63) < 0.6]
    at = np.sort(np.concatenate([beats, between])) + chance.normal(0, 0.01, 64 + len(between))
    rows = [(round(second * 960), 200, 60 + number % 7, 80) for number, second in enumerate(at.tolist())]
    return Score((Track("Take", notes=np.array(rows, NOTE)),)), beats


def test_beats_are_heard_in_what_was_played_freely() -> None:
    score, beats = played_freely()
    found = beats_of(score)
    assert len(found) == len(beats)
    assert np.abs(found - beats).max() < 0.05


def test_a_take_laid_on_its_beats_sounds_the_same_and_lies_on_bars() -> None:
    score, beats = played_freely()
    laid = laid_on_beats(score)
    before, after = score.seconds_at(score.tracks[0].notes["tick"]), laid.seconds_at(laid.tracks[0].notes["tick"])
    assert np.abs(after - before).max() < 0.002
    first = laid.tracks[0].notes["tick"][0]
    assert abs(laid.bar_starts() - first).min() < 48
    ticks = laid.ticks_at(beats) / laid.ticks_per_beat
    assert np.abs(ticks - np.round(ticks)).max() < 0.1


def test_a_handful_of_notes_has_no_beat() -> None:
    with pytest.raises(MediaError, match="too few notes"):
        beats_of(Score((Track(notes=np.array([(0, 480, 60, 80)], NOTE)),)))
