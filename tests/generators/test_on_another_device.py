"""A training keeps all that it reckons with on one device, tried on torch's meta device, whose tensors have shapes and no numbers.

An accelerator is rare; a tensor of the processor's that gets mixed in raises here as it would there.
"""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
import torch
from torch.fx.experimental import _config as experimental

from studio import generators
from studio.generators.capabilities import Batch, Piece, ScoreBatch
from studio.generators.parts.bars import bars_of
from studio.training.loop import begun
from tests import tiny

OTHER = "meta"
LEARNS = [name for name in generators.FAMILIES if (trains := generators.family(name).trains) and trains.medium == "picture"]
SCORES = {"musicvae": tiny.MUSICVAE, "musenet": tiny.MUSENET}


@pytest.fixture
def numbers(monkeypatch) -> Iterator[None]:
    """Where a training asks a tensor without numbers for one, it gets one."""

    def told(name: str, value: float | bool) -> None:
        real = getattr(torch.Tensor, name)

        def tell(tensor: torch.Tensor) -> Any:
            return real(torch.full(tensor.shape, value, dtype=tensor.dtype) if tensor.device.type == OTHER else tensor)

        monkeypatch.setattr(torch.Tensor, name, tell)

    for name in ("item", "__float__", "__int__", "__bool__", "tolist", "cpu"):
        told(name, 1)
    with experimental.patch(meta_nonzero_assume_all_nonzero=True):
        yield


@pytest.mark.parametrize("family", LEARNS)
def test_a_family_of_pictures_learns_on_one_device(family: str, numbers: None) -> None:
    trains = generators.family(family).trains
    assert trains is not None
    size = trains.sizes[0]
    batch = Batch(np.random.default_rng(0).integers(0, 255, (8, size, size, 4), dtype=np.uint8), np.zeros((8, 0), np.int64))
    trainer = begun(family, trains.config(size), batch, OTHER)
    assert trainer.step(batch, 0.0)
    assert trainer.step(batch, 0.9)


@pytest.mark.parametrize("family", SCORES)
def test_a_family_of_scores_learns_on_one_device(family: str, numbers: None) -> None:
    batch = ScoreBatch([Piece(bars_of(tiny.song(bars=20), range(3)), "A", "c")] * 4)
    assert begun(family, SCORES[family], batch, OTHER).step(batch, 0.0)


def test_a_mix_of_devices_would_be_noticed(numbers: None) -> None:
    with pytest.raises(RuntimeError, match="device"):
        torch.ones(3) + torch.ones(3, device=OTHER)
