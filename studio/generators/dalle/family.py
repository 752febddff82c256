"""A DALL·E, loaded: draws what is named."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import torch
from torch import Tensor

from studio.generators.batches import CaptionBatch
from studio.generators.capabilities import Call
from studio.generators.dalle import ANY_STYLE, DalleConfig
from studio.generators.dalle.codec_training import encoded, reconstructed
from studio.generators.dalle.lexicon import Lexicon, vocabulary_of, words_of
from studio.generators.dalle.networks import Codec, Dalle, Prompt
from studio.generators.dalle.sampling import nats_per_code, write
from studio.generators.dalle.training import export_artifacts, picture_of, start
from studio.generators.events import Event, Progress, Result
from studio.generators.parts.loaded import loaded, memory_of
from studio.generators.parts.noise import item_generator
from studio.generators.parts.nucleus import SamplingParams
from studio.media import Picture

__all__ = ["LoadedDalle", "config_of", "export_artifacts", "load", "start"]

Files = Mapping[str, tuple[Mapping[str, np.ndarray], Mapping[str, str]]]
TOGETHER = 16  # pictures drawn at once, always: a smaller batch would round differently, and item 7 is to be the same alone

config_of = DalleConfig.of


def load(
    config: Mapping[str, Any], tensors: Mapping[str, Tensor], files: Files, device: torch.device, models: Mapping[str, Any]
) -> LoadedDalle:
    """The model from its card's config, its weights, the file `words`, and the language model that it reads with."""
    return LoadedDalle(config_of(config), tensors, files, device, models)


class LoadedDalle:
    """Implements Performs and ScoresCaptions."""

    def __init__(
        self, config: DalleConfig, tensors: Mapping[str, Tensor], files: Files, device: torch.device, models: Mapping[str, Any]
    ) -> None:
        self.config, self.device = config, device
        self.codec = loaded(Codec(config), _part(tensors, "codec."), device)
        self.network = loaded(Dalle(config), _part(tensors, "words."), device)
        self.lexicon = Lexicon(vocabulary_of(files), config.prompt_words, config.language_width, models[config.language])

    def perform(self, call: Call) -> Iterator[Event]:
        return {"generate": self._generate}[call.action](call)

    def memory(self) -> int:
        return memory_of(self.codec) + memory_of(self.network)

    def nats_per_code(self, batch: CaptionBatch, *, conditional: bool = True) -> np.ndarray:
        prompt = self.lexicon.prompt([caption.split() for caption in batch.captions.tolist()], batch.styles).to(self.device)
        codes = encoded(self.codec, batch.pictures, self.device)
        return nats_per_code(self.network, prompt if conditional else prompt.without_words(), codes).cpu().numpy()

    def reconstructed(self, pictures: np.ndarray) -> np.ndarray:
        return reconstructed(self.codec, pictures, self.device)

    def _generate(self, call: Call) -> Iterator[Event]:
        settings = call.settings
        words = words_of(settings.prompt)[: self.config.prompt_words]
        for word in words:
            self.lexicon.look_up([word])
            yield Progress(0, len(call.indices), "reading")
        prompt = self._prompt(words, getattr(settings, "style", ANY_STYLE))
        params = SamplingParams(settings.temperature, settings.top_p)
        for first in range(0, len(call.indices), TOGETHER):
            items = list(call.indices[first : first + TOGETHER])
            codes = torch.zeros(TOGETHER, 0, dtype=torch.long)
            for codes in write(self.network, prompt, self._chances(call.seed, items), settings.guidance, params):
                yield Progress(first + len(items) * codes.shape[1] / self.network.length, len(call.indices), "drawing")
            yield from map(Result, items, self._drawn(codes)[: len(items)])

    def _prompt(self, words: list[str], style: str) -> Prompt:
        """The same prompt for every row of a batch."""
        number = self.config.styles.index(style) if style in self.config.styles else self.network.no_style
        return self.lexicon.prompt([words] * TOGETHER, [number] * TOGETHER).to(self.device)

    def _chances(self, seed: int, items: list[int]) -> Tensor:
        """(TOGETHER, g · g); what fills the batch up is never shown."""
        chances = torch.zeros(TOGETHER, self.network.length)
        for place, index in enumerate(items):
            chances[place] = torch.rand(self.network.length, generator=item_generator(seed, index))
        return chances.to(self.device)

    @torch.no_grad()
    def _drawn(self, codes: Tensor) -> list[Picture]:
        drawn = self.codec.decode(codes).permute(0, 2, 3, 1)
        return [picture_of(each) for each in (drawn * 255).round().byte().cpu().numpy()]


def _part(tensors: Mapping[str, Tensor], prefix: str) -> dict[str, Tensor]:
    return {key.removeprefix(prefix): value for key, value in tensors.items() if key.startswith(prefix)}
