"""Every family that the lab offers, from a person's pictures to a model that draws."""

import dataclasses
import json
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors import safe_open
from safetensors.torch import load_file

from studio import generators
from studio.shelf import Card, Shelf, load
from studio.shelf.loading import read_files
from studio.training import evaluate, loop, own
from studio.training.cutting import Choices
from studio.training.data import PictureSet
from studio.training.package import package

OFFERED = [name for name in generators.FAMILIES if (trains := generators.family(name).trains) and trains.medium == "picture"]


def few_steps(config: dict) -> dict:
    """Less work where a config says how much a preview or a step takes."""
    return config | {name: value for name, value in {"width": 16, "layers": 2, "hidden": 32}.items() if name in config}


@pytest.mark.parametrize("name", OFFERED)
def test_a_family_learns_pictures_of_a_person_and_draws(name: str, tmp_path, monkeypatch) -> None:
    family = generators.family(name)
    assert family.trains is not None
    size = family.trains.sizes[0]
    pictures = np.random.default_rng(0).integers(0, 255, (24, size, size, 4), dtype=np.uint8)
    record = own.Record("Foxes", name, few_steps(dict(family.trains.config(size))), 1, 8, "foxes", 24, Choices(size=size))
    training = own.create(tmp_path, record, PictureSet("foxes", pictures, np.zeros((24, 0), np.int64), (), {}, holds_out=False))
    plan, data = training.record.plan("foxes"), own.read_set(training)
    pace = loop.Pace(600, 600, rows=1, columns=2)
    steps = iter(range(3))
    losses = [
        step.losses
        for step in loop.train(
            plan, data, training.folder, minutes=60, device="cpu", resume=True, pace=pace, stopped=lambda: next(steps, None) is None
        )
        if step.losses
    ]
    assert len(losses) == 3
    assert all(np.isfinite(list(each.values())).all() for each in losses)
    monkeypatch.setattr("studio.training.measuring.pictures.PREVIEW_COUNT", 2)
    monkeypatch.setattr("studio.training.measuring.pictures.PREVIEW_SIDE", 1)
    trained = training.folder / "trained.safetensors"
    folder = package(dataclasses.replace(plan, notes=("Measured nowhere.",)), data, trained, tmp_path / "models", Shelf([]), lambda _: None)
    shelf = Shelf([folder.parent])
    card = shelf.card("foxes")
    drawn = evaluate.draw(load(card), card.action("generate"), 0, [0])
    assert drawn.shape == (1, size, size, 4)
    _goes_on_from(card, tmp_path)


def _goes_on_from(card: Card, folder: Path) -> None:
    """Another training, on other pictures, begins from the finished model: it is that model, with its palette, also after a pause."""
    family = generators.family(card.family)
    assert family.trains is not None
    config = family.trains.goes_on(card.config, card.config["size"])
    record = own.Record("Again", card.family, config, 1, 8, "foxes", 24, Choices(size=card.config["size"]), card.name)
    size = card.config["size"]
    others = np.random.default_rng(1).integers(0, 90, (24, size, size, 4), dtype=np.uint8)
    data = PictureSet("shadows", others, np.zeros((24, 0), np.int64), (), {}, holds_out=False)
    training = own.create(folder / "again", record, data)
    before, files = load_file(card.folder / "weights.safetensors"), read_files(card)
    trained = training.folder / "trained.safetensors"
    for beginning in (loop.Beginning(before, files), None):  # the second goes on from the checkpoint
        for _ in loop.train(
            record.plan("again"), data, training.folder, minutes=1, device="cpu", resume=True, stopped=lambda: True, beginning=beginning,
            pace=loop.Pace(600, 600, rows=1, columns=1),
        ):  # fmt: skip
            pass
        after = load_file(trained)
        assert before.keys() == after.keys()
        assert all(torch.equal(value.float(), after[key].float()) for key, value in before.items())
        with safe_open(trained, "pt") as file:
            if "palette" in file.metadata():
                assert json.loads(file.metadata()["palette"]) == files["palette"][0]["colours"].tolist()


def test_a_change_keeps_what_another_window_wrote_meanwhile(tmp_path: Path) -> None:
    pictures = np.zeros((24, 16, 16, 4), np.uint8)
    record = own.Record("Foxes", "vae", {"size": 16}, 1, 8, "foxes", 24, Choices(size=16))
    here = own.create(tmp_path, record, PictureSet("foxes", pictures, np.zeros((24, 0), np.int64), (), {}, holds_out=False))
    own.read(here.folder).changed(state="shelved", shelved_as="foxes")
    assert here.changed(batch_size=4).record == dataclasses.replace(record, state="shelved", shelved_as="foxes", batch_size=4)
    (here.folder / "training.json").write_text("damaged")
    assert here.changed(batch_size=4).record == own.read(here.folder).record == dataclasses.replace(record, batch_size=4)
