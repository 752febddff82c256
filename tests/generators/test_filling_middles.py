"""A model that was taught to fill middles is asked for them as it was taught."""

from __future__ import annotations

import itertools
from typing import Any

import pytest
import torch

from studio import generators
from studio.generators.gpt import ContinueSettings
from studio.generators.gpt.vocabulary import FILLS
from studio.generators.parts.words import Words
from tests import tiny

BEFORE, AFTER = "def sing(times):\n    ", "\n    return times\n"
SURE = ContinueSettings(temperature=0.0, repetition=1.0, dry=0.0, words=600)


def coder(fills: tuple[str, ...]) -> Any:
    """A tiny GPT with random weights whose tokenizer has these tokens."""
    tokenizer = tiny.tokenizer([BEFORE + AFTER])
    tokenizer.add_special_tokens(list(fills))
    config = dict(generators.family("gpt").trains.config(tokenizer.get_vocab_size())) | {"weights": "fp32"}  # type: ignore[union-attr]
    torch.manual_seed(1)
    made = generators.implementation("gpt")
    tensors = {key: value * 3 for key, value in Words(made.config_of(config)).state_dict().items() if key != "head.weight"}
    return made.load(config, tensors, {"tokenizer": ({}, {"text": tokenizer.to_str()})}, torch.device("cpu"))


@pytest.mark.parametrize("way", FILLS[:2])
def test_a_ghost_leads_to_what_comes_after_it(way: tuple[str, ...]) -> None:
    model = coder(way)
    assert model.fills_middles()
    asked = model.vocabulary.filling(BEFORE, AFTER, 200)
    wanted = model.vocabulary.text([token for token in model.words.greedy(asked, 12) if token not in model.vocabulary.special])
    written = "".join(itertools.islice(model.ghost(BEFORE, SURE, AFTER), 40))
    assert written.startswith(wanted[:6])
    assert written != "".join(itertools.islice(model.ghost(BEFORE, SURE), 40))


def test_a_model_that_was_not_taught_it_goes_on_from_what_is_before() -> None:
    model = coder(())
    assert not model.fills_middles()
    assert list(itertools.islice(model.ghost(BEFORE, SURE, AFTER), 30)) == list(itertools.islice(model.ghost(BEFORE, SURE), 30))


def test_what_is_asked_for_fits_into_what_the_model_sees() -> None:
    model = coder(FILLS[0])
    assert "".join(itertools.islice(model.ghost(BEFORE * 400, SURE, AFTER * 400), 60))
    assert len(model.vocabulary.filling(BEFORE * 400, AFTER * 400, model.room())) == model.room()
