"""A GPT learns from texts: its loss falls, what did best on unread text is kept, and it goes on where it stopped."""

import math

import numpy as np
import pytest
import torch

from studio.generators import GeneratorError, gpt
from studio.generators.batches import TextBatch
from studio.generators.gpt.family import export_artifacts, load, start
from studio.generators.gpt.training import words_config
from studio.generators.parts import tokens
from studio.media import Text
from tests.training.tales import tale

TEXT = tale(1, 8000)
CPU = torch.device("cpu")


def config_of(pieces: int) -> dict:
    decoder = {"width": 32, "layers": 1, "heads": 2, "key_heads": 2, "hidden": 64, "rotary": [[8, 10_000.0]], "dropout": 0.1}
    return {"vocabulary": pieces, "decoder": decoder, "places": 0, "tied": True, "context": 32, "weights": "fp32", "instructed": False}


@pytest.fixture(scope="module")
def data() -> TextBatch:
    tokenizer = tokens.learnt([TEXT], 300)
    row = np.array(gpt_vocabulary(tokenizer).encode(TEXT), np.int32)
    return TextBatch(np.concatenate([[0], row[:-400]]).astype(np.int32), row[-400:], tokenizer, np.zeros(1))


def gpt_vocabulary(tokenizer: str):
    from studio.generators.gpt.vocabulary import Vocabulary

    return Vocabulary(tokenizer)


def batch(data: TextBatch, number: int, count: int = 8) -> TextBatch:
    return TextBatch(data.stream, data.held, data.tokenizer, np.random.default_rng(number).random(count))


def trained(data: TextBatch, steps: int):
    trainer = start(config_of(300), data, CPU)
    return trainer, [trainer.step(batch(data, number), 0.1) for number in range(steps)]


def test_it_learns_and_is_measured_on_what_it_never_reads(data) -> None:
    _, losses = trained(data, 60)
    assert losses[-1]["bits_per_byte"] < 0.7 * losses[0]["bits_per_byte"]
    measured = [each["bits_per_byte_held_out"] for each in losses if "bits_per_byte_held_out" in each]
    assert len(measured) == 3 and measured[-1] < measured[0]


def test_what_did_best_on_unread_text_is_what_is_kept(data) -> None:
    trainer, _ = trained(data, 20)
    best = {key: value.clone() for key, value in trainer.weights().items()}
    trainer._measured = lambda: math.inf  # from here on everything is worse
    for number in range(20, 40):
        trainer.step(batch(data, number), 0.1)
    assert all(torch.equal(best[key], value) for key, value in trainer.weights().items())


def test_it_goes_on_where_it_stopped(data) -> None:
    first, _ = trained(data, 25)
    second = start(config_of(300), data, CPU)
    second.restore({key: value.clone() for key, value in first.state().items()})
    assert all(torch.equal(value, second.weights()[key]) for key, value in first.weights().items())
    assert second.least == pytest.approx(first.least)
    assert first.optimisation.counts[0] == second.optimisation.counts[0] == 25


def test_a_finished_one_is_begun_from(data) -> None:
    first, losses = trained(data, 60)
    second = start(config_of(300), data, CPU)
    second.begin_from(first.weights(), {})
    assert second.step(batch(data, 0), 0.0)["bits_per_byte"] < 0.8 * losses[0]["bits_per_byte"]


def test_previews_are_passages_with_pauses_between(data) -> None:
    trainer, _ = trained(data, 3)
    made = list(trainer.preview(1, 1))
    assert isinstance(made[-1], Text) and made[:-1] and not any(made[:-1])
    assert list(trainer.preview(1, 1))[-1] == made[-1]


def test_what_ships_loads_and_writes_beyond_its_context(data) -> None:
    trainer, _ = trained(data, 40)
    files = export_artifacts(words_config(config_of(300)), trainer.weights(), None, data)
    model = load(config_of(300), {key: value.half() for key, value in trainer.weights().items()}, files, CPU)
    from studio.generators.capabilities import Call
    from studio.generators.events import Result

    call = Call("continue", gpt.ContinueSettings(words=60, repetition=1.0, dry=0.0), 0, (0,), {"text": Text(TEXT[:2000])})
    result = [event.media.content for event in model.perform(call) if isinstance(event, Result)]
    assert len(gpt_vocabulary(data.tokenizer).encode(result[0])) > 2 * 32
    bits = [each.bits for some in model.bits_of_text(TEXT[:300]) for each in some]
    assert sum(bits) > 0
    *_, words = model.next_words("The lamp was ")
    assert words


def test_a_model_taught_by_texts_alone_offers_no_rewriting() -> None:
    assert "rewrite" not in [action.id for action in gpt.FAMILY.actions(config_of(300))]
    assert "rewrite" in [action.id for action in gpt.FAMILY.actions({})]


def test_texts_shorter_than_a_passage_are_refused(data) -> None:
    with pytest.raises(GeneratorError, match="too short"):
        start(config_of(300), TextBatch(data.stream[:10], data.held, data.tokenizer, np.zeros(1)), CPU)
