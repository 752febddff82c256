"""The torch side of the GPT family: what the shelf loads, and what other people's files become."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict
from typing import Any

import torch
from torch import Tensor

from studio.generators.errors import GeneratorError
from studio.generators.gpt import checkpoints, foreign
from studio.generators.gpt.model import LoadedGpt
from studio.generators.gpt.training import finish, start, words_config
from studio.generators.gpt.vocabulary import Vocabulary
from studio.generators.parts.packing import pack
from studio.generators.parts.words import Words, words_of

__all__ = ["config_of", "finish", "load", "of_folder", "of_gguf", "start"]

config_of = words_config


def load(config: Mapping[str, Any], tensors: Mapping[str, Tensor], files: Mapping[str, Any], device: torch.device) -> LoadedGpt:
    """The model from its config, its weights and its tokenizer, on its device."""
    if "tokenizer" not in files:
        raise GeneratorError("This model has no tokenizer beside it.")
    words = words_of(words_config(config), tensors)
    embedding = words.embedding.weight
    pack(words, str(config.get("weights", "int4")), device)
    words.embedding.weight = embedding
    words.to(device)
    return LoadedGpt(words, Vocabulary(files["tokenizer"][1]["text"]), int(config.get("context", 1024)))


def of_gguf(
    metadata: Mapping[str, Any], tensor: checkpoints.TensorOf, has: Callable[[str], bool]
) -> tuple[dict[str, Any], dict[str, Tensor], dict[str, str]]:  # fmt: skip
    """Config, weights and files of a GGUF file; raises GeneratorError for one of another kind."""
    tokenizer = foreign.tokenizer_of_gguf(metadata)
    words = checkpoints.of_gguf(metadata, tensor, has)
    return _config_of(words, foreign.context_of_gguf(metadata)), _weights_of(words), {"tokenizer": tokenizer}


def of_folder(config: Mapping[str, Any], tensors: Mapping[str, Tensor]) -> tuple[dict[str, Any], dict[str, Tensor]]:
    """Config and weights of a Hugging Face folder; raises GeneratorError for one of another kind."""
    words = checkpoints.of_folder(config, tensors)
    context = config.get("n_positions") or config.get("max_position_embeddings") or 1024
    return _config_of(words, int(context)), _weights_of(words)


def _config_of(words: Words, context: int) -> dict[str, Any]:
    return {**asdict(words.config), "context": context}


def _weights_of(words: Words) -> dict[str, Tensor]:
    return {key: value for key, value in words.state_dict().items() if not (words.config.tied and key == "head.weight")}
