"""MuseNet: what it writes fits into the score, and nothing outside the selection changes."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from studio import generators
from studio.generators import GeneratorError, implementation
from studio.generators.batches import Piece, ScoreBatch
from studio.generators.capabilities import Call, PredictsNotes, ScoresNotes
from studio.generators.events import Delta, Result
from studio.generators.musenet.excerpts import Lessons
from studio.generators.musenet.steps import COLUMN, FIELDS, Labels, whole
from studio.generators.musenet.writing import Writer
from studio.generators.parts import step_rows
from studio.generators.parts.bars import bars_of
from studio.generators.parts.note_decoder import padded
from studio.generators.parts.step_rows import END, END_BAR, NONE, ONSETS
from studio.media import Score, ScoreSelection
from studio.media.score import NOTE, Track, appended
from studio.shelf import load, read_card
from tests import tiny


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Any:
    return load(read_card(tiny.make_musenet(tmp_path_factory.mktemp("musenet"))))


@pytest.fixture
def song() -> Score:
    return tiny.song()


def events(model: Any, action: str, index: int = 0, inputs: Any = None, **values: Any) -> list[Any]:
    checked = generators.family("musenet").action(tiny.MUSENET, action).checked(values)
    return list(model.perform(Call(action, checked, 5, (index,), inputs or {})))


def result(model: Any, action: str, index: int = 0, inputs: Any = None, **values: Any) -> Score:
    return next(event.media for event in events(model, action, index, inputs, **values) if isinstance(event, Result))


def notes(score: Score) -> list[list[tuple]]:
    return [track.notes.tolist() for track in score.tracks]


def test_a_new_piece_has_the_instruments_metre_and_key_asked_for(model: Any) -> None:
    score = result(model, "generate", bars=3, ensemble="voice, 2 × piano", metre="3/4", key="D major", tempo=72)
    assert [track.program for track in score.tracks] == [53, 0, 0]
    assert (score.metres[0].beats, score.metres[0].unit) == (3, 4)
    assert score.keys[0].sharps == 2
    assert score.tempos[0].microseconds == round(60e6 / 72)
    assert any(len(track.notes) for track in score.tracks)
    assert all((track.notes["tick"] < 3 * 3 * 480).all() for track in score.tracks)


def test_an_item_is_the_same_alone_and_after_others(model: Any) -> None:
    checked = generators.family("musenet").action(tiny.MUSENET, "generate").checked({"bars": 2})
    call = Call("generate", checked, 5, (0, 1, 2))
    many = {event.index: event.media for event in model.perform(call) if isinstance(event, Result)}
    assert many[0] != many[2]
    assert result(model, "generate", 2, bars=2) == many[2]


@pytest.mark.parametrize("action", ["continue", "infill", "vary", "add_track", "harmonise"])
def test_what_streams_out_adds_up_to_the_result(model: Any, song: Score, action: str) -> None:
    inputs: dict[str, Any] = {"score": song}
    if action in ("infill", "vary"):
        inputs["selection"] = ScoreSelection(1, 3)
    found = events(model, action, 0, inputs)
    grown = None
    for event in found:
        if isinstance(event, Delta):
            grown = event.media if grown is None else appended(grown, event.media)
    assert notes(grown) == notes(next(event.media for event in found if isinstance(event, Result)))


def test_continuing_keeps_every_note_and_writes_behind_the_last_bar(model: Any, song: Score) -> None:
    longer = result(model, "continue", 0, {"score": song}, bars=2, temperature=1.3)
    end = int(song.bar_starts()[-1])
    for before, after in zip(song.tracks, longer.tracks, strict=True):
        assert after.notes[after.notes["tick"] < end].tolist() == before.notes.tolist()
        assert (after.notes["tick"] < end + 2 * 4 * 480).all()
    assert sum(map(len, notes(longer))) > sum(map(len, notes(song)))


@given(st.integers(0, 3), st.integers(1, 2), st.sets(st.integers(0, 2)), st.integers(0, 9))
@settings(max_examples=12, deadline=None)
def test_filling_changes_no_note_outside_the_selection(model: Any, first: int, count: int, tracks: set[int], seed: int) -> None:
    song = tiny.song()
    selection = ScoreSelection(first, first + count, tuple(sorted(tracks)))
    filled = result(model, "infill", seed, {"score": song, "selection": selection}, temperature=1.4)
    lines = song.bar_starts()
    start = int(lines[first])
    end = start + count * 1920
    for number, (before, after) in enumerate(zip(song.tracks, filled.tracks, strict=True)):
        inside = (before.notes["tick"] >= start) & (before.notes["tick"] < end) & (not tracks or number in tracks)
        kept, got = before.notes[~inside].tolist(), after.notes.tolist()
        assert all(note in got for note in kept)
        fresh = np.array([note for note in got if note not in kept], NOTE)
        assert ((fresh["tick"] >= start) & (fresh["tick"] < end)).all()
        assert not len(fresh) or not tracks or number in tracks


def test_no_note_sounds_into_another_of_its_part_and_pitch(model: Any, song: Score) -> None:
    filled = result(model, "infill", 1, {"score": song, "selection": ScoreSelection(1, 3)}, temperature=1.5, lowest=58, highest=66)
    for before, track in zip(song.tracks, filled.tracks, strict=True):
        fresh = [note for note in track.notes.tolist() if note not in before.notes.tolist()]
        assert all(58 <= note[2] <= 66 for note in fresh)
        for note in fresh:
            clash = [
                each for each in track.notes.tolist() if each[2] == note[2] and each[0] < note[0] + note[1] and note[0] < each[0] + each[1]
            ]
            assert clash == [note]


def test_varying_closely_keeps_more_than_varying_far(model: Any, song: Score) -> None:
    selection = ScoreSelection(0, 4)
    kept = {}
    for closeness in (0.1, 0.9):
        varied = result(model, "vary", 3, {"score": song, "selection": selection}, closeness=closeness)
        kept[closeness] = sum(len(set(a) & set(b)) for a, b in zip(notes(song), notes(varied), strict=True))
    assert kept[0.9] > kept[0.1]


def test_what_is_asked_for_of_a_bar_is_kept_to_where_it_can_be(model: Any) -> None:
    lands: dict[str, list[bool]] = {"high": [], "any": []}
    for asked, found in lands.items():
        for index in range(3):
            score = result(model, "generate", index, bars=4, ensemble="voice, 2 × piano", register=asked)
            found += [each == "high" for each in model.read_knobs(score)["register"]]
    assert np.mean(lands["high"]) > np.mean(lands["any"])
    alone = result(model, "generate", 0, bars=6, ensemble="cello", polyphony="single notes", lowest=40, highest=60)
    assert model.read_knobs(alone)["polyphony"] in (["single notes"], ["some pairs"])


def test_a_new_part_leaves_the_others_alone(model: Any, song: Score) -> None:
    grown = result(model, "add_track", 0, {"score": song}, instrument="cello")
    assert notes(grown)[:3] == notes(song)
    assert grown.tracks[3].program == 42
    harmonised = result(model, "harmonise", 0, {"score": song}, ensemble="voice, 2 × piano")
    assert notes(harmonised)[:3] == notes(song)
    assert [track.program for track in harmonised.tracks[3:]] == [0, 0]


def test_drums_and_an_empty_score_are_answered_with_a_sentence(model: Any) -> None:
    drums = Score((Track("Drums", drums=True, notes=np.array([(0, 10, 36, 90)], NOTE)),))
    with pytest.raises(GeneratorError, match="drums"):
        result(model, "infill", 0, {"score": drums, "selection": ScoreSelection(0, 1)})
    with pytest.raises(GeneratorError, match="no notes"):
        result(model, "add_track", 0, {"score": Score((Track(),))})
    with pytest.raises(GeneratorError, match="above the highest"):
        result(model, "generate", 0, lowest=70, highest=60)


def test_a_passage_longer_than_the_memory_is_written_in_pieces(model: Any) -> None:
    score = result(model, "generate", bars=40, temperature=1.2)
    assert max(int(track.notes["tick"].max()) for track in score.tracks if len(track.notes)) > 30 * 4 * 480


def test_every_note_of_a_passage_is_a_step_and_every_step_is_told(song: Score) -> None:
    bars = bars_of(song, range(3))
    row = whole(bars, Labels(ends=True))
    assert (row.fields[:, COLUMN["kind"]] == step_rows.NOTE).sum() == len(bars.rows) == (row.targets[:, 1] >= 0).sum()
    assert (row.fields[:, COLUMN["kind"]] == step_rows.BAR).sum() == len(bars)
    assert row.targets[:, 0].tolist().count(END_BAR) == len(bars) - 1
    assert row.targets[-1, 0] == END
    sizes = np.array(list(FIELDS.values()))
    assert (row.fields >= 0).all() and (row.fields < sizes).all() and row.targets[:, 0].max() < ONSETS


def test_lessons_stay_within_their_length_and_sometimes_have_a_hole() -> None:
    piece = Piece(bars_of(tiny.song(bars=60), range(3)), "A", "c")
    lessons, chance = Lessons(128, {"A": 1}, {"c": 1}), np.random.default_rng(0)
    made = [lessons.lesson(piece, chance) for _ in range(60)]
    assert all(20 < len(each) <= 128 for each in made)
    holed = [each for each in made if (each.fields[:, COLUMN["segment"]] == step_rows.CONTEXT).any()]
    assert 10 < len(holed) < 50
    assert all((np.array(list(FIELDS.values())) > each.fields).all() for each in made)


def test_training_learns_by_heart_and_goes_on_from_its_state() -> None:
    batch = ScoreBatch([Piece(bars_of(tiny.song(), range(3)), "A", "c")] * 4)
    first = implementation("musenet").start(tiny.MUSENET, batch, torch.device("cpu"))
    losses = [first.step(batch, 0.0)["bits_per_note"] for _ in range(60)]
    assert np.mean(losses[-5:]) < np.mean(losses[:5]) / 2
    second = implementation("musenet").start(tiny.MUSENET, batch, torch.device("cpu"))
    second.restore({key: value.clone() for key, value in first.state().items()})
    first.chance = np.random.default_rng(int(first.optimisation.counts[0]))
    assert second.step(batch, 0.5) == first.step(batch, 0.5)
    assert len([each for each in first.preview(0, 2) if each is not None]) == 2


def test_every_note_is_judged_once_and_as_the_whole_network_does(model: Any) -> None:
    song = tiny.song(bars=40)
    assert isinstance(model, ScoresNotes)
    found = [np.full(len(track.notes), np.nan) for track in song.tracks]
    for track, numbers, bits in model.bits_of_notes(song):
        assert np.isnan(found[track][numbers]).all()
        found[track][numbers] = bits
    assert all((each > 0).all() for each in found)
    short = Piece(bars_of(tiny.song(), range(3)), "A", "c")
    row = whole(short.bars, replace(model.lessons.style(short), ends=True))
    fields, places, targets = padded([row], NONE)
    seen = model.network(fields, places)
    asked = targets[..., 0] >= 0
    total = float(model.network.surprise(seen[asked], targets[asked]).sum()) / np.log(2)
    per_note = next(model.bits_per_note([short], "style"))
    ends = float(model.network.surprise(seen[:, -1], targets[:, -1])[0, 0]) / np.log(2)
    assert per_note.sum() == pytest.approx(total - ends, rel=1e-3)


def test_what_is_written_is_as_likely_as_it_is_judged(model: Any) -> None:
    """Writing step by step and reading at once see the same."""
    checked = generators.family("musenet").action(tiny.MUSENET, "generate").checked({"bars": 3, "ensemble": "cello"})
    request = model.requests.composed(checked)
    writer = Writer(model.network, model.readers, model.config.steps, request.infill, lambda count: [0.3] * count)
    for _ in writer.write():
        pass
    at_once = whole(replace(request.infill.bars, rows=writer.written), replace(request.infill.labels, left=None))
    fields, places, _ = padded([at_once], NONE)
    assert torch.allclose(model.network(fields, places)[0, -1], model.readers[0].seen, atol=1e-3)


def test_what_is_asked_of_knobs_pushes_away_from_what_would_come_by_itself(model: Any) -> None:
    """The second reader sees the same notes without the knobs; without any knob there is no second one."""
    action = generators.family("musenet").action(tiny.MUSENET, "generate")
    for values, readers in (({}, 1), ({"density": "busy"}, 2)):
        request = model.requests.composed(action.checked({"bars": 2, "ensemble": "cello", **values}))
        writer = Writer(model.network, model.readers, model.config.steps, request.infill, lambda count: [0.3] * count)
        assert len(writer.readers) == readers
        for _ in writer.write():
            pass
    lengths = {reader.cache.length for reader in writer.readers}
    seen = [reader.seen for reader in writer.readers]
    assert len(lengths) == 1 and not torch.allclose(*seen)
    told = whole(replace(request.infill.bars, rows=writer.written), replace(request.infill.labels, left=None, slots=None, bars=None))
    fields, places, _ = padded([told], NONE)
    assert torch.allclose(model.network(fields, places)[0, -1], seen[1], atol=1e-3)


def test_alternatives_are_probabilities_and_the_note_is_among_them(model: Any, song: Score) -> None:
    assert isinstance(model, PredictsNotes)
    found = model.alternatives(song, 1, 4, count=128)
    assert sum(each.probability for each in found) == pytest.approx(1)
    assert found[0].probability == max(each.probability for each in found)
    pitch = int(song.tracks[1].notes["pitch"][4])
    bits = {track: values[numbers == 4] for track, numbers, values in model.bits_of_notes(song) if track == 1 and 4 in numbers}
    likely = next(each.probability for each in found if each.pitch == pitch)
    assert 0 < -np.log2(likely) < bits[1][0]
    with pytest.raises(GeneratorError, match="does not read"):
        model.alternatives(song, 9, 0)
