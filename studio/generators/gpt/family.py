"""The torch side of the GPT family: what the shelf loads, and what other people's files become."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict
from typing import Any

import torch
from torch import Tensor

from studio.generators.description import Found
from studio.generators.errors import GeneratorError
from studio.generators.gpt import checkpoints, gguf_header, gguf_tokenizer
from studio.generators.gpt.foreign import TOKENIZER
from studio.generators.gpt.model import LoadedGpt
from studio.generators.gpt.training import export_artifacts, start, words_config
from studio.generators.gpt.vocabulary import Vocabulary
from studio.generators.parts.former_keys import renamed
from studio.generators.parts.packing import pack, put_whole_numbers, whole_numbers
from studio.generators.parts.words import words_of

__all__ = ["config_of", "convert", "export_artifacts", "load", "start"]

config_of = words_config


SCALE = "_scale"  # behind the name of weights in whole numbers: that of each row
FOUR_BITS = (2, 3)  # general.file_type of GGUF's Q4_0 and Q4_1, which lie on sixteen levels each
SMALL = 5 * 10**8  # weights; models up to that size keep such levels, which are read fastest and take more memory


def load(config: Mapping[str, Any], tensors: Mapping[str, Tensor], files: Mapping[str, Any], device: torch.device) -> LoadedGpt:
    """The model from its config, its weights and its tokenizer, on its device."""
    if "tokenizer" not in files:
        raise GeneratorError("This model has no tokenizer beside it.")
    tensors = renamed(tensors)
    scales = {key.removesuffix(f".weight{SCALE}"): value for key, value in tensors.items() if key.endswith(SCALE)}
    words = words_of(words_config(config), {key: value for key, value in tensors.items() if not key.endswith(SCALE)})
    if scales and words.config.tied:
        scales["head"] = scales["embedding"]
    put_whole_numbers(words, scales)
    embedding = words.embedding.weight
    pack(words, str(config.get("weights", "int4")), device)
    words.embedding.weight = embedding
    words.to(device)
    vocabulary = Vocabulary(files["tokenizer"][1]["text"], config.get("ends", ()), config.get("fills", ()))
    return LoadedGpt(words, vocabulary, int(config.get("context", 1024)))


Brought = tuple[dict[str, Any], Iterator[tuple[str, Tensor]], dict[str, str]]


def convert(found: Found, tensor: Callable[[str], Any]) -> Brought:
    """Config, weights and files of what was recognised, with `tensor` to read one by its name; raises GeneratorError."""
    if found.config:
        return _of_folder(found, tensor)
    return _of_gguf(found.metadata, found.sizes, tensor)


def _of_gguf(metadata: Mapping[str, Any], sizes: checkpoints.Sizes, array: checkpoints.ArrayOf) -> Brought:
    """Of a GGUF file, whose tokenizer stands in its header."""
    words, weights = checkpoints.of_gguf(metadata, sizes, array)
    small = sum(math.prod(size) for size in sizes.values()) <= SMALL
    keeps = small and metadata.get("general.file_type") in FOUR_BITS
    config = {
        **asdict(words), "context": gguf_header.context_of(metadata), "weights": "int4" if keeps else "int8",
        "ends": gguf_tokenizer.ends_of(metadata), "fills": gguf_tokenizer.fills_of(metadata),
    }  # fmt: skip
    return config, _halved(weights) if keeps else _whole(weights), {"tokenizer": gguf_tokenizer.tokenizer_json(metadata, words.vocabulary)}


def _of_folder(found: Found, tensor: checkpoints.TensorOf) -> Brought:
    """Of a Hugging Face folder, whose tokenizer lies beside it."""
    config = found.config
    words, weights = checkpoints.of_folder(config, found.sizes, tensor)
    context = config.get("n_positions") or config.get("max_position_embeddings") or 1024
    ends = config.get("eos_token_id")
    named = [each for each in (ends if isinstance(ends, list) else [ends]) if isinstance(each, int) and 0 <= each < words.vocabulary]
    return (
        {**asdict(words), "context": int(context), "weights": "int8", "ends": named},
        _whole(weights),
        {"tokenizer": found.texts[TOKENIZER]},
    )


def _whole(weights: checkpoints.Weights) -> checkpoints.Weights:
    """Matrices in whole numbers of 8 bits, with a scale a row; the rest as it is."""
    for name, weight in weights:
        if weight.dim() == 2 and not name.startswith("places."):
            numbers, scale = whole_numbers(weight)
            yield name, numbers
            yield name + SCALE, scale
        else:
            yield name, weight


def _halved(weights: checkpoints.Weights) -> checkpoints.Weights:
    for name, weight in weights:
        yield name, weight.half()
