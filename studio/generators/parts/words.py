"""A decoder over words: token embeddings in, logits of every step out.

Radford et al. 2019 (GPT-2); Touvron et al. 2023 (Llama, arXiv:2302.13971). The writing pane's models and the decoder's proof run on it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.overrides import TorchFunctionMode

from studio.generators.errors import GeneratorError
from studio.generators.parts.decoder import Decoder, DecoderConfig, KVCache
from studio.generators.parts.reader import Reader


@dataclass(frozen=True)
class WordsConfig:
    """`places` is how many learned positions there are, 0 where the decoder turns; `tied` heads are the embedding itself.

    `scale` is what embeddings are multiplied by on their way in (Gemma).
    """

    vocabulary: int
    decoder: DecoderConfig
    places: int = 0
    tied: bool = True
    scale: float = 1.0


class Words(nn.Module):
    """Tokens (B, T) → logits (B, T, vocabulary)."""

    def __init__(self, config: WordsConfig) -> None:
        super().__init__()
        self.config = config
        width = config.decoder.width
        self.embedding = nn.Embedding(config.vocabulary, width)
        self.places = nn.Embedding(config.places, width) if config.places else None
        self.decoder = Decoder(config.decoder)
        self.head = nn.Linear(width, config.vocabulary, bias=False)
        if config.tied:
            self.head.weight = self.embedding.weight

    def forward(self, tokens: Tensor, cache: KVCache | None = None) -> Tensor:
        first = 0 if cache is None else cache.length
        x, positions = self.entered(tokens, torch.arange(first, first + tokens.shape[1], device=tokens.device))
        return self.head(self.decoder(x, positions, cache))

    def entered(self, tokens: Tensor, at: Tensor) -> tuple[Tensor, Tensor | None]:
        """Vectors (B, T, D) of tokens that stand `at` (T,), and their positions where the decoder turns."""
        x = self.embedding(tokens).float()
        if self.config.scale != 1:
            x = x * self.config.scale
        if self.places is not None:
            return x + self.places(at).float(), None
        return x, at[None, :, None]

    @property
    def device(self) -> torch.device:
        return self.embedding.weight.device

    def row(self, numbers: Sequence[int]) -> Tensor:
        """One row (1, T) of tokens, where the network is."""
        return torch.tensor([list(numbers)], device=self.device)

    @torch.inference_mode()
    def logits(self, seen: Tensor) -> np.ndarray:
        """(..., D) of what a step has seen → (..., V) of what comes next, as an array."""
        return self.head(seen).float().cpu().numpy()

    def reader(self, room: int) -> Reader:
        """A reader of rows of one field, the token."""

        def enter(rows: Tensor) -> tuple[Tensor, Tensor | None]:
            first = reader.cache.length
            return self.entered(rows[..., 0], torch.arange(first, first + rows.shape[1], device=rows.device))

        reader = Reader(self.decoder, enter, 1, room)
        return reader

    @torch.no_grad()
    def greedy(self, beginning: list[int], count: int) -> Iterator[int]:
        """The likeliest token after the beginning, the likeliest after that, `count` of them."""
        reader = self.reader(len(beginning) + count)
        for _ in reader.read(np.array(beginning)[:, None]):
            pass
        for number in range(count):
            token = int(self.head(reader.seen).argmax())
            yield token
            if number + 1 < count:
                reader.step(np.array([token]))


class _Unfilled(TorchFunctionMode):
    """Networks made inside keep whatever lay in memory: chance numbers for 135 million weights take two seconds, and are replaced at once.

    (Making them on torch's meta device takes as long: its first use imports a thousand decompositions.)
    """

    def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        if func in (nn.init.normal_, nn.init.uniform_, nn.init.kaiming_uniform_, Tensor.normal_, Tensor.uniform_):
            return args[0] if args else (kwargs or {})["tensor"]
        return func(*args, **(kwargs or {}))


def words_of(config: WordsConfig, tensors: Mapping[str, Tensor]) -> Words:
    """A network with these weights, taken as they are without a copy; raises GeneratorError for weights that do not fit."""
    with _Unfilled():
        made = Words(config).requires_grad_(False)
    if config.tied:
        tensors = {**tensors, "head.weight": tensors["embedding.weight"]}
    try:
        made.load_state_dict({key: value.contiguous() if value.dim() > 1 else value.float() for key, value in tensors.items()}, assign=True)
    except RuntimeError as error:
        raise GeneratorError(f"These weights are not those of the model they claim to be: {str(error).splitlines()[-1].strip()}") from error
    return made.eval()
