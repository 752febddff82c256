"""The BigGAN family through its actions, and its training."""

import numpy as np
import pytest
import torch

from studio.generators import GeneratorError, family, implementation
from studio.generators.batches import Batch
from studio.generators.biggan import BigGanConfig
from studio.generators.biggan.augmentation import augment, cut, move
from studio.generators.biggan.networks import Generator
from studio.generators.capabilities import Call, Decodes, Encodes
from studio.generators.events import Progress, Result
from studio.media import Latent, Picture
from studio.shelf import Shelf, load
from tests import tiny

CPU = torch.device("cpu")


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    folder = tmp_path_factory.mktemp("models")
    tiny.make_point_model(folder, "biggan")
    return load(Shelf([folder]).card("tiny-biggan"))


def perform(model, action: str, indices=(0,), inputs=None, **values):
    described = family("biggan").action(tiny.POINTS["biggan"], action)
    return list(model.perform(Call(action, described.checked(values), 3, tuple(indices), inputs or {})))


def results(events) -> dict[int, Result]:
    return {event.index: event for event in events if isinstance(event, Result)}


def seam_over_interior(pixels: np.ndarray) -> float:
    """The mean step across the opposite edges over that between neighbours inside; 0 for a tile of one colour, which joins anyway."""
    values = pixels.astype(np.float64)
    across = [np.abs(values[0] - values[-1]).mean(), np.abs(values[:, 0] - values[:, -1]).mean()]
    inside = [np.abs(np.diff(values, axis=axis)).mean() for axis in (0, 1)]
    return float(np.mean(across) / np.mean(inside)) if np.any(across) else 0.0


def test_an_item_is_the_same_alone_and_in_company(model) -> None:
    together = results(perform(model, "generate", range(6)))
    assert results(perform(model, "generate", [5]))[5].media == together[5].media
    assert together[4].media != together[5].media


def test_what_is_asked_for_changes_the_picture(model) -> None:
    red, blue = (results(perform(model, "generate", colour=colour))[0].media for colour in ("red", "blue"))
    assert red != blue


def test_a_result_can_be_drawn_again_from_its_latent(model) -> None:
    first = results(perform(model, "generate", colour="red"))[0]
    stored = Latent.from_bytes(first.latent.to_bytes())
    assert results(perform(model, "decode", inputs={"latent": stored}))[0].media == first.media


def test_low_truncation_draws_pictures_more_alike(model) -> None:
    def spread(truncation: float) -> float:
        points = [model.sample(0, index, truncation=truncation).values for index in range(20)]
        assert np.abs(points).max() <= truncation
        return float(np.std(points))

    assert spread(0.2) < spread(1.0) < spread(3.0)


def test_tiles_join_at_their_edges() -> None:
    torch.manual_seed(0)
    config = BigGanConfig.of({**tiny.POINTS["biggan"], "size": 32, "widths": [16, 16, 16, 8], "latent": 16})
    z, embedding = torch.randn(32, config.latent), torch.randn(32, config.embedding)
    with torch.no_grad():
        drawn = Generator(config)(z, embedding, tileable=True).permute(0, 2, 3, 1).numpy()
    assert np.mean([seam_over_interior(each) for each in drawn]) <= 1.2


def test_a_tile_moved_around_its_edge_goes_through_the_same_sums(model) -> None:
    block = model.network.blocks[0]
    torch.manual_seed(1)
    x, condition = torch.randn(1, 16, 4, 4), torch.randn(1, 16)
    with torch.no_grad():
        moved = block(x.roll((1, 2), (2, 3)), condition, True)
        assert torch.allclose(moved, block(x, condition, True).roll((2, 4), (2, 3)), atol=1e-4)


def test_asking_for_a_tile_changes_the_picture_and_keeps_its_point(model) -> None:
    plain, tile = (results(perform(model, "generate", tileable=tileable, snap_to_palette=False))[0] for tileable in (False, True))
    assert plain.media != tile.media
    assert plain.latent == tile.latent


def test_the_explorer_can_walk_from_one_kind_to_another(model) -> None:
    assert isinstance(model, Decodes)
    a, b = (model.sample(0, index, wanted={"colour": colour}) for index, colour in ((0, "red"), (1, "blue")))
    middle = model.mix(a, b, 0.5)
    assert model.distance(a, middle) < model.distance(a, b)
    assert np.allclose(middle.arrays["embedding"], (a.arrays["embedding"] + b.arrays["embedding"]) / 2, atol=1e-6)
    assert model.decode([a, middle, b])[1].width == 16
    assert model.directions().vectors.shape[1] == model.spaces()["z"][0]


def test_neighbours_stay_nearer_the_smaller_the_distance(model) -> None:
    first = results(perform(model, "generate"))[0]
    inputs = {"picture": first.media, "picture.latent": first.latent}

    def apart(distance: float) -> float:
        return model.distance(first.latent, results(perform(model, "vary", [4], inputs, distance=distance))[4].latent)

    assert apart(0.1) < apart(0.9)


def test_a_picture_is_found_again(model) -> None:
    assert isinstance(model, Encodes)
    painted = model.decode([model.sample(9, 0)], None)[0]
    events = perform(model, "reconstruct", inputs={"picture": painted}, steps=40, snap_to_palette=False)
    found, any_other = results(events)[0].media, model.decode([model.sample(9, 1)])[0]

    def apart(picture: Picture) -> float:
        return float(np.abs(picture.premultiplied() - painted.premultiplied()).mean())

    assert apart(found) < apart(any_other)
    assert sum(isinstance(event, Progress) for event in events) > 40


def test_a_point_of_another_model_is_refused(model) -> None:
    with pytest.raises(GeneratorError, match="another model's space"):
        model.decode([Latent.of("z", np.zeros(5, np.float32))])


def _trainer():
    batch = Batch(np.random.default_rng(0).integers(0, 255, (8, 16, 16, 4), dtype=np.uint8), np.arange(8)[:, None] % 3)
    return implementation("biggan").start(tiny.POINTS["biggan"], batch, CPU), batch


def test_training_goes_on_from_its_state_exactly() -> None:
    first, batch = _trainer()
    for _ in range(3):
        first.step(batch, 0.0)
    second, _ = _trainer()
    second.restore({key: value.clone() for key, value in first.state().items()})
    torch.manual_seed(5)
    a = first.step(batch, 0.1)
    torch.manual_seed(5)
    assert second.step(batch, 0.1) == a
    assert {"critic", "generator", "orthogonality"} <= a.keys()
    assert len(first.preview(0, 3)) == 3


def test_kinds_are_heard_only_after_a_while() -> None:
    trainer, batch = _trainer()
    pictures = torch.rand(4, 4, 16, 16)
    red, blue = torch.zeros(4, 1, dtype=torch.long), torch.full((4, 1), 2)

    def drawn(kind: torch.Tensor) -> torch.Tensor:
        torch.manual_seed(3)
        return trainer._fakes(4, kind)

    def conditional(progress: float) -> tuple[bool, bool]:
        for _ in range(3):
            trainer.step(batch, progress)
        with torch.no_grad():
            judged = [trainer.discriminator(pictures, kind) for kind in (red, blue)]
            return not torch.equal(*judged), not torch.equal(drawn(red), drawn(blue))

    assert conditional(0.2) == (False, False)
    assert trainer.generator.condition_embedding.vectors.grad.abs().max() == 0
    assert not trainer.weights()["condition_embedding.vectors"].any()
    assert conditional(0.9) == (True, True)
    assert conditional(0.2) == (True, True)  # more time was given to it; the weight of the condition never falls
    again, _ = _trainer()
    again.restore(trainer.state())
    assert all(a == b for a, b in zip(again.preview(0, 2), trainer.preview(0, 2), strict=True))


def test_a_training_can_begin_from_a_finished_model(model) -> None:
    trainer, batch = _trainer()
    trainer.begin_from(model.network.state_dict(), {})
    assert "generator" not in trainer.step(batch, 0.0)


def test_what_ships_beside_the_weights_loads(model) -> None:
    trainer, batch = _trainer()
    made = implementation("biggan")
    files = made.export_artifacts(model.config, trainer.weights(), model.palette, batch)
    loaded = made.load(tiny.POINTS["biggan"], trainer.weights(), files, CPU)
    assert np.allclose(np.linalg.norm(loaded.directions().vectors, axis=1), 1, atol=1e-4)


def test_augmentation_keeps_what_is_transparent_and_lets_slopes_through() -> None:
    torch.manual_seed(0)
    pictures = torch.rand(4, 4, 16, 16) * 2 - 1
    pictures[:, :, :, 8:] = -1
    changed = augment(pictures.requires_grad_(True))
    clear = changed[:, 3] <= -1
    assert torch.allclose(changed[:, :3].permute(0, 2, 3, 1)[clear], torch.tensor(-1.0), atol=1e-5)
    changed.sum().backward()
    assert pictures.grad is not None
    assert augment(pictures, 0.0) is pictures


def test_moving_loses_no_pixel_and_cutting_leaves_a_hole() -> None:
    torch.manual_seed(0)
    unit = torch.rand(8, 4, 16, 16)
    moved = move(unit, 0.25)
    assert torch.allclose(moved.flatten(1).sort().values, unit.flatten(1).sort().values)
    holes = (cut(unit, 0.5)[:, 0] == 0).flatten(1).sum(1)
    assert ((holes > 0) & (holes <= 64)).all()


@pytest.mark.parametrize("kind", ["dungeon/floor", "dungeon/wall"])
def test_what_ships_draws_floors_and_walls_that_join(kind: str) -> None:
    card = Shelf().card("tiles-biggan")
    call = Call("generate", card.action("generate").checked({"kind": kind, "tileable": True}), 1, tuple(range(32)))
    drawn = [event.media.pixels for event in load(card).perform(call) if isinstance(event, Result)]
    assert len({each.tobytes() for each in drawn}) > 16
    assert np.mean([each.std() > 2 for each in drawn]) > 0.5  # a plain colour joins anyway
    assert np.mean([seam_over_interior(each) for each in drawn]) <= 1.2
