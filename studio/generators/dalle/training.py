"""Training in two stages: the codec until it is frozen, then the transformer on its codes."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import torch
from torch import Tensor

from studio.generators.batches import CaptionBatch, CaptionLessons
from studio.generators.capabilities import KnowsWords
from studio.generators.dalle import DalleConfig
from studio.generators.dalle.codec_training import CodecTraining
from studio.generators.dalle.lexicon import Lexicon, counted, words_of
from studio.generators.dalle.networks import FIRST_WORD, UNKNOWN, Dalle, Prompt
from studio.generators.dalle.sampling import nats_per_code, write
from studio.generators.parts.muon import Muon
from studio.generators.parts.noise import item_generator
from studio.generators.parts.nucleus import SamplingParams
from studio.generators.parts.optim import Optimisation
from studio.media import Picture

RATE = 0.0065  # as torch's Muon at 2e-3 with `match_rms_adamw`, whose steps in bfloat16 take three times as long on a processor
DECAY = 0.02
WARM_UP = 300  # steps
DECAY_FROM = 0.8
SLOWEST = 0.999
WORDS_DROPPED, STYLE_DROPPED = 0.1, 0.1  # shares of the prompts, for classifier-free guidance
OWN_DROPPED = 0.15  # of the words lose their own embedding, so that the frozen vector must carry them
CHECK_EVERY = 400  # steps
ACROSS = 16  # previews drawn together


class DalleTrainer:
    """Implements `Trainer`. The codes of a picture are made once, when it is first drawn after the codec is frozen, and kept."""

    def __init__(self, config: DalleConfig, lessons: CaptionLessons, device: torch.device, language: KnowsWords) -> None:
        torch.manual_seed(0)
        self.config, self.device, self.checks = config, device, lessons.checks
        self.codec = CodecTraining(config, lessons.sample, device)
        self.network, self.averaged = Dalle(config).to(device), Dalle(config).to(device).eval()
        matrices = [p for p in self.network.decoder.parameters() if p.dim() == 2]
        known = {id(p) for p in matrices}
        rest = [p for p in self.network.parameters() if id(p) not in known]
        self.optimisation = Optimisation(
            self.network, self.averaged, Muon(matrices, rest, RATE, DECAY),
            warm_up=WARM_UP, decay_from=DECAY_FROM, slowest=SLOWEST, clip=1.0,
        )  # fmt: skip
        vocabulary = list(counted(lessons.captions[lessons.rows].tolist()))
        self.lexicon = Lexicon(vocabulary, config.prompt_words, config.language_width, language)
        self.all_words = sorted({word for caption in lessons.captions.tolist() for word in caption.split()})
        self.vectors = torch.zeros(0, config.language_width, dtype=torch.float16)
        self.codes = torch.full((2, len(lessons.captions), config.grid**2), -1, dtype=torch.int16)
        self.chance = torch.Generator().manual_seed(0)

    def step(self, batch: CaptionBatch, progress: float) -> dict[str, float]:
        if not self.codec.finished:
            losses = self.codec.step(batch.pictures)
            due = self.codec.finished or int(self.codec.optimisation.counts[0]) % CHECK_EVERY == 0
            return losses | (self.codec.check(self.checks["validation"].pictures) if due else {})
        self._read_words()
        prompt = self._condition_dropout(self._prompt(batch))
        codes = self._codes(batch).to(self.device)
        loss = self.network.surprise(prompt, codes).mean()
        self.optimisation.descend(loss, progress)
        due = int(self.optimisation.counts[0]) % CHECK_EVERY == 0
        return {"nats": loss.item(), **(self._checked() if due else {})}

    def _read_words(self) -> None:
        """Ask the language model for every word once; what an interrupted training asked for is taken from its state."""
        if len(self.vectors) != len(self.all_words):
            self.vectors = self.lexicon.look_up(self.all_words).half()
            if not int(self.optimisation.counts[0]):
                self._standardise()
        if not self.lexicon.learnt:
            self.lexicon.learn(self.all_words, self.vectors)

    def _standardise(self) -> None:
        """Let the networks see what is unusual about a word's vector, among those of the vocabulary."""
        known = self.vectors[[each for each, word in enumerate(self.all_words) if self.lexicon.known(word)]].float()
        for network in (self.network, self.averaged):
            network.mean.copy_(known.mean(0))
            network.deviation.copy_(known.std(0).clamp(min=1e-4))

    def _prompt(self, batch: CaptionBatch) -> Prompt:
        return self.lexicon.prompt([caption.split() for caption in batch.captions.tolist()], batch.styles).to(self.device)

    def _condition_dropout(self, prompt: Prompt) -> Prompt:
        """Some words keep the frozen vector alone, some prompts lose all words, and some their style."""
        own = torch.rand(prompt.words.shape, generator=self.chance).to(self.device) < OWN_DROPPED
        words = torch.where(own & (prompt.words >= FIRST_WORD), UNKNOWN, prompt.words)
        wordless, unstyled = (torch.rand(len(prompt), generator=self.chance).to(self.device) for _ in range(2))
        return Prompt(words, prompt.vectors, prompt.styles).dropped(
            wordless < WORDS_DROPPED, unstyled < STYLE_DROPPED, self.network.no_style
        )

    def _codes(self, batch: CaptionBatch) -> Tensor:
        """(B, g · g), made where they are not known yet."""
        sides, rows = torch.from_numpy(batch.mirrored.astype(np.int64)), torch.from_numpy(batch.rows)
        missing = (self.codes[sides, rows, 0] < 0).numpy()
        if missing.any():
            self.codes[sides[missing], rows[missing]] = self.codec.encode(batch.pictures[missing]).short()
        return self.codes[sides, rows].long()

    @torch.no_grad()
    def _checked(self) -> dict[str, float]:
        """Nats a code of the average on new captions, and on captions with words that were never seen: with the words and without."""
        found = {}
        for name, batch in self.checks.items():
            prompt, codes = self._prompt(batch), self._codes(batch).to(self.device)
            for ending, asked in (("", prompt), ("_without_words", prompt.without_words())):
                found[name + ending] = float(nats_per_code(self.averaged, asked, codes).mean())
        return found

    def preview(self, seed: int, count: int) -> Iterator[Picture | None]:
        """What the prompts of the config draw; while the codec learns, pictures and how they come back, in turns."""
        if not self.codec.finished:
            real = self.checks["validation"].pictures[: count // 2]
            pairs = zip(real, self.codec.reconstructed(real), strict=True)
            yield from (picture_of(each) for pair in pairs for each in pair)
            return
        self._read_words()
        shown = self.config.shown[:count]
        for first in range(0, len(shown), ACROSS):
            yield from self._drawn(shown[first : first + ACROSS], seed, first)

    def _drawn(self, shown: Sequence[str], seed: int, first: int) -> Iterator[Picture | None]:
        """What prompts draw, of which the first is item number `first`; None after each code."""
        style = np.full(len(shown), seed % max(1, len(self.config.styles)))
        prompt = self.lexicon.prompt([words_of(each) for each in shown], style).to(self.device)
        sources = [item_generator(seed, first + each) for each in range(len(shown))]
        chances = torch.stack([torch.rand(self.network.length, generator=each) for each in sources]).to(self.device)
        codes = torch.zeros(len(shown), 0, dtype=torch.long)
        params = SamplingParams(self.config.temperature, self.config.top_p)
        for written in write(self.averaged, prompt, chances, self.config.guidance, params):
            codes = written
            yield None
        with torch.no_grad():
            drawn = self.codec.averaged.decode(codes).permute(0, 2, 3, 1)
        yield from map(picture_of, (drawn * 255).round().byte().cpu().numpy())

    def state(self) -> dict[str, Tensor]:
        parts = {"codec": self.codec.state(), "words": self.optimisation.state()}
        flat = {f"{part}.{key}": value for part, values in parts.items() for key, value in values.items()}
        made = {"cache.codes": self.codes.clone(), "cache.vectors": self.vectors.clone()}
        return flat | made | {"chance": self.chance.get_state()}

    def restore(self, flat: Mapping[str, Tensor]) -> None:
        for part, owner in (("codec", self.codec), ("words", self.optimisation)):
            owner.restore({key.removeprefix(f"{part}."): value for key, value in flat.items() if key.startswith(f"{part}.")})
        if "cache.codes" in flat and self.codes.shape == flat["cache.codes"].shape:
            self.codes = flat["cache.codes"].clone()
        self.vectors = flat.get("cache.vectors", self.vectors).clone()
        self.chance.set_state(flat["chance"])

    def weights(self) -> dict[str, Tensor]:
        """Those of the averages."""
        parts = {"codec": self.codec.averaged, "words": self.averaged}
        return {f"{part}.{key}": value.cpu().contiguous() for part, network in parts.items() for key, value in network.state_dict().items()}


def picture_of(values: np.ndarray) -> Picture:
    """(h, w, c) uint8 as a picture: of one channel it is ink, black where it is and transparent elsewhere; of four, premultiplied."""
    if values.shape[2] == 1:
        return Picture(np.concatenate([np.zeros((*values.shape[:2], 3), np.uint8), values], axis=2))
    if values.shape[2] == 3:
        return Picture(np.concatenate([values, np.full((*values.shape[:2], 1), 255, np.uint8)], axis=2))
    return Picture.from_premultiplied(values.astype(np.float32) / 127.5 - 1)


def start(config: Mapping[str, Any], data: CaptionLessons, device: torch.device, models: Mapping[str, Any]) -> DalleTrainer:
    """A trainer that reads words by the language model of `models` that the config names."""
    made = DalleConfig.of(config)
    return DalleTrainer(made, data, device, models[made.language])


def export_artifacts(config: DalleConfig, weights: Mapping[str, Tensor], palette: Any, data: CaptionLessons) -> dict[str, Any]:
    """What ships beside the weights: the words that have embeddings."""
    del config, weights, palette
    return {"words": ({}, {"text": json.dumps(counted(data.captions[data.rows].tolist()), ensure_ascii=False)})}
