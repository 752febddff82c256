"""Training of a GPT on a person's texts: cross-entropy of every token, Muon for the matrices, an average of the weights.

A few hundred pages are learnt by heart sooner or later. So now and then the average is measured on text that it never reads, and of
all that it has been, what did best there is kept (early stopping, Prechelt 1998, doi.org/10.1007/3-540-49430-8_3).
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from studio.generators.batches import TextBatch
from studio.generators.capabilities import Call
from studio.generators.errors import GeneratorError
from studio.generators.events import Result
from studio.generators.gpt import ContinueSettings
from studio.generators.gpt.model import LoadedGpt
from studio.generators.gpt.vocabulary import Vocabulary
from studio.generators.parts.decoder import DecoderConfig
from studio.generators.parts.muon import Muon
from studio.generators.parts.optim import Optimisation
from studio.generators.parts.words import Words, WordsConfig, words_of
from studio.media import Text

LEARNING_RATE = 0.02
DECAY_FROM = 0.5
WARM_UP = 60
BEGUN_SHARE = 0.3  # of the rate, where a finished model goes on
SLOWEST = 0.995
EMBEDDING_SPREAD = 0.02  # the embedding is the head too: wider, and the first guesses would be far too sure
MEASURED_EVERY, MEASURED_ROWS = 20, 16  # steps, and passages of the held text at most
PREVIEW_WORDS = 70
BEGINNINGS = 60  # characters of held text that a preview goes on from

BEST, LEAST = "best.", "least"


class GptTrainer:
    """Implements `Trainer` and `BeginsFrom`. `config` is that of a model's card."""

    def __init__(self, config: Mapping[str, Any], data: TextBatch, device: torch.device) -> None:
        torch.manual_seed(0)
        self.config, self.context, self.device = words_config(config), int(config["context"]), device
        self.vocabulary = Vocabulary(data.tokenizer)
        if len(data.stream) <= self.context or len(data.held) < 2:
            raise GeneratorError("These texts are too short to learn from: they hold less than one passage.")
        self.words, self.averaged = Words(self.config), Words(self.config)
        nn.init.normal_(self.words.embedding.weight, std=EMBEDDING_SPREAD)
        self.words.to(device)
        self.averaged.to(device).eval()
        matrices = [parameter for parameter in self.words.decoder.parameters() if parameter.dim() == 2]
        known = {id(parameter) for parameter in matrices}
        others = [parameter for parameter in self.words.parameters() if id(parameter) not in known]
        optimiser = Muon(matrices, others, LEARNING_RATE)
        self.optimisation = Optimisation(
            self.words, self.averaged, optimiser, warm_up=WARM_UP, decay_from=DECAY_FROM, slowest=SLOWEST, clip=1.0
        )
        bytes_ = [len(piece) for piece in self.vocabulary.pieces]
        self.bytes = torch.tensor((bytes_ + [1] * self.config.vocabulary)[: self.config.vocabulary], device=device)
        self.held = torch.from_numpy(_rows(data.held, self.context)).to(device)
        self.held_text = self.vocabulary.text([each for each in data.held.tolist() if each < len(self.vocabulary.pieces)])
        self.best: dict[str, Tensor] = {}
        self.least = math.inf

    def step(self, batch: TextBatch, progress: float) -> dict[str, float]:
        firsts = (batch.places * (len(batch.stream) - self.context)).astype(np.int64)
        rows = batch.stream[firsts[:, None] + np.arange(self.context + 1)].astype(np.int64)
        tokens = torch.from_numpy(rows).to(self.device)  # (B, T + 1)
        nats = self._nats(self.words.train(), tokens)
        self.optimisation.descend(nats / tokens[:, 1:].numel(), progress)
        losses = {"bits_per_byte": self._bits(nats, tokens)}
        if self.optimisation.counts[0] % MEASURED_EVERY == 0:
            losses["bits_per_byte_held_out"] = self._measured()
        return losses

    def begin_from(self, weights: Mapping[str, Tensor], files: Mapping[str, Any]) -> None:
        del files
        whole = {**weights, "head.weight": weights["embedding.weight"]} if self.config.tied else weights
        self.optimisation.begin_from(whole, BEGUN_SHARE)

    def preview(self, seed: int, count: int) -> Iterator[Text | None]:
        """Passages: from nothing where `seed` is 0, else from a beginning that it has never read."""
        model = LoadedGpt(words_of(self.config, self.weights()), self.vocabulary, self.context)
        for index in range(count):
            beginning = _beginning(self.held_text, seed) if seed else ""
            call = Call("continue", ContinueSettings(words=PREVIEW_WORDS), seed, (index,), {"text": Text(beginning)})
            for event in model.perform(call):
                yield Text(beginning + event.media.content) if isinstance(event, Result) and isinstance(event.media, Text) else None

    def state(self) -> dict[str, Tensor]:
        best = {f"{BEST}{key}": value for key, value in self.best.items()}
        return self.optimisation.state() | best | {LEAST: torch.tensor(self.least if self.best else -1.0)}

    def restore(self, flat: Mapping[str, Tensor]) -> None:
        self.optimisation.restore({key: value for key, value in flat.items() if not key.startswith(BEST) and key != LEAST})
        self.best = {key.removeprefix(BEST): value.float() for key, value in flat.items() if key.startswith(BEST)}
        self.least = float(flat[LEAST]) if self.best else math.inf

    def weights(self) -> dict[str, Tensor]:
        """The best so far, of the average; a tied head is the embedding and goes without saying."""
        return self.best or _untied(self.config, self.optimisation.weights())

    def _nats(self, words: Words, tokens: Tensor) -> Tensor:
        """What rows (B, T + 1) cost in all, their first tokens told."""
        return F.cross_entropy(words(tokens[:, :-1]).flatten(0, 1), tokens[:, 1:].flatten(), reduction="sum")

    def _bits(self, nats: Tensor, tokens: Tensor) -> float:
        return float(nats.detach()) / math.log(2) / max(1, int(self.bytes[tokens[:, 1:]].sum()))

    @torch.no_grad()
    def _measured(self) -> float:
        """Bits a byte of text that is never read."""
        bits = self._bits(self._nats(self.averaged, self.held), self.held)
        if bits < self.least:
            self.least = bits
            self.best = {key: value.clone() for key, value in _untied(self.config, self.optimisation.weights()).items()}
        return bits


def words_config(config: Mapping[str, Any]) -> WordsConfig:
    """What a card's config says of the network."""
    decoder = dict(config["decoder"])
    decoder["rotary"] = tuple((int(count), float(base)) for count, base in decoder["rotary"])
    decoder |= {key: tuple(decoder[key]) for key in ("stretch", "windows") if key in decoder}
    places, scale = int(config["places"]), float(config.get("scale", 1.0))
    return WordsConfig(int(config["vocabulary"]), DecoderConfig(**decoder), places, bool(config["tied"]), scale)


def start(config: Mapping[str, Any], data: TextBatch, device: torch.device) -> GptTrainer:
    return GptTrainer(config, data, device)


def export_artifacts(config: WordsConfig, weights: Mapping[str, Tensor], palette: None, data: TextBatch) -> dict[str, Any]:
    """What ships beside the weights: the vocabulary."""
    del config, weights, palette
    return {"tokenizer": ({}, {"text": data.tokenizer})}


def _untied(config: WordsConfig, weights: Mapping[str, Tensor]) -> dict[str, Tensor]:
    return {key: value for key, value in weights.items() if not (config.tied and key == "head.weight")}


def _rows(held: np.ndarray, context: int) -> np.ndarray:
    """(n, T + 1) passages spread over the held tokens; one shorter one where there is not a whole one."""
    length = min(context + 1, len(held))
    firsts = np.linspace(0, len(held) - length, min(MEASURED_ROWS, len(held) // length)).astype(np.int64)
    return np.asarray(held[firsts[:, None] + np.arange(length)], np.int64)


def _beginning(text: str, number: int) -> str:
    """The first words of a line or a sentence of `text`, of another one for another number."""
    at = len(text) * number // 4
    ends = [end + len(mark) for mark in ("\n", ". ") if (end := text.find(mark, at)) >= 0]
    first = min(ends, default=0)
    return text[first : first + BEGINNINGS].lstrip().split("\n")[0].rsplit(" ", 1)[0]
