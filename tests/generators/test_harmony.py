"""Keys and chords are read from the notes, and chord symbols from their letters."""

import numpy as np
import pytest

from studio.generators.parts.bars import DRUMS, GRID, ROW, Bars, ordered
from studio.generators.parts.harmony import (
    NO_CHORD,
    QUALITIES,
    chords_of_symbols,
    estimated_chords,
    estimated_keys,
    halves,
    parse_chord,
    transposed_chords,
    transposed_keys,
)

MAJOR, MINOR = (0, 2, 4, 5, 7, 9, 11, 12), (0, 2, 3, 5, 7, 8, 11, 12)


def piece(*bars: list[tuple[int, int, int]], beats: int = 4, program: int = 0) -> Bars:
    """Bars of notes (beat, MIDI pitch, beats long) of one part."""
    rows = [(bar, beat * GRID, 0, pitch, length * GRID, 80) for bar, notes in enumerate(bars) for beat, pitch, length in notes]
    metres = np.tile([beats, 4], (len(bars), 1))
    return Bars(np.arange(len(bars) + 1) * beats * GRID, metres, np.zeros(len(bars), np.int64), ordered(np.array(rows, ROW)), (program,))


def chord(beat: int, pitches: tuple[int, ...], length: int = 4) -> list[tuple[int, int, int]]:
    return [(beat, pitch, length) for pitch in pitches]


@pytest.mark.parametrize("key", range(24))
def test_a_scale_up_and_down_is_in_its_key(key: int) -> None:
    tonic, steps = 55 + (key % 12 - 7) % 12, MAJOR if key < 12 else MINOR
    up = [(number % 4, tonic + step, 1) for number, step in enumerate(steps)]
    down = [(number % 4, tonic + step, 1) for number, step in enumerate(reversed(steps))]
    assert estimated_keys(piece(up[:4], up[4:], down[:4], down[4:])).tolist() == [key] * 4


@pytest.mark.parametrize("key", range(24))
def test_a_cadence_is_in_its_key_whatever_the_signature_says(key: int) -> None:
    third = 4 if key < 12 else 3
    tonic, sixth = 48 + key % 12, third + 5
    one, four, five = (0, third, 7), (5, sixth, 12), (7, 11, 14)
    bars = [chord(0, tuple(tonic + step for step in each)) for each in (one, four, five, one)]
    assert estimated_keys(piece(*bars)).tolist() == [key] * 4


def test_a_change_of_key_that_lasts_is_heard() -> None:
    def cadence(tonic: int) -> list[list[tuple[int, int, int]]]:
        return [chord(0, tuple(tonic + step for step in each)) for each in ((0, 4, 7), (5, 9, 12), (7, 11, 14), (0, 4, 7))] * 4

    keys = estimated_keys(piece(*cadence(48), *cadence(54)))
    assert (keys[:12] == 0).all() and (keys[-12:] == 6).all()


def test_music_of_drums_alone_has_neither_key_nor_chord() -> None:
    kit = piece(chord(0, (36, 42)), chord(0, (38,)), program=DRUMS)
    assert estimated_keys(kit).tolist() == [-1, -1]
    assert (estimated_chords(kit) == NO_CHORD).all()


@pytest.mark.parametrize("root", range(12))
@pytest.mark.parametrize(
    ("quality", "intervals"),
    [(0, (0, 4, 7)), (1, (0, 3, 7)), (2, (0, 4, 7, 10)), (3, (0, 4, 7, 11)), (4, (0, 3, 7, 10)), (5, (0, 3, 6)), (6, (0, 4, 8))],
)
def test_a_chord_is_read_from_its_notes_and_its_bass(root: int, quality: int, intervals: tuple[int, ...]) -> None:
    sounding = chord(0, tuple(48 + root + step for step in intervals))
    assert estimated_chords(piece(sounding, sounding)).tolist() == [[root * len(QUALITIES) + quality] * 2] * 2


def test_a_bar_with_two_chords_changes_at_its_half() -> None:
    bars = piece(chord(0, (48, 60, 64, 67), 2) + chord(2, (43, 59, 62, 67), 2), chord(0, (48, 60, 64, 67)))
    assert estimated_chords(bars).tolist() == [[0, 7 * 7], [0, 0]]


@pytest.mark.parametrize(("beats", "first"), [(4, 2), (3, 2), (5, 3), (6, 3), (7, 4), (2, 1), (9, 6)])
def test_the_second_half_begins_where_chords_change(beats: int, first: int) -> None:
    assert halves(piece([(0, 60, 1)], beats=beats)).tolist() == [first * GRID]


@pytest.mark.parametrize(
    ("symbol", "number"),
    [("C", 0), ("Am", 64), ("Bb7", 72), ("F#m7b5", 47), ("EbM7", 24), ("G7b9", 51), ("C/E", 0), ("Dsus4", 20), ("N.C.", NO_CHORD)],
)
def test_a_symbol_names_root_and_quality(symbol: str, number: int) -> None:
    assert parse_chord(symbol) == number


@pytest.mark.parametrize("symbol", ["", "H", "Cq", "c", "C E", "♭"])
def test_a_symbol_that_cannot_be_read_is_named(symbol: str) -> None:
    with pytest.raises(ValueError, match="no chord symbol"):
        parse_chord(symbol)


def test_one_symbol_fills_the_bar_and_two_share_it() -> None:
    assert chords_of_symbols(("C", "Am G7", "")).tolist() == [[0, 0], [64, 51], [NO_CHORD, NO_CHORD]]


def test_keys_and_chords_are_transposed_and_what_is_none_stays() -> None:
    assert transposed_keys(np.array([0, 11, 12, 23, -1]), 2).tolist() == [2, 1, 14, 13, -1]
    assert transposed_chords(np.array([0, 64, NO_CHORD]), 3).tolist() == [21, 1, NO_CHORD]
