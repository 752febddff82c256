"""Models on an accelerator: they draw, write and read there what they do on the processor, and families of pictures learn there."""

import numpy as np
import pytest
import torch

from studio.generators.capabilities import Call, ScoresNotes
from studio.generators.events import Result
from studio.media import Text, TextSelection
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


SAYS = "The lighthouse had been dark for nine years when the keeper came back with a lamp."


@pytest.mark.parametrize("name", [card.name for card in Shelf().usable() if card.family == "gpt"])
def test_a_model_of_texts_reads_and_writes_there_as_here(name: str) -> None:
    shelf = Shelf()
    card = shelf.card(name)
    here, there = (load(card, device, shelf) for device in ("cpu", DEVICE))
    assert there.words.device.type == DEVICE
    bits = [[each.bits for some in model.bits_of_text(SAYS) for each in some] for model in (here, there)]
    assert np.abs(np.array(bits[0]) - bits[1]).mean() < 0.1  # weights are rounded another way there
    for action, inputs in (("continue", {"text": Text(SAYS)}), ("fill", {"text": Text(SAYS), "selection": TextSelection(20, 40)})):
        asked = card.action(action).checked({"words": 12, "temperature": 0.0})
        made = [event for event in there.perform(Call(action, asked, 1, (0,), inputs)) if isinstance(event, Result)]
        assert len(made) == 1
        assert made[0].media.content.strip()
    haiku = card.action("generate").checked({"form": "haiku", "subject": "the sea"})
    assert any(isinstance(event, Result) for event in there.perform(Call("generate", haiku, 1, (0,), {})))
    assert any(there.next_words(SAYS, 4))


MUSIC = [card.name for card in Shelf().cards() if any(action.output == "score" for action in card.actions())]


@pytest.mark.parametrize("name", MUSIC)
def test_a_model_of_scores_writes_there(name: str) -> None:
    shelf = Shelf()
    card = shelf.card(name)
    here, there = (load(card, device, shelf) for device in ("cpu", DEVICE))
    call = Call("generate", card.action("generate").checked({}), 3, (0,), {})
    made = [next(event.media for event in model.perform(call) if isinstance(event, Result)) for model in (here, there)]
    assert all(any(len(track.notes) for track in score.tracks) for score in made)
    if isinstance(there, ScoresNotes):
        bits = [np.concatenate([bits for _, _, bits in model.bits_of_notes(made[0])]) for model in (here, there)]
        assert np.abs(bits[0] - bits[1]).mean() < 0.05
