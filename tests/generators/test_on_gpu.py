"""Every family of pictures on an accelerator: it draws there what it draws on the processor, and it learns there."""

import numpy as np
import pytest
import torch

from studio.shelf import Shelf, load
from studio.training import evaluate
from studio.training.loop import begun
from tests.generators.learning import LEARNS, lesson

pytestmark = [pytest.mark.gpu, pytest.mark.skipif(not torch.cuda.is_available(), reason="there is no accelerator")]

DEVICE = "cuda"
CLOSE = 4.0  # of 255, mean over all pixels: snapped colours and sharp edges jump where numbers differ by a rounding
CHOOSES = {"pixelcnn", "pixelrnn", "rbm"}  # where a rounding may choose another colour, and all that follows is another picture
DRAWS = [card.name for card in Shelf().cards() if card.grade != "part" and any(action.output == "picture" for action in card.actions())]


@pytest.mark.parametrize("name", DRAWS)
def test_a_shipped_model_draws_the_same_there(name: str) -> None:
    shelf = Shelf()
    card = shelf.card(name)
    here, there = (
        evaluate.draw(load(card, device, shelf), card.action("generate"), 3, range(4)).astype(np.float32) for device in ("cpu", DEVICE)
    )
    assert here.shape == there.shape
    assert there.std() > 1
    if card.family not in CHOOSES:
        assert np.abs(here - there).mean() < CLOSE


@pytest.mark.parametrize("family", LEARNS)
def test_a_family_learns_there(family: str) -> None:
    config, batch = lesson(family)
    trainer = begun(family, config, batch, DEVICE)
    losses = [trainer.step(batch, progress) for progress in (0.0, 0.9)]
    assert all(np.isfinite(list(each.values())).all() for each in losses)
    assert len(trainer.preview(0, 2)) == 2
    again = begun(family, config, batch, DEVICE)
    again.restore(trainer.state())
    assert np.isfinite(list(again.step(batch, 0.95).values())).all()
