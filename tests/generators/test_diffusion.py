"""The diffusion family through its actions."""

import numpy as np
import pytest
import torch

from studio.generators import GeneratorError, family, implementation
from studio.generators.batches import Batch
from studio.generators.capabilities import Call
from studio.generators.diffusion.networks import Denoiser
from studio.generators.events import Preview, Progress, Result
from studio.media import Picture, PictureSelection
from studio.shelf import Shelf, load


@pytest.fixture(scope="module")
def model(tiny_models):
    return load(Shelf([tiny_models]).card("tiny-diffusion"))


def perform(model, action: str, indices=(0,), inputs=None, **values):
    described = family("diffusion").action({"size": 16, "attributes": model.config.attributes}, action)
    call = Call(action, described.checked({"steps": 4, **values}), 3, tuple(indices), inputs or {})
    return list(model.perform(call))


def results(events) -> dict[int, Picture]:
    return {event.index: event.media for event in events if isinstance(event, Result)}


def test_an_item_is_the_same_alone_and_in_company(model) -> None:
    together = results(perform(model, "generate", range(6)))
    assert results(perform(model, "generate", [5]))[5] == together[5]
    assert together[4] != together[5]


def test_every_step_is_shown(model) -> None:
    events = perform(model, "generate", [0])
    assert sum(isinstance(event, Preview) for event in events) == 3
    assert [event.done for event in events if isinstance(event, Progress)] == [0.25, 0.5, 0.75, 1.0]


@pytest.mark.parametrize("sampler", ["dpm-solver++", "heun", "ddim", "ddpm"])
def test_each_sampler_ends_in_a_crisp_picture(model, sampler: str) -> None:
    picture = results(perform(model, "generate", sampler=sampler))[0]
    assert set(np.unique(picture.pixels[..., 3])) <= {0, 255}


def test_what_is_asked_for_changes_the_picture(model) -> None:
    red, blue = (results(perform(model, "generate", colour=colour, guidance=3.0))[0] for colour in ("red", "blue"))
    assert red != blue


def test_only_the_selection_is_drawn_anew(model) -> None:
    chance = np.random.default_rng(0)
    picture = Picture(chance.integers(0, 255, (16, 16, 4), dtype=np.uint8))
    selection = PictureSelection.rectangle(16, 16, 2, 3, 6, 5)
    filled = results(perform(model, "infill", range(2), {"picture": picture, "mask": selection}))
    for each in filled.values():
        assert (each.pixels == picture.pixels)[~selection.mask].all()
    assert (filled[0].pixels != filled[1].pixels)[selection.mask].any()


def test_what_is_drawn_in_the_selection_fits_what_lies_around_it(model) -> None:
    selection = PictureSelection.rectangle(16, 16, 4, 4, 8, 8)
    around = [np.where(selection.mask[..., None], np.uint8(90), np.uint8(value)) for value in (0, 255)]
    pictures = [Picture(each.repeat(4, axis=2)) for each in around]
    filled = [results(perform(model, "infill", inputs={"picture": picture, "mask": selection}))[0] for picture in pictures]
    assert (filled[0].pixels != filled[1].pixels)[selection.mask].any()


def test_what_lay_in_the_selection_does_not_count(model) -> None:
    selection = PictureSelection.rectangle(16, 16, 4, 4, 8, 8)
    inside = [np.where(selection.mask[..., None], np.uint8(value), np.uint8(90)) for value in (10, 255)]
    pictures = [Picture(each.repeat(4, axis=2)) for each in inside]
    filled = [results(perform(model, "infill", inputs={"picture": picture, "mask": selection}))[0] for picture in pictures]
    assert filled[0] == filled[1]


@pytest.mark.parametrize("guidance", [1.0, 3.0])
def test_guidance_looks_twice_only_at_the_noise_levels_where_it_helps(model, monkeypatch, guidance: float) -> None:
    seen: dict[float, int] = {}
    denoise = model.network.denoise

    def noting(x: torch.Tensor, sigma: torch.Tensor, modulations: object) -> torch.Tensor:
        seen[float(sigma)] = len(x)
        return denoise(x, sigma, modulations)

    monkeypatch.setattr(model.network, "denoise", noting)
    perform(model, "generate", [0], colour="red", guidance=guidance, steps=16)
    twice = {sigma for sigma, rows in seen.items() if rows == 2}
    assert len(seen) == 16
    assert twice == ({sigma for sigma in seen if 0.2 < sigma < 6.0} if guidance > 1 else set())


def test_filling_nothing_says_so(model) -> None:
    picture = Picture.empty(16, 16)
    with pytest.raises(GeneratorError, match="Nothing is selected"):
        perform(model, "infill", [0], {"picture": picture, "mask": PictureSelection(np.zeros((16, 16), bool))})


def test_finishing_keeps_the_upper_part(model) -> None:
    picture = Picture(np.random.default_rng(1).integers(0, 255, (16, 16, 4), dtype=np.uint8))
    finished = results(perform(model, "finish", inputs={"picture": picture}, kept=0.25))[0]
    assert (finished.pixels[:4] == picture.pixels[:4]).all()
    assert (finished.pixels[4:] != picture.pixels[4:]).any()


def test_a_weaker_redraw_stays_nearer(model) -> None:
    picture = results(perform(model, "generate"))[0]

    def apart(strength: float) -> float:
        drawn = results(perform(model, "redraw", inputs={"picture": picture}, strength=strength, snap_to_palette=False, steps=16))[0]
        return float(np.abs(drawn.premultiplied() - picture.premultiplied()).mean())

    assert apart(0.1) < apart(1.0)


def test_a_training_begins_with_what_a_denoiser_that_listens_knows() -> None:
    """Of a set without attributes, its first estimates are those of the finished denoiser when it is asked for nothing."""
    diffusion = implementation("diffusion")
    config = {"size": 16, "widths": [8, 8, 16], "attributes": {"hat": ["none", "tall"], "hair": ["red", "blue", "grey"]}}
    made = diffusion.config_of(config)
    torch.manual_seed(0)
    before = Denoiser(made)
    for weight in before.parameters():
        torch.nn.init.normal_(weight, std=0.1)
    batch = Batch(np.random.default_rng(0).integers(0, 255, (8, 16, 16, 4), dtype=np.uint8), np.zeros((8, 0), np.int64))
    trainer = diffusion.start(config | {"attributes": {}}, batch, torch.device("cpu"))
    trainer.begin_from(diffusion.unconditional_weights(made, before.state_dict()), {})
    noisy, sigma = torch.randn(3, 4, 16, 16), torch.tensor([0.1, 1.0, 9.0])
    assert torch.allclose(trainer.averaged(noisy, sigma), before(noisy, sigma, torch.full((3, 2), -1)), atol=1e-4)
