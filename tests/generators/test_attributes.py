"""The attribute prior finds its parts again and listens to what is asked for."""

import numpy as np
import pytest
import torch

from studio.generators.vae.attributes import AttributePrior, fit

VALUES = {"hat": ("none", "tall", "wide"), "cloak": ("none", "red")}


@pytest.fixture
def prior() -> AttributePrior:
    chance = np.random.default_rng(0)
    attributes = np.stack([chance.integers(0, 3, 600), chance.integers(0, 2, 600)], axis=1)
    parts = [chance.normal(size=(3, 6)) * 3, chance.normal(size=(2, 6)) * 3]
    means = parts[0][attributes[:, 0]] + parts[1][attributes[:, 1]] + 0.1 * chance.normal(size=(600, 6))
    return AttributePrior(fit(means, attributes, [3, 2]), VALUES)


def test_what_is_wanted_is_chosen(prior: AttributePrior) -> None:
    source = torch.Generator().manual_seed(1)
    assert all(prior.choose(source, {"hat": "wide"})[0] == 2 for _ in range(20))


def test_without_a_wish_every_value_comes_up(prior: AttributePrior) -> None:
    source = torch.Generator().manual_seed(1)
    assert {prior.choose(source, {})[0] for _ in range(60)} == {0, 1, 2}


@pytest.mark.parametrize("chosen", [[0, 0], [1, 1], [2, 0]])
def test_the_parts_of_a_point_are_found_again(prior: AttributePrior, chosen: list[int]) -> None:
    assert prior.explain(prior.compose(chosen)) == chosen


def test_a_near_neighbour_keeps_its_parts_and_a_far_one_does_not(prior: AttributePrior) -> None:
    point = prior.compose([1, 1])
    near = prior.neighbour(point, torch.Generator().manual_seed(3), 0.0)
    assert np.allclose(near, point, atol=1e-4)
    far = {tuple(prior.explain(prior.neighbour(point, torch.Generator().manual_seed(n), 1.0))) for n in range(20)}
    assert len(far) > 2
