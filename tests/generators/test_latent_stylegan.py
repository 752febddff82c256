"""A StyleGAN that draws in the maps of an autoencoder."""

import numpy as np
import pytest
import torch

from studio.generators import family, implementation
from studio.generators.batches import Batch
from studio.generators.capabilities import Call
from studio.generators.events import Result
from studio.media import Picture
from studio.shelf import Shelf, load
from tests import tiny


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Shelf:
    folder = tmp_path_factory.mktemp("latent")
    tiny.make_latent_stylegan(folder)
    return Shelf([folder])


@pytest.fixture(scope="module")
def model(shelf):
    return load(shelf.card("tiny-styles"), shelf=shelf)


def perform(model, action: str, indices=(0,), inputs=None, **values) -> list:
    described = family("stylegan").action({"size": 16, "colours": 0}, action)
    return list(model.perform(Call(action, described.checked(values), 3, tuple(indices), inputs or {})))


def test_its_pictures_are_the_autoencoders(model) -> None:
    made = {event.index: event for event in perform(model, "generate", (0, 1)) if isinstance(event, Result)}
    assert made[0].media != made[1].media
    assert made[0].media.pixels.shape == (16, 16, 4) and (made[0].media.pixels[..., 3] == 255).all()
    assert model.decode([made[0].latent])[0] == made[0].media


def test_the_search_for_a_picture_comes_nearer(model) -> None:
    wanted = model.decode([model.sample(7, 7)])[0]
    *_, found = perform(model, "reconstruct", inputs={"picture": wanted}, steps=60)
    others = model.decode([model.sample(1, index) for index in range(16)])
    assert isinstance(found, Result)
    assert _apart(found.media, wanted) < 0.8 * np.mean([_apart(other, wanted) for other in others])


def test_it_learns_through_the_autoencoder(shelf, model) -> None:
    pictures = np.random.default_rng(0).integers(0, 255, (8, 16, 16, 4), dtype=np.uint8)
    batch = Batch(pictures, np.zeros((8, 0), np.int64))
    required = {"tiny-styles-codec": load(shelf.card("tiny-styles-codec"))}
    trainer = implementation("stylegan").start(dict(shelf.card("tiny-styles").config), batch, torch.device("cpu"), required)
    assert {"discriminator", "generator"} <= trainer.step(batch, 0.0).keys()
    assert [picture.pixels.shape for picture in trainer.preview(0, 2)] == [(16, 16, 4)] * 2


def _apart(one: Picture, other: Picture) -> float:
    return float(np.abs(one.pixels.astype(int) - other.pixels).mean())
