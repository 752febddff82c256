"""MusicVAE: tunes become steps and come back, and points become tunes."""

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
from studio.generators.capabilities import Call, Decodes, Encodes, Performs
from studio.generators.events import Result
from studio.generators.musicvae import clips
from studio.generators.musicvae.clips import FIRST, HOLD, LOWEST, REST, TOKENS
from studio.generators.parts.bars import bars_of
from studio.media import Journey, Latent, Score
from studio.media.score import Metre
from studio.shelf import load, read_card
from tests import tiny


@pytest.fixture(scope="module", params=[1, 2])
def model(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Any:
    return load(read_card(tiny.make_musicvae(tmp_path_factory.mktemp("musicvae"), sections=request.param)))


def results(model: Any, action: str, indices: tuple[int, ...] = (0,), inputs: Any = None, **values: Any) -> dict[int, Result]:
    checked = generators.family("musicvae").action({}, action).checked(values)
    call = Call(action, checked, 3, indices, inputs or {})
    return {event.index: event for event in model.perform(call) if isinstance(event, Result)}


@st.composite
def tunes(draw: st.DrawFn) -> np.ndarray:
    """Clips as they may be: nothing is held before something was begun."""
    clip = np.array(draw(st.lists(st.sampled_from([REST, HOLD, HOLD, FIRST, FIRST + 7, TOKENS - 1]), min_size=32, max_size=32)), np.uint8)
    for step in range(32):
        if clip[step] == HOLD and (step == 0 or clip[step - 1] == REST):
            clip[step] = REST
    return clip


@given(tunes())
@settings(max_examples=60)
def test_a_tune_comes_back_from_a_score(clip: np.ndarray) -> None:
    if (clip >= FIRST).any():
        first = int((clip >= FIRST).argmax())
        again = clips.clip_of(clips.score(clip), 1)
        assert again.tolist() == [*clip[:first], *clip[first:].tolist()]


def test_clips_are_cut_from_parts_of_one_voice() -> None:
    bars = bars_of(tiny.song(bars=8), range(3))
    found = clips.clips_of(bars, 1)
    assert len(found) == 7  # of the melody, from every bar but the last; the chords are none, and the bass has too few notes
    assert found[0][:8].tolist() == [FIRST + 67 - LOWEST, HOLD, HOLD, HOLD, FIRST + 72 - LOWEST, HOLD, HOLD, HOLD]
    assert clips.clips_of(bars, 4).shape == (1, 128)


def test_clips_begin_after_an_upbeat_and_leave_odd_metres_out() -> None:
    song = tiny.song(bars=8)
    upbeat = replace(song, metres=(Metre(0, 1, 4), Metre(480, 4, 4)))
    assert len(clips.clips_of(bars_of(upbeat, (0,)), 1)) == 7
    assert len(clips.clips_of(bars_of(replace(song, metres=(Metre(0, 3, 4),)), (0,)), 1)) == 0


def test_transposing_keeps_the_intervals_and_the_range() -> None:
    clip = np.array([[FIRST, HOLD, TOKENS - 2, REST]] * 50, np.uint8)
    moved = clips.transposed(clip, np.random.default_rng(0))
    assert set(moved[:, 0].tolist()) == {FIRST, FIRST + 1}
    assert ((moved[:, 2].astype(int) - moved[:, 0]) == TOKENS - 2 - FIRST).all()
    assert (moved[:, 1] == HOLD).all() and (moved[:, 3] == REST).all()


def test_measures_tell_what_they_are_named_after() -> None:
    rising = np.array([[FIRST + 10, HOLD, HOLD, HOLD, FIRST + 20, HOLD, HOLD, HOLD]], np.uint8)
    syncopated = np.array([[FIRST + 10, HOLD, FIRST + 10, HOLD, HOLD, HOLD, REST, REST]], np.uint8)
    found = clips.measured(np.concatenate([rising, syncopated]))
    assert found["density"].tolist() == [0.25, 0.25]
    assert found["contour"].tolist() == [10, 0]
    assert found["register"].tolist() == [FIRST + 15, FIRST + 10]
    assert found["syncopation"].tolist() == [0, 0.5]


def test_it_has_the_capabilities_that_it_claims(model: Any) -> None:
    assert isinstance(model, Performs) and isinstance(model, Decodes) and isinstance(model, Encodes)
    a, b = model.sample(0), model.sample(0, 1)
    assert model.sample(0, 1) == b != a
    assert model.mix(a, b, 0.0) == a
    assert model.distance(a, b) > model.distance(a, model.mix(a, b, 0.1)) > 0
    assert model.directions().names[:4] == ("Density", "Register", "Contour", "Syncopation")
    assert [type(each) for each in model.decode([a, b])] == [Score, Score]


def test_a_tune_is_the_same_alone_and_in_company(model: Any) -> None:
    many = results(model, "generate", (0, 1, 2), note_temperature=1.0)
    assert results(model, "generate", (2,), note_temperature=1.0)[2].media == many[2].media
    assert many[0].latent != many[2].latent


def test_walking_between_two_scores_writes_one_after_another(model: Any) -> None:
    bars = 2 * model.config.sections
    other = clips.score(np.tile(np.array([FIRST + 30, HOLD, HOLD, HOLD], np.uint8), 8))
    walked = results(model, "morph", (0,), {"score": tiny.song(), "other": other}, steps=3)[0].media
    ends = model.decode([model.encode(tiny.song()), model.encode(other)])
    notes = walked.tracks[0].notes
    first, last = notes[notes["tick"] < bars * 1920], notes[notes["tick"] >= 2 * bars * 1920]
    assert first["pitch"].tolist() == ends[0].tracks[0].notes["pitch"].tolist()
    assert (last["tick"] - 2 * bars * 1920).tolist() == ends[1].tracks[0].notes["tick"].tolist()


def test_a_journey_is_written_clip_by_clip(model: Any) -> None:
    beats = 8 * model.config.sections
    points = [model.sample(1, index) for index in range(3)]
    journey = Journey.evenly(points, 2 * beats)
    notes = results(model, "travel", (0,), {"journey": journey})[0].media.tracks[0].notes
    expected = [*points[:1], model.mix(*points[:2], 0.5), points[1], model.mix(*points[1:], 0.5), points[2]]
    for number, clip in enumerate(model.decode(expected)):
        start = number * beats * 480
        own = notes[(notes["tick"] >= start) & (notes["tick"] < start + beats * 480)]
        assert own["pitch"].tolist() == clip.tracks[0].notes["pitch"].tolist()
    with pytest.raises(GeneratorError, match="another model"):
        results(model, "travel", (0,), {"journey": Journey.evenly([Latent.of("w", np.zeros(3)), Latent.of("w", np.ones(3))], 8)})
    with pytest.raises(GeneratorError, match="shorter"):
        results(model, "travel", (0,), {"journey": Journey.evenly(points, 1e5)})
    with pytest.raises(GeneratorError, match="a journey"):
        results(model, "travel")


def test_a_point_of_another_model_and_silence_are_refused(model: Any) -> None:
    with pytest.raises(GeneratorError, match="no notes"):
        results(model, "reconstruct", (0,), {"score": Score()})
    with pytest.raises(GeneratorError, match="latent"):
        results(model, "decode")


@pytest.mark.parametrize("sections", [1, 2])
def test_training_learns_by_heart_and_goes_on_from_its_state(sections: int) -> None:
    batch = ScoreBatch([Piece(bars_of(tiny.song(bars=8), range(3)))] * 4)
    config = tiny.MUSICVAE | {"sections": sections}
    first = implementation("musicvae").start(config, batch, torch.device("cpu"))
    rights = [first.step(batch, 0.0)["right"] for _ in range(80)]
    assert np.mean(rights[-10:]) > np.mean(rights[:10]) + 0.1
    second = implementation("musicvae").start(config, batch, torch.device("cpu"))
    second.restore({key: value.clone() for key, value in first.state().items()})
    first.chance = np.random.default_rng(int(first.optimisation.counts[0]))
    second.clips = first.clips
    torch.manual_seed(4)
    expected = first.step(batch, 0.5)
    torch.manual_seed(4)
    assert second.step(batch, 0.5) == expected
    assert len(first.preview(0, 3)) == 3


def test_scores_without_a_tune_are_refused_with_a_sentence() -> None:
    with pytest.raises(GeneratorError, match="no clips"):
        implementation("musicvae").start(tiny.MUSICVAE, ScoreBatch([]), torch.device("cpu"))


def test_a_direction_moves_its_own_measure_most() -> None:
    from studio.generators.musicvae.training import named_directions

    chance = np.random.default_rng(0)
    made = np.zeros((4000, 32), np.uint8)
    counts = chance.integers(3, 16, 4000)
    for clip, count in zip(made, counts, strict=True):
        clip[np.sort(chance.choice(32, count, replace=False))] = FIRST + chance.integers(5, 50)
    values = clips.measured(made)
    points = np.stack([(values["density"] - 0.3) * 9, (values["register"] - 30) / 9, *chance.normal(size=(6, 4000))], axis=1)
    found = named_directions(points.astype(np.float32), made)
    assert np.abs(found.vectors[0]).argmax() == 0
    assert np.abs(found.vectors[1]).argmax() == 1
    assert np.allclose(np.linalg.norm(found.vectors[:2], axis=1), 1, atol=1e-3)
