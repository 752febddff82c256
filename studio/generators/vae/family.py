"""A VAE, loaded: generates, varies, finds a picture's point, decodes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from studio.generators.capabilities import Call, Directions
from studio.generators.errors import GeneratorError
from studio.generators.events import Event, Progress, Result
from studio.generators.parts import conditioning
from studio.generators.parts import directions as principal_directions
from studio.generators.parts.inputs import latent_or_none, picture_of
from studio.generators.parts.loaded import loaded, memory_of
from studio.generators.parts.noise import item_generator
from studio.generators.parts.palette import Palette
from studio.generators.vae import DecodeSettings, VaeConfig
from studio.generators.vae.attributes import AttributePrior
from studio.generators.vae.networks import Vae, kl_to_standard_normal
from studio.generators.vae.training import export_artifacts, palette_tensor, start
from studio.media import Latent, Picture

__all__ = ["LoadedVae", "config_of", "export_artifacts", "load", "start"]

Files = Mapping[str, tuple[Mapping[str, np.ndarray], Mapping[str, str]]]
COLOUR_KINSHIP = 24.0  # RGB distance at which two palette colours still speak for each other


def config_of(values: Mapping[str, Any]) -> VaeConfig:
    return VaeConfig(**values)


def load(config: Mapping[str, Any], tensors: Mapping[str, Tensor], files: Files, device: torch.device) -> LoadedVae:
    """The model from its card's config, its weights, and the files `prior`, `directions` and `palette`."""
    return LoadedVae(config_of(config), tensors, files, device)


class LoadedVae:
    """Implements Performs, Decodes and Encodes. Its one space is `z`."""

    def __init__(self, config: VaeConfig, tensors: Mapping[str, Tensor], files: Files, device: torch.device) -> None:
        self.config, self.device = config, device
        self.network = loaded(Vae(config), tensors, device)
        self.palette = Palette(files["palette"][0]["colours"])
        self.attributes = AttributePrior(files["prior"][0], config.attributes) if config.attributes else None
        self.prior = {key: np.asarray(value, np.float32) for key, value in files["prior"][0].items()}
        self._directions = principal_directions.from_tensors(*files["directions"])
        self.deviation = self._prior_deviation()
        self._colours = palette_tensor(self.palette).to(device)
        self._kinship = self._colour_kinship().to(device)

    def perform(self, call: Call) -> Iterator[Event]:
        actions = {"generate": self._generate, "vary": self._vary, "reconstruct": self._reconstruct, "decode": self._decode}
        return actions[call.action](call)

    def memory(self) -> int:
        return memory_of(self.network)

    def spaces(self) -> dict[str, tuple[int, ...]]:
        return {"z": (self.config.latent,)}

    def sample(
        self, seed: int, index: int = 0, *, temperature: float = 0.8, prior: str = "", wanted: Mapping[str, str] | None = None
    ) -> Latent:
        """A point for item `index` of `seed`. `prior` is attributes, mixture or normal; `wanted` names attributes' values."""
        source = item_generator(seed, index)
        prior = prior or ("attributes" if self.attributes else "mixture")
        if prior == "attributes" and self.attributes is not None:
            chosen = self.attributes.choose(source, wanted or {})
            return Latent.of("z", self.attributes.compose(chosen) + self.attributes.remainder(source, temperature))
        choice = torch.rand((), generator=source).item()
        noise = torch.randn(self.config.latent, generator=source).numpy() * temperature
        if prior == "normal":
            return Latent.of("z", noise)
        part = min(int(np.searchsorted(np.cumsum(self.prior["weights"]), choice)), len(self.prior["weights"]) - 1)
        return Latent.of("z", self.prior["means"][part] + self.prior["factors"][part] @ noise)

    @torch.no_grad()
    def decode(self, latents: Sequence[Latent], settings: Any = None) -> list[Picture]:
        settings = settings or DecodeSettings()
        z = torch.from_numpy(np.stack([self._point(latent) for latent in latents])).to(self.device)
        logits = self.network.decoder(z)  # (B, colours + 1, h, w)
        return self.palette.paint(self._choose(logits, settings.smoothing).cpu().numpy())

    def _choose(self, logits: Tensor, smoothing: float) -> Tensor:
        """The likeliest colour of each pixel, similar colours lending each other `smoothing` of their probability.

        Without it a dark outline wins with 10 % over ten light skin tones of 9 % each, and small faces go black.
        """
        if smoothing == 0:
            return logits.argmax(1)
        likely = logits.softmax(1).flatten(2).transpose(1, 2)  # (B, h·w, colours + 1)
        shared = torch.lerp(likely, likely @ self._kinship, smoothing)
        return shared.argmax(2).view(len(logits), *logits.shape[2:])

    def _colour_kinship(self) -> Tensor:
        rgb = torch.from_numpy(self.palette.rgba().astype(np.float32))
        distance = torch.cdist(rgb[:, :3], rgb[:, :3])
        kinship = torch.exp(-0.5 * (distance / COLOUR_KINSHIP).square())
        kinship[-1, :-1] = kinship[:-1, -1] = 0  # transparent is kin to nothing
        return kinship

    def conditions(self) -> Mapping[str, Sequence[str]]:
        return self.config.attributes

    def mix(self, a: Latent, b: Latent, t: float) -> Latent:
        return Latent.of("z", (1 - t) * self._point(a) + t * self._point(b))

    def distance(self, a: Latent, b: Latent) -> float:
        return float(np.sqrt(np.mean(((self._point(a) - self._point(b)) / self.deviation) ** 2)))

    def directions(self) -> Directions:
        return self._directions

    @torch.no_grad()
    def encode(self, picture: Picture) -> Latent:
        fitted = picture.fitted(self.config.size, self.config.size)
        indices = torch.from_numpy(self.palette.index(fitted.pixels[None])).to(self.device)
        mean, _ = self.network.encoder(self._colours[indices].permute(0, 3, 1, 2))
        return Latent.of("z", mean[0].cpu().numpy())

    @torch.no_grad()
    def bits_per_pixel(self, pictures: np.ndarray) -> np.ndarray:
        """(n, h, w, 4) → (n,): −ELBO / (h w ln 2) with one sample of z, E[−ln p(x|z)] + KL(q(z|x) ‖ N(0, I)), an upper bound."""
        found = []
        for first in range(0, len(pictures), 100):
            indices = torch.from_numpy(self.palette.index(pictures[first : first + 100])).to(self.device)
            mean, log_variance = self.network.encoder(self._colours[indices].permute(0, 3, 1, 2))
            noise = torch.randn(mean.shape, generator=item_generator(0, first)).to(self.device)
            logits = self.network.decoder(mean + noise * (log_variance / 2).exp())
            painting = F.cross_entropy(logits, indices, reduction="none").sum((1, 2))
            found.append((painting + kl_to_standard_normal(mean, log_variance)) / indices[0].numel() / np.log(2))
        return torch.cat(found).cpu().numpy()

    def _generate(self, call: Call) -> Iterator[Event]:
        wanted = conditioning.wanted(call.settings, self.config.attributes)
        for done, index in enumerate(call.indices):
            latent = self.sample(call.seed, index, temperature=call.settings.temperature, prior=call.settings.prior, wanted=wanted)
            yield Result(index, self.decode([latent], call.settings)[0], latent)
            yield Progress(done + 1, len(call.indices), "drawing")

    def _vary(self, call: Call) -> Iterator[Event]:
        centre = latent_or_none(call, "picture", self.spaces()) or self.encode(picture_of(call, "picture"))
        for done, index in enumerate(call.indices):
            latent = self._neighbour(centre, call.seed, index, call.settings.distance)
            yield Result(index, self.decode([latent], call.settings)[0], latent)
            yield Progress(done + 1, len(call.indices), "drawing")

    def _neighbour(self, centre: Latent, seed: int, index: int, distance: float) -> Latent:
        """A neighbour with some parts drawn anew, or where there are no attributes, one on the way to another picture."""
        if self.attributes is None:
            return self.mix(centre, self.sample(seed, index), distance)
        return Latent.of("z", self.attributes.neighbour(self._point(centre), item_generator(seed, index), distance))

    def _reconstruct(self, call: Call) -> Iterator[Event]:
        latent = self.encode(picture_of(call, "picture"))
        yield Result(0, self.decode([latent], call.settings)[0], latent)

    def _decode(self, call: Call) -> Iterator[Event]:
        latent = latent_or_none(call, "latent", self.spaces())
        if latent is None:
            raise GeneratorError("Decoding needs a point of this model's latent space.")
        yield Result(0, self.decode([latent], call.settings)[0], latent)

    def _point(self, latent: Latent) -> np.ndarray:
        values = latent.arrays.get("z")
        if values is None or values.shape != (self.config.latent,):
            raise GeneratorError(f"This point lies in another model's space; here a point is {self.config.latent} numbers called z.")
        return values

    def _prior_deviation(self) -> np.ndarray:
        """Standard deviation of the whole mixture, a dimension."""
        weights, means, factors = self.prior["weights"][:, None], self.prior["means"], self.prior["factors"]
        variance = (weights * ((factors**2).sum(2) + means**2)).sum(0) - (weights * means).sum(0) ** 2
        return np.sqrt(variance)
