"""The figures on a card, against what they must be for pictures that are known."""

import numpy as np
import pytest

from studio.training import metrics


def test_frechet_of_two_gaussians_is_the_formula() -> None:
    chance = np.random.default_rng(0)
    a = chance.normal(0, 1, (20_000, 2))
    b = chance.normal(0, 1, (20_000, 2)) * [2, 1] + [3, 0]
    assert metrics.frechet(a, b) == pytest.approx(9 + 1, rel=0.05)
    assert metrics.frechet(a, a) == pytest.approx(0, abs=1e-8)


def test_coverage_falls_when_a_kind_is_missing() -> None:
    chance = np.random.default_rng(0)
    real = np.concatenate([chance.normal(0, 1, (200, 4)), chance.normal(20, 1, (200, 4))])
    both = np.concatenate([chance.normal(0, 1, (200, 4)), chance.normal(20, 1, (200, 4))])
    density, coverage = metrics.density_and_coverage(real, both)
    assert density == pytest.approx(1, abs=0.2)
    assert coverage > 0.9
    assert metrics.density_and_coverage(real, both[:200])[1] < 0.6


def test_copies_are_found_and_new_pictures_are_not() -> None:
    chance = np.random.default_rng(0)
    train = chance.integers(0, 200, (50, 8, 8))
    nearly = train[:5].copy()
    nearly[:, 0, 0] += 1
    fresh = chance.integers(0, 200, (5, 8, 8))
    assert metrics.share_copied(np.concatenate([nearly, fresh]), train) == 0.5


def test_near_duplicates_are_dropped() -> None:
    chance = np.random.default_rng(0)
    pictures = chance.integers(0, 200, (20, 16, 16))
    again = pictures[:4].copy()
    again[:, 0, 0] += 1
    assert len(metrics.without_near_duplicates(np.concatenate([pictures, again]))) == 20


def test_crisp_and_colours_count_what_is_there() -> None:
    pictures = np.zeros((2, 4, 4, 4), np.uint8)
    pictures[:, :2, :, 3] = 255
    pictures[:, 0, 0, 0] = 9
    assert metrics.crisp_alpha(pictures) == 1
    assert metrics.median_colours(pictures) == 3
    pictures[0, 0, 0, 3] = 128
    assert metrics.crisp_alpha(pictures) == pytest.approx(31 / 32)


def test_the_plain_check_is_near_one_for_real_and_large_for_noise() -> None:
    chance = np.random.default_rng(0)
    base = chance.integers(0, 255, (4, 8, 8, 4), dtype=np.uint8)

    def real(n: int) -> np.ndarray:
        noisy = base[chance.integers(0, 4, n)].astype(int) + chance.integers(-9, 9, (n, 8, 8, 4))
        return noisy.clip(0, 255).astype(np.uint8)

    check = metrics.PlainCheck(real(3000), real(300))
    assert check.over_limit(real(200)) < 2
    assert check.over_limit(chance.integers(0, 255, (200, 8, 8, 4), dtype=np.uint8)) > 20
