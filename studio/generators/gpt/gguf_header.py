"""What the header of a GGUF file says of a language model (https://github.com/ggml-org/ggml/blob/master/docs/gguf.md). Imports no torch.

Every field that begins with the name of the kind is known here: it is obeyed, or it says what is the case anyway, or the file is refused.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from studio.generators.errors import GeneratorError
from studio.generators.gpt import foreign, gguf_tokenizer
from studio.generators.gpt.foreign import GGUFS, KINDS, Shape
from studio.generators.parts.recognising import compare

_OBEYED = (
    "block_count", "context_length", "embedding_length", "feed_forward_length", "vocab_size", "attention.head_count",
    "attention.head_count_kv", "attention.key_length", "attention.value_length", "attention.layer_norm_rms_epsilon",
    "attention.sliding_window", "rope.dimension_count", "rope.freq_base", "rope.scaling.type", "rope.scaling.factor", "rope.scale_linear",
)  # fmt: skip
_IDLE = ("rope.scaling.original_context_length", "rope.scaling.finetuned", "tensor_data_layout")
_PLAIN: Mapping[str, tuple[Any, ...]] = {
    "expert_count": (0,), "expert_used_count": (0,), "logit_scale": (0.0, 1.0), "attention.causal": (True,), "pooling_type": (0,),
    "use_parallel_residual": (False,), "rope.scaling.attn_factor": (0.0, 1.0), "attention.clamp_kqv": (0.0,),
    "attention.max_alibi_bias": (0.0,), "residual_scale": (1.0,), "embedding_scale": (1.0,), "attention.scale": (),
}  # fmt: skip
"""Fields that would change the arithmetic, and the values with which they do not."""

NAMES: Mapping[str, str] = {
    "input_layernorm": "attn_norm", "self_attn.q_proj": "attn_q", "self_attn.k_proj": "attn_k", "self_attn.v_proj": "attn_v",
    "self_attn.qkv_proj": "attn_qkv", "self_attn.q_norm": "attn_q_norm", "self_attn.k_norm": "attn_k_norm",
    "self_attn.o_proj": "attn_output", "post_attention_layernorm": "ffn_norm", "mlp.gate_proj": "ffn_gate", "mlp.up_proj": "ffn_up",
    "mlp.gate_up_proj": "ffn_up", "mlp.down_proj": "ffn_down", "embed_tokens": "token_embd", "norm": "output_norm", "lm_head": "output",
}  # fmt: skip
"""What llama.cpp calls what Hugging Face calls by the first name."""
STRETCH = "rope_freqs.weight"


def their_name(name: str) -> str:
    """`layers.3.mlp.up_proj.weight` → `blk.3.ffn_up.weight`."""
    stem, _, ending = name.rpartition(".")
    if not stem.startswith("layers."):
        return f"{NAMES[stem]}.{ending}"
    _, number, rest = stem.split(".", 2)
    return f"blk.{number}.{NAMES[rest]}.{ending}"


def check(metadata: Mapping[str, Any], tensors: Mapping[str, tuple[int, ...]]) -> None:
    """Raises GeneratorError for a GGUF file that our decoder would not read as it is meant; `tensors` are the sizes of what it holds."""
    shape = shape_of(metadata, tensors)
    wanted = {their_name(name): size for name, size in foreign.folder_tensors(shape).items()}
    if STRETCH in tensors:
        wanted[STRETCH] = (shape.head // 2,)
    compare(wanted, tensors, ("rope_freqs.weight", "attn_rot_embd.weight"))
    foreign.check_tokenizer(gguf_tokenizer.tokenizer_json(metadata, shape.vocabulary))
    gguf_tokenizer.ends_of(metadata)
    gguf_tokenizer.fills_of(metadata)


def shape_of(metadata: Mapping[str, Any], tensors: Mapping[str, tuple[int, ...]]) -> Shape:
    """The network that the header describes; raises GeneratorError for one that cannot be read."""
    kind = metadata.get("general.architecture")
    if kind not in GGUFS:
        raise GeneratorError(f"This file holds a “{str(kind)[:40]}”. Of GGUF files Atelier reads those of the kinds {', '.join(GGUFS)}.")
    parts = metadata.get("split.count", 0)
    if parts not in (0, 1):
        raise GeneratorError(
            f"This file is one of {str(parts)[:10]} parts of a model. Join them first: llama-gguf-split --merge FIRST.gguf WHOLE.gguf"
        )
    own = {key.removeprefix(f"{kind}."): value for key, value in metadata.items() if key.startswith(f"{kind}.")}
    _check_fields(own)
    try:
        heads, width = int(own["attention.head_count"]), int(own["embedding_length"])
        head = int(own.get("attention.key_length") or width // max(1, heads))
        layers, window = int(own["block_count"]), int(own.get("attention.sliding_window", 0))
        stretch = _stretch(own, head)
        tokens = metadata["tokenizer.ggml.tokens"]
        shape = Shape(
            str(kind), width, layers, heads, int(own.get("attention.head_count_kv", heads)), head, int(own["feed_forward_length"]),
            tensors.get("token_embd.weight", (len(tokens),))[0], int(own.get("context_length", 2048)),
            float(own["attention.layer_norm_rms_epsilon"]), float(own.get("rope.freq_base", 10_000.0)),
            "output.weight" not in tensors, stretch, (window,) * min(layers, foreign.MOST_LAYERS) if window else (),
        )  # fmt: skip
    except (KeyError, TypeError, ValueError, OverflowError) as error:
        raise GeneratorError(f"The header of this file lacks {str(error)[:80]}, or it is no number.") from error
    if own.get("attention.value_length", head) != head or own.get("rope.dimension_count", head) != head:
        raise GeneratorError("This model turns a part of each head only, or has heads of two sizes, which Atelier does not do yet.")
    return shape


def _check_fields(own: Mapping[str, Any]) -> None:
    for name, value in own.items():
        if name in _OBEYED or name in _IDLE or (name in _PLAIN and value in _PLAIN[name]):
            continue
        raise GeneratorError(f"The header of this file says {name[:60]} = {str(value)[:40]}, which Atelier does not do yet.")


def _stretch(own: Mapping[str, Any], head: int) -> tuple[float, ...]:
    """What the rotary frequencies are divided by. A factor without a type is a linear one, as llama.cpp has it."""
    kind, factor = own.get("rope.scaling.type", "linear"), float(own.get("rope.scaling.factor") or own.get("rope.scale_linear") or 1.0)
    if kind not in ("none", "linear"):
        raise GeneratorError(f"This model stretches its positions ({str(kind)[:20]}), which Atelier does not do yet.")
    return (factor,) * min(head // 2, foreign.WIDEST_HEAD) if kind == "linear" and factor != 1 else ()


def context_of(metadata: Mapping[str, Any]) -> int:
    """How many tokens the model of a GGUF file was made for."""
    return int(metadata.get(f"{metadata['general.architecture']}.context_length", 2048))


__all__ = ["KINDS", "NAMES", "STRETCH", "check", "context_of", "shape_of", "their_name"]
