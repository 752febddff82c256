"""The band: music goes into steps and comes out again, nothing is known before it is written, and it learns."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from studio.generators import implementation
from studio.generators.band import BandConfig, knobs, lessons
from studio.generators.band.form import EXACT, FURTHEST, NEAR, NOTHING, PARTLY, RHYTHM, form, note_places, places_within, pointer, sounds_of
from studio.generators.band.knobs import BASS, CHORDS, KIT, MELODY, PAD
from studio.generators.band.lessons import Lessons, analysed, fewer_parts
from studio.generators.band.networks import Band
from studio.generators.band.steps import COLUMN, FIELDS, NULL, SLOTS, TARGETS, Copied, Labels, holed, rows_of, whole
from studio.generators.band.templates import FormTemplates, form_templates
from studio.generators.batches import Piece, ScoreBatch
from studio.generators.parts.bars import DRUMS, GRID, LENGTHS, ROW, Bars, ordered
from studio.generators.parts.harmony import NO_CHORD
from studio.generators.parts.step_rows import CONTEXT, END, END_BAR, NONE, NOTE, PLAIN, SAME

TINY = {"width": 32, "layers": 1, "heads": 2, "hidden": 48, "steps": 200, "composers": ["A"], "styles": ["swing"]}
PROGRAMS = (65, 33, 0, DRUMS)


def bars_of_rows(rows: list[tuple[int, ...]], count: int, programs: tuple[int, ...] = PROGRAMS) -> Bars:
    """`count` bars of 4/4 with notes (bar, position, slot, pitch, length)."""
    made = ordered(np.array([(*row, 80) for row in rows], ROW))
    made["length"][np.array(programs)[made["slot"]] == DRUMS] = LENGTHS[0]
    return Bars(np.arange(count + 1) * 96, np.tile([4, 4], (count, 1)), np.zeros(count, np.int64), made, programs)


def tune(letters: str) -> Bars:
    """A bar a letter, the same letter the same bar: a sax over bass, piano and drums."""
    rows = []
    for bar, letter in enumerate(letters):
        chance = np.random.default_rng(ord(letter))
        for beat in range(4):
            rows += [(bar, beat * GRID, 0, int(chance.integers(60, 80)), 24), (bar, beat * GRID, 1, int(chance.integers(30, 45)), 24)]
            rows += [(bar, beat * GRID, 3, 42, 1), (bar, beat * GRID + 12 * int(chance.integers(2)), 3, 36, 1)]
        rows += [(bar, 0, 2, pitch, 96) for pitch in (60, 64, 67)]
    return bars_of_rows(rows, len(letters))


def piece(letters: str = "ABACABAD") -> Piece:
    return Piece(tune(letters), "A", "swing", "band", ("Melody", "Bass", "Chords", "Drums"), ("C",) * len(letters))


@st.composite
def music(draw: st.DrawFn) -> Bars:
    """Bars with any notes on the grid of the steps."""
    count = draw(st.integers(1, 6))
    note = st.tuples(
        st.integers(0, count - 1), st.integers(0, 47).map(lambda place: 2 * place), st.integers(0, 3), st.integers(0, 127),
        st.sampled_from(LENGTHS.tolist()),
    )  # fmt: skip
    return bars_of_rows(draw(st.lists(note, max_size=30)), count)


def everything(bars: Bars) -> Labels:
    return Lessons(200, {}, {}).everything(Piece(bars), analysed(Piece(bars)), bars, 0, 3)


@given(music())
@settings(max_examples=40)
def test_notes_come_out_of_the_steps_as_they_went_in(bars: Bars) -> None:
    for labels in (Labels(), everything(bars)):
        names = [bars.rows[name].tolist() for name in ("bar", "position", "slot")]
        assert rows_of(whole(bars, labels)).T.tolist() == [*names, sounds_of(bars).tolist(), bars.rows["length"].tolist()]


@given(music())
@settings(max_examples=40)
def test_every_field_fits_its_table_and_targets_say_what_comes_next(bars: Bars) -> None:
    row = whole(bars, replace(everything(bars), ends=True))
    assert (row.fields >= 0).all() and (row.fields < np.array(list(FIELDS.values()))).all()
    notes = np.flatnonzero(row.fields[:, COLUMN["kind"]] == NOTE)
    assert (row.targets[notes - 1, TARGETS.index("sound")] == row.fields[notes, COLUMN["sound"]] - 1).all()
    onset = row.targets[:, 0]
    assert onset[-1] == END
    assert (onset == END_BAR).sum() == len(bars) - 1
    assert ((onset == NONE).sum() == 1 + len(bars.programs)) and (onset == SAME).sum() <= len(notes)


def naive(bars: Bars, reference: int, position: int, slot: int, sound: int) -> tuple[int, ...]:
    """What comes next in bar `reference` after a note, by looking at one note after the other; `position` −1 is the bar's mark."""
    for row, own in zip(bars.rows.tolist(), sounds_of(bars).tolist(), strict=True):
        if row[0] == reference and (position < 0 or (row[1], row[2], -own) > (position, slot, -sound)):
            return 1 + (SAME if row[1] == position else 1 + row[1]), 1 + row[2], 1 + own, 1 + LENGTHS.tolist().index(row[4])
    return 1 + END_BAR, 0, 0, 0


@given(music(), st.integers(0, 5), st.integers(-1, 95), st.integers(0, 3), st.integers(0, 127))
@settings(max_examples=40)
def test_the_pointer_shows_the_first_note_after_the_present_one(bars: Bars, reference: int, position: int, slot: int, pitch: int) -> None:
    sounds, sound = sounds_of(bars), pitch + 128 * (slot == 3)
    within = places_within(np.array([position]), np.array([slot]), np.array([sound])) if position >= 0 else np.array([0])
    found = pointer(bars.rows, sounds, note_places(bars.rows, sounds), np.array([reference]), within, np.array([position]))
    assert tuple(found[0].tolist()) == naive(bars, reference, position, slot, sound)


def test_the_pointer_shows_nothing_where_there_is_no_bar_to_copy() -> None:
    bars = tune("AB")
    given_ = bars.rows, sounds_of(bars), note_places(bars.rows, sounds_of(bars))
    assert not pointer(*given_, np.array([-1]), np.array([0]), np.array([-1])).any()


def test_in_a_bar_that_is_a_copy_the_pointer_is_always_right() -> None:
    bars = tune("ABAB")
    row = whole(bars, everything(bars))
    inside = (row.places[:, 1] >= 2) & (row.targets[:, 0] >= 0)
    shown = row.fields[:, COLUMN["ref_onset"] : COLUMN["ref_onset"] + 4][inside]
    assert inside.sum() > 30
    assert (shown[:, 0] - 1 == row.targets[inside, 0]).all()
    notes = row.targets[inside, 1] >= 0
    assert (shown[notes, 1:] - 1 == row.targets[inside][notes, 1:4]).all()


def test_the_pointer_reaches_bars_outside_the_passage() -> None:
    known = analysed(piece("ABCDABCD"))
    cut = known.between(4, 8)
    labels = Labels(form=(cut.like, cut.likeness))
    row = whole(cut.bars, labels, Copied.of(known.bars, 4))
    assert (row.fields[5:, COLUMN["ref_onset"]] > 0).all()
    assert not whole(cut.bars, labels).fields[5:, COLUMN["ref_onset"]].any() or (cut.like < 4).any()


def test_bars_that_come_again_are_found_at_their_distance() -> None:
    like, likeness = form(tune("AABACDABAE"))
    assert like.tolist()[:4] == [0, 1, 1, 2]
    assert likeness.tolist()[:4] == [NOTHING, EXACT, PARTLY, EXACT]  # all bars share their drums and chords
    assert like[6] == 3 and likeness[6] == EXACT  # A: three and five and six ago alike, the nearest is taken
    assert like[7] == 5 and likeness[7] == EXACT


def test_of_equally_like_bars_one_of_a_phrase_ago_is_taken() -> None:
    assert form(tune("AAAAAAAA"))[0].tolist() == [0] + [1] * 7
    like, _ = form(tune("AXYAZWVA"))
    assert like[7] == 4  # also seven ago


def test_one_changed_note_is_near_and_the_same_rhythm_with_other_notes_is_told_apart() -> None:
    first = [(0, beat * 24, 0, 60 + beat, 24) for beat in range(4)] + [(0, beat * 24, 3, 42, 1) for beat in range(4)]
    near = [(1, *row[1:]) for row in first[1:]] + [(1, 0, 0, 72, 24)]
    rhythm = [(2, beat * 24, 0, 80 - beat, 24) for beat in range(4)] + [(2, beat * 24, 3, 50, 1) for beat in range(4)]
    like, likeness = form(bars_of_rows([*first, *near, *rhythm], 3))
    assert likeness.tolist() == [NOTHING, NEAR, RHYTHM]
    assert like.tolist() == [0, 1, 1]


def test_a_bar_further_away_than_the_pointer_speaks_of_is_like_none() -> None:
    bars = bars_of_rows([(0, 0, 0, 60, 24), (FURTHEST + 1, 0, 0, 60, 24)], FURTHEST + 2)
    assert form(bars)[1].tolist() == [NOTHING] * (FURTHEST + 2)


def _until(bars: Bars, number: int) -> Bars:
    return replace(bars, rows=bars.rows[:number])


@given(music(), st.integers(0, 30))
@settings(max_examples=40)
def test_no_step_knows_a_note_that_is_yet_to_come(bars: Bars, number: int) -> None:
    number = min(number, len(bars.rows))
    labels = everything(bars)
    row, shorter = whole(bars, labels), whole(_until(bars, number), labels)
    notes = np.flatnonzero(row.fields[:, COLUMN["kind"]] == NOTE)
    known = notes[number - 1] + 1 if number else 0
    assert (row.fields[:known] == shorter.fields[:known]).all()


@given(music(), st.integers(0, 3), st.integers(0, 10))
@settings(max_examples=40)
def test_nothing_before_a_note_of_a_hole_knows_it(bars: Bars, slot: int, number: int) -> None:
    hole = bars.rows["slot"] == slot
    own = np.flatnonzero(hole)
    kept = np.ones(len(bars.rows), bool)
    kept[own[number:]] = False
    labels, numbers = everything(bars), np.arange(len(bars))
    row = holed(bars, labels, hole, numbers, (slot,))
    shorter = holed(replace(bars, rows=bars.rows[kept]), labels, hole[kept], numbers, (slot,))
    plain = np.flatnonzero((row.fields[:, COLUMN["kind"]] == NOTE) & (row.fields[:, COLUMN["segment"]] == PLAIN))
    known = plain[min(number, len(plain)) - 1] + 1 if number and len(plain) else int((row.fields[:, COLUMN["segment"]] == CONTEXT).sum())
    assert (row.fields[:known] == shorter.fields[:known]).all()


def test_a_note_carries_the_chord_in_force_where_it_begins() -> None:
    bars = bars_of_rows([(0, 0, 0, 60, 24), (0, 48, 0, 67, 24), (1, 0, 0, 60, 24)], 2)
    row = whole(bars, Labels(chords=np.array([[0, 51], [NO_CHORD, NO_CHORD]])))
    notes = row.fields[:, COLUMN["kind"]] == NOTE
    assert row.fields[notes][:, COLUMN["root"]].tolist() == [2, 9, 1]
    assert row.fields[notes][:, COLUMN["quality"]].tolist() == [1, 3, 0]
    assert row.targets[np.flatnonzero(notes) - 1, TARGETS.index("chord")].tolist() == [2, 53, 1]


def test_parts_play_the_roles_that_their_names_and_notes_say() -> None:
    assert knobs.roles(tune("ABAB"), ("Melody", "Bass", "", "")).tolist() == [MELODY, BASS, PAD, KIT]
    assert knobs.roles(tune("ABAB")).tolist() == [MELODY, BASS, PAD, KIT]
    strummed = bars_of_rows([(0, beat * 24, 0, pitch, 12) for beat in range(4) for pitch in (60, 64, 67)], 1, (24,))
    assert knobs.roles(strummed).tolist() == [CHORDS]


def test_drums_say_nothing_of_register_and_length() -> None:
    assert knobs.of_slots(tune("AB"), SLOTS)[3].tolist()[2:] == [0, 0]
    assert (knobs.of_slots(tune("AB"), SLOTS)[4:] == 0).all()


def test_of_too_many_parts_the_drums_and_the_busiest_stay() -> None:
    rows = [(0, 2 * number, slot, 60, 4) for slot in range(14) for number in range(14 - slot)]
    bars, names = fewer_parts(bars_of_rows(rows, 1, (*range(13), DRUMS)), tuple(f"part {slot}" for slot in range(14)))
    assert bars.programs == (*range(11), DRUMS)
    assert names[-1] == "part 13"
    assert np.bincount(bars.rows["slot"]).tolist() == [*range(14, 3, -1), 1]


def test_a_lesson_moves_notes_keys_and_chords_together_but_no_drums() -> None:
    known = analysed(piece())
    moved = known.moved(5, 1.1)
    kit = known.bars.drums
    assert (moved.bars.rows["pitch"][kit] == known.bars.rows["pitch"][kit]).all()
    assert (moved.bars.rows["pitch"][~kit].astype(int) - known.bars.rows["pitch"][~kit] == 5).all()
    assert moved.chords[0].tolist() == [35, 35]
    assert ((moved.keys - known.keys) % 12 == 5).all()
    assert np.array_equal(form(moved.bars)[0], known.like)


def test_lessons_hide_conditions_as_often_as_they_say() -> None:
    own, chance = Lessons.of(BandConfig(**TINY)), np.random.default_rng(0)
    known = own.analysis(piece())
    count = 1000
    found = [own.condition_dropout(piece(), known, known.bars, 0, 0, chance) for _ in range(count)]
    nothing = sum(not each.instruments for each in found) / count
    styled = sum(
        each.instruments and each.tempo == NULL and each.chords is None and each.form is None and each.left is None for each in found
    )
    assert nothing == pytest.approx(lessons.NOTHING, abs=0.03)
    assert styled / count == pytest.approx(lessons.STYLE - lessons.NOTHING, abs=0.05)
    rest = 1 - lessons.STYLE
    for name, value in (("chords", "chords"), ("form", "form"), ("left", "left"), ("key", "keys")):
        share = sum(getattr(each, value) is not None for each in found) / count
        assert share == pytest.approx(rest * lessons.KEPT[name], abs=0.06), name


def test_lessons_never_grow_longer_than_they_may() -> None:
    own, chance = Lessons.of(BandConfig(**TINY)), np.random.default_rng(0)
    assert max(len(own.lesson(piece("ABACABADABACABAD"), chance)) for _ in range(50)) <= TINY["steps"]


def test_some_holes_are_the_drums_and_some_all_but_the_melody() -> None:
    known, chance = analysed(piece()), np.random.default_rng(0)
    filled = {lessons._hole(known, chance)[2] for _ in range(200)}
    assert {(3,), (1, 2, 3), (0, 1, 2, 3)} <= filled


def trainer(**values: Any) -> Any:
    start = implementation("band").start
    return start(TINY | values, ScoreBatch([piece()], [piece("ABABABAB")]), torch.device("cpu"))


def test_training_on_one_piece_lowers_its_loss_and_goes_on_from_its_state() -> None:
    learning = trainer()
    learning.measured = float("inf")
    batch = ScoreBatch([piece()] * 2)
    losses = [learning.step(batch, 0.0)["bits_per_note"] for _ in range(16)]
    assert np.mean(losses[-3:]) < np.mean(losses[:3]) * 0.93
    again = trainer()
    again.restore(learning.state())
    assert all(torch.equal(value, again.weights()[name]) for name, value in learning.weights().items())


def test_held_back_pieces_are_measured_between_steps_and_their_figures_come_together() -> None:
    learning = trainer()
    learning.measured = float("-inf")
    found = [learning.step(ScoreBatch([piece()]), 0.0) for _ in range(3)]
    assert "band_style" not in found[0] and "band_style" in found[2]
    assert found[2]["band_style"] == pytest.approx(sum(found[2][f"band_style_{name}"] for name in ("onset", "part", "sound", "length")))


def test_what_a_step_sees_is_the_same_in_a_batch_and_alone() -> None:
    torch.manual_seed(0)
    network = Band(BandConfig(**TINY)).eval()
    row = whole(tune("ABA"), everything(tune("ABA")))
    fields, places = torch.from_numpy(row.fields)[None], torch.from_numpy(row.places)[None]
    cache = network.decoder.cache(1, len(row))
    with torch.no_grad():
        together = network(fields, places)
        alone = torch.cat([network(fields[:, at : at + 1], places[:, at : at + 1], cache) for at in range(len(row))], dim=1)
    assert torch.allclose(together, alone, atol=1e-4)


def test_plans_of_form_are_those_of_the_styles_pieces_and_come_back_from_their_file() -> None:
    own = Lessons.of(BandConfig(**TINY))
    found = FormTemplates.read(form_templates([piece("ABABABAB"), replace(piece(), collection="unknown")], own).arrays())
    (plan,) = found.plans(1)
    assert (plan.like.tolist(), plan.likeness.tolist()) == tuple(each.tolist() for each in form(tune("ABABABAB")))
    assert plan.programs == PROGRAMS and plan.metre == (4, 4) and plan.microseconds == tune("A").microseconds
    assert len(found.plans()) == 1
    with pytest.raises(ValueError, match="do not fit together"):
        FormTemplates.read(found.arrays() | {"starts": np.array([0, 99])})
    with pytest.raises(ValueError, match="do not fit together"):
        FormTemplates.read(found.arrays() | {"programs": np.full((1, 12), 400)})
