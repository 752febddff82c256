"""Latents survive being stored, and strange bytes end in a sentence."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from studio.media import Latent, MediaError

FINITE = st.floats(-1e6, 1e6, width=32)


@given(arrays(np.float32, st.integers(1, 20), elements=FINITE), st.sampled_from(["z", "w", "w+"]))
def test_bytes_give_back_the_same_latent(values: np.ndarray, space: str) -> None:
    latent = Latent(space, {space: values, "noise": values * 2})
    assert Latent.from_bytes(latent.to_bytes()) == latent


@given(st.binary(max_size=300))
def test_arbitrary_bytes_are_a_sentence(data: bytes) -> None:
    with pytest.raises(MediaError):
        Latent.from_bytes(data)


def test_numbers_that_are_not_finite_are_refused() -> None:
    with pytest.raises(MediaError, match="not finite"):
        Latent.of("z", np.array([1.0, np.nan]))
