"""Other people's checkpoints: what the keys of GPT-2's and Llama's mean, in Hugging Face's folders and in llama.cpp's GGUF."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import torch
from torch import Tensor

from studio.generators.errors import GeneratorError
from studio.generators.parts.words import Words, gpt2, llama

ARCHITECTURES = ("llama", "gpt2")
TensorOf = Callable[[str], np.ndarray]

_LAYER = {
    "attn_norm": "input_layernorm", "attn_q": "self_attn.q_proj", "attn_k": "self_attn.k_proj", "attn_v": "self_attn.v_proj",
    "attn_output": "self_attn.o_proj", "ffn_norm": "post_attention_layernorm", "ffn_gate": "mlp.gate_proj", "ffn_up": "mlp.up_proj",
    "ffn_down": "mlp.down_proj",
}  # fmt: skip
_SPLITTING = {"smollm": True, "default": False, "gpt-2": False}
"""How a tokenizer of GGUF splits before it joins: whether digits stand alone. Others split in ways that are not read here."""


def of_folder(config: Mapping[str, Any], tensors: Mapping[str, Tensor]) -> Words:
    """The network of a Hugging Face folder's config.json and weights; raises GeneratorError for another kind of model."""
    kind = config.get("model_type")
    try:
        if kind == "gpt2":
            return gpt2(config, tensors)
        if kind == "llama":
            return llama(config, tensors)
    except (KeyError, TypeError, ValueError) as error:
        raise GeneratorError(f"This checkpoint lacks {str(error)[:80]}, which a model of its kind has.") from error
    raise GeneratorError(f"This checkpoint is a “{str(kind)[:40]}”. Atelier reads models of the kinds {' and '.join(ARCHITECTURES)}.")


def of_gguf(metadata: Mapping[str, Any], tensor: TensorOf, has: Callable[[str], bool]) -> Words:
    """The network of a GGUF file; `tensor` gives one by its name, `has` whether it is there. Raises GeneratorError."""
    kind = metadata.get("general.architecture")
    if kind != "llama":
        raise GeneratorError(f"This file holds a “{str(kind)[:40]}”. Of GGUF files Atelier reads those of the kind llama.")
    try:
        config = _llama_config(metadata, not has("output.weight"))
        heads, key_heads = config["num_attention_heads"], config["num_key_value_heads"]
        found = {"embed_tokens.weight": tensor("token_embd.weight"), "norm.weight": tensor("output_norm.weight")}
        if has("output.weight"):
            found["lm_head.weight"] = tensor("output.weight")
        for layer in range(config["num_hidden_layers"]):
            for theirs, plain in _LAYER.items():
                weight = tensor(f"blk.{layer}.{theirs}.weight")
                if theirs in ("attn_q", "attn_k"):
                    weight = _unturned(weight, heads if theirs == "attn_q" else key_heads)
                found[f"layers.{layer}.{plain}.weight"] = weight
    except (KeyError, TypeError, ValueError, OverflowError) as error:
        raise GeneratorError(f"This file lacks {str(error)[:80]}, which a model of its kind has.") from error
    return llama(config, {key: torch.from_numpy(np.ascontiguousarray(value)) for key, value in found.items()})


def _llama_config(metadata: Mapping[str, Any], tied: bool) -> dict[str, Any]:
    own = {key.removeprefix("llama."): value for key, value in metadata.items() if key.startswith("llama.")}
    heads = int(own["attention.head_count"])
    return {
        "hidden_size": int(own["embedding_length"]),
        "num_hidden_layers": int(own["block_count"]),
        "num_attention_heads": heads,
        "num_key_value_heads": int(own.get("attention.head_count_kv", heads)),
        "intermediate_size": int(own["feed_forward_length"]),
        "rms_norm_eps": float(own["attention.layer_norm_rms_epsilon"]),
        "rope_theta": float(own.get("rope.freq_base", 10_000.0)),
        "vocab_size": len(metadata["tokenizer.ggml.tokens"]),
        "max_position_embeddings": int(own.get("context_length", 2048)),
        "tie_word_embeddings": tied,
    }


def _unturned(weight: np.ndarray, heads: int) -> np.ndarray:
    """llama.cpp turns numbers 2 i and 2 i + 1 of a head as a pair, we i and i + d/2: the rows put back in that order."""
    rows, width = weight.shape
    return weight.reshape(heads, rows // heads // 2, 2, width).swapaxes(1, 2).reshape(rows, width)


def context_of_gguf(metadata: Mapping[str, Any]) -> int:
    """How many tokens the model of a GGUF file was made for."""
    return int(metadata.get("llama.context_length", 2048))


def tokenizer_of_gguf(metadata: Mapping[str, Any]) -> str:
    """The tokenizer of a GGUF file as tokenizer.json has it; raises GeneratorError for kinds other than GPT-2's."""
    kind, splitting = metadata.get("tokenizer.ggml.model"), metadata.get("tokenizer.ggml.pre", "default")
    if kind != "gpt2" or splitting not in _SPLITTING:
        raise GeneratorError(
            f"The tokenizer of this file ({str(kind)[:40]}, {str(splitting)[:40]}) is of a kind that Atelier does not read."
        )
    tokens, merges = metadata["tokenizer.ggml.tokens"], metadata["tokenizer.ggml.merges"]
    kinds = metadata.get("tokenizer.ggml.token_type", [1] * len(tokens))
    added = [
        {"id": number, "content": token, "single_word": False, "lstrip": False, "rstrip": False, "normalized": False, "special": True}
        for number, (token, each) in enumerate(zip(tokens, kinds, strict=True))
        if each == 3  # a control token
    ]
    bytes_ = {"type": "ByteLevel", "add_prefix_space": False, "trim_offsets": True, "use_regex": True}
    digits = [{"type": "Digits", "individual_digits": True}] if _SPLITTING[splitting] else []
    model = {
        "type": "BPE", "dropout": None, "unk_token": None, "continuing_subword_prefix": None, "end_of_word_suffix": None,
        "fuse_unk": False, "byte_fallback": False, "ignore_merges": False,
        "vocab": {token: number for number, token in enumerate(tokens)}, "merges": merges,
    }  # fmt: skip
    return json.dumps(
        {
            "version": "1.0", "truncation": None, "padding": None, "added_tokens": added, "normalizer": None,
            "pre_tokenizer": {"type": "Sequence", "pretokenizers": [*digits, bytes_]}, "post_processor": None,
            "decoder": bytes_, "model": model,
        }
    )  # fmt: skip
