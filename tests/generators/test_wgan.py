"""The Wasserstein GAN through its actions, and its training."""

import numpy as np
import pytest
import torch

from studio.generators import family, implementation
from studio.generators.batches import Batch
from studio.generators.capabilities import Call, Decodes
from studio.generators.events import Result
from studio.generators.parts.adversarial_losses import gradient_penalty
from studio.shelf import Shelf, load
from tests import tiny

CPU = torch.device("cpu")
BATCH = Batch(np.random.default_rng(0).integers(0, 255, (8, 16, 16, 4), dtype=np.uint8), np.zeros((8, 0), np.int64))


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    folder = tmp_path_factory.mktemp("models")
    tiny.make_point_model(folder, "wgan")
    return load(Shelf([folder]).card("tiny-wgan"))


def drawn(model, indices, **values) -> dict[int, Result]:
    described = family("wgan").action(tiny.POINTS["wgan"], "generate")
    events = model.perform(Call("generate", described.checked(values), 3, tuple(indices)))
    return {event.index: event for event in events if isinstance(event, Result)}


def _trainer():
    return implementation("wgan").start(tiny.POINTS["wgan"], BATCH, CPU)


def test_an_item_is_the_same_alone_and_in_company(model) -> None:
    assert isinstance(model, Decodes)
    together = drawn(model, range(6))
    assert drawn(model, [5])[5].media == together[5].media
    assert together[4].media != together[5].media


def test_a_latent_draws_the_same_picture_again(model) -> None:
    made = drawn(model, [2])[2]
    assert model.decode([made.latent])[0] == made.media


def test_critic_and_generator_learn_by_turns() -> None:
    trainer = _trainer()
    assert all({"critic", "generator"} <= set(trainer.step(BATCH, 0.0)) for _ in range(3))


def test_the_critic_measures_a_growing_distance_while_it_alone_learns() -> None:
    trainer = _trainer()
    trainer.counts[3] = 1000
    losses = [trainer.step(BATCH, 0.0)["critic"] for _ in range(120)]
    assert np.mean(losses[-5:]) > np.mean(losses[:5]) + 0.1


def test_the_penalty_is_the_slopes_distance_from_one() -> None:
    real, fake = torch.randn(2, 4, 4, 8, 8)
    assert torch.allclose(gradient_penalty(lambda pictures, _: 3 * pictures[:, 0, 0, 0], real, fake), torch.tensor(4.0))


def test_training_goes_on_from_its_state_exactly() -> None:
    first, second = _trainer(), _trainer()
    for _ in range(5):
        first.step(BATCH, 0.0)
    second.restore({key: value.clone() for key, value in first.state().items()})
    torch.manual_seed(5)
    a = first.step(BATCH, 0.1)
    torch.manual_seed(5)
    assert second.step(BATCH, 0.1) == a
    assert a.keys() == {"critic", "penalty", "generator"}
    assert len(first.preview(0, 3)) == 3
