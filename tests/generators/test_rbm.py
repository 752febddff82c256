"""The Boltzmann machine through its actions, its sums, and its training."""

import itertools

import numpy as np
import pytest
import torch

from studio.generators import GeneratorError, family, implementation
from studio.generators.batches import Batch
from studio.generators.capabilities import Call
from studio.generators.events import Preview, Progress, Result
from studio.generators.parts.palette import Palette
from studio.generators.rbm import RbmConfig
from studio.generators.rbm.networks import Rbm
from studio.generators.rbm.training import binarised
from studio.media import Picture, PictureSelection

CPU = torch.device("cpu")
CONFIG = {"size": 16, "hidden": 32, "chains": 16}
RBM = implementation("rbm")


def _stripes(offset: int) -> np.ndarray:
    """Light and dark columns, four wide."""
    on = (np.arange(16) + offset) // 4 % 2 == 0
    return np.where(on[None, :, None], np.uint8(255), np.array([0, 0, 0, 255], np.uint8)).repeat(16, axis=0)


BATCH = Batch(np.stack([_stripes(4 * (k % 2)) for k in range(16)]), np.zeros((16, 0), np.int64))


@pytest.fixture(scope="module")
def trainer():
    made = RBM.start(CONFIG, BATCH, CPU)
    for _ in range(600):
        made.step(BATCH, 0.0)
    return made


@pytest.fixture(scope="module")
def model(trainer):
    files = RBM.export_artifacts(RBM.config_of(CONFIG), trainer.weights(), Palette.fitted(BATCH.pictures), BATCH)
    return RBM.load(CONFIG, trainer.weights(), files, CPU)


def perform(model, action: str, indices=(0,), inputs=None, **values):
    described = family("rbm").action(CONFIG, action)
    return list(model.perform(Call(action, described.checked(values), 3, tuple(indices), inputs or {})))


def results(events) -> dict[int, Picture]:
    return {event.index: event.media for event in events if isinstance(event, Result)}


def test_free_energy_sums_over_every_state_of_the_hidden_units() -> None:
    torch.manual_seed(0)
    machine = Rbm(RbmConfig(size=2, hidden=3)).requires_grad_(False)
    for parameter in machine.parameters():
        parameter.copy_(torch.randn(parameter.shape))
    v = torch.tensor([1.0, 0.0, 1.0, 1.0])
    states = torch.tensor(list(itertools.product([0.0, 1.0], repeat=3)))
    energies = -(v @ machine.pixel_bias) - states @ machine.hidden_bias - states @ (machine.weight @ v)
    assert torch.allclose(machine.free_energy(v[None])[0], -torch.logsumexp(-energies, 0), atol=1e-5)


def test_light_is_on_and_what_is_transparent_is_dark() -> None:
    pixels = np.array([[[255, 255, 255, 255], [255, 255, 255, 0]], [[10, 10, 10, 255], [200, 200, 200, 255]]], np.uint8)
    assert binarised(pixels[None], 0.25).tolist() == [[True, False, False, True]]


def test_it_learns_what_it_saw(model) -> None:
    drawn = [each.pixels[..., 0] > 128 for each in results(perform(model, "generate", range(16), steps=100)).values()]
    seen = [_stripes(offset)[..., 0] > 128 for offset in (0, 4)]
    nearest = [min((each != other).mean() for other in seen) for each in drawn]
    assert np.mean(nearest) < 0.05


def test_an_item_is_the_same_alone_and_in_company(model) -> None:
    together = results(perform(model, "generate", range(10), steps=5, temperature=1.5))
    assert results(perform(model, "generate", [9], steps=5, temperature=1.5))[9] == together[9]


def test_the_dream_can_be_watched_and_is_in_two_colours(model) -> None:
    events = perform(model, "generate", [0], steps=20, inks="white on blue")
    assert sum(isinstance(event, Preview) for event in events) == 2
    assert sum(isinstance(event, Progress) for event in events) == 20
    colours = np.unique(results(events)[0].pixels.reshape(-1, 4), axis=0)
    assert len(colours) <= 2


def test_a_hole_is_filled_from_what_surrounds_it(model) -> None:
    picture, selection = Picture(_stripes(4)), PictureSelection.rectangle(16, 16, 3, 4, 7, 8)
    filled = results(perform(model, "infill", [0], {"picture": picture, "mask": selection}, steps=40))[0]
    assert (filled.pixels == picture.pixels)[~selection.mask].all()
    assert ((filled.pixels[..., 0] > 128) == (picture.pixels[..., 0] > 128))[selection.mask].mean() > 0.9


def test_filling_nothing_says_so(model) -> None:
    with pytest.raises(GeneratorError, match="Nothing is selected"):
        perform(model, "infill", [0], {"picture": Picture(_stripes(0)), "mask": PictureSelection(np.zeros((16, 16), bool))})


def test_a_dream_from_a_picture_stays_with_it(model) -> None:
    dreamt = results(perform(model, "dream", inputs={"picture": Picture(_stripes(0))}, steps=2))[0]
    assert ((dreamt.pixels[..., 0] > 128) == (_stripes(0)[..., 0] > 128)).mean() > 0.9


def test_a_machine_of_another_size_is_refused(trainer) -> None:
    with pytest.raises(GeneratorError, match="hidden units"):
        RBM.start(CONFIG | {"hidden": 8}, BATCH, CPU).begin_from(trainer.weights(), {})


def test_training_goes_on_from_its_state_exactly(trainer) -> None:
    second = RBM.start(CONFIG, BATCH, CPU)
    second.restore({key: value.clone() for key, value in trainer.state().items()})
    torch.manual_seed(5)
    a = trainer.step(BATCH, 0.1)
    torch.manual_seed(5)
    assert second.step(BATCH, 0.1) == a
    assert len(trainer.preview(0, 3)) == 3
