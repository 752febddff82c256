"""Other people's language models come onto the shelf and say there what they say at home."""

import json
from pathlib import Path
from typing import Any

import gguf
import pytest
import torch
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers

from studio.shelf import Shelf, ShelfError, is_model, load

transformers = pytest.importorskip("transformers")

TALE = "the fox and the crow met at the well. the crow sang, the fox laughed, and the well was deep. " * 20


@pytest.fixture(scope="module")
def tokenizer() -> Tokenizer:
    made = Tokenizer(models.BPE())
    made.pre_tokenizer, made.decoder = pre_tokenizers.ByteLevel(add_prefix_space=False), decoders.ByteLevel()
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    made.train_from_iterator([TALE], trainers.BpeTrainer(vocab_size=300, initial_alphabet=alphabet, special_tokens=["<|endoftext|>"]))
    return made


def network(kind: str, size: int, **changes: Any) -> Any:
    torch.manual_seed(0)
    if kind == "gpt2":
        config = transformers.GPT2Config(vocab_size=size, n_positions=64, n_embd=32, n_layer=2, n_head=4, initializer_range=0.2, **changes)
        return transformers.GPT2LMHeadModel(config).eval()
    shape = {"hidden_size": 32, "intermediate_size": 48, "num_hidden_layers": 2, "num_attention_heads": 4, "num_key_value_heads": 2}
    config = transformers.LlamaConfig(vocab_size=size, initializer_range=0.2, max_position_embeddings=64, **shape, **changes)
    return transformers.LlamaForCausalLM(config).eval()


def checkpoint(folder: Path, kind: str, tokenizer: Tokenizer, shard: str = "1GB", **changes: Any) -> Any:
    made = network(kind, tokenizer.get_vocab_size(), **changes)
    made.save_pretrained(folder, max_shard_size=shard)
    tokenizer.save(str(folder / "tokenizer.json"))
    (folder / "README.md").write_text("---\nlicense: mit\nlanguage: en\n---\n# A tale teller\n")
    return made


def written(path: Path, model: Any, tokenizer: Tokenizer, **more: Any) -> Path:
    """The Llama as llama.cpp keeps it: queries and keys with their pairs side by side."""
    config, state = model.config, model.state_dict()
    writer = gguf.GGUFWriter(path, "llama")
    writer.add_name("Tale Teller")
    writer.add_block_count(config.num_hidden_layers)
    writer.add_context_length(64)
    writer.add_embedding_length(config.hidden_size)
    writer.add_feed_forward_length(config.intermediate_size)
    writer.add_head_count(config.num_attention_heads)
    writer.add_head_count_kv(config.num_key_value_heads)
    writer.add_layer_norm_rms_eps(config.rms_norm_eps)
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre("gpt-2")
    known = json.loads(tokenizer.to_str())["model"]
    writer.add_token_list(sorted(known["vocab"], key=known["vocab"].get))
    writer.add_token_types([3, *[1] * (len(known["vocab"]) - 1)])
    writer.add_token_merges([each if isinstance(each, str) else " ".join(each) for each in known["merges"]])
    for key, value in more.items():
        writer.add_string(key.replace("__", "."), value)
    writer.add_tensor("token_embd.weight", state["model.embed_tokens.weight"].numpy())
    writer.add_tensor("output_norm.weight", state["model.norm.weight"].numpy())
    writer.add_tensor("output.weight", state["lm_head.weight"].numpy())
    names = {
        "attn_norm": "input_layernorm", "attn_q": "self_attn.q_proj", "attn_k": "self_attn.k_proj", "attn_v": "self_attn.v_proj",
        "attn_output": "self_attn.o_proj", "ffn_norm": "post_attention_layernorm", "ffn_gate": "mlp.gate_proj",
        "ffn_up": "mlp.up_proj", "ffn_down": "mlp.down_proj",
    }  # fmt: skip
    for layer in range(config.num_hidden_layers):
        for theirs, ours in names.items():
            weight = state[f"model.layers.{layer}.{ours}.weight"]
            if theirs in ("attn_q", "attn_k"):
                heads = config.num_attention_heads if theirs == "attn_q" else config.num_key_value_heads
                weight = weight.view(heads, 2, -1, weight.shape[1]).transpose(1, 2).reshape(weight.shape)
            writer.add_tensor(f"blk.{layer}.{theirs}.weight", weight.contiguous().numpy())
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return path


@torch.inference_mode()
def says_the_same(shelf: Shelf, name: str, theirs: Any, tokenizer: Tokenizer) -> None:
    ours = load(shelf.card(name))
    text = "the crow met the fox"
    numbers = ours.vocabulary.encode(text)
    assert numbers == tokenizer.encode(text).ids
    assert ours.vocabulary.text(numbers) == text
    known = theirs(torch.tensor(numbers)[None]).logits
    assert (ours.words(torch.tensor(numbers)[None]) - known).abs().max() < 0.02 * known.std()  # ours are float16


@pytest.mark.parametrize("kind", ["gpt2", "llama"])
@pytest.mark.parametrize("shard", ["1GB", "30KB"])
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


def test_a_gguf_says_what_it_says_in_transformers(tmp_path: Path, tokenizer: Tokenizer) -> None:
    theirs = network("llama", tokenizer.get_vocab_size())
    file = written(tmp_path / "Tale.Teller.F32.gguf", theirs, tokenizer)
    shelf = Shelf([tmp_path / "own"])
    assert is_model(file)
    card = shelf.add(file)
    assert (card.name, card.title) == ("tale.teller.f32", "Tale Teller")
    says_the_same(shelf, card.name, theirs, tokenizer)
    with pytest.raises(ShelfError, match="already"):
        shelf.add(file)


@pytest.mark.parametrize(("changes", "why"), [
    ({"model_type": "mamba"}, "mamba"),
    ({"rope_scaling": {"rope_type": "llama3", "factor": 8.0}}, "rope_scaling"),
    ({"attention_bias": True}, "attention_bias"),
    ({"head_dim": 64}, "heads"),
    ({"hidden_act": "gelu"}, "hidden_act"),
])  # fmt: skip
def test_what_would_be_read_wrongly_is_refused(tmp_path: Path, tokenizer: Tokenizer, changes: dict[str, Any], why: str) -> None:
    checkpoint(tmp_path / "odd", "llama", tokenizer)
    config = tmp_path / "odd" / "config.json"
    config.write_text(json.dumps(json.loads(config.read_text()) | changes))
    with pytest.raises(ShelfError, match=why):
        Shelf([tmp_path / "own"]).add(tmp_path / "odd")
    assert not list((tmp_path / "own").glob("*"))


def test_a_gguf_that_stretches_positions_is_refused(tmp_path: Path, tokenizer: Tokenizer) -> None:
    model = network("llama", tokenizer.get_vocab_size())
    file = written(tmp_path / "long.gguf", model, tokenizer, llama__rope__scaling__type="yarn")
    with pytest.raises(ShelfError, match=r"long\.gguf.*positions"):
        Shelf([tmp_path / "own"]).add(file)


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


def test_a_model_larger_than_memory_is_refused_with_the_figure(tmp_path: Path, tokenizer: Tokenizer, monkeypatch: Any) -> None:
    import psutil

    checkpoint(tmp_path / "large", "llama", tokenizer)
    monkeypatch.setattr(psutil, "virtual_memory", lambda: type("Memory", (), {"available": 1000})())
    with pytest.raises(ShelfError, match="GB of memory"):
        Shelf([tmp_path / "own"]).add(tmp_path / "large")


def test_other_things_are_no_models(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").touch()
    assert not is_model(tmp_path)
    assert not is_model(tmp_path / "notes.txt")
