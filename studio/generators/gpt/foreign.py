"""Which of other people's language models can be read, and what the headers of their files say. Imports no torch.

What a checkpoint does that our decoder does not (other rotary scales, biases, window attention) is refused: it would be read wrongly.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from studio.generators.errors import GeneratorError

ARCHITECTURES = ("llama", "gpt2")
TOKENIZER_LIMIT = 32 * 2**20
_SPLITTING = {"smollm": True, "default": False, "gpt-2": False}
"""How a tokenizer of GGUF splits before it joins: whether digits stand alone. Others split in ways that are not read here."""

_PLAIN: Mapping[str, Mapping[str, tuple[Any, ...]]] = {
    "llama": {
        "hidden_act": ("silu",), "attention_bias": (False,), "mlp_bias": (False,), "sliding_window": (None,),
        "rope_scaling": (None,), "rope_parameters": (None,), "quantization_config": (None,),
    },
    "gpt2": {
        "activation_function": ("gelu_new", "gelu_pytorch_tanh"), "scale_attn_by_inverse_layer_idx": (False,),
        "scale_attn_weights": (True,), "add_cross_attention": (False,), "quantization_config": (None,),
    },
}  # fmt: skip
"""What may stand in a config.json; a key that is absent is as the first of these."""
_TURNING = ("rope_scaling", "rope_parameters")  # tables, which may say that nothing is out of the ordinary


def check_gguf(metadata: Mapping[str, Any], has: Callable[[str], bool]) -> None:
    """Raises GeneratorError for a GGUF file that our decoder would not read as it is meant; `has` says whether a tensor is there."""
    kind = metadata.get("general.architecture")
    if kind != "llama":
        raise GeneratorError(f"This file holds a “{str(kind)[:40]}”. Of GGUF files Atelier reads those of the kind llama.")
    if has("rope_freqs.weight") or metadata.get("llama.rope.scaling.type", "none") != "none":
        raise GeneratorError("This model stretches its positions (rope scaling), which Atelier does not do yet.")
    if has("blk.0.attn_q.bias") or has("blk.0.ffn_gate_inp.weight"):
        raise GeneratorError("This model has biases or experts that a plain Llama has not. Atelier does not read it yet.")
    try:
        config = llama_config(metadata, True)
    except (KeyError, TypeError, ValueError, OverflowError) as error:
        raise GeneratorError(f"This file lacks {str(error)[:80]}, which a model of its kind has.") from error
    if any(config[name] < 1 for name in ("hidden_size", "num_hidden_layers", "num_attention_heads", "num_key_value_heads")):
        raise GeneratorError("The header of this file gives sizes that no model has.")
    turned = metadata.get("llama.rope.dimension_count", config["hidden_size"] // config["num_attention_heads"])
    if turned != config["hidden_size"] // config["num_attention_heads"]:
        raise GeneratorError("This model turns a part of each head only, which Atelier does not do yet.")
    tokenizer_of_gguf(metadata)


def check_folder(config: Mapping[str, Any]) -> None:
    """The same for the config.json of a Hugging Face folder."""
    kind = config.get("model_type")
    if kind not in ARCHITECTURES:
        raise GeneratorError(f"This checkpoint is a “{str(kind)[:40]}”. Atelier reads models of the kinds {' and '.join(ARCHITECTURES)}.")
    for name, allowed in _PLAIN[kind].items():
        value = config.get(name, allowed[0])
        if value not in allowed and not (name in _TURNING and isinstance(value, dict) and value.get("rope_type") == "default"):
            raise GeneratorError(f"This checkpoint has {name} = {str(value)[:60]}, which Atelier does not do yet.")
    heads, width = config.get("num_attention_heads"), config.get("hidden_size")
    if kind == "llama" and config.get("head_dim") not in (None, width // heads if isinstance(width, int) and heads else None):
        raise GeneratorError("The heads of this checkpoint are not as wide as its stream divided among them. Atelier does not read it yet.")


def check_tokenizer(text: str) -> None:
    """Raises GeneratorError for a tokenizer.json other than byte-level byte pairs (GPT-2's, Llama 3's, SmolLM's)."""
    try:
        found = json.loads(text)
        model, decoder = found["model"], found["decoder"]
        whole = model["type"] == "BPE" and "ByteLevel" in json.dumps(decoder) and isinstance(model["vocab"], dict)
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise GeneratorError("The tokenizer.json of this checkpoint is damaged, or of a kind that Atelier does not read.") from error
    if not whole:
        raise GeneratorError("The tokenizer of this checkpoint does not join bytes in pairs as GPT-2's does. Atelier does not read it yet.")


def llama_config(metadata: Mapping[str, Any], tied: bool) -> dict[str, Any]:
    """The header of a GGUF file as a config.json has it."""
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
