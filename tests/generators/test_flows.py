"""Normalizing flows lose nothing: they come back from noise exactly, and their likelihood is that of the change of variables."""

import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor

from studio.generators import GeneratorError, implementation
from studio.generators.batches import Batch
from studio.generators.capabilities import Call, Conditions, Decodes, Encodes, Inverts, Performs, ScoresDimensions
from studio.generators.events import Preview, Result
from studio.generators.parts import flows
from studio.generators.parts.palette import Palette
from studio.media import Latent, Picture
from studio.media.picture import files
from studio.shelf import Shelf, load, read_card
from tests import tiny

CPU = torch.device("cpu")
FAMILIES = tuple(tiny.FLOWS)
SHEET = Path(__file__).parents[2] / "models" / "heroes-vae" / "preview.png"


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    folder = tmp_path_factory.mktemp("flows")
    return {family: load(read_card(tiny.make_flow(folder, family))) for family in FAMILIES}


def heroes() -> np.ndarray:
    """(10, 32, 32, 4): pixel art with outlines, flat colours and clear places."""
    row = files.load(SHEET)[0].pixels[:32]
    return row.reshape(32, 10, 32, 4).swapaxes(0, 1)


def small() -> np.ndarray:
    """(10, 16, 16, 4): the middles of the heroes."""
    return np.ascontiguousarray(heroes()[:, 8:24, 8:24])


def back(network: Any, z: Tensor) -> Tensor:
    *_, found = network.states(z)
    return found


@pytest.mark.parametrize("family", FAMILIES)
def test_a_picture_comes_back_from_its_noise(family: str) -> None:
    steps = {"glow": {"steps": [8, 8, 8], "widths": [16, 16, 16]}, "realnvp": {}, "nice": {}}[family]
    _, network = tiny.flow(family, size=32, **steps)
    numbers = flows.quantised(heroes(), 8, CPU)
    x = flows.dequantised(numbers, 8, torch.rand(numbers.shape, generator=torch.Generator().manual_seed(0)))
    z, _ = network(x)
    assert (z - x.flatten(1)).abs().mean() > 0.01
    assert (back(network, z) - x).abs().max() < 1e-3


@pytest.mark.parametrize("family", FAMILIES)
def test_the_log_determinant_is_that_of_the_whole_jacobian(family: str) -> None:
    _, network = tiny.flow(family, size=4)
    network.double()
    x = torch.rand(1, 4, 4, 4, dtype=torch.float64, generator=torch.Generator().manual_seed(1)) * 2 - 1
    whole = torch.autograd.functional.jacobian(lambda flat: network(flat.view(1, 4, 4, 4))[0][0], x.flatten())
    assert network(x)[1].item() == pytest.approx(torch.linalg.slogdet(whole).logabsdet.item(), abs=1e-8)


def test_a_prior_that_listens_is_torchs_own_normal() -> None:
    _, network = tiny.flow("glow", size=4)
    z = torch.randn(3, 64, generator=torch.Generator().manual_seed(2))
    chosen = torch.tensor([[0], [2], [-1]])
    mean, raw = network.prior.vectors[chosen[:, 0] + 1].chunk(2, dim=1)
    top = network.prior.top
    expected = flows._gaussian_log_density(z[:, :-top]) + torch.distributions.Normal(mean, flows.stretch(raw).exp()).log_prob(
        z[:, -top:]
    ).sum(1)
    assert torch.allclose(network.prior(z, chosen), expected, atol=1e-4)
    assert torch.equal(network.prior(z)[2], network.prior(z, chosen)[2])


def test_a_flat_density_costs_all_the_bits() -> None:
    assert flows.bits_a_dimension(torch.tensor([-64 * math.log(2)]), 64, 5).item() == pytest.approx(5)


def test_numbers_and_pictures_are_the_same_thing() -> None:
    numbers = flows.quantised(heroes(), 8, CPU)
    for noise in (0.0, 0.5, 0.999):
        painted = flows.painted(flows.dequantised(numbers, 8, noise), 8)
        assert all((picture.pixels == hero).all() for picture, hero in zip(painted, heroes(), strict=True))


@pytest.mark.parametrize("family", FAMILIES)
def test_a_flow_has_the_capabilities_that_it_says(models: dict[str, Any], family: str) -> None:
    assert isinstance(models[family], Performs | Decodes)
    for protocol in (Performs, Decodes, Encodes, Conditions, ScoresDimensions, Inverts):
        assert isinstance(models[family], protocol)


@pytest.mark.parametrize("name", ["heroes-nice", "heroes-realnvp"])
def test_a_shipped_flow_goes_there_and_back_without_loss(name: str) -> None:
    assert load(Shelf().card(name)).inversion_error(heroes()) < 1e-3


@pytest.mark.parametrize("family", FAMILIES)
def test_a_picture_that_was_found_in_the_model_is_drawn_again(models: dict[str, Any], family: str) -> None:
    model = models[family]
    pixels = small()[0]
    found = model.encode(Picture(pixels))
    again = model.decode([found], _settings(family, "decode", snap_to_palette=False))[0]
    expected = flows.painted(flows.dequantised(flows.quantised(pixels[None], 5, CPU), 5), 5)[0]
    assert again == expected


@pytest.mark.parametrize("family", FAMILIES)
def test_item_2_is_the_same_alone_and_only_alone_shows_its_layers(models: dict[str, Any], family: str) -> None:
    settings = _settings(family, "generate")
    together = list(models[family].perform(Call("generate", settings, 5, (1, 2, 3))))
    alone = list(models[family].perform(Call("generate", settings, 5, (2,))))
    results = {event.index: event for event in together if isinstance(event, Result)}
    last = next(event for event in alone if isinstance(event, Result))
    assert results[2].media == last.media
    assert results[2].latent == last.latent
    assert results[1].media != last.media
    assert not any(isinstance(event, Preview) for event in together)
    assert len({event.media for event in alone if isinstance(event, Preview)}) > 1


def test_what_is_asked_for_moves_the_prior(models: dict[str, Any]) -> None:
    plain, tall = (models["glow"].sample(3, 0, wanted={"hat": value}) for value in ("none", "tall"))
    again = models["glow"].sample(3, 0, wanted={"hat": "tall"})
    assert tall == again
    assert models["glow"].distance(plain, tall) > 0


@pytest.mark.parametrize("family", FAMILIES)
def test_varying_a_little_stays_nearer(models: dict[str, Any], family: str) -> None:
    model = models[family]
    home = model.encode(Picture(small()[0]))
    moved = []
    for distance in (0.1, 0.9):
        settings = _settings(family, "vary", distance=distance)
        events = list(model.perform(Call("vary", settings, 1, (0,), {"picture": Picture(small()[0]), "picture.latent": home})))
        moved.append(model.distance(home, next(event.latent for event in events if isinstance(event, Result))))
    assert moved[0] < moved[1]


def test_a_foreign_point_is_refused(models: dict[str, Any]) -> None:
    with pytest.raises(GeneratorError, match="1024 numbers called z"):
        models["nice"].decode([Latent.of("z", np.zeros(7))])
    with pytest.raises(GeneratorError, match="needs a point"):
        list(models["glow"].perform(Call("decode", _settings("glow", "decode"), 0, (0,), {"latent": Latent.of("w", np.zeros(7))})))


@pytest.mark.parametrize("family", FAMILIES)
def test_training_finds_what_is_likely_and_goes_on_from_its_state(family: str) -> None:
    config = tiny.FLOWS[family]
    batch = Batch(small(), np.arange(10)[:, None] % 3)
    first = implementation(family).start(config, batch, CPU)
    before = first.step(batch, 0.0)["bits_per_dimension"]
    for _ in range(40):
        after = first.step(batch, 0.0)["bits_per_dimension"]
    assert after < before - 0.02
    second = implementation(family).start(config, batch, CPU)
    second.restore({key: value.clone() for key, value in first.state().items()})
    torch.manual_seed(4)
    expected = first.step(batch, 0.5)
    torch.manual_seed(4)
    assert second.step(batch, 0.5) == expected
    assert len(first.preview(0, 2)) == 2


def test_the_first_batch_sets_the_scales() -> None:
    norm = flows.ActNorm(3)
    norm.waits = True
    x = torch.randn(8, 3, 5, 5) * 4 + 7
    y, change = norm(x)
    assert y.mean((0, 2, 3)).abs().max() < 1e-3
    assert (y.std((0, 2, 3)) - 1).abs().max() < 0.01
    assert torch.allclose(norm.inverse(y), x, atol=1e-4)
    assert change.shape == (8,)


def test_what_ships_beside_the_weights_fits_the_model() -> None:
    config, network = tiny.flow("glow")
    made = implementation("glow").config_of(config)
    palette = Palette(np.random.default_rng(1).integers(0, 255, (15, 3), dtype=np.uint8))
    batch = Batch(np.concatenate([small()] * 2), np.arange(20)[:, None] % 3)
    extras = implementation("glow").export_artifacts(made, network.state_dict(), palette, batch)
    files_found = {name: (arrays, {key: str(value) for key, value in notes.items()}) for name, (arrays, notes) in extras.items()}
    model = implementation("glow").load(config, network.state_dict(), files_found, CPU)
    assert model.directions().vectors.shape == (12, 1024)
    assert model.bits_per_dimension(small()).shape == (10,)


def _settings(family: str, action: str, **values: Any) -> Any:
    from studio import generators

    return generators.family(family).action(tiny.FLOWS[family], action).checked(values)


@pytest.mark.parametrize("family", FAMILIES)
def test_a_finished_flow_keeps_its_scales_when_it_learns_other_pictures(family: str) -> None:
    """A first batch sets the scales of a fresh flow, never those of a finished one: it would forget all that it knows."""
    config, network = tiny.flow(family)
    config = {name: value for name, value in config.items() if name != "attributes"}
    trainer = implementation(family).start(config, Batch(small(), np.zeros((10, 0), np.int64)), CPU)
    finished = {key: value for key, value in network.state_dict().items() if not key.startswith("prior.")}
    trainer.begin_from(finished, {})
    paused = implementation(family).start(config, Batch(small(), np.zeros((10, 0), np.int64)), CPU)
    paused.restore(trainer.state())
    for each in (trainer, paused):
        each.step(Batch(small(), np.zeros((10, 0), np.int64)), 0.0)
        after = each.optimisation.network.state_dict()
        assert all(torch.allclose(after[key].float(), value.float(), atol=0.01) for key, value in finished.items())
