"""Gated PixelCNN and row LSTM: no pixel sees what comes later, and painting with a cache is painting without one."""

from typing import Any

import numpy as np
import pytest
import torch

from studio import generators
from studio.generators import GeneratorError, implementation
from studio.generators.batches import Batch
from studio.generators.capabilities import Call, Conditions, Performs, ScoresPictures
from studio.generators.events import Preview, Result
from studio.generators.parts import autoregressive
from studio.generators.parts.nucleus import SamplingParams
from studio.generators.parts.pixels import heatmap
from studio.media import Picture, PictureSelection
from studio.shelf import load, read_card
from tests import tiny

CPU = torch.device("cpu")
FAMILIES = tuple(tiny.RASTERS)


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    folder = tmp_path_factory.mktemp("rasters")
    return {family: load(read_card(tiny.make_raster(folder, family))) for family in FAMILIES}


def picture(model: Any, seed: int = 3) -> Picture:
    """16×16 pixels of the model's own palette."""
    return model.palette.paint(np.random.default_rng(seed).integers(0, 16, (1, 16, 16)))[0]


def results(model: Any, family: str, action: str, indices: tuple[int, ...] = (0,), inputs: Any = None, **values: Any) -> dict[int, Picture]:
    call = Call(action, _settings(family, action, **values), 7, indices, inputs or {})
    return {event.index: event.media for event in model.perform(call) if isinstance(event, Result)}


@pytest.mark.parametrize("family", FAMILIES)
def test_painting_with_a_cache_has_the_whole_networks_logits(family: str) -> None:
    _, network = tiny.raster(family)
    source = torch.Generator().manual_seed(1)
    indices = torch.randint(0, 16, (3, 16, 16), generator=source)
    chosen = torch.tensor([[0], [2], [-1]])
    whole, cache = network(indices, chosen), network.cache(3, chosen)
    for row in range(16):
        cache.start_row(row, indices[:, row - 1] if row else None)
        for column in range(16):
            logits = cache.pixel(column, indices[:, row, column - 1] if column else None)
            assert torch.allclose(logits, whole[:, :, row, column], atol=1e-5)


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize("place", [(0, 0), (5, 9), (15, 15)])
def test_a_pixel_sees_neither_itself_nor_what_comes_later(family: str, place: tuple[int, int]) -> None:
    _, network = tiny.raster(family, layers=4)
    indices = torch.zeros(1, 16, 16, dtype=torch.long)
    changed = indices.clone()
    changed[0, place[0], place[1]] = 9
    moved = (network(indices) != network(changed)).any(1)[0].flatten()
    first = place[0] * 16 + place[1]
    assert not moved[: first + 1].any()
    assert moved[first + 1 :].any() == (first < 255)


def test_a_memory_that_runs_down_the_picture_reaches_the_bottom() -> None:
    _, network = tiny.raster("pixelrnn", layers=1)
    indices = torch.zeros(1, 16, 16, dtype=torch.long)
    changed = indices.clone()
    changed[0, 0, 8] = 9
    assert (network(indices) != network(changed)).any(1)[0, 15].any()


def test_colours_are_chosen_as_often_as_they_are_likely() -> None:
    logits = torch.tensor([[0.5, 0.3, 0.2]]).log().repeat(1000, 1)
    chances = (torch.arange(1000) + 0.5) / 1000

    def counts(params: SamplingParams, colours: int = 3) -> list[int]:
        return torch.bincount(autoregressive.sample(logits, chances, params, colours), minlength=3).tolist()

    assert counts(SamplingParams()) == [500, 300, 200]
    assert counts(SamplingParams(top_p=0.7)) == [625, 375, 0]
    assert counts(SamplingParams(min_p=0.5)) == [625, 375, 0]
    assert counts(SamplingParams(0.1))[0] > 990


@pytest.mark.parametrize("family", FAMILIES)
def test_a_training_begins_with_what_a_model_that_listens_knows(family: str) -> None:
    """Of a set without attributes its first sheets are those that the finished model paints when it is asked for nothing."""
    config, network = tiny.raster(family)
    batch = Batch(np.random.default_rng(0).integers(0, 255, (8, 16, 16, 4), dtype=np.uint8), np.zeros((8, 0), np.int64))
    module = implementation(family)
    trainer = module.start(config | {"attributes": {}}, batch, CPU)
    colours = trainer.palette.colours
    trainer.begin_from(
        module.unconditional_weights(module.config_of(config), network.state_dict()), {"palette": ({"colours": colours}, {})}
    )
    indices = torch.randint(0, 16, (2, 16, 16), generator=torch.Generator().manual_seed(1))
    assert torch.allclose(trainer.averaged(indices), network(indices, None), atol=1e-5)


@pytest.mark.parametrize("family", FAMILIES)
def test_guidance_pushes_away_from_what_would_be_painted_unasked(family: str) -> None:
    """The colours of one picture, told by a guided cache and by the whole network asked for something and for nothing."""
    _, network = tiny.raster(family)
    indices = torch.randint(0, 16, (2, 16, 16), generator=torch.Generator().manual_seed(1))
    chosen = torch.tensor([[0], [2]])
    asked, unasked = (network(indices, each).log_softmax(1) for each in (chosen, None))
    cache = autoregressive.Guided(network, 3.0).cache(2, chosen)
    for row in range(3):
        cache.start_row(row, indices[:, row - 1] if row else None)
        for column in range(16):
            logits = cache.pixel(column, indices[:, row, column - 1] if column else None)
            wanted = (unasked + 3 * (asked - unasked))[:, :, row, column]
            assert torch.allclose(logits.log_softmax(1), wanted.log_softmax(1), atol=1e-4)


@pytest.mark.parametrize("family", FAMILIES)
def test_the_sheets_of_a_training_are_guided_as_the_model_will_be(family: str) -> None:
    config, network = tiny.raster(family)
    batch = Batch(np.random.default_rng(0).integers(0, 255, (8, 16, 16, 4), dtype=np.uint8), np.arange(8)[:, None] % 3)

    def sheet(guidance: float) -> np.ndarray:
        trainer = implementation(family).start(config | {"guidance": guidance}, batch, CPU)
        trainer.averaged.load_state_dict(network.state_dict())
        return np.stack([each.pixels for each in trainer.preview(0, 2)])

    assert (sheet(1.0) != sheet(3.0)).any()


def test_guidance_is_for_models_that_listen() -> None:
    for config, there in ((tiny.RASTERS["pixelcnn"], True), (tiny.RASTERS["pixelcnn"] | {"attributes": {}}, False)):
        assert (hasattr(generators.family("pixelcnn").action(config, "generate").settings(), "guidance")) == there


def test_sampling_params_shape_the_colour_and_not_whether_there_is_one() -> None:
    """The last of three leaves the pixel empty: it comes as often as it is likely, however timid the choice of colours."""
    logits = torch.tensor([[0.04, 0.16, 0.8]]).log().repeat(1000, 1)
    chances = (torch.arange(1000) + 0.5) / 1000
    for timid in (SamplingParams(0.1), SamplingParams(top_p=0.5), SamplingParams(min_p=0.5)):
        assert torch.bincount(autoregressive.sample(logits, chances, timid, 2), minlength=3).tolist() == [0, 200, 800]


@pytest.mark.parametrize("family", FAMILIES)
def test_a_picture_is_the_same_alone_and_in_any_company(models: dict[str, Any], family: str) -> None:
    many = results(models[family], family, "generate", tuple(range(18)))
    assert len(set(many.values())) > 1
    for index in (4, 17):
        assert results(models[family], family, "generate", (index,))[index] == many[index]


def test_previews_fill_the_picture_from_the_top(models: dict[str, Any]) -> None:
    model = models["pixelcnn"]
    events = list(model.perform(Call("generate", _settings("pixelcnn", "generate"), 7, (0,))))
    last = next(event.media for event in events if isinstance(event, Result))
    shown = [event.media for event in events if isinstance(event, Preview)]
    assert len(shown) == 8
    for number, preview in enumerate(shown):
        rows = 2 * (number + 1)
        assert (preview.pixels[:rows] == last.pixels[:rows]).all()
        assert not preview.pixels[rows:].any()


@pytest.mark.parametrize("family", FAMILIES)
def test_finishing_a_picture_keeps_its_upper_rows(models: dict[str, Any], family: str) -> None:
    whole = Picture(np.random.default_rng(0).integers(0, 256, (16, 16, 4), dtype=np.uint8))
    finished = results(models[family], family, "continue", (0, 1), {"picture": whole}, row=6)
    for each in finished.values():
        assert (each.pixels[:6] == whole.pixels[:6]).all()
    assert (finished[0].pixels[6:] != finished[1].pixels[6:]).any()


@pytest.mark.parametrize("family", FAMILIES)
def test_only_the_selection_is_painted_anew(models: dict[str, Any], family: str) -> None:
    model = models[family]
    whole, selection = picture(model), PictureSelection.rectangle(16, 16, 4, 5, 6, 3)
    painted = results(model, family, "infill", (0,), {"picture": whole, "selection": selection}, temperature=1.5)[0]
    different = (painted.pixels != whole.pixels).any(2)
    assert different.any()
    assert not different[~selection.mask].any()


def test_without_a_selection_the_infill_says_what_to_do(models: dict[str, Any]) -> None:
    with pytest.raises(GeneratorError, match="Nothing is selected"):
        results(models["pixelcnn"], "pixelcnn", "infill", (0,), {"picture": picture(models["pixelcnn"])})


def test_what_is_asked_for_changes_what_is_painted(models: dict[str, Any]) -> None:
    model = models["pixelcnn"]
    asked = [results(model, "pixelcnn", "generate", tuple(range(4)), hat=hat) for hat in ("tall", "wide")]
    assert asked[0] != asked[1]
    assert model.conditions() == {"hat": ["none", "tall", "wide"]}


@pytest.mark.parametrize("family", FAMILIES)
def test_a_model_that_knows_nothing_pays_four_bits_for_sixteen_colours(family: str) -> None:
    config, network = tiny.raster(family)
    weights = network.state_dict() | {"head.weight": torch.zeros(16, 8, 1, 1), "head.bias": torch.zeros(16)}
    colours = np.random.default_rng(0).integers(0, 255, (15, 3), dtype=np.uint8)
    files = {"palette": ({"colours": colours}, {}), "attributes": ({"shares": np.ones(3, np.float32) / 3}, {})}
    model = implementation(family).load(config, weights, files, CPU)
    assert isinstance(model, Performs) and isinstance(model, Conditions) and isinstance(model, ScoresPictures)
    pixels = np.stack([picture(model, seed).pixels for seed in range(20)])
    assert model.bits_per_pixel(pixels) == pytest.approx(np.full(20, 4.0), abs=1e-4)


def test_a_surprise_map_glows_where_the_model_was_wrong(models: dict[str, Any]) -> None:
    found = results(models["pixelcnn"], "pixelcnn", "surprise", (0,), {"picture": picture(models["pixelcnn"])})[0]
    assert found.pixels.shape == (16, 16, 4)
    flat = Picture(np.full((1, 3, 4), 255, np.uint8))
    calm, amber, red = heatmap(flat, np.array([[0.0, 0.4, 1.0]])).pixels[0].astype(int)
    assert calm[0] == calm[1] == calm[2]
    assert amber[0] > amber[2] + 60 and amber[1] > amber[2] + 30
    assert red[0] > red[1] + 100


@pytest.mark.parametrize("family", FAMILIES)
def test_training_learns_by_heart_and_goes_on_from_its_state(family: str) -> None:
    config = tiny.RASTERS[family]
    chance = np.random.default_rng(0)
    few = np.concatenate([chance.integers(0, 255, (4, 3), dtype=np.uint8), np.full((4, 1), 255, np.uint8)], axis=1)
    batch = Batch(few[chance.integers(0, 4, (32, 16, 16))], np.arange(32)[:, None] % 3)
    first = implementation(family).start(config, batch, CPU)
    losses = [first.step(batch, 0.0)["bits_per_pixel"] for _ in range(40)]
    assert losses[-1] < losses[0] - 0.2
    second = implementation(family).start(config, batch, CPU)
    second.restore({key: value.clone() for key, value in first.state().items()})
    torch.manual_seed(4)
    expected = first.step(batch, 0.5)
    torch.manual_seed(4)
    assert second.step(batch, 0.5) == expected
    assert len(first.preview(0, 2)) == 2


def test_mirrored_tiles_are_learnt_too() -> None:
    chance = np.random.default_rng(0)
    batch = Batch(chance.integers(128, 255, (32, 16, 16, 4), dtype=np.uint8), np.zeros((32, 1), np.int64))
    straight = implementation("pixelcnn").start(tiny.RASTERS["pixelcnn"], batch, CPU)
    turned = implementation("pixelcnn").start(tiny.RASTERS["pixelcnn"] | {"mirrored": 1.0}, batch, CPU)
    flipped = Batch(batch.pictures[:, :, ::-1], batch.attributes)
    torch.manual_seed(1)
    expected = straight.step(flipped, 0.0)
    torch.manual_seed(1)
    assert turned.step(batch, 0.0) == expected


def _settings(family: str, action: str, **values: Any) -> Any:
    return generators.family(family).action(tiny.RASTERS[family], action).checked(values)
