"""Which of other people's language models can be read, and what the headers of their files say. Imports no torch.

Kinds: GPT-2; Llama (Touvron et al. 2023, arXiv:2302.13971), Mistral (Jiang et al. 2023, 2310.06825), Qwen 2 (2407.10671) and 3
(2505.09388), Gemma (2403.08295), Phi-3 (2404.14219). What a header says that our decoder does not do is refused: it would be read wrongly.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from studio.generators.errors import GeneratorError
from studio.generators.parts.recognising import compare

TOKENIZER, TOKENIZER_LIMIT = "tokenizer.json", 32 * 2**20
LARGEST, MOST_LAYERS, WIDEST_HEAD = 2**23, 1024, 4096  # of the sizes that a header gives


@dataclass(frozen=True)
class Kind:
    """What sets one kind of checkpoint apart from Llama. `fused` keeps queries, keys and values in one matrix, and both of SwiGLU's.

    `turned` is whether GGUF files of it keep the rows of queries and keys in pairs; `raised` whether folders keep norms less 1.
    """

    qkv_bias: bool = False
    head_norm: bool = False
    fused: bool = False
    activation: str = "swiglu"
    turned: bool = False
    raised: bool = False
    tied: bool = False
    epsilon: float = 1e-6
    scaled: bool = False


KINDS: Mapping[str, Kind] = {
    "llama": Kind(turned=True),
    "mistral": Kind(),
    "qwen2": Kind(qkv_bias=True),
    "qwen3": Kind(head_norm=True),
    "gemma": Kind(activation="geglu", raised=True, tied=True, scaled=True),
    "phi3": Kind(fused=True, epsilon=1e-5),
}
FOLDERS = ("gpt2", *KINDS)
GGUFS = tuple(each for each in KINDS if each != "mistral")  # llama.cpp calls a Mistral a Llama


@dataclass(frozen=True)
class Shape:
    """What a header says of a network. `stretch` and `windows` as DecoderConfig has them; `turning` the base of the rotary frequencies."""

    kind: str
    width: int
    layers: int
    heads: int
    key_heads: int
    head: int
    hidden: int
    vocabulary: int
    context: int
    epsilon: float
    turning: float
    tied: bool
    stretch: tuple[float, ...] = ()
    windows: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        sizes = (self.width, self.layers, self.heads, self.key_heads, self.head, self.hidden, self.vocabulary, self.context)
        small = self.layers <= MOST_LAYERS and self.head <= WIDEST_HEAD
        if any(not 1 <= each <= LARGEST for each in sizes) or not small or self.heads % self.key_heads or self.head % 2:
            raise GeneratorError("The header of this model gives sizes that no model has.")
        if not (self.turning > 0 and 0 < self.epsilon < 1 and all(0 < each < math.inf for each in self.stretch)):
            raise GeneratorError("The header of this model gives numbers that no model has.")


_NEVER: Mapping[str, tuple[Any, ...]] = {
    "quantization_config": (None,), "partial_rotary_factor": (None, 1.0), "logit_scale": (None, 1.0), "logits_scaling": (None, 1.0),
    "embedding_multiplier": (None, 1.0), "residual_multiplier": (None, 1.0), "attention_multiplier": (None,),
    "final_logit_softcapping": (None,), "attn_logit_softcapping": (None,), "clip_qkv": (None,), "alibi": (None, False),
    "num_experts": (None, 0), "num_local_experts": (None, 0, 1), "use_bidirectional_attention": (None, False),
}  # fmt: skip
_LIKE_LLAMA: Mapping[str, tuple[Any, ...]] = {
    "hidden_act": ("silu",), "attention_bias": (False,), "mlp_bias": (False,), "use_qk_norm": (False,),
}  # fmt: skip
_PLAIN: Mapping[str, Mapping[str, tuple[Any, ...]]] = {
    "gpt2": {
        "activation_function": ("gelu_new", "gelu_pytorch_tanh"), "scale_attn_by_inverse_layer_idx": (False,),
        "scale_attn_weights": (True,), "add_cross_attention": (False,), "tie_word_embeddings": (True,),
    },
    "gemma": {"attention_bias": (False,), "hidden_activation": (None, "gelu_pytorch_tanh"), "hidden_act": ("gelu_pytorch_tanh", "gelu")},
    **dict.fromkeys(("llama", "mistral", "qwen2", "qwen3", "phi3"), _LIKE_LLAMA),
}  # fmt: skip
"""What may stand in a config.json; a key that is absent is as the first of these."""


def check_folder(config: Mapping[str, Any], names: Mapping[str, tuple[int, ...]]) -> None:
    """Raises GeneratorError for a Hugging Face folder that our decoder would not read as it is meant.

    `config` is its config.json, `names` the shapes of its tensors.
    """
    shape = shape_of_folder(config)
    if shape is not None:
        compare(folder_tensors(shape), {key.removeprefix("model."): size for key, size in names.items()}, _IDLE)


def shape_of_folder(config: Mapping[str, Any]) -> Shape | None:
    """What a config.json says; None for GPT-2's, whose words are its own. Raises GeneratorError for what cannot be read."""
    kind = config.get("model_type")
    if kind not in FOLDERS:
        raise GeneratorError(f"This checkpoint is a “{str(kind)[:40]}”. Atelier reads models of the kinds {', '.join(FOLDERS)}.")
    for name, allowed in {**_NEVER, **_PLAIN[kind]}.items():
        if config.get(name, allowed[0]) not in allowed:
            raise GeneratorError(f"This checkpoint has {name} = {str(config[name])[:60]}, which Atelier does not do yet.")
    if kind == "gpt2":
        return None
    own = KINDS[kind]
    try:
        heads, width, layers = int(config["num_attention_heads"]), int(config["hidden_size"]), int(config["num_hidden_layers"])
        head = int(config.get("head_dim") or (256 if kind == "gemma" else 128 if kind == "qwen3" else width // max(1, heads)))
        key_heads = int(config.get("num_key_value_heads") or heads)
        context = int(config.get("max_position_embeddings") or 2048)
        base, stretch = _turning(config, head, context)
        epsilon, hidden, size = float(config.get("rms_norm_eps", own.epsilon)), int(config["intermediate_size"]), int(config["vocab_size"])
        tied = bool(config.get("tie_word_embeddings", own.tied))
        windows = _windows(config, kind, min(layers, MOST_LAYERS))
    except (KeyError, TypeError, ValueError, OverflowError) as error:
        raise GeneratorError(f"The config.json of this checkpoint lacks {str(error)[:80]}, or it is no number.") from error
    return Shape(kind, width, layers, heads, key_heads, head, hidden, size, context, epsilon, base, tied, stretch, windows)


def _turning(config: Mapping[str, Any], head: int, context: int) -> tuple[float, tuple[float, ...]]:
    """The base of the rotary frequencies, and what each of them is divided by."""
    table = config.get("rope_scaling") or config.get("rope_parameters") or {}
    if not isinstance(table, dict):
        raise GeneratorError("This checkpoint stretches its positions (rope_scaling) in a way that Atelier does not know.")
    kind = table.get("rope_type") or table.get("type") or "default"
    base = float(table.get("rope_theta") or config.get("rope_theta") or 10_000.0)
    if table.get("partial_rotary_factor", 1.0) != 1:
        raise GeneratorError("This checkpoint turns a part of each head only (partial_rotary_factor), which Atelier does not do yet.")
    if kind in ("default", "dynamic"):  # dynamic: only beyond the length that it was made for, which is never read
        return base, ()
    if kind == "linear":
        return base, (float(table["factor"]),) * min(head // 2, WIDEST_HEAD)
    if kind != "llama3":
        raise GeneratorError(f"This checkpoint stretches its positions (rope_scaling = {str(kind)[:20]}), which Atelier does not do yet.")
    factor, low, high = float(table["factor"]), float(table["low_freq_factor"]), float(table["high_freq_factor"])
    length = float(table.get("original_max_position_embeddings") or context)
    found = []
    for pair in range(min(head // 2, WIDEST_HEAD)):
        turns = length / (2 * math.pi * base ** (2 * pair / head))  # over the length that it was first made for
        smooth = min(1.0, max(0.0, (turns - low) / (high - low)))
        found.append(1 / ((1 - smooth) / factor + smooth))
    return base, tuple(found)


def _windows(config: Mapping[str, Any], kind: str, layers: int) -> tuple[int, ...]:
    """How many steps back each layer sees."""
    width = config.get("sliding_window")
    if kind in ("qwen2", "qwen3") and not config.get("use_sliding_window", False):
        width = None
    if kind in ("llama", "gemma") or not width:
        if kind in ("llama", "gemma") and width:
            raise GeneratorError(f"This checkpoint has sliding_window = {str(width)[:20]}, which a model of its kind has not.")
        return ()
    named = config.get("layer_types")
    if isinstance(named, list) and len(named) == layers:
        return tuple(int(width) if each == "sliding_attention" else 0 for each in named)
    first = int(config.get("max_window_layers", 28)) if kind in ("qwen2", "qwen3") else 0
    return tuple(int(width) if layer >= first else 0 for layer in range(layers))


def folder_tensors(shape: Shape) -> dict[str, tuple[int, ...]]:
    """The tensors that a folder of this shape holds, and their sizes; without `model.` in front."""
    own, width, inner, keys = KINDS[shape.kind], shape.width, shape.heads * shape.head, shape.key_heads * shape.head
    layer: dict[str, tuple[int, ...]] = {"input_layernorm.weight": (width,), "post_attention_layernorm.weight": (width,)}
    if own.fused:
        layer["self_attn.qkv_proj.weight"] = (inner + 2 * keys, width)
        layer["mlp.gate_up_proj.weight"] = (2 * shape.hidden, width)
    else:
        layer |= {f"self_attn.{each}_proj.weight": (size, width) for each, size in zip("qkv", (inner, keys, keys), strict=True)}
        layer |= {f"mlp.{each}_proj.weight": (shape.hidden, width) for each in ("gate", "up")}
    if own.qkv_bias:
        layer |= {f"self_attn.{each}_proj.bias": (size,) for each, size in zip("qkv", (inner, keys, keys), strict=True)}
    if own.head_norm:
        layer |= {f"self_attn.{each}_norm.weight": (shape.head,) for each in "qk"}
    layer |= {"self_attn.o_proj.weight": (width, inner), "mlp.down_proj.weight": (width, shape.hidden)}
    whole = {"embed_tokens.weight": (shape.vocabulary, width), "norm.weight": (width,)}
    if not shape.tied:
        whole["lm_head.weight"] = (shape.vocabulary, width)
    return whole | {f"layers.{number}.{name}": size for number in range(shape.layers) for name, size in layer.items()}


_IDLE = ("rotary_emb.inv_freq", "lm_head.weight")  # what older files hold besides: reckoned anew, or the embedding once more


def check_tokenizer(text: str) -> None:
    """Raises GeneratorError for a tokenizer.json other than pairs joined over bytes (GPT-2's, Llama 3's, Qwen's) or over letters with bytes

    for the rest (SentencePiece's: Llama 2's, Mistral's, Gemma's).
    """
    try:
        found = json.loads(text)
        model, decoder = found["model"], json.dumps(found["decoder"])
        whole = model["type"] == "BPE" and isinstance(model["vocab"], dict)
        spelt = "ByteLevel" in decoder or ("▁" in decoder and ("ByteFallback" in decoder or "Metaspace" in decoder))
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise GeneratorError("The tokenizer.json of this checkpoint is damaged, or of a kind that Atelier does not read.") from error
    if not whole or not spelt:
        raise GeneratorError("The tokenizer of this checkpoint does not join letters in pairs (BPE). Atelier does not read it yet.")
    from studio.generators.gpt.vocabulary import Vocabulary  # needs the library, which only who adds a model waits for

    Vocabulary(text)
