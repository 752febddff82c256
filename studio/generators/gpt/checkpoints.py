"""Other people's checkpoints: what the keys of GPT-2's and Llama's mean, in Hugging Face's folders and in llama.cpp's GGUF."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import torch
from torch import Tensor

from studio.generators.errors import GeneratorError
from studio.generators.gpt import foreign
from studio.generators.parts.words import Words, gpt2, llama

TensorOf = Callable[[str], np.ndarray]

_LAYER = {
    "attn_norm": "input_layernorm", "attn_q": "self_attn.q_proj", "attn_k": "self_attn.k_proj", "attn_v": "self_attn.v_proj",
    "attn_output": "self_attn.o_proj", "ffn_norm": "post_attention_layernorm", "ffn_gate": "mlp.gate_proj", "ffn_up": "mlp.up_proj",
    "ffn_down": "mlp.down_proj",
}  # fmt: skip


def of_folder(config: Mapping[str, Any], tensors: Mapping[str, Tensor]) -> Words:
    """The network of a Hugging Face folder's config.json and weights; raises GeneratorError for another kind of model."""
    foreign.check_folder(config)
    read = gpt2 if config["model_type"] == "gpt2" else llama
    try:
        return read(config, tensors)
    except (KeyError, TypeError, ValueError) as error:
        raise GeneratorError(f"This checkpoint lacks {str(error)[:80]}, which a model of its kind has.") from error


def of_gguf(metadata: Mapping[str, Any], tensor: TensorOf, has: Callable[[str], bool]) -> Words:
    """The network of a GGUF file; `tensor` gives one by its name, `has` whether it is there. Raises GeneratorError."""
    foreign.check_gguf(metadata, has)
    try:
        config = foreign.llama_config(metadata, not has("output.weight"))
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


def _unturned(weight: np.ndarray, heads: int) -> np.ndarray:
    """llama.cpp turns numbers 2 i and 2 i + 1 of a head as a pair, we i and i + d/2: the rows put back in that order."""
    rows, width = weight.shape
    return weight.reshape(heads, rows // heads // 2, 2, width).swapaxes(1, 2).reshape(rows, width)
