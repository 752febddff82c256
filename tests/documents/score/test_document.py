"""Edits of a sheet are small, undone and redone exactly, and survive their bytes."""

import contextlib
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.documents.score.codec import sheet_from_bytes, sheet_to_bytes
from studio.documents.score.document import SheetDocument
from studio.documents.score.edits import Edit
from studio.documents.score.model import Origin, Sheet, Strip
from studio.media import MediaError
from studio.media.score import (
    BEND,
    CONTROL,
    NOTE,
    PRESSURE,
    PROGRAM,
    Exclusive,
    Key,
    Mark,
    Marker,
    Metre,
    Score,
    Tempo,
    Track,
    Words,
)
from tests.documents.notebook import Notebook

ROWS = st.lists(st.tuples(st.integers(0, 999), st.integers(1, 99), st.integers(0, 127), st.integers(1, 127)), max_size=8)
SIGNS = st.sampled_from([(), (Mark(0, "articulation", "staccato", 60),), (Mark(480, "dynamics", "ff"), Mark(480, "slur", "start", 60))])
USER_ERRORS = st.sampled_from([(), (Words(0, "la-"), Words(480, "la", verse=2)), (Words(0, "© me", "copyright"),)])
TRACKS = st.builds(
    lambda name, program, drums, rows, changes, signs, said: Track(
        name, program, drums, np.array(rows, NOTE), programs=np.array(changes, PROGRAM),
        pressures=np.array([(each, 60, 1) for each, _ in changes], PRESSURE), texts=said, marks=signs,
        exclusives=(Exclusive(5, b"\xf0\x7e\xf7"),) if signs else (),
    ),
    st.text(max_size=4), st.integers(0, 127), st.booleans(), ROWS,
    st.lists(st.tuples(st.integers(0, 999), st.integers(0, 127)), max_size=2), SIGNS, USER_ERRORS,
)  # fmt: skip
SCORES = st.builds(
    lambda tracks, tempo, title, said: Score(
        tuple(tracks), tempos=(Tempo(0, tempo),), title=title, texts=said, repeats=(Mark(0, "forward"),) if said else (),
        exclusives=(Exclusive(0, b"\xf0\x7e\xf7"),) if said else (),
    ),
    st.lists(TRACKS, max_size=4), st.integers(1, 999_999), st.text(max_size=3), USER_ERRORS,
)  # fmt: skip
SHEETS = st.builds(
    lambda score, flags, loop: Sheet(score, tuple(Strip(*each) for each in flags), loop),
    SCORES, st.lists(st.tuples(st.booleans(), st.booleans(), st.integers(-1, 7)), max_size=4), st.sampled_from([None, (0, 480)]),
)  # fmt: skip


@given(SHEETS)
def test_a_sheet_survives_its_bytes(sheet: Sheet) -> None:
    assert sheet_from_bytes(sheet_to_bytes(sheet)) == sheet


@given(SHEETS, SHEETS)
def test_the_edit_between_two_sheets_makes_one_of_the_other_and_back(before: Sheet, after: Sheet) -> None:
    edit = Edit.from_bytes(Edit.between("x", before, after).to_bytes())
    assert edit.apply(before) == after
    assert edit.inverse().apply(after) == before


@given(SHEETS, st.lists(SHEETS, min_size=1, max_size=5), st.integers(0, 5))
def test_a_document_comes_back_as_it_was_left(first: Sheet, steps: list[Sheet], undone: int) -> None:
    journal = Notebook()
    document = SheetDocument(first, journal)
    for sheet in steps:
        document.apply("step", sheet)
    for _ in range(undone):
        document.undo()
    again = SheetDocument.restore(sheet_to_bytes(first), journal.edits, journal.position)
    assert again.sheet == document.sheet
    while document.redo():
        assert again.redo()
        assert again.sheet == document.sheet
    assert not again.redo()
    assert again.history.base() == first


@given(SHEETS, st.data())
def test_damaged_bytes_are_a_sheet_or_a_sentence(sheet: Sheet, data: st.DataObject) -> None:
    hurt = bytearray(sheet_to_bytes(sheet))
    for _ in range(data.draw(st.integers(1, 4))):
        hurt[data.draw(st.integers(0, len(hurt) - 1))] = data.draw(st.integers(0, 255))
    for read in (sheet_from_bytes, Edit.from_bytes):
        with contextlib.suppress(MediaError):
            read(bytes(hurt))  # type: ignore[operator]


def test_one_note_among_a_hundred_thousand_is_a_small_step() -> None:
    ticks = np.arange(100_000) * 10
    notes = np.zeros(100_000, NOTE)
    notes["tick"], notes["length"], notes["pitch"], notes["velocity"] = ticks, 10, ticks % 88 + 20, 80
    sheet = Sheet(Score((Track(notes=notes),)))
    changed = notes.copy()
    changed["pitch"][50_000] += 1
    edit = Edit.between("x", sheet, sheet.with_track(0, sheet.score.tracks[0].with_notes(changed)))
    assert len(edit.to_bytes()) < 1000


def test_an_edit_that_does_not_fit_is_refused() -> None:
    sheet = Sheet.empty()
    full = sheet.with_track(0, sheet.score.tracks[0].with_notes([(0, 1, 60, 80)]))
    edit = Edit.between("x", full, sheet)
    with pytest.raises(MediaError, match="does not fit"):
        edit.apply(sheet)


def test_solo_silences_the_others_and_mute_itself() -> None:
    sheet = Sheet(Score((Track("a"), Track("b"), Track("c"))), (Strip(muted=True), Strip(), Strip()))
    assert sheet.audible() == (False, True, True)
    assert sheet.with_strip(2, Strip(soloed=True)).audible() == (False, False, True)


def test_a_file_says_that_its_score_was_edited_by_hand() -> None:
    from studio.project import Recipe

    recipe = Recipe("m", "0" * 64, "generate", {}, 1, 0, {}, "cpu", "float32", 1, "0", "0")
    score = Score((Track(notes=np.array([(0, 1, 60, 80)], NOTE)),))
    origin = Origin.of(recipe.to_json(), score)
    assert Recipe.from_json(origin.note(score)) == recipe
    assert Recipe.from_json(origin.note(replace(score, title="mine"))) == replace(recipe, edited=True)


def test_maps_of_the_score_are_part_of_it() -> None:
    score = Score((), 96, (Tempo(0, 1),), (Metre(0, 3, 8),), (Key(0, 2),), (Marker(5, "A"),), "t")
    assert sheet_from_bytes(sheet_to_bytes(Sheet(score))).score == score


OLDEST = Path(__file__).parent / "oldest"


def test_a_sheet_and_edits_of_the_first_format_are_still_read() -> None:
    flute = Track(
        "Flute", 73, False, np.array([(0, 480, 60, 80), (480, 240, 64, 90)], NOTE), np.array([(0, 7, 90)], CONTROL),
        np.array([(10, -300)], BEND),
    )  # fmt: skip
    score = Score(
        (flute, Track("Kit", 0, True)), 480, (Tempo(0, 400_000),), (Metre(0, 3, 4), Metre(1440, 6, 8)), (Key(0, -2, True),),
        (Marker(480, "B"),), "Old",
    )  # fmt: skip
    sheet = Sheet(score, (Strip(True, False, 3), Strip()), (0, 480), Origin("{}", "ab"))
    assert sheet_from_bytes((OLDEST / "sheet.bin").read_bytes()) == sheet
    renamed = Edit.from_bytes((OLDEST / "rename.bin").read_bytes()).apply(sheet)
    assert renamed.score.tracks[1].name == "Drums"
    shorter = Edit.from_bytes((OLDEST / "notes.bin").read_bytes()).apply(sheet)
    assert shorter.score.tracks[0].notes.tolist() == [(0, 480, 60, 80)]
