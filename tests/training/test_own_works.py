"""From a person's texts or scores to a model on the shelf, as the lab does it: prepared, trained, packaged, put to work."""

import dataclasses

import numpy as np
import pytest

from studio import generators
from studio.generators.capabilities import Call
from studio.generators.events import Result
from studio.media import Score, Text
from studio.shelf import Shelf, load
from studio.training import estimate, gathering, loop, material, own
from studio.training.cutting import Choices
from studio.training.package import package
from tests.training.tales import write_tales, write_tunes

DECODER = {"width": 24, "heads": 2, "key_heads": 2, "layers": 1, "hidden": 32, "rotary": [[6, 10_000.0]]}
SMALL = {
    "gpt": lambda config: config | {"context": 32, "decoder": config["decoder"] | DECODER},
    "musenet": lambda config: config | {"width": 32, "layers": 1, "heads": 2, "hidden": 32, "steps": 64},
    "musicvae": lambda config: config | {"latent": 8, "width": 16, "layers": 1, "heads": 2},
}


def prepared(tmp_path, medium: str):
    folder = write_tales(tmp_path / "works") if medium == "text" else write_tunes(tmp_path / "works")
    *_, collection = material.look(gathering.gathered([folder]), medium)
    *_, data = material.prepare(collection, Choices())
    return collection, data


def make(tmp_path, family: str) -> own.Own:
    trains = generators.family(family).trains
    collection, data = prepared(tmp_path, trains.medium)
    config = SMALL[family](dict(trains.config(collection.pieces if trains.medium == "text" else data)))
    record = own.Record("Works", family, config, 60, 4, "works", collection.count, medium=trains.medium)
    return own.create(tmp_path, record, data)


def train(training: own.Own, steps: int) -> list[loop.Step]:
    left = iter(range(steps))
    pace = loop.Pace(600, 600, rows=1, columns=1, history=True)
    plan, data = training.record.plan("works"), own.read_set(training)
    stopped = lambda: next(left, None) is None  # noqa: E731
    return list(loop.train(plan, data, training.folder, minutes=60, device="cpu", resume=True, pace=pace, stopped=stopped))


@pytest.mark.parametrize("family", sorted(SMALL))
def test_a_family_learns_a_persons_works_and_is_put_to_work(family: str, tmp_path, monkeypatch) -> None:
    monkeypatch.setattr("studio.generators.gpt.training.PREVIEW_WORDS", 4)
    monkeypatch.setattr("studio.generators.musenet.training.PREVIEW_BARS", 1)
    monkeypatch.setattr("studio.training.measuring.scores.PREVIEWS", 1)
    monkeypatch.setattr("studio.training.measuring.scores.PREVIEW_BARS", 1)
    training = own.read(make(tmp_path, family).folder)
    told = train(training, 3)
    assert [each.number for each in told if each.losses] == [1, 2, 3]
    assert all(np.isfinite(list(each.losses.values())).all() for each in told)
    assert len(own.sample_grids(training.folder)) == 1
    assert [each.number for each in train(own.read(training.folder), 1) if each.losses] == [4]  # goes on where it stopped
    plan, data = training.record.plan("works"), own.read_set(training)
    folder = package(
        dataclasses.replace(plan), data, training.folder / "trained.safetensors", tmp_path / "models", Shelf([]), lambda _: None
    )
    card = Shelf([folder.parent]).card("works")
    assert card.grade == "study" and card.preview is not None and "of your own" in card.credit
    action = card.action("generate")
    call = Call("generate", action.checked({"bars": 1} if family == "musenet" else {}), 0, (0,))
    made = [event.media for event in load(card).perform(call) if isinstance(event, Result)]
    assert isinstance(made[0], Text if family == "gpt" else Score)


def test_the_instruments_of_a_persons_scores_come_first_when_a_model_goes_on(tmp_path) -> None:
    _, data = prepared(tmp_path, "score")
    trains = generators.family("musenet").trains
    config = trains.goes_on({"programs": [0, 53], "ensembles": [[53, 0]], "width": 256}, data)
    assert config == {"programs": [0, 40, 53], "ensembles": [[40], [53, 0]], "width": 256}


@pytest.mark.parametrize("family", sorted(SMALL))
def test_time_and_memory_are_measured_before_anything_is_prepared(family: str, tmp_path) -> None:
    trains = generators.family(family).trains
    collection, data = prepared(tmp_path, trains.medium)
    config = SMALL[family](dict(trains.config(collection.pieces if trains.medium == "text" else data)))
    *_, found = estimate.measure(family, config, collection.trial(config), 2, "cpu")
    assert found.pictures_a_second > 0 and found.bytes > 0
