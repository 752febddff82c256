"""Where a point stands along a model's directions, how it is moved along them, and what the explorer draws of what a model decodes."""

import numpy as np
import pytest

from studio.generators.capabilities import Directions
from studio.generators.parts import directions
from studio.media import Latent, Picture
from studio.shelf import Shelf
from studio.shelf.loading import read_files
from studio.ui.explorer import points
from tests import tiny

WITH_DIRECTIONS = [
    "faces-progan", "faces-stylegan", "faces-vae", "heroes-glow", "heroes-stylegan", "heroes-vae", "musicvae-16bar", "musicvae-2bar",
    "tiles-biggan", "tiles-wgan",
]  # fmt: skip


def slanted(count: int = 5, size: int = 24) -> Directions:
    """Directions of different scales that are far from orthogonal."""
    chance = np.random.default_rng(4)
    vectors = directions.unit(chance.normal(size=(count, size)) + 0.7)
    assert np.abs(vectors @ vectors.T - np.eye(count)).max() > 0.3
    scales = np.linspace(0.4, 3.0, count)
    return Directions("z", tuple("abcde"[:count]), vectors.astype(np.float32), scales.astype(np.float32), chance.normal(size=size))


def point(size: int, seed: int = 1) -> Latent:
    return Latent.of("z", np.random.default_rng(seed).normal(size=size).astype(np.float32))


def test_pictures_look_as_they_are_and_scores_as_rolls() -> None:
    picture = Picture(np.zeros((8, 8, 4), np.uint8))
    looks = points.looks([picture, tiny.song()])
    assert looks[0] is picture
    assert looks[1].pixels[..., 3].any()


@pytest.mark.parametrize("k", range(5))
def test_one_slider_moves_only_itself(k: int) -> None:
    along, start = slanted(), point(24)
    before = points.coordinates(start, along)
    after = points.coordinates(points.moved(start, along, {k: before[k] + 1.5}), along)
    wanted = before.copy()
    wanted[k] += 1.5
    assert np.abs(after - wanted).max() < 1e-6


def test_a_place_on_the_map_is_where_the_point_then_stands() -> None:
    along, start = slanted(), point(24)
    there = points.coordinates(points.moved(start, along, {1: 1.5, 3: -1.5}), along)
    assert there[[1, 3]] == pytest.approx([1.5, -1.5], abs=1e-6)


def test_a_step_is_as_long_as_its_scale_says_and_along_its_vector() -> None:
    along, start = slanted(), point(24)
    step = points.moved(start, along, {2: points.coordinates(start, along)[2] + 1}).values - start.values
    assert step == pytest.approx(along.scales[2] * along.vectors[2], abs=1e-5)


def test_the_mean_stands_at_nought_and_what_lies_beside_all_directions_counts_for_none() -> None:
    along = slanted()
    middle = Latent.of("z", along.mean.astype(np.float32))
    assert np.abs(points.coordinates(middle, along)).max() < 1e-5
    beside = np.linalg.svd(along.vectors.astype(np.float64))[2][-1]
    away = Latent.of("z", (along.mean + 9 * beside).astype(np.float32))
    assert np.abs(points.coordinates(away, along)).max() < 1e-5


def test_a_style_a_layer_is_moved_in_every_layer() -> None:
    along = slanted()
    start = Latent.of("w+", np.random.default_rng(2).normal(size=(3, 24)))
    moved = points.moved(start, along, {0: 2.0})
    assert points.coordinates(moved, along)[0] == pytest.approx(2, abs=1e-6)
    steps = moved.values - start.values
    assert steps[0] == pytest.approx(steps[2], abs=1e-5)


@pytest.mark.parametrize("name", WITH_DIRECTIONS)
def test_along_the_shipped_directions_one_slider_moves_only_itself(name: str) -> None:
    along = directions.from_tensors(*read_files(Shelf().card(name))["directions"])
    start = point(len(along.mean))
    before = points.coordinates(start, along)
    for k in range(len(along.names)):
        change = points.coordinates(points.moved(start, along, {k: before[k] + 1}), along) - before
        change[k] -= 1
        assert np.abs(change).max() < 1e-6
