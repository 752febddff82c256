"""A StyleGAN, loaded: generates with truncation, varies, mixes styles, projects a picture into w+, decodes."""

from __future__ import annotations

import dataclasses
from collections.abc import Generator as Steps
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import torch
from torch import Tensor

from studio.generators.capabilities import Call, Directions
from studio.generators.errors import GeneratorError
from studio.generators.events import Event, Preview, Progress, Result
from studio.generators.parts import conditioning
from studio.generators.parts import directions as principal_directions
from studio.generators.parts.attributes import AttributeShares
from studio.generators.parts.inputs import latent_or_none, picture_of
from studio.generators.parts.loaded import loaded, memory_of
from studio.generators.parts.noise import item_generator
from studio.generators.parts.palette import Palette
from studio.generators.parts.pixels import as_pictures, difference
from studio.generators.parts.space import Space, space_of
from studio.generators.stylegan import FAMILY, ConditionalSettings, GenerateSettings, StyleGanConfig
from studio.generators.stylegan.networks import Generator
from studio.generators.stylegan.training import export_artifacts, start
from studio.media import Latent, Picture

__all__ = ["LoadedStyleGan", "config_of", "export_artifacts", "load", "start"]

Files = Mapping[str, tuple[Mapping[str, np.ndarray], Mapping[str, str]]]
PREVIEW_EVERY = 10
STRICTNESS = ConditionalSettings.strictness


def config_of(values: Mapping[str, Any]) -> StyleGanConfig:
    return StyleGanConfig(**{**values, "widths": tuple(values["widths"])})


def load(
    config: Mapping[str, Any], tensors: Mapping[str, Tensor], files: Files, device: torch.device, required: Mapping[str, Any] | None = None
) -> LoadedStyleGan:
    """The model from its card's config, its weights, the files `directions` and `palette`, and the autoencoder that it draws through."""
    made = config_of(config)
    return LoadedStyleGan(made, tensors, files, device, space_of(made, device, required or {}))


class LoadedStyleGan:
    """Implements Performs, Decodes and Encodes. Spaces: `w` (one style), `w+` (a style a layer).

    A latent also carries its noise maps, end to end in one array, so that decoding it gives the very same picture again.
    """

    def __init__(self, config: StyleGanConfig, tensors: Mapping[str, Tensor], files: Files, device: torch.device, space: Space) -> None:
        self.config, self.device, self.space = config, device, space
        self.generator = loaded(Generator(config), tensors, device, torch.channels_last)
        self.palette = Palette(files["palette"][0]["colours"])
        self._painting = FAMILY.action(dataclasses.asdict(config), "decode").settings()
        self._directions = principal_directions.from_tensors(*files["directions"])
        self.mean = self._directions.mean
        self.attributes = AttributeShares(files["attributes"][0]["shares"], config.attributes) if config.attributes else None
        self.layers = len(self.generator.synthesis.layers)
        self._plain_noise = self._noise(item_generator(0, 0))

    def perform(self, call: Call) -> Iterator[Event]:
        actions = {
            "generate": self._generate,
            "vary": self._vary,
            "mix": self._mix,
            "reconstruct": self._reconstruct,
            "decode": self._decode,
        }
        return actions[call.action](call)

    def memory(self) -> int:
        return memory_of(self.generator) + self.space.memory()

    def spaces(self) -> dict[str, tuple[int, ...]]:
        return {"w": (self.config.latent,), "w+": (self.layers, self.config.latent)}

    @torch.no_grad()
    def sample(
        self, seed: int, index: int = 0, *, truncation_psi: float | None = None, strictness: float = STRICTNESS,
        wanted: Mapping[str, str] | None = None,
    ) -> Latent:  # fmt: skip
        """The style of item `index` of `seed`; `wanted` names attributes' values, the others are drawn as they occur."""
        if truncation_psi is None:
            truncation_psi = GenerateSettings.truncation_psi if self.attributes is None else ConditionalSettings.truncation_psi
        source = item_generator(seed, index)
        z = torch.randn(1, self.config.latent, generator=source)
        noise = self._noise(source)
        chosen = None if self.attributes is None else torch.tensor([self.attributes.choose(source, wanted)], device=self.device)
        w = self.generator.mapping(z.to(self.device), chosen, strictness)[0].cpu().numpy()
        return Latent("w", {"w": self.mean + truncation_psi * (w - self.mean), "noise": noise})

    @torch.no_grad()
    def decode(self, latents: Sequence[Latent], settings: Any = None) -> list[Picture]:
        settings = settings or self._painting
        styles = torch.from_numpy(np.stack([self._styles(latent) for latent in latents])).to(self.device)
        noise = np.stack([latent.arrays.get("noise", self._plain_noise) for latent in latents]) * settings.noise
        pictures = as_pictures(self.space.pixels(self.generator.synthesis(styles, self._maps(noise))))
        return self.palette.snap(pictures, settings.colours) if settings.snap_to_palette else pictures

    def conditions(self) -> Mapping[str, Sequence[str]]:
        return self.config.attributes

    def mix(self, a: Latent, b: Latent, t: float) -> Latent:
        noise = a.arrays.get("noise", self._plain_noise)
        if a.space == b.space == "w":
            return Latent("w", {"w": (1 - t) * a.values + t * b.values, "noise": noise})
        return Latent("w+", {"w+": (1 - t) * self._styles(a) + t * self._styles(b), "noise": noise})

    def distance(self, a: Latent, b: Latent) -> float:
        difference = (self._styles(a) - self._styles(b)) @ self._directions.vectors.T
        return float(np.sqrt(np.mean((difference / self._directions.scales) ** 2)))

    def directions(self) -> Directions:
        return self._directions

    def encode(self, picture: Picture) -> Latent:
        for event in self._project(picture, self._painting, steps=200):
            if isinstance(event, Result) and event.latent is not None:
                return event.latent
        raise GeneratorError("The search for this picture found nothing.")

    def _generate(self, call: Call) -> Iterator[Event]:
        wanted = conditioning.wanted(call.settings, self.config.attributes)
        for done, index in enumerate(call.indices):
            strictness = getattr(call.settings, "strictness", STRICTNESS)
            latent = self.sample(call.seed, index, truncation_psi=call.settings.truncation_psi, strictness=strictness, wanted=wanted)
            yield Result(index, self.decode([latent], call.settings)[0], latent)
            yield Progress(done + 1, len(call.indices), "drawing")

    def _vary(self, call: Call) -> Iterator[Event]:
        centre = yield from self._located(call, "picture", call.settings)
        for done, index in enumerate(call.indices):
            latent = self.mix(centre, self.sample(call.seed, index), call.settings.distance)
            yield Result(index, self.decode([latent], call.settings)[0], latent)
            yield Progress(done + 1, len(call.indices), "drawing")

    def _mix(self, call: Call) -> Iterator[Event]:
        first = yield from self._located(call, "picture", call.settings)
        second = yield from self._located(call, "style", call.settings)
        crossover = call.settings.crossover
        styles = np.concatenate([self._styles(first)[:crossover], self._styles(second)[crossover:]])
        latent = Latent("w+", {"w+": styles, "noise": first.arrays.get("noise", self._plain_noise)})
        yield Result(0, self.decode([latent], call.settings)[0], latent)

    def _reconstruct(self, call: Call) -> Iterator[Event]:
        return self._project(picture_of(call, "picture"), call.settings, call.settings.steps)

    def _decode(self, call: Call) -> Iterator[Event]:
        latent = latent_or_none(call, "latent", self.spaces())
        if latent is None:
            raise GeneratorError("Decoding needs a point of this model's latent space.")
        yield Result(0, self.decode([latent], call.settings)[0], latent)

    def _located(self, call: Call, name: str, settings: Any) -> Steps[Event, None, Latent]:
        """The latent of an input: the one that came with it, or the one that a search finds. Returns it at the end."""
        known = latent_or_none(call, name, self.spaces())
        if known is not None:
            return known
        found: Latent | None = None
        for event in self._project(picture_of(call, name), settings, steps=200):
            if isinstance(event, Result):
                found = event.latent
            else:
                yield event
        if found is None:
            raise GeneratorError("The search for this picture found nothing.")
        return found

    def _project(self, picture: Picture, settings: Any, steps: int) -> Iterator[Event]:
        """Projection into w+ (Karras et al. 2019, appendix D, with the map at three sizes for a loss), from the best of 64 guesses."""
        target = self.space.of(picture.fitted(self.config.size, self.config.size).pixels[None])
        guesses = [self.sample(0, index) for index in range(64)]
        maps = self._maps(self._plain_noise[None])
        errors = []
        with torch.no_grad():
            for guess in guesses:
                painted = self.generator.synthesis(torch.from_numpy(self._styles(guess))[None].to(self.device), maps)
                errors.append(difference(painted, target).item())
                yield Progress(len(errors) / 64 * 0.1 * steps, steps, "looking around")
        styles = torch.from_numpy(self._styles(guesses[int(np.argmin(errors))]))[None].clone().to(self.device).requires_grad_(True)
        optimiser = torch.optim.Adam([styles], lr=0.05)
        home = torch.from_numpy(self.mean).to(self.device)
        for step in range(steps):
            painted = self.generator.synthesis(styles, maps)
            loss = difference(painted, target) + 1e-4 * (styles - home).square().mean()
            optimiser.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            optimiser.param_groups[0]["lr"] = 0.05 * min(1.0, (steps - step) / (0.3 * steps))
            optimiser.step()
            yield Progress(0.1 * steps + 0.9 * (step + 1), steps, "coming nearer")
            if step % PREVIEW_EVERY == 0:
                yield Preview(0, as_pictures(self.space.pixels(painted.detach()))[0])
        latent = Latent("w+", {"w+": styles.detach()[0].cpu().numpy(), "noise": self._plain_noise})
        yield Result(0, self.decode([latent], settings)[0], latent)

    def _styles(self, latent: Latent) -> np.ndarray:
        """(layers, latent) whatever the space."""
        shape = self.spaces().get(latent.space)
        values = latent.arrays.get(latent.space)
        noise = latent.arrays.get("noise", self._plain_noise)
        if shape is None or values is None or values.shape != shape or noise.shape != self._plain_noise.shape:
            raise GeneratorError("This point lies in another model's space.")
        return values if latent.space == "w+" else np.repeat(values[None], self.layers, axis=0)

    def _noise(self, source: torch.Generator) -> np.ndarray:
        total = sum(side * side for side in self.generator.synthesis.noise_sizes)
        return torch.randn(total, generator=source).numpy()

    def _maps(self, noise: np.ndarray) -> list[Tensor | None]:
        """(B, total) → one (B, 1, side, side) a layer."""
        sides = self.generator.synthesis.noise_sizes
        parts = torch.from_numpy(np.asarray(noise, np.float32)).to(self.device).split([side * side for side in sides], dim=1)
        return [part.view(-1, 1, side, side) for part, side in zip(parts, sides, strict=True)]
