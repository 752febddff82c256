"""A training keeps all that it reckons with on one device, tried on torch's meta device, whose tensors have shapes and no numbers.

An accelerator is rare; a tensor of the processor's that gets mixed in raises here as it would there.
"""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
import torch
from torch.fx.experimental import _config as experimental

from studio.generators.capabilities import Piece, ScoreBatch
from studio.generators.parts.bars import bars_of
from studio.training.loop import begun
from tests import tiny
from tests.generators.learning import LEARNS, lesson

OTHER = "meta"
SCORES = {"musicvae": tiny.MUSICVAE, "musenet": tiny.MUSENET}


@pytest.fixture
def numbers(monkeypatch) -> Iterator[None]:
    """Where a training asks a tensor without numbers for one, it gets one."""

    def told(real: Callable[[torch.Tensor], Any]) -> Callable[[torch.Tensor], Any]:
        return lambda tensor: real(torch.ones(tensor.shape, dtype=tensor.dtype) if tensor.device.type == OTHER else tensor)

    for name in ("item", "__float__", "__int__", "__bool__", "tolist", "cpu"):
        monkeypatch.setattr(torch.Tensor, name, told(getattr(torch.Tensor, name)))
    with experimental.patch(meta_nonzero_assume_all_nonzero=True):
        yield


@pytest.mark.parametrize("family", LEARNS)
def test_a_family_of_pictures_learns_on_one_device(family: str, numbers: None) -> None:
    config, batch = lesson(family)
    trainer = begun(family, config, batch, OTHER)
    assert trainer.step(batch, 0.0)
    assert trainer.step(batch, 0.9)


@pytest.mark.parametrize("family", SCORES)
def test_a_family_of_scores_learns_on_one_device(family: str, numbers: None) -> None:
    batch = ScoreBatch([Piece(bars_of(tiny.song(bars=20), range(3)), "A", "c")] * 4)
    assert begun(family, SCORES[family], batch, OTHER).step(batch, 0.0)


def test_a_mix_of_devices_would_be_noticed(numbers: None) -> None:
    with pytest.raises(RuntimeError, match="device"):
        torch.ones(3) + torch.ones(3, device=OTHER)
