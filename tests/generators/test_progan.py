"""The progressive GAN through its actions, and its training."""

import numpy as np
import pytest
import torch

from studio.generators import family, implementation
from studio.generators.batches import Batch
from studio.generators.capabilities import Call, Decodes
from studio.generators.events import Preview, Result
from studio.generators.parts.palette import Palette
from studio.generators.progan.networks import Generator, stage
from studio.generators.progan.training import grown
from tests import tiny

CPU = torch.device("cpu")
CONFIG = tiny.POINTS["progan"]
PROGAN = implementation("progan")
BATCH = Batch(np.random.default_rng(0).integers(0, 255, (8, 16, 16, 4), dtype=np.uint8), np.zeros((8, 0), np.int64))


def _model(progress: float):
    trainer = PROGAN.start(CONFIG, BATCH, CPU)
    trainer.step(BATCH, progress)
    palette = Palette(np.random.default_rng(0).integers(0, 255, (15, 3), dtype=np.uint8))
    files = PROGAN.export_artifacts(PROGAN.config_of(CONFIG), trainer.weights(), palette, BATCH)
    return PROGAN.load(CONFIG, trainer.weights(), files, CPU)


@pytest.fixture(scope="module")
def model():
    return _model(1.0)


def perform(model, indices=(0,), **values):
    described = family("progan").action(CONFIG, "generate")
    return list(model.perform(Call("generate", described.checked(values), 3, tuple(indices))))


def results(events) -> dict[int, Result]:
    return {event.index: event for event in events if isinstance(event, Result)}


def test_an_item_is_the_same_alone_and_in_company(model) -> None:
    assert isinstance(model, Decodes)
    together = results(perform(model, range(5)))
    assert results(perform(model, [4]))[4].media == together[4].media
    assert together[3].media != together[4].media
    assert model.decode([together[4].latent])[0] == together[4].media


def test_a_picture_grows_before_it_is_there(model) -> None:
    previews = [event.media.pixels for event in perform(model) if isinstance(event, Preview)]
    assert len(previews) == 2
    coarse = previews[0].reshape(4, 4, 4, 4, 4)
    assert (coarse == coarse[:, :1, :, :1]).all()  # sixteen squares


def test_a_model_that_stopped_early_still_draws_at_full_size() -> None:
    small = _model(0.0)
    picture = results(perform(small, snap_to_palette=False))[0].media
    assert picture.width == picture.height == 16
    assert (picture.pixels.reshape(4, 4, 4, 4, 4) == picture.pixels[::4, None, ::4][:, :, :, None]).all()


def test_sizes_come_one_after_another_and_all_are_there_in_time() -> None:
    reached = [grown(progress, 4, 0.5) for progress in np.linspace(0, 1, 201)]
    assert reached == sorted(reached)
    assert reached[0] == 0
    assert reached[100:] == [4.0] * 101
    assert {stage(torch.tensor(each))[0] for each in reached} == {0, 1, 2, 3, 4}


def test_a_size_fades_in_without_a_jump() -> None:
    torch.manual_seed(0)
    generator, z = Generator(PROGAN.config_of(CONFIG)), torch.randn(2, 16)
    with torch.no_grad():
        generator.grown.fill_(1.0)
        before = generator(z)
        generator.grown.fill_(1.001)
        assert torch.allclose(generator(z), before, atol=0.02)
        generator.grown.fill_(2.0)
        assert not torch.allclose(generator(z), before, atol=0.1)


@pytest.mark.parametrize("progress", [0.0, 0.2, 0.3, 0.45, 0.9])
def test_every_stage_learns(progress: float) -> None:
    losses = PROGAN.start(CONFIG, BATCH, CPU).step(BATCH, progress)
    assert {"critic", "generator", "pixels"} <= losses.keys()
    assert all(np.isfinite(value) for value in losses.values())


def test_training_goes_on_from_its_state_at_its_stage() -> None:
    first, second = PROGAN.start(CONFIG, BATCH, CPU), PROGAN.start(CONFIG, BATCH, CPU)
    for _ in range(3):
        first.step(BATCH, 0.4)
    second.restore({key: value.clone() for key, value in first.state().items()})
    assert second.discriminator.grown == first.generator.grown > 0
    torch.manual_seed(5)
    a = first.step(BATCH, 0.4)
    torch.manual_seed(5)
    assert second.step(BATCH, 0.4) == a
    assert len(first.preview(0, 3)) == 3


def test_a_training_begun_from_a_finished_model_does_not_shrink(model) -> None:
    trainer = PROGAN.start(CONFIG, BATCH, CPU)
    trainer.begin_from(model.network.state_dict(), {})
    assert trainer.step(BATCH, 0.0)["pixels"] == 16
