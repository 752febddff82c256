"""A model and a training keep all that they reckon with on one device: tried on torch's meta device, whose tensors have no numbers.

An accelerator is rare; a tensor of the processor's that gets mixed in raises here as it would there.
"""

import contextlib
import itertools
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import torch
from torch.fx.experimental import _config as experimental

from studio import generators
from studio.generators.batches import Piece, ScoreBatch
from studio.generators.capabilities import Call
from studio.generators.gpt import ContinueSettings
from studio.generators.parts.bars import bars_of
from studio.generators.parts.packing import pack
from studio.generators.parts.words import Words
from studio.media import Text, TextSelection
from studio.shelf import load, read_card
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


PAGE = "the fox met the crow at the well and the crow sang"


def gpt_on(device: str) -> Any:
    """A GPT with random weights, loaded as the shelf does it."""
    tokenizer = tiny.tokenizer([PAGE])
    config = dict(generators.family("gpt").trains.config(tokenizer.get_vocab_size())) | {"weights": "int4"}  # type: ignore[union-attr]
    torch.manual_seed(0)
    made = generators.implementation("gpt")
    tensors = Words(made.config_of(config)).state_dict()
    del tensors["head.weight"]
    return made.load(config, tensors, {"tokenizer": ({}, {"text": tokenizer.to_str()})}, torch.device(device))


GPT_ASKS: dict[str, dict[str, Any]] = {
    "generate": {"words": 4}, "generate in a form": {"form": "own", "syllables": "4 4"}, "continue": {"words": 4},
    "rewrite": {"include": "well"}, "fill": {"words": 2},
}  # fmt: skip


@pytest.mark.parametrize("asked", GPT_ASKS)
def test_a_gpt_writes_on_one_device(asked: str, numbers: None) -> None:
    model, action = gpt_on(OTHER), asked.split()[0]
    inputs: dict[str, Any] = {} if action == "generate" else {"text": Text(PAGE), "selection": TextSelection(8, 20)}
    settings = generators.family("gpt").action({}, action).checked(GPT_ASKS[asked])
    with contextlib.suppress(generators.GeneratorError):  # noise keeps to no form
        for event in itertools.islice(model.perform(Call(action, settings, 0, (0,), inputs)), 60):
            assert event is not None
    assert model.reader.seen.device.type == OTHER


def test_a_gpt_reads_on_one_device(numbers: None) -> None:
    model = gpt_on(OTHER)
    assert sum(len(some) for some in model.bits_of_text(PAGE)) == len(model.vocabulary.encode(PAGE))
    assert list(model.read_ahead(PAGE))
    assert any(model.next_words(PAGE))
    assert "".join(itertools.islice(model.ghost(PAGE, ContinueSettings(words=3)), 20))
    assert model.reader.seen.device.type == OTHER


@pytest.mark.parametrize("weights", ["fp32", "fp16", "bf16", "int8", "int4"])
def test_packed_weights_go_where_the_model_goes(weights: str) -> None:
    layers = torch.nn.Sequential(torch.nn.Linear(64, 64))
    pack(layers, weights, torch.device(OTHER))
    assert layers.to(OTHER)(torch.zeros(3, 64, device=OTHER)).shape == (3, 64)


def test_a_model_of_scores_writes_and_reads_on_one_device(tmp_path: Path, numbers: None) -> None:
    card = read_card(tiny.make_musenet(tmp_path))
    model = load(card, OTHER)
    call = Call("generate", card.action("generate").checked({"bars": 1}), 0, (0,), {})
    assert list(itertools.islice(model.perform(call), 60))
    assert model.readers[0].seen.device.type == OTHER
    assert list(model.bits_of_notes(tiny.song()))
    assert model.alternatives(tiny.song(), 0, 2)


def test_a_latent_of_tunes_becomes_music_on_one_device(tmp_path: Path, numbers: None) -> None:
    card = read_card(tiny.make_musicvae(tmp_path))
    assert list(load(card, OTHER).perform(Call("generate", card.action("generate").checked({}), 0, (0,), {})))


def test_a_mix_of_devices_would_be_noticed(numbers: None) -> None:
    with pytest.raises(RuntimeError, match="device"):
        torch.ones(3) + torch.ones(3, device=OTHER)
