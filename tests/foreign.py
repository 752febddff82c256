"""Other people's language models, made small: networks of every kind that is read, as Hugging Face and llama.cpp keep them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import gguf
import torch
import transformers
from tokenizers import Tokenizer

SHAPE = {"hidden_size": 32, "intermediate_size": 64, "num_hidden_layers": 2, "num_attention_heads": 4, "num_key_value_heads": 2}
KINDS: dict[str, dict[str, Any]] = {
    "llama": {}, "mistral": {"sliding_window": 3, "head_dim": 16}, "qwen2": {}, "qwen3": {"head_dim": 16},
    "gemma": {"head_dim": 16}, "phi3": {"sliding_window": 3, "pad_token_id": 0},
}  # fmt: skip
GGUFS = ("llama", "qwen2", "qwen3", "gemma", "phi3")


def network(kind: str, size: int, **changes: Any) -> Any:
    """transformers' network of a kind over `size` tokens; weights are random, and no norm or bias is as it begins."""
    torch.manual_seed(0)
    if kind == "gpt2":
        config = transformers.GPT2Config(vocab_size=size, n_positions=64, n_embd=32, n_layer=2, n_head=4, initializer_range=0.2, **changes)
        return transformers.GPT2LMHeadModel(config).eval()
    values = {"max_position_embeddings": 64, "initializer_range": 0.2} | SHAPE | KINDS[kind] | changes
    name = kind.capitalize()
    made = getattr(transformers, f"{name}ForCausalLM")(getattr(transformers, f"{name}Config")(vocab_size=size, **values)).eval()
    for key, weight in made.state_dict().items():
        if weight.dim() == 1:
            weight.add_(torch.randn(weight.shape, generator=torch.Generator().manual_seed(len(key))) * 0.2)
    return made


def checkpoint(folder: Path, kind: str, tokenizer: Tokenizer, shard: str = "1GB", **changes: Any) -> Any:
    """A Hugging Face folder; gives the network that it holds."""
    made = network(kind, tokenizer.get_vocab_size(), **changes)
    made.save_pretrained(folder, max_shard_size=shard)
    tokenizer.save(str(folder / "tokenizer.json"))
    (folder / "README.md").write_text("---\nlicense: mit\nlanguage: en\n---\n# A tale teller\n")
    return made


def written(path: Path, model: Any, tokenizer: Tokenizer, kind: str = "llama", quant: str = "F32", **more: Any) -> Path:
    """A GGUF file of a network, as llama.cpp keeps it: a Llama's queries and keys with their pairs side by side, Gemma's norms whole."""
    config, state = model.config, model.state_dict()
    writer = gguf.GGUFWriter(path, kind)
    writer.add_name("Tale Teller")
    head = getattr(config, "head_dim", None) or config.hidden_size // config.num_attention_heads
    window = getattr(config, "sliding_window", None)
    for add, value in (
        (writer.add_block_count, config.num_hidden_layers), (writer.add_context_length, 64),
        (writer.add_embedding_length, config.hidden_size), (writer.add_feed_forward_length, config.intermediate_size),
        (writer.add_head_count, config.num_attention_heads), (writer.add_head_count_kv, config.num_key_value_heads),
        (writer.add_layer_norm_rms_eps, config.rms_norm_eps), (writer.add_rope_freq_base, config.rope_parameters["rope_theta"]),
        (writer.add_key_length, head), (writer.add_value_length, head), (writer.add_tokenizer_model, "gpt2"),
    ):  # fmt: skip
        add(value)
    if window:
        writer.add_sliding_window(window)
    _words(writer, tokenizer)
    for key, value in more.items():
        named = key.replace("__", ".")
        {str: writer.add_string, float: writer.add_float32, int: writer.add_uint32, bool: writer.add_bool}[type(value)](named, value)
    names = gguf.get_tensor_name_map(next(arch for arch, name in gguf.MODEL_ARCH_NAMES.items() if name == kind), config.num_hidden_layers)
    for name, weight in state.items():
        if name == "lm_head.weight" and config.tie_word_embeddings:
            continue
        if kind == "llama" and (name.endswith(("q_proj.weight", "k_proj.weight"))):
            heads = config.num_attention_heads if "q_proj" in name else config.num_key_value_heads
            weight = weight.view(heads, 2, -1, weight.shape[1]).transpose(1, 2).reshape(weight.shape)
        if kind == "gemma" and name.endswith("norm.weight"):
            weight = weight + 1
        array, stored = weight.contiguous().numpy(), gguf.GGMLQuantizationType[quant]
        if weight.dim() == 2 and quant != "F32":
            writer.add_tensor(names.get_name(name, (".weight", ".bias")), gguf.quantize(array, stored), raw_dtype=stored)
        else:
            writer.add_tensor(names.get_name(name, (".weight", ".bias")), array)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return path


def _words(writer: Any, tokenizer: Tokenizer) -> None:
    writer.add_tokenizer_pre("gpt-2")
    known = json.loads(tokenizer.to_str())["model"]
    writer.add_token_list(sorted(known["vocab"], key=known["vocab"].get))
    writer.add_token_types([3, *[1] * (len(known["vocab"]) - 1)])
    writer.add_token_merges([each if isinstance(each, str) else " ".join(each) for each in known["merges"]])
