"""The energy-based model through its actions, and its training."""

import copy
import dataclasses

import numpy as np
import pytest
import torch

from studio.generators import GeneratorError, family, implementation
from studio.generators.batches import Batch
from studio.generators.capabilities import Call
from studio.generators.ebm import EbmConfig
from studio.generators.ebm.networks import Around, langevin_dynamics
from studio.generators.ebm.training import CHAINS, steepness
from studio.generators.events import Preview, Progress, Result
from studio.generators.parts.palette import Palette
from studio.generators.parts.pixels import as_tensor
from studio.media import Picture, PictureSelection

CPU = torch.device("cpu")
CONFIG = {"size": 16, "widths": [8, 8, 8], "steps": 4, "rate": 0.15, "shake": 0.5, "kept": 16}
EBM = implementation("ebm")


def _picture(seed: int) -> Picture:
    return Picture(np.random.default_rng(seed).integers(0, 255, (16, 16, 4), dtype=np.uint8))


BATCH = Batch(np.stack([_picture(seed).pixels for seed in range(8)]), np.zeros((8, 0), np.int64))


@pytest.fixture(scope="module")
def trainer():
    made = EBM.start(CONFIG, BATCH, CPU)
    for _ in range(12):
        made.step(BATCH, 0.0)
    return made


@pytest.fixture(scope="module")
def model(trainer):
    palette = Palette(np.random.default_rng(0).integers(0, 255, (15, 3), dtype=np.uint8))
    weights = trainer.weights()
    return EBM.load(CONFIG, weights, EBM.export_artifacts(EBM.config_of(CONFIG), weights, palette, BATCH), CPU)


def perform(model, action: str, indices=(0,), inputs=None, **values):
    described = family("ebm").action(CONFIG, action)
    return list(model.perform(Call(action, described.checked(values), 3, tuple(indices), inputs or {})))


def results(events) -> dict[int, Picture]:
    return {event.index: event.media for event in events if isinstance(event, Result)}


def test_an_item_is_the_same_alone_and_in_company(model) -> None:
    together = results(perform(model, "generate", range(10), steps=10))
    assert results(perform(model, "generate", [9], steps=10))[9] == together[9]
    assert together[8] != together[9]


def test_the_walk_can_be_watched(model) -> None:
    events = perform(model, "generate", [0], steps=20)
    assert sum(isinstance(event, Preview) for event in events) == 4
    assert [event.done for event in events if isinstance(event, Progress)] == pytest.approx([step / 20 for step in range(1, 21)])


def test_a_walk_goes_downhill(model) -> None:
    begin = torch.rand(8, 4, 16, 16, generator=torch.Generator().manual_seed(0)) * 2 - 1
    *_, end = langevin_dynamics(model.energy.slope, begin, 30, model.config, lambda: torch.zeros_like(begin))
    assert (model.energy(end) < model.energy(begin)).all()


def test_a_picture_that_settles_for_one_step_stays_near(model) -> None:
    picture = _picture(40)
    settled = results(perform(model, "settle", inputs={"picture": picture}, steps=1, noise_scale=0.0, snap_to_palette=False))[0]
    assert np.abs(settled.premultiplied() - picture.premultiplied()).mean() < 0.2
    assert settled != picture


def test_only_the_selection_is_walked(model) -> None:
    picture, selection = _picture(41), PictureSelection.rectangle(16, 16, 2, 3, 6, 5)
    filled = results(perform(model, "infill", range(2), {"picture": picture, "mask": selection}, steps=10))
    for each in filled.values():
        assert (each.pixels == picture.pixels)[~selection.mask].all()
    assert (filled[0].pixels != filled[1].pixels)[selection.mask].any()


def test_what_is_known_is_held_as_the_noise_falls(model) -> None:
    known, hole = torch.full((1, 4, 16, 16), 0.5), torch.zeros(16, 16, dtype=torch.bool)
    hole[3:8, 2:8] = True
    begin = 2 * torch.randn(2, 4, 16, 16, generator=torch.Generator().manual_seed(3))
    steps = list(
        langevin_dynamics(model.energy.slope, begin, 120, model.config, lambda: torch.zeros_like(begin), around=Around(known, hole))
    )
    off = [(each - known)[..., ~hole].abs().max().item() for each in (steps[0], steps[-1])]
    assert off[0] > 1
    assert off[1] < 0.01


@pytest.mark.parametrize(("rate", "shake"), [(0.15, 0.5), (EbmConfig.rate, EbmConfig.shake)])
def test_the_hottest_walk_stays_among_numbers(model, rate: float, shake: float) -> None:
    config = dataclasses.replace(model.config, rate=rate, shake=shake)
    begin = 2 * torch.randn(2, 4, 16, 16, generator=torch.Generator().manual_seed(4))
    chance = torch.Generator().manual_seed(5)
    *_, end = langevin_dynamics(model.energy.slope, begin, 200, config, lambda: torch.randn(begin.shape, generator=chance), noise_scale=2.0)
    assert end.abs().max() < 20


def test_a_chain_that_ran_away_begins_anew(trainer) -> None:
    again = EBM.start(CONFIG, BATCH, CPU)
    again.chains[:] = float("inf")
    assert np.isfinite(again.step(BATCH, 0.7)["gap"])


def test_an_energy_of_another_shape_is_no_beginning() -> None:
    with pytest.raises(ValueError, match="another way"):
        EBM.start(CONFIG, BATCH, CPU).begin_from({"stem.weight": torch.zeros(1)}, {})


def test_filling_nothing_says_so(model) -> None:
    with pytest.raises(GeneratorError, match="Nothing is selected"):
        perform(model, "infill", [0], {"picture": _picture(1), "mask": PictureSelection(np.zeros((16, 16), bool))})


def test_the_map_is_hottest_where_the_energy_is_steepest(model) -> None:
    picture = Picture(np.full((16, 16, 4), (90, 90, 90, 255), np.uint8))
    odd = picture.pixels.copy()
    odd[4:8, 4:8] = (255, 0, 255, 255)
    shown = results(perform(model, "energy_map", inputs={"picture": Picture(odd)}))[0]
    assert shown.pixels.shape == (16, 16, 4)
    found = steepness(model.energy, as_tensor(odd[None], CPU))[0].numpy()
    inside = np.zeros((16, 16), bool)
    inside[4:8, 4:8] = True
    colourful = np.ptp(shown.pixels[..., :3].astype(int), axis=2)  # grey where nothing is odd, amber and red where much is
    assert (found[inside].mean() > found[~inside].mean()) == (colourful[inside].mean() > colourful[~inside].mean())
    assert colourful.max() > 0


def test_the_slope_at_a_noisy_picture_points_away_from_the_real_one() -> None:
    dark = Batch(np.full((8, 16, 16, 4), (10, 10, 10, 255), np.uint8), BATCH.attributes)
    made = EBM.start(CONFIG, dark, CPU)
    for share in (0.0, 0.7):  # first it learns to restore, then the slope itself
        for _ in range(80):
            made.step(dark, share)
    real = as_tensor(dark.pictures, CPU)
    shift = 0.5 * torch.randn(real.shape, generator=torch.Generator().manual_seed(1))
    slope = made.energy.slope(real + shift)
    assert (slope - shift).square().mean() < 0.25 * shift.square().mean()
    assert (made.energy(real) < made.energy(real + shift)).all()


def test_the_slope_is_that_of_the_energy(model) -> None:
    energy = copy.deepcopy(model.energy).double()
    towards = torch.randn(1, 4, 16, 16, dtype=torch.double, generator=torch.Generator().manual_seed(2))
    at, step = torch.zeros(1, 4, 16, 16, dtype=torch.double) + 0.1, 1e-5
    rise = (energy(at + step * towards) - energy(at - step * towards)) / (2 * step)
    assert rise.item() == pytest.approx((energy.slope(at) * towards).sum().item(), rel=1e-5)


def test_the_sheet_shows_the_set_while_the_network_learns_to_restore() -> None:
    dark = Batch(np.full((8, 16, 16, 4), (10, 10, 10, 255), np.uint8), BATCH.attributes)
    made = EBM.start(CONFIG, dark, CPU)
    for _ in range(400):
        made.step(dark, 0.0)
    drawn = np.stack([each.pixels for each in made.preview(0, 4)]).astype(int)
    assert np.abs(drawn - dark.pictures[:4]).mean() < 30


def test_chains_go_on_from_the_buffer() -> None:
    made = EBM.start(CONFIG, BATCH, CPU)
    before = made.chains.clone()
    made.step(BATCH, 0.7)
    assert ((made.chains != before).flatten(1).any(1)).sum() == CHAINS


def test_training_goes_on_from_its_state_exactly(trainer) -> None:
    second = EBM.start(CONFIG, BATCH, CPU)
    second.restore({key: value.clone() for key, value in trainer.state().items()})
    torch.manual_seed(5)
    a = trainer.step(BATCH, 0.7)
    torch.manual_seed(5)
    assert second.step(BATCH, 0.7) == a
    assert len(trainer.preview(0, 3)) == 3
