"""ABC: the right notes of every case, worked out by hand, and what the standard says of signs that were misread."""

from pathlib import Path

import pytest

from studio.media import MediaError, Score
from studio.media.score import Key, Metre, Tempo, load, load_all
from studio.media.score.abc_reading import decode_abc, decode_book

CASES = Path(__file__).parent / "cases"


def tune(body: str, **fields: str) -> Score:
    """A tune in C, 4/4, quarters, unless `fields` say otherwise."""
    head = {"X": "1", "T": "t", "M": "4/4", "L": "1/4", **fields}
    key = head.pop("K", "C")
    lines = [f"{name}:{value}" for name, value in head.items()] + [f"K:{key}", body]
    return decode_abc("\n".join(lines).encode(), "t.abc")[0]


def rows(score: Score, track: int = 0) -> list[tuple[float, float, int]]:
    """(beat, beats, pitch) of each note."""
    notes = score.tracks[track].notes.tolist()
    return [(start / 480, length / 480, pitch) for start, length, pitch, _ in notes]


def pitches(score: Score, track: int = 0) -> list[int]:
    return score.tracks[track].notes["pitch"].tolist()


def bars(score: Score) -> list[float]:
    return (score.bar_starts() / 480).tolist()


def repeats(score: Score) -> list[tuple[float, str, str]]:
    return [(mark.tick / 480, mark.kind, mark.text) for mark in score.repeats]


# The cases that people brought.


def test_the_last_bar_is_read_without_a_final_bar_line() -> None:
    score = load(CASES / "abc-no-final-bar.abc")[0]
    assert rows(score) == [(n, 1, pitch) for n, pitch in enumerate([60, 62, 64, 65, 67, 69, 71, 72])]
    assert bars(score) == [0, 4, 8]


def test_both_endings_are_read_and_kept_as_such() -> None:
    score = load(CASES / "abc-endings.abc")[0]
    assert pitches(score) == [60, 62, 64, 65, 67, 69, 71, 72, 67, 69, 72, 72]
    assert bars(score) == [0, 4, 8, 12]
    assert repeats(score) == [
        (0, "forward", ""), (4, "ending", "1"), (8, "backward", "2"), (8, "ending stop", "1"), (8, "ending", "2"),
        (12, "ending discontinue", "2"),
    ]  # fmt: skip


def test_a_key_that_changes_changes_the_notes_after_it() -> None:
    score = load(CASES / "abc-key-change.abc")[0]
    assert pitches(score) == [65, 67, 69, 71, 66, 67, 69, 71]
    assert score.keys == (Key(0, 0), Key(1920, 2))


def test_voices_sound_together_each_with_its_words() -> None:
    score = load(CASES / "abc-two-voices.abc")[0]
    wanted = [(n, 1, pitch) for n, pitch in enumerate([65, 67, 69, 71])]
    assert [rows(score, track) for track in range(2)] == [wanted, wanted]
    assert [(each.tick, each.text) for each in score.tracks[0].texts] == [(0, "la"), (480, "le"), (960, "li"), (1440, "lo")]
    assert not score.tracks[1].texts


def test_a_chord_is_as_long_as_the_number_behind_it() -> None:
    score = load(CASES / "abc-chord.abc")[0]
    assert rows(score) == [(0, 2, 60), (0, 2, 64), (0, 2, 69), (2, 2, 62), (2, 2, 67), (2, 2, 71)]
    assert [(mark.kind, mark.text) for mark in score.tracks[0].marks] == [("harmony", "Am"), ("harmony", "G")]


def test_every_tune_of_a_book_is_a_score() -> None:
    book = [score for score, _ in load_all(CASES / "abc-two-tunes.abc")]
    assert [(score.title, pitches(score), bars(score)) for score in book] == [
        ("one", [65, 67, 69, 71], [0, 4]),
        ("two", [72, 74, 76], [0, 3]),
    ]


def test_a_pickup_and_a_repeat_within_a_line_are_read() -> None:
    score = load(CASES / "abc-pickup-repeat-crashes.abc")[0]
    wanted = [69, 69, 74, 74, 76, 78, 74, 73, 74, 76, 78, 76, 78, 81, 81, 78, 81, 79, 76, 74]
    assert rows(score) == [(n / 2, 0.5, pitch) for n, pitch in enumerate(wanted)]
    assert bars(score) == [0, 0.5, 3.5, 6.5, 7, 10]
    assert score.pickup == 240
    assert repeats(score) == [(6.5, "backward", "2"), (10, "backward", "2")]


# The standard.


@pytest.mark.parametrize(
    ("key", "sharps", "minor", "wanted"),
    [
        ("D", 2, False, [61, 62, 64, 66, 67, 69, 71]), ("Bb", -2, False, [60, 62, 63, 65, 67, 69, 70]),
        ("Am", 0, True, [60, 62, 64, 65, 67, 69, 71]), ("E minor", 1, True, [60, 62, 64, 66, 67, 69, 71]),
        ("A Mix", 2, False, [61, 62, 64, 66, 67, 69, 71]), ("Ddor", 0, False, [60, 62, 64, 65, 67, 69, 71]),
        ("F#m", 3, True, [61, 62, 64, 66, 68, 69, 71]), ("none", 0, False, [60, 62, 64, 65, 67, 69, 71]),
        ("D exp _b ^f", 2, False, [60, 62, 64, 66, 67, 69, 70]), ("G =f", 1, False, [60, 62, 64, 65, 67, 69, 71]),
        ("HP", 2, False, [61, 62, 64, 66, 67, 69, 71]), ("C clef=bass", 0, False, [60, 62, 64, 65, 67, 69, 71]),
    ],
)  # fmt: skip
def test_keys_and_modes(key: str, sharps: int, minor: bool, wanted: list[int]) -> None:
    score = tune("CDEFGAB", K=key)
    assert pitches(score) == wanted
    assert score.keys == (Key(0, sharps, minor),)


@pytest.mark.parametrize(
    ("music", "wanted"),
    [
        ("C,CcC'c'c,", [48, 60, 72, 72, 84, 60]),
        ("^F F =F F|F", [66, 66, 65, 65, 65]),
        ("__B ^^c _e", [69, 74, 75]),
        ("^F-|F F", [66, 65]),
    ],
)
def test_octaves_and_accidentals(music: str, wanted: list[int]) -> None:
    assert pitches(tune(music)) == wanted


@pytest.mark.parametrize(
    ("music", "wanted"),
    [
        ("C2 D/ E// F3/2 G/4", [2, 0.5, 0.25, 1.5, 0.25]),
        ("C>D E<F G>>A", [1.5, 0.5, 0.5, 1.5, 1.75, 0.25]),
        ("(3CDE F", [2 / 3, 2 / 3, 2 / 3, 1]),
        ("(3:2:4C/D/E/F/ G", [1 / 3, 1 / 3, 1 / 3, 1 / 3, 1]),
        ("(2CD", [1.5, 1.5]),
        ("(5CDEFG", [0.4] * 5),
        ("C z D Z|E", [1, 1, 1]),
    ],
)
def test_lengths(music: str, wanted: list[float]) -> None:
    assert [length for _, length, _ in rows(tune(music))] == pytest.approx(wanted, abs=0.003)


def test_rests_take_their_time() -> None:
    assert [start for start, _, _ in rows(tune("C z2 D|Z2|E x F z|"))] == [0, 3, 12, 14]


def test_ties_make_one_note_also_across_a_bar_line_and_in_chords() -> None:
    assert rows(tune("C3 D-|D2 [CE-G]-[CEG]|")) == [(0, 3, 60), (3, 3, 62), (6, 2, 60), (6, 2, 64), (6, 2, 67)]


def test_an_overlay_sounds_with_its_bar() -> None:
    assert rows(tune("C2E2&G,4|c4|")) == [(0, 4, 55), (0, 2, 60), (2, 2, 64), (4, 4, 72)]


@pytest.mark.parametrize(
    ("field", "microseconds"),
    [("1/4=120", 500_000), ('"Lively" 3/8=80', 500_000), ('1/2=60 "slow"', 500_000), ("120", 500_000), ("C2=60", 500_000)],
)
def test_tempos(field: str, microseconds: int) -> None:
    assert tune("C", Q=field).tempos == (Tempo(0, microseconds),)


@pytest.mark.parametrize(
    ("field", "metre", "length"),
    [
        ("C", Metre(0, 4, 4), 0.5), ("C|", Metre(0, 2, 2), 0.5), ("2/4", Metre(0, 2, 4), 0.25),
        ("(2+3)/8", Metre(0, 5, 8, "2+3/8"), 0.25),
    ],
)  # fmt: skip
def test_metres_and_the_length_that_they_usually_mean(field: str, metre: Metre, length: float) -> None:
    score = decode_abc(f"X:1\nM:{field}\nK:C\nC".encode())[0]
    assert (score.metres[0], rows(score)[0][1]) == (metre, length)


def test_a_free_metre_has_the_bars_that_are_drawn() -> None:
    assert bars(tune("CDE|CDEFG|C2|", M="none")) == [0, 3, 8, 10]


def test_fields_within_the_music_change_what_follows() -> None:
    score = tune("C4|[M:3/4][L:1/8][K:F]B2B2c2|[Q:1/4=60]c6|")
    assert rows(score) == [(0, 4, 60), (4, 1, 70), (5, 1, 70), (6, 1, 72), (7, 3, 72)]
    assert bars(score) == [0, 4, 7, 10]
    assert score.tempos == (Tempo(0), Tempo(3360, 1_000_000))


def test_voices_may_take_turns_line_by_line() -> None:
    score = tune("V:T name=Tenor\nV:B clef=bass octave=-1\n[V:T]CDEF|\n[V:B]C4|\n[V:T]GABc|\n[V:B]G4|")
    assert [track.name for track in score.tracks] == ["Tenor", "Voice B"]
    assert rows(score, 1) == [(0, 4, 48), (4, 4, 55)]
    assert pitches(score) == [60, 62, 64, 65, 67, 69, 71, 72]


def test_words_hold_skip_join_and_go_to_the_next_bar() -> None:
    score = tune("CDEF|GABc|\nw:Al-le_*|ia~a good\\-bye\nw:two")
    said = [(each.tick // 480, each.text, each.verse) for each in score.tracks[0].texts]
    assert said == [(0, "Al-", 1), (0, "two", 2), (1, "le", 1), (4, "ia a", 1), (5, "good-bye", 1)]


def test_signs_at_notes_are_kept() -> None:
    score = tune('.C !trill!D (E F)|!pp!G {/AB}A !crescendo(!B "^rit."c|')
    assert [(mark.tick // 480, mark.kind, mark.text, mark.pitch) for mark in score.tracks[0].marks] == [
        (0, "articulation", "staccato", 60), (1, "ornament", "trill-mark", 62), (2, "slur", "start", 64), (3, "slur", "stop", 65),
        (4, "dynamics", "pp", -1), (5, "grace", "slash", 69), (5, "grace", "slash", 71), (6, "wedge", "crescendo", -1),
        (7, "words", "rit.", -1),
    ]  # fmt: skip
    assert score.tracks[0].notes["velocity"].tolist() == [80] * 4 + [33] * 4


def test_instruments_and_drums_of_midi_directives() -> None:
    score = decode_abc(b"X:1\n%%MIDI program 73\nL:1/4\nK:C\nC|\n%%MIDI program 40\nD|")[0]
    assert (score.tracks[0].program, score.tracks[0].programs.tolist()) == (73, [(480, 40)])


def test_a_tune_that_is_written_an_octave_higher_sounds_lower() -> None:
    assert pitches(decode_abc(b"X:1\n%%MIDI transpose -12\nK:C clef=treble+8\nCD[K:C transpose=-2]E")[0]) == [60, 62, 62]


def test_comments_other_fields_and_line_ends_are_no_music() -> None:
    score = decode_abc(b"%abc-2.1\r\nX:1\r\nK:C\r\nCD\\\r\nEF % and more\r\nN:a note\r\nGA|\r\n\r\nThis is no music.\r\n")[0]
    assert pitches(score) == [60, 62, 64, 65, 67, 69]


def test_letters_of_old_files_are_read() -> None:
    assert decode_abc("X:1\nT:Café\nK:C\nC".encode("latin-1"))[0].title == "Café"


def test_a_tune_is_known_by_its_first_line() -> None:
    from studio.media.score import decode

    assert decode(b"X: 1\nK:C\nC", "tune.txt")[0].end == 240


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "is no ABC"), ("nothing", "is no ABC"), ("X:1\nno key", "is no ABC"), ("X:1\nK:C\n", "holds no note"),
        ("X:1\nL:1000/1\nK:C\n" + "C99999" * 99, "lasts longer"), ("X:1\nK:C\n" + "Z99999|" * 3, "bars"),
    ],
)  # fmt: skip
def test_what_is_no_abc_is_said(text: str, says: str) -> None:
    with pytest.raises(MediaError, match=says) as found:
        decode_book(text.encode(), "x.abc")
    assert "x.abc" in str(found.value)
