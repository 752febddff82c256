"""The losses of an encoder beside a generator."""

from typing import Any

import numpy as np
import pytest
import torch

from studio.generators import implementation
from studio.generators.batches import Batch
from tests import tiny

CPU = torch.device("cpu")
STYLES = {"size": 16, "latent": 16, "widths": [16, 16, 8], "hint": 20.0}
LED = [(family, {**tiny.POINTS[family], "hint": 20.0}) for family in ("biggan", "progan", "wgan")]


@pytest.mark.parametrize(("family", "config"), LED)
def test_the_guides_losses_fade_until_the_adversarial_one_is_left(family: str, config: dict[str, Any]) -> None:
    """Pictures come back from their encodings better and better; at the end the loss is gone, and the encoder lives through a pause."""
    chance = np.random.default_rng(0)
    plain = np.broadcast_to(chance.integers(0, 256, (8, 1, 1, 4)), (8, 16, 16, 4)).astype(np.uint8)
    batch = Batch(plain, chance.integers(0, 2, (8, 1)))
    trainer = implementation(family).start(config, batch, CPU)
    l1 = [trainer.step(batch, 0.0)["l1"] for _ in range(200)]
    assert np.mean(l1[-5:]) < 0.7 * np.mean(l1[:5])
    again = implementation(family).start(config, batch, CPU)
    again.restore(trainer.state())
    assert all(torch.equal(a, b) for a, b in zip(again.guide.parameters(), trainer.guide.parameters(), strict=True))
    assert "l1" not in trainer.step(batch, 0.9)
    assert not any("guide" in name for name in trainer.weights())


def test_a_share_of_the_guide_may_stay() -> None:
    batch = Batch(np.full((8, 16, 16, 4), 90, np.uint8), np.zeros((8, 1), np.int64))
    trainer = implementation("biggan").start({**tiny.POINTS["biggan"], "hint": 20.0, "stays": 0.25}, batch, CPU)
    weights = [
        trainer.guide.encoder_loss(lambda z: torch.zeros(8, 4, 16, 16), torch.ones(8, 4, 16, 16), at)["l1"][0] for at in (0.0, 0.4, 1.0)
    ]
    assert weights == [20.0, 10.0, 5.0]


@pytest.mark.parametrize(("family", "config"), [*LED, ("stylegan", STYLES)])
def test_a_finished_generator_gets_no_guide(family: str, config: dict[str, Any]) -> None:
    batch = Batch(np.full((8, 16, 16, 4), 90, np.uint8), np.zeros((8, 1), np.int64))
    begun, again = (implementation(family).start(config, batch, CPU) for _ in range(2))
    begun.begin_from(begun.weights(), {})
    begun.counts[3] = 0  # the critic has learnt alone for long enough
    assert "l1" not in begun.step(batch, 0.0)
    again.restore(begun.state())
    assert again.guide is None
    assert "l1" not in again.step(batch, 0.0)
