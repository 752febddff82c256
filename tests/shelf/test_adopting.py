"""Other people's language models come onto the shelf and say there what they say at home."""

import json
from pathlib import Path
from typing import Any

import psutil
import pytest
import safetensors.torch
import torch
from safetensors import SafetensorError
from tokenizers import Tokenizer

from studio.generators import GeneratorError
from studio.generators.gpt import checkpoints, gguf_header
from studio.generators.parts.packing import Int8Embedding, Int8Linear
from studio.generators.parts.words import words_of
from studio.shelf import Shelf, ShelfError, is_model, load, read_card
from studio.shelf.containers.gguf import GgufFile
from tests import tiny

pytest.importorskip("transformers")
from tests.foreign import GGUFS, KINDS, checkpoint, network, written

TALE = "the fox and the crow met at the well. the crow sang, the fox laughed, and the well was deep. " * 20


@pytest.fixture(scope="module")
def tokenizer() -> Tokenizer:
    return tiny.tokenizer([TALE])


@torch.inference_mode()
def says_the_same(shelf: Shelf, name: str, theirs: Any, tokenizer: Tokenizer) -> None:
    ours = load(shelf.card(name))
    text = "the crow met the fox"
    numbers = ours.vocabulary.encode(text)
    assert numbers == tokenizer.encode(text).ids
    assert ours.vocabulary.text(numbers) == text
    known = theirs(torch.tensor(numbers)[None]).logits
    assert (ours.words(torch.tensor(numbers)[None]) - known).square().mean().sqrt() < 0.03 * known.std()  # ours are whole numbers
    assert isinstance(ours.words.embedding, Int8Embedding)
    assert isinstance(ours.words.decoder.layers[1].feed.up_proj, Int8Linear)
    assert ours.memory() < 2 * sum(weight.numel() for weight in theirs.parameters())  # one byte a weight, and what is as it was


@pytest.mark.parametrize(("kind", "shard"), [*((kind, "1GB") for kind in ("gpt2", *KINDS)), ("gpt2", "30KB"), ("llama", "30KB")])
def test_a_hugging_face_folder_says_what_it_says_in_transformers(tmp_path: Path, tokenizer: Tokenizer, kind: str, shard: str) -> None:
    folder = tmp_path / "Tale Teller"
    theirs = checkpoint(folder, kind, tokenizer, shard)
    assert (len(list(folder.glob("*.safetensors"))) > 1) == (shard == "30KB")
    shelf = Shelf([tmp_path / "own"])
    assert is_model(folder)
    card = shelf.add(folder)
    assert (card.name, card.licence, card.family) == ("tale-teller", "mit", "gpt")
    assert {action.id for action in card.actions()} == {"generate", "continue", "rewrite", "fill"}
    says_the_same(Shelf([tmp_path / "own"]), card.name, theirs, tokenizer)


@pytest.mark.parametrize("kind", GGUFS)
def test_a_gguf_says_what_it_says_in_transformers(tmp_path: Path, tokenizer: Tokenizer, kind: str) -> None:
    theirs = network(kind, tokenizer.get_vocab_size())
    file = written(tmp_path / "Tale.Teller.F32.gguf", theirs, tokenizer, kind)
    shelf = Shelf([tmp_path / "own"])
    assert is_model(file)
    card = shelf.add(file)
    assert (card.name, card.title) == ("tale.teller.f32", "Tale Teller")
    says_the_same(shelf, card.name, theirs, tokenizer)
    with pytest.raises(ShelfError, match="already"):
        shelf.add(file)


@pytest.mark.parametrize("kind", GGUFS)
@torch.inference_mode()
def test_a_gguf_is_read_to_the_last_weight(tmp_path: Path, tokenizer: Tokenizer, kind: str) -> None:
    theirs = network(kind, tokenizer.get_vocab_size())
    file = GgufFile(written(tmp_path / "whole.gguf", theirs, tokenizer, kind))
    config, weights = checkpoints.of_gguf(file.metadata, file.sizes, file.tensor)
    numbers = torch.arange(30)[None] % tokenizer.get_vocab_size()
    assert torch.allclose(words_of(config, dict(weights))(numbers), theirs(numbers).logits, atol=1e-3)


@pytest.mark.parametrize("quant", ["F16", "BF16", "Q8_0", "Q5_1", "Q4_0"])
def test_a_quantised_gguf_says_nearly_the_same(tmp_path: Path, tokenizer: Tokenizer, quant: str) -> None:
    theirs = network("qwen2", tokenizer.get_vocab_size())
    shelf = Shelf([tmp_path / "own"])
    ours = load(shelf.card(shelf.add(written(tmp_path / f"{quant}.gguf", theirs, tokenizer, "qwen2", quant)).name))
    numbers = torch.tensor(ours.vocabulary.encode("the crow met the fox"))[None]
    with torch.inference_mode():
        known = theirs(numbers).logits
        difference = (ours.words(numbers) - known).square().mean().sqrt() / known.std()
    assert difference < {"Q4_0": 0.5, "Q5_1": 0.2}.get(quant, 0.03)


@pytest.mark.parametrize(("changes", "why"), [
    ({"model_type": "mamba"}, "mamba"),
    ({"rope_scaling": {"rope_type": "yarn", "factor": 8.0}}, "rope_scaling = yarn"),
    ({"rope_scaling": {"rope_type": "llama3", "factor": 8.0}}, "low_freq_factor"),
    ({"attention_bias": True}, "attention_bias"),
    ({"head_dim": 64}, "256 × 32"),
    ({"num_hidden_layers": 1}, "layers.1"),
    ({"tie_word_embeddings": False, "vocab_size": 5}, "5 × 32"),
    ({"sliding_window": 4}, "sliding_window"),
    ({"logit_scale": 0.5}, "logit_scale"),
    ({"partial_rotary_factor": 0.5}, "partial_rotary_factor"),
    ({"num_attention_heads": 0}, "sizes that no model has"),
    ({"hidden_act": "gelu"}, "hidden_act"),
])  # fmt: skip
def test_what_would_be_read_wrongly_is_refused(tmp_path: Path, tokenizer: Tokenizer, changes: dict[str, Any], why: str) -> None:
    checkpoint(tmp_path / "odd", "llama", tokenizer)
    config = tmp_path / "odd" / "config.json"
    config.write_text(json.dumps(json.loads(config.read_text()) | changes))
    with pytest.raises(ShelfError, match=why):
        Shelf([tmp_path / "own"]).add(tmp_path / "odd")
    assert not list((tmp_path / "own").glob("*"))


@pytest.mark.parametrize(("field", "value", "why"), [
    ("llama__rope__scaling__type", "yarn", "positions"),
    ("llama__logit_scale", 0.5, "logit_scale = 0.5"),
    ("llama__expert_count", 8, "expert_count = 8"),
    ("llama__attention__clamp_kqv", 8.0, "clamp_kqv"),
    ("llama__attention__scale", 0.1, "attention.scale"),
    ("llama__a_field_of_tomorrow", 1, "a_field_of_tomorrow"),
    ("llama__rope__dimension_count", 4, "a part of each head"),
    ("split__count", 3, "one of 3 parts"),
    ("tokenizer__ggml__eos_token_id", 10**6, "eos_token_id"),
])  # fmt: skip
def test_a_gguf_whose_header_asks_for_what_is_not_done_is_refused(
    tmp_path: Path, tokenizer: Tokenizer, field: str, value: Any, why: str
) -> None:
    file = written(tmp_path / "odd.gguf", network("llama", tokenizer.get_vocab_size()), tokenizer, **{field: value})
    with pytest.raises(ShelfError, match=why):
        Shelf([tmp_path / "own"]).add(file)
    assert not list((tmp_path / "own").glob("*"))


@pytest.mark.parametrize("fields", [
    {"llama__rope__scale_linear": 4.0}, {"llama__rope__scaling__factor": 4.0},
    {"llama__rope__scaling__factor": 4.0, "llama__rope__scaling__type": "linear"},
])  # fmt: skip
@torch.inference_mode()
def test_positions_that_are_stretched_evenly_are_so_here(tmp_path: Path, tokenizer: Tokenizer, fields: dict[str, Any]) -> None:
    theirs = network("llama", tokenizer.get_vocab_size(), rope_parameters={"rope_type": "linear", "rope_theta": 1e4, "factor": 4.0})
    file = GgufFile(written(tmp_path / "long.gguf", theirs, tokenizer, **fields))
    config, weights = checkpoints.of_gguf(file.metadata, file.sizes, file.tensor)
    assert config.decoder.stretch == (4.0,) * 4
    numbers = torch.arange(30)[None]
    assert torch.allclose(words_of(config, dict(weights))(numbers), theirs(numbers).logits, atol=1e-3)


def test_a_tensor_that_nothing_would_be_done_with_is_refused(tmp_path: Path, tokenizer: Tokenizer) -> None:
    theirs = network("qwen2", tokenizer.get_vocab_size())
    file = written(tmp_path / "biased.gguf", theirs, tokenizer, "qwen2")
    metadata, sizes = GgufFile(file).metadata, GgufFile(file).sizes
    llama = {key.replace("qwen2.", "llama."): value for key, value in metadata.items()} | {"general.architecture": "llama"}
    with pytest.raises(GeneratorError, match=r"attn_q\.bias.*has not"):
        gguf_header.check(llama, sizes)
    with pytest.raises(GeneratorError, match=r"lacks blk\.0\.attn_q\.bias"):
        gguf_header.check(metadata, {name: size for name, size in sizes.items() if name != "blk.0.attn_q.bias"})


def test_ends_that_a_folder_names_end_what_is_written(tmp_path: Path, tokenizer: Tokenizer) -> None:
    checkpoint(tmp_path / "ends", "qwen2", tokenizer, eos_token_id=7)
    (tmp_path / "ends" / "generation_config.json").write_text(json.dumps({"eos_token_id": [7, 9]}))
    shelf = Shelf([tmp_path / "own"])
    assert {7, 9} <= set(load(shelf.card(shelf.add(tmp_path / "ends").name)).vocabulary.ends)


@pytest.mark.parametrize(("break_it", "why"), [
    (lambda folder: (folder / "config.json").write_text("{"), "not JSON"),
    (lambda folder: (folder / "config.json").write_text("[1]"), "not a table"),
    (lambda folder: (folder / "tokenizer.json").unlink(), "no tokenizer.json"),
    (lambda folder: (folder / "tokenizer.json").write_text('{"model": 3}'), "tokenizer"),
    (lambda folder: (folder / "model.safetensors").write_bytes(b"\xff" * 64), "damaged"),
    (lambda folder: (folder / "model.safetensors").rename(folder / "adapter.safetensors"), "may run code"),
])  # fmt: skip
def test_a_broken_folder_is_refused_with_a_reason(tmp_path: Path, tokenizer: Tokenizer, break_it: Any, why: str) -> None:
    checkpoint(tmp_path / "broken", "llama", tokenizer)
    break_it(tmp_path / "broken")
    with pytest.raises(ShelfError, match=why):
        Shelf([tmp_path / "own"]).add(tmp_path / "broken")
    assert not list((tmp_path / "own").glob("*"))


def test_a_full_disk_is_told_as_one(tmp_path: Path, tokenizer: Tokenizer, monkeypatch: pytest.MonkeyPatch) -> None:
    shelf = Shelf([tmp_path / "own"])
    card = shelf.add(written(tmp_path / "full.gguf", network("llama", tokenizer.get_vocab_size(), initializer_range=0.3), tokenizer))

    def full(*_: Any) -> None:
        raise SafetensorError("Error while serializing: I/O error: No space left on device (os error 28)")

    monkeypatch.setattr(safetensors.torch, "save_file", full)
    with pytest.raises(ShelfError, match=r"cannot be kept in .*No space left on device.*Make room") as error:
        load(card)
    assert "card" not in str(error.value)


def test_a_file_that_went_away_is_told_as_such(tmp_path: Path) -> None:
    card = read_card(tiny.make_vae(tmp_path))
    (card.folder / card.weights).unlink()
    with pytest.raises(ShelfError, match=r"weights.safetensors.*No such file"):
        load(card)


@pytest.mark.parametrize(("name", "wanted"), [
    ("模型", "模型"), ("Модель", "модель"), ("TINY", "tiny"), ("Große Übung", "grosse-ubung"), ("???", "model"),
    ("qwen2.5-7B_Q4", "qwen2.5-7b-q4"),
])  # fmt: skip
def test_a_model_is_named_after_its_file_in_any_script(tmp_path: Path, tokenizer: Tokenizer, name: str, wanted: str) -> None:
    file = written(tmp_path / f"{name}.GGUF", network("llama", tokenizer.get_vocab_size()), tokenizer)
    shelf = Shelf([tmp_path / "own"])
    assert shelf.add(file).name == wanted
    assert load(Shelf([tmp_path / "own"]).card(wanted))
    assert [folder.name for folder in (tmp_path / "own").iterdir()] == [wanted]


def test_another_model_of_the_same_name_gets_a_number(tmp_path: Path, tokenizer: Tokenizer) -> None:
    shelf = Shelf([tmp_path / "own"])
    files = [tmp_path / folder / "Tale.gguf" for folder in ("a", "b", "c")]
    for number, file in enumerate(files):
        file.parent.mkdir()
        written(file, network("llama", tokenizer.get_vocab_size(), num_hidden_layers=1 + number), tokenizer)
    assert [shelf.add(file).name for file in files] == ["tale", "tale-2", "tale-3"]
    with pytest.raises(ShelfError, match="already"):
        shelf.add(files[1])


def test_a_model_larger_than_memory_is_refused_with_the_figure(tmp_path: Path, tokenizer: Tokenizer, monkeypatch: Any) -> None:
    checkpoint(tmp_path / "large", "llama", tokenizer)
    monkeypatch.setattr(psutil, "virtual_memory", lambda: type("Memory", (), {"available": 1000})())
    with pytest.raises(ShelfError, match="GB of memory"):
        Shelf([tmp_path / "own"]).add(tmp_path / "large")


def test_other_things_are_no_models(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").touch()
    assert not is_model(tmp_path)
    assert not is_model(tmp_path / "notes.txt")
