"""Directions of a latent space: of unit length, whole, and read as they were meant."""

import json

import numpy as np
import pytest
import torch

from studio.generators import GeneratorError
from studio.generators.capabilities import Directions
from studio.generators.parts import directions
from studio.generators.parts.point_model import responses
from studio.media.tensors import save_arrays
from studio.shelf import Shelf
from studio.shelf.loading import read_files

UNIT = directions.unit(np.random.default_rng(0).normal(size=(4, 10))).astype(np.float32)
NOTES = {"space": "z", "names": json.dumps(["a", "b", "c", "d"])}


def arrays(vectors: np.ndarray) -> dict[str, np.ndarray]:
    return {"vectors": vectors, "scales": np.ones(4, np.float32), "mean": np.zeros(10, np.float32)}


@pytest.mark.parametrize("vectors", [UNIT * 1.3, UNIT[:3], UNIT[:, :9], np.zeros_like(UNIT), np.full_like(UNIT, np.nan)])
def test_what_are_no_directions_is_refused(vectors: np.ndarray) -> None:
    with pytest.raises(GeneratorError, match="directions"):
        directions.from_tensors(arrays(vectors), NOTES)


def test_what_was_written_column_by_column_is_read_so() -> None:
    scrambled = np.asfortranarray(UNIT).ravel("K").reshape(UNIT.shape)
    assert np.array_equal(directions.from_tensors(arrays(scrambled), NOTES).vectors, UNIT)
    assert np.array_equal(directions.from_tensors(arrays(UNIT), NOTES).vectors, UNIT)


def test_what_least_squares_found_is_written_and_read_as_it_was() -> None:
    from safetensors.numpy import load

    z, other = torch.randn(2, 200, 10, generator=torch.Generator().manual_seed(1))
    change = (z - other) @ torch.randn(10, 30, generator=torch.Generator().manual_seed(2))
    found = responses(z, other, change, count=5)
    saved, notes = directions.to_tensors(found)
    again = directions.from_tensors(load(save_arrays(saved)), notes)
    assert np.array_equal(again.vectors, found.vectors)


def test_a_model_that_draws_one_picture_only_has_directions_all_the_same() -> None:
    z, other = torch.randn(2, 40, 10, generator=torch.Generator().manual_seed(1))
    found = responses(z, other, torch.zeros(40, 30), count=5)
    assert isinstance(found, Directions)
    assert np.isfinite(found.vectors).all()


def test_every_shipped_direction_is_of_unit_length_as_it_lies_in_its_file() -> None:
    shelf = Shelf()
    with_directions = [card for card in shelf.cards() if "directions.safetensors" in card.sha256]
    assert len(with_directions) >= 12
    for card in with_directions:
        vectors = read_files(card)["directions"][0]["vectors"]
        assert np.linalg.norm(vectors, axis=1) == pytest.approx(1, abs=1e-3), card.name
