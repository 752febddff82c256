"""Arrays come back as they were, however they lay in memory."""

import numpy as np
import pytest
from safetensors.numpy import load

from studio.media import Journey, Latent
from studio.media.tensors import save_arrays

ROWS = np.arange(24, dtype=np.float32).reshape(4, 6)
LYING = [np.asfortranarray(ROWS), ROWS.T, ROWS[:, ::2], ROWS[::-1], ROWS]


@pytest.mark.parametrize("array", LYING)
def test_an_array_comes_back_however_it_lies_in_memory(array: np.ndarray) -> None:
    assert np.array_equal(load(save_arrays({"a": array}))["a"], array)


@pytest.mark.parametrize("array", LYING)
def test_points_and_journeys_come_back_however_they_lie_in_memory(array: np.ndarray) -> None:
    point = Latent("w+", {"w+": array})
    assert np.array_equal(Latent.from_bytes(point.to_bytes()).values, array)
    way = Journey.evenly([point, point], 4)
    assert np.array_equal(Journey.from_bytes(way.to_bytes()).stops[1][1].values, array)


def test_nothing_of_atelier_s_writes_arrays_but_this() -> None:
    from pathlib import Path

    import studio

    root = Path(studio.__file__).parent
    writers = [str(path.relative_to(root)) for path in root.rglob("*.py") if "safetensors.numpy.save" in path.read_text("utf-8")]
    assert writers == ["media/tensors.py"]
