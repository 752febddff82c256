"""Other people's checkpoints: which of their tensors become which of ours, in Hugging Face's folders and in llama.cpp's GGUF.

Weights come one at a time, so that a model is brought into our form in little more memory than that form takes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy as np
import torch
from torch import Tensor

from studio.generators.errors import GeneratorError
from studio.generators.gpt import foreign, gguf_header
from studio.generators.gpt.foreign import KINDS, Shape
from studio.generators.parts.decoder import DecoderConfig
from studio.generators.parts.words import WordsConfig

Sizes = Mapping[str, tuple[int, ...]]
Weights = Iterator[tuple[str, Tensor]]
TensorOf = Callable[[str], Tensor]
ArrayOf = Callable[[str], np.ndarray]


def of_folder(config: Mapping[str, Any], names: Sizes, tensor: TensorOf) -> tuple[WordsConfig, Weights]:
    """The network of a Hugging Face folder's config.json, and its weights; raises GeneratorError for another kind of model.

    `names` are the sizes of its tensors, `tensor` gives one by its name.
    """
    foreign.check_folder(config, names)
    shape = foreign.shape_of_folder(config)
    if shape is None:
        return _gpt2(config, names, tensor)
    full = {name.removeprefix("model."): name for name in names}
    raised = KINDS[shape.kind].raised

    def get(name: str) -> Tensor:
        found = tensor(full[name])
        if not found.is_floating_point():
            raise GeneratorError(f"{name[:80]} holds whole numbers: this checkpoint is quantised in a way that Atelier does not read.")
        return found.float() + 1 if raised and name.endswith("norm.weight") else found.float()

    return words_config(shape), _weights(shape, get)


def of_gguf(metadata: Mapping[str, Any], names: Sizes, array: ArrayOf) -> tuple[WordsConfig, Weights]:
    """The same for a GGUF file."""
    gguf_header.check(metadata, names)
    shape = gguf_header.shape_of(metadata, names)
    turned = KINDS[shape.kind].turned
    heads = {"self_attn.q_proj.weight": shape.heads, "self_attn.k_proj.weight": shape.key_heads}

    def get(name: str) -> Tensor:
        found = array(gguf_header.their_name(name))
        count = heads.get(name.split(".", 2)[-1]) if turned and name.startswith("layers.") else None
        return torch.from_numpy(np.ascontiguousarray(found if count is None else _unturned(found, count)))

    stretch = array(gguf_header.STRETCH).astype(float) if gguf_header.STRETCH in names else None
    return words_config(shape, () if stretch is None else tuple(stretch.tolist())), _weights(shape, get)


def words_config(shape: Shape, stretch: tuple[float, ...] = ()) -> WordsConfig:
    """Our config of such a network; `stretch` divides the rotary frequencies besides what the header says."""
    kind = KINDS[shape.kind]
    both = tuple(a * b for a, b in zip(shape.stretch or (1.0,) * (shape.head // 2), stretch, strict=True)) if stretch else shape.stretch
    decoder = DecoderConfig(
        shape.width, shape.layers, shape.heads, shape.key_heads, shape.hidden, "rms", kind.activation,
        ((shape.head // 2, shape.turning),), False, shape.epsilon, head=shape.head, qkv_bias=kind.qkv_bias, head_norm=kind.head_norm,
        stretch=both, windows=shape.windows,
    )  # fmt: skip
    return WordsConfig(shape.vocabulary, decoder, 0, shape.tied, shape.width**0.5 if kind.scaled else 1.0)


def _weights(shape: Shape, get: TensorOf) -> Weights:
    kind = KINDS[shape.kind]
    yield "embedding.weight", get("embed_tokens.weight")
    if not shape.tied:
        yield "head.weight", get("lm_head.weight")
    yield "decoder.norm.weight", get("norm.weight")
    for layer in range(shape.layers):
        theirs, ours = f"layers.{layer}", f"decoder.layers.{layer}"
        yield f"{ours}.attention_norm.weight", get(f"{theirs}.input_layernorm.weight")
        yield f"{ours}.feed_norm.weight", get(f"{theirs}.post_attention_layernorm.weight")
        if kind.fused:
            yield f"{ours}.attention.qkv_proj.weight", get(f"{theirs}.self_attn.qkv_proj.weight")
            yield f"{ours}.feed.up_proj.weight", get(f"{theirs}.mlp.gate_up_proj.weight")
        else:
            yield f"{ours}.attention.qkv_proj.weight", torch.cat([get(f"{theirs}.self_attn.{each}_proj.weight") for each in "qkv"])
            yield f"{ours}.feed.up_proj.weight", torch.cat([get(f"{theirs}.mlp.{each}_proj.weight") for each in ("gate", "up")])
        if kind.qkv_bias:
            yield f"{ours}.attention.qkv_proj.bias", torch.cat([get(f"{theirs}.self_attn.{each}_proj.bias") for each in "qkv"])
        if kind.head_norm:
            for short, name in (("q", "query"), ("k", "key")):
                yield f"{ours}.attention.{name}_norm.weight", get(f"{theirs}.self_attn.{short}_norm.weight")
        yield f"{ours}.attention.out_proj.weight", get(f"{theirs}.self_attn.o_proj.weight")
        yield f"{ours}.feed.down_proj.weight", get(f"{theirs}.mlp.down_proj.weight")


def _unturned(weight: np.ndarray, heads: int) -> np.ndarray:
    """llama.cpp turns numbers 2 i and 2 i + 1 of a head as a pair, we i and i + d/2: the rows put back in that order."""
    rows, width = weight.shape
    return weight.reshape(heads, rows // heads // 2, 2, width).swapaxes(1, 2).reshape(rows, width)


_GPT2 = {
    "ln_1": "attention_norm", "attn.c_attn": "attention.qkv_proj", "attn.c_proj": "attention.out_proj",
    "ln_2": "feed_norm", "mlp.c_fc": "feed.up_proj", "mlp.c_proj": "feed.down_proj",
}  # fmt: skip


def _gpt2(config: Mapping[str, Any], names: Sizes, tensor: TensorOf) -> tuple[WordsConfig, Weights]:
    try:
        width, layers, heads = int(config["n_embd"]), int(config["n_layer"]), int(config["n_head"])
        decoder = DecoderConfig(
            width, layers, heads, heads, int(config.get("n_inner") or 4 * width), "layer", "gelu", (), True,
            float(config["layer_norm_epsilon"]),
        )  # fmt: skip
        made = WordsConfig(int(config["vocab_size"]), decoder, int(config["n_positions"]))
    except (KeyError, TypeError, ValueError, OverflowError) as error:
        raise GeneratorError(f"The config.json of this checkpoint lacks {str(error)[:80]}, or it is no number.") from error
    full = {name.removeprefix("transformer."): name for name in names}

    def get(name: str) -> Tensor:
        if name not in full:
            raise GeneratorError(f"This model lacks {name[:80]}, which one of its kind has.")
        return tensor(full[name]).float()

    def weights() -> Weights:
        yield "embedding.weight", get("wte.weight")
        yield "places.weight", get("wpe.weight")
        for ending in ("weight", "bias"):
            yield f"decoder.norm.{ending}", get(f"ln_f.{ending}")
            for layer in range(layers):
                for theirs, ours in _GPT2.items():
                    found = get(f"h.{layer}.{theirs}.{ending}")
                    yield f"decoder.layers.{layer}.{ours}.{ending}", found.T if found.dim() == 2 else found  # they keep (in, out)

    return made, weights()
