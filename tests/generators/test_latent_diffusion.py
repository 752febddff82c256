"""An autoencoder, and diffusion in its maps."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import torch

from studio.generators import family, implementation
from studio.generators.batches import Batch
from studio.generators.capabilities import Call, Codec
from studio.generators.events import Event, Preview, Result
from studio.media import Picture, PictureSelection
from studio.shelf import Shelf, ShelfError, load
from tests import tiny

CONFIG = {"size": 16, "channels": 3, "latent": 4, "widths": [16, 16]}


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Shelf:
    folder = tmp_path_factory.mktemp("latent")
    tiny.make_latent_diffusion(folder)
    return Shelf([folder])


def flags(count: int, seed: int = 0) -> np.ndarray:
    """Pictures of two colours with an edge in between."""
    chance = np.random.default_rng(seed)
    pictures = np.full((count, 16, 16, 4), 255, np.uint8)
    for picture, edge in zip(pictures, chance.integers(3, 13, count), strict=True):
        picture[:, :edge, :3], picture[:, edge:, :3] = chance.integers(0, 255, (2, 3))
    return pictures


def perform(model, action: str, indices=(0,), inputs=None, **values) -> Iterator[Event]:
    described = family("diffusion").action({"size": 16, "colours": 0}, action)
    return model.perform(Call(action, described.checked({"steps": 5, **values}), 3, tuple(indices), inputs or {}))


def results(events: Iterator[Event]) -> dict[int, Picture]:
    return {event.index: event.media for event in events if isinstance(event, Result)}


def test_what_an_autoencoder_has_learnt_comes_back_nearly_the_same() -> None:
    made = implementation("autoencoder")
    batch = Batch(flags(16), np.zeros((16, 0), np.int64))
    trainer = made.start(CONFIG, batch, torch.device("cpu"))
    losses = [trainer.step(batch, k / 400)["pixels"] for k in range(400)]
    assert losses[-1] < 0.25 * losses[0]
    weights = trainer.weights()
    model = made.load(CONFIG, weights, made.export_artifacts(made.config_of(CONFIG), weights, None, batch), torch.device("cpu"))
    assert isinstance(model, Codec)
    encoded = model.encode(batch.pictures)
    assert encoded.shape == (16, *model.map_shape()) == (16, 4, 4, 4)
    assert encoded.mean().abs() < 0.05
    assert abs(encoded.std() - 1) < 0.05
    picture = Picture(batch.pictures[0])
    decoded = results(model.perform(Call("rebuild", None, inputs={"picture": picture})))[0]
    assert np.abs(decoded.pixels[..., :3].astype(int) - picture.pixels[..., :3]).mean() < 30


def test_an_item_is_the_same_alone_and_in_company(shelf: Shelf) -> None:
    model = load(shelf.card("tiny-latent"), shelf=shelf)
    together = results(perform(model, "generate", range(3)))
    assert results(perform(model, "generate", [2]))[2] == together[2]
    assert (together[2].pixels[..., 3] == 255).all()


def test_previews_are_pictures_not_maps(shelf: Shelf) -> None:
    events = list(perform(load(shelf.card("tiny-latent"), shelf=shelf), "generate", steps=9))
    previews = [event.media for event in events if isinstance(event, Preview)]
    assert previews
    assert all((each.width, each.height) == (16, 16) for each in previews)


def test_only_the_selection_is_drawn_anew(shelf: Shelf) -> None:
    picture = Picture(flags(1)[0])
    selection = PictureSelection.rectangle(16, 16, 3, 5, 6, 7)
    filled = results(
        perform(load(shelf.card("tiny-latent"), shelf=shelf), "infill", inputs={"picture": picture, "mask": selection}, rounds=1)
    )[0]
    assert (filled.pixels == picture.pixels)[~selection.mask].all()


def test_a_model_without_the_one_that_it_requires_says_so(tmp_path: Path) -> None:
    tiny.make_latent_diffusion(tmp_path)
    (tmp_path / "tiny-latent-codec" / "card.toml").unlink()
    shelf = Shelf([tmp_path])
    with pytest.raises(ShelfError, match="tiny-latent-codec"):
        load(shelf.card("tiny-latent"), shelf=shelf)


def test_another_model_than_the_one_required_is_refused(tmp_path: Path) -> None:
    tiny.make_latent_diffusion(tmp_path)
    card = tmp_path / "tiny-latent" / "card.toml"
    sha256 = Shelf([tmp_path]).card("tiny-latent-codec").weights_sha256
    card.write_text(card.read_text().replace(sha256, "0" * 64))
    shelf = Shelf([tmp_path])
    with pytest.raises(ShelfError, match="its weights differ"):
        load(shelf.card("tiny-latent"), shelf=shelf)


def test_each_picture_is_squeezed_once_while_training(shelf: Shelf) -> None:
    codec = load(shelf.card("tiny-latent-codec"))
    encoded = []
    original = codec.encode

    def counting(pictures: np.ndarray) -> torch.Tensor:
        encoded.append(len(pictures))
        return original(pictures)

    codec.encode = counting
    config = {"size": 16, "channels": 4, "patch": 1, "widths": [16, 16, 16], "deviation": 1.0, "codec": "codec"}
    pictures = flags(8)
    batch = Batch(pictures, np.zeros((8, 0), np.int64))
    trainer = implementation("diffusion").start(config, batch, torch.device("cpu"), {"codec": codec})
    for _ in range(3):
        trainer.step(batch, 0.0)
    trainer.step(Batch(pictures[::-1], batch.attributes), 0.0)
    assert sum(encoded) == 8
    assert trainer.preview(0, 2)[0].width == 16


def test_a_picture_of_many_colours_keeps_them_unless_asked() -> None:
    soft, crisp = ({"size": 16, "colours": colours} for colours in (0, 26))
    values = [family("diffusion").action(config, "generate").checked({}) for config in (soft, crisp)]
    assert [each.snap_to_palette for each in values] == [False, True]
