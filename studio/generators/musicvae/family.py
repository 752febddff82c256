"""A MusicVAE, loaded: writes, varies and finds clips, and walks between two."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import torch
from torch import Tensor

from studio.generators.capabilities import Call, Directions
from studio.generators.errors import GeneratorError
from studio.generators.events import Event, Progress, Result
from studio.generators.musicvae import DecodeSettings, MusicVaeConfig, clips
from studio.generators.musicvae.networks import MusicVae
from studio.generators.musicvae.training import export_artifacts, start
from studio.generators.parts import directions as shared_directions
from studio.generators.parts.bars import Bars
from studio.generators.parts.inputs import journey_of, latent_or_none, score_of
from studio.generators.parts.loaded import loaded, memory_of
from studio.generators.parts.noise import item_generator
from studio.media import Latent, Score

__all__ = ["LoadedMusicVae", "config_of", "export_artifacts", "load", "start"]

Files = Mapping[str, tuple[Mapping[str, np.ndarray], Mapping[str, str]]]

BEATS = 8  # of a section
CLIPS_LIMIT = 128


def config_of(values: Mapping[str, Any]) -> MusicVaeConfig:
    return MusicVaeConfig(**values)


def load(config: Mapping[str, Any], tensors: Mapping[str, Tensor], files: Files, device: torch.device) -> LoadedMusicVae:
    """The model from its card's config, its weights, and the files `prior` and `directions`."""
    return LoadedMusicVae(config_of(config), tensors, files, device)


class LoadedMusicVae:
    """Implements Performs, Decodes and Encodes. Its one space is `z`."""

    def __init__(self, config: MusicVaeConfig, tensors: Mapping[str, Tensor], files: Files, device: torch.device) -> None:
        self.config, self.device = config, device
        self.network = loaded(MusicVae(config), tensors, device)
        prior = files["prior"][0]
        self.mean, self.factor = np.asarray(prior["mean"], np.float32), np.asarray(prior["factor"], np.float32)
        self.deviation = np.sqrt((self.factor**2).sum(1))
        self._directions = shared_directions.from_tensors(*files["directions"])

    def perform(self, call: Call) -> Iterator[Event]:
        actions = {
            "generate": self._generate, "vary": self._vary, "reconstruct": self._reconstruct, "decode": self._decode,
            "morph": self._morph, "travel": self._travel,
        }  # fmt: skip
        return actions[call.action](call)

    def memory(self) -> int:
        return memory_of(self.network)

    def spaces(self) -> dict[str, tuple[int, ...]]:
        return {"z": (self.config.latent,)}

    def sample(self, seed: int, index: int = 0, *, temperature: float = 0.9) -> Latent:
        """A point for item `index` of `seed`, drawn where the tunes of train lie."""
        noise = torch.randn(self.config.latent, generator=item_generator(seed, index)).numpy()
        return Latent.of("z", self.mean + self.factor @ noise * temperature)

    def decode(self, latents: Sequence[Latent], settings: Any = None) -> list[Score]:
        settings = settings or DecodeSettings()
        return [clips.score(clip, settings.tempo) for clip in self._clips(latents, settings, [None] * len(latents))]

    def _clips(self, latents: Sequence[Latent], settings: Any, sources: Sequence[torch.Generator | None]) -> np.ndarray:
        """(n, S · 32); an item's chance is its own, whatever is written beside it."""
        made = []
        for latent, source in zip(latents, sources, strict=True):
            z = torch.from_numpy(self._point(latent))[None].to(self.device)
            chances = None if source is None else torch.rand(self.config.sections, clips.SECTION, generator=source).to(self.device)
            made.append(self.network.write(z, chances, settings.note_temperature)[0].cpu().numpy())
        return np.stack(made)

    def mix(self, a: Latent, b: Latent, t: float) -> Latent:
        return Latent.of("z", (1 - t) * self._point(a) + t * self._point(b))

    def distance(self, a: Latent, b: Latent) -> float:
        return float(np.sqrt(np.mean(((self._point(a) - self._point(b)) / self.deviation) ** 2)))

    def directions(self) -> Directions:
        return self._directions

    @torch.no_grad()
    def encode(self, score: Score) -> Latent:
        """The point of the top voice of the score's first bars; raises GeneratorError where nothing plays in them."""
        if not any(len(track.notes) and not track.drums for track in score.tracks):
            raise GeneratorError("This score has no notes that could be found in the model.")
        clip = torch.from_numpy(clips.clip_of(score, self.config.sections)).long()[None].to(self.device)
        return Latent.of("z", self.network.encoder(clip)[0][0].cpu().numpy())

    def tunes(self, pieces: Sequence[Bars]) -> list[Score]:
        """The clips of these pieces that the model could have learnt from, as scores."""
        return [clips.score(clip) for bars in pieces for clip in clips.clips_of(bars, self.config.sections)]

    def step_accuracy(self, tunes: Sequence[Score], others: Sequence[Score]) -> float:
        """The share of steps at which two rows of tunes do the same."""
        sections = self.config.sections
        same = [clips.clip_of(a, sections) == clips.clip_of(b, sections) for a, b in zip(tunes, others, strict=True)]
        return float(np.mean(same))

    def measures(self, tunes: Sequence[Score]) -> dict[str, list[float]]:
        """What the directions are named after, by their names, of each tune."""
        found = clips.measured(np.stack([clips.clip_of(tune, self.config.sections) for tune in tunes]))
        return {name.capitalize(): values.tolist() for name, values in found.items()}

    def _point(self, latent: Latent) -> np.ndarray:
        if latent.space != "z" or latent.values.shape != (self.config.latent,):
            raise GeneratorError("This point belongs to another model.")
        return latent.values

    def _generate(self, call: Call) -> Iterator[Event]:
        points = [self.sample(call.seed, index, temperature=call.settings.temperature) for index in call.indices]
        return self._written(call, points)

    def _vary(self, call: Call) -> Iterator[Event]:
        centre = self._found(call)
        near = call.settings.distance
        drawn = [self.sample(call.seed, index, temperature=1.0).values for index in call.indices]
        keep = np.sqrt(1 - near**2)  # the neighbours' spread stays that of all tunes, however near they are
        points = [self.mean + keep * (centre.values - self.mean) + near * (each - self.mean) for each in drawn]
        return self._written(call, [Latent.of("z", point) for point in points])

    def _reconstruct(self, call: Call) -> Iterator[Event]:
        return self._written(call, [self._found(call)] * len(call.indices))

    def _decode(self, call: Call) -> Iterator[Event]:
        latent = latent_or_none(call, "latent", self.spaces())
        if latent is None:
            raise GeneratorError("This needs a point of this model's latent space as “latent”.")
        return self._written(call, [latent] * len(call.indices))

    def _morph(self, call: Call) -> Iterator[Event]:
        """One score: the clips from the first to the second, one after another."""
        a, b = self.encode(score_of(call, "score")), self.encode(score_of(call, "other"))
        for index in call.indices:
            row = []
            for number in range(call.settings.steps):
                yield Progress(number, call.settings.steps, "walking")
                row.append(self._clips([self.mix(a, b, number / (call.settings.steps - 1))], call.settings, [None])[0])
            yield Result(index, clips.score(np.concatenate(row), call.settings.tempo))

    def _travel(self, call: Call) -> Iterator[Event]:
        """One score: a clip where the journey is at the clip's first beat, until the last stop has been heard."""
        journey = journey_of(call, "journey", self.spaces())
        beats = BEATS * self.config.sections
        count = 1 + math.ceil(journey.end / beats - 1e-6)
        if count > CLIPS_LIMIT:
            raise GeneratorError(f"This journey takes {count} clips; {CLIPS_LIMIT} are written at most. Make it shorter.")
        for index in call.indices:
            source, row = item_generator(call.seed, index), []
            for number in range(count):
                yield Progress(number, count, "travelling")
                a, b, share = journey.at(number * beats)
                row.append(self._clips([self.mix(a, b, share)], call.settings, [source])[0])
            yield Result(index, clips.score(np.concatenate(row), call.settings.tempo))

    def _found(self, call: Call) -> Latent:
        known = latent_or_none(call, "score", self.spaces())
        return known if known is not None else self.encode(score_of(call, "score"))

    def _written(self, call: Call, points: Sequence[Latent]) -> Iterator[Event]:
        for place, (index, point) in enumerate(zip(call.indices, points, strict=True)):
            yield Progress(place, len(call.indices), "writing")
            source = item_generator(call.seed, index)
            clip = self._clips([point], call.settings, [source])[0]
            yield Result(index, clips.score(clip, call.settings.tempo), point)
