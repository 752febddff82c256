"""Figures of a person's own training, against what they must be for drawings that are known."""

import json

import numpy as np

from studio.training import measured


def flags(count: int, seed: int) -> np.ndarray:
    """Pictures of two colours with an edge in between."""
    chance = np.random.default_rng(seed)
    pictures = np.full((count, 32, 32, 4), 255, np.uint8)
    for picture, edge in zip(pictures, chance.integers(6, 26, count), strict=True):
        picture[:, :edge, :3], picture[:, edge:, :3] = chance.integers(0, 255, (2, 3))
    return pictures


def test_pictures_of_the_same_kind_are_near_and_noise_is_far() -> None:
    real = flags(300, 0)
    noise = np.random.default_rng(1).integers(0, 255, (100, 32, 32, 4), dtype=np.uint8)
    alike, apart = measured.distances(flags(100, 2), real), measured.distances(noise, real)
    assert alike["distance_over_limit"] < 1.5 < 10 < apart["distance_over_limit"]
    assert alike["coverage"] > 0.7 > apart["coverage"]
    assert alike["copied"] < 0.1


def test_the_same_pictures_again_are_copies() -> None:
    real = flags(100, 0)
    assert measured.distances(real[:50], real)["copied"] == 1


def test_of_a_handful_of_pictures_only_copies_are_told() -> None:
    assert set(measured.distances(flags(10, 0), flags(20, 1))) == {"copied"}


def test_the_nearest_picture_stands_under_each_drawing() -> None:
    real = flags(30, 0)
    drawn = np.clip(real[[7, 3]].astype(int) + 5, 0, 255).astype(np.uint8)
    drawn[..., 3] = 255
    sheet = measured.nearest_grid(drawn, real).pixels
    assert (sheet[-32:, :32] == real[7]).all()
    assert (sheet[-32:, -32:] == real[3]).all()


def test_figures_are_read_back_without_broken_lines(tmp_path) -> None:
    lines = [json.dumps({"step": 3, "copied": 0.5}), "{broken", json.dumps({"copied": 1}), json.dumps({"step": 9, "copied": 0.25})]
    (tmp_path / measured.FIGURES).write_text("\n".join(lines))
    assert measured.figures(tmp_path) == [measured.Figures(3, {"copied": 0.5}), measured.Figures(9, {"copied": 0.25})]
    assert measured.figures(tmp_path / "nowhere") == []
