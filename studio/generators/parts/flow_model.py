"""A normalizing flow, loaded: generates, varies, encodes exactly, decodes, and knows every picture's likelihood."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import torch
from torch import Tensor

from studio.generators.capabilities import Call, Directions
from studio.generators.errors import GeneratorError
from studio.generators.events import Event, Preview, Progress, Result
from studio.generators.parts import conditioning, flows
from studio.generators.parts import directions as principal_directions
from studio.generators.parts.attributes import AttributeShares
from studio.generators.parts.flow_actions import PaintSettings
from studio.generators.parts.inputs import latent_or_none, picture_of
from studio.generators.parts.loaded import loaded, memory_of
from studio.generators.parts.noise import item_generator
from studio.generators.parts.palette import Palette
from studio.media import Latent, Picture

Files = Mapping[str, tuple[Mapping[str, np.ndarray], Mapping[str, str]]]
Attributes = Mapping[str, Sequence[str]]
BATCH = 64


class LoadedFlow:
    """Implements Performs, Decodes, Encodes, Conditions, ScoresDimensions and Inverts.

    Its one space is `z`: a number for each of the picture's.

    `network` has `forward(x) → (z, log-determinant)`, `states(z)`, the way back step by step, and a `prior`.
    """

    def __init__(
        self, network: Any, size: int, bits: int, attributes: Attributes, tensors: Mapping[str, Tensor], files: Files,
        device: torch.device, temperature: float,
    ) -> None:  # fmt: skip
        self.size, self.bits, self.device, self.temperature = size, bits, device, temperature
        self.network = loaded(network, tensors, device)
        self.palette = Palette(files["palette"][0]["colours"])
        self._directions = principal_directions.from_tensors(*files["directions"])
        self._attributes = attributes
        self.attributes = AttributeShares(files["attributes"][0]["shares"], attributes) if attributes else None

    def perform(self, call: Call) -> Iterator[Event]:
        actions = {"generate": self._generate, "vary": self._vary, "reconstruct": self._reconstruct, "decode": self._decode}
        return actions[call.action](call)

    def memory(self) -> int:
        return memory_of(self.network)

    def spaces(self) -> dict[str, tuple[int, ...]]:
        return {"z": (4 * self.size**2,)}

    def conditions(self) -> Attributes:
        return self._attributes

    @torch.no_grad()
    def sample(
        self, seed: int, index: int = 0, *, temperature: float | None = None, wanted: Mapping[str, str] | None = None
    ) -> Latent:  # fmt: skip
        """The point of item `index` of `seed`; `wanted` names attributes' values, the others are drawn as they occur."""
        source = item_generator(seed, index)
        noise = torch.randn(1, 4 * self.size**2, generator=source).to(self.device)
        chosen = None if self.attributes is None else torch.tensor([self.attributes.choose(source, wanted)], device=self.device)
        return Latent.of(
            "z", self.network.prior.draw(noise, self.temperature if temperature is None else temperature, chosen)[0].cpu().numpy()
        )

    @torch.no_grad()
    def decode(self, latents: Sequence[Latent], settings: Any = None) -> list[Picture]:
        z = torch.from_numpy(np.stack([self._point(latent) for latent in latents])).to(self.device)
        *_, values = self.network.states(z)
        return self._paint(values, settings or PaintSettings())

    def mix(self, a: Latent, b: Latent, t: float) -> Latent:
        return Latent.of("z", principal_directions.slerp(self._point(a), self._point(b), t))

    def distance(self, a: Latent, b: Latent) -> float:
        return float(np.sqrt(np.mean((self._point(a) - self._point(b)) ** 2)))

    def directions(self) -> Directions:
        return self._directions

    @torch.no_grad()
    def encode(self, picture: Picture) -> Latent:
        numbers = flows.quantised(picture.fitted(self.size, self.size).pixels[None], self.bits, self.device)
        z, _ = self.network(flows.dequantised(numbers, self.bits))
        return Latent.of("z", z[0].cpu().numpy())

    @torch.no_grad()
    def bits_per_dimension(self, pictures: np.ndarray) -> np.ndarray:
        """(n, h, w, 4) uint8 → (n,): bits per dimension at this model's own depth of colour, with NULL_LABEL for the attributes."""
        found = []
        for first in range(0, len(pictures), BATCH):
            numbers = flows.quantised(pictures[first : first + BATCH], self.bits, self.device)
            noise = torch.rand(numbers.shape, generator=item_generator(0, first)).to(self.device)
            z, change = self.network(flows.dequantised(numbers, self.bits, noise))
            found.append(flows.bits_a_dimension(self.network.prior(z) + change, z.shape[1], self.bits))
        return torch.cat(found).cpu().numpy()

    @torch.no_grad()
    def inversion_error(self, pictures: np.ndarray) -> float:
        worst = 0.0
        for first in range(0, len(pictures), BATCH):
            numbers = flows.quantised(pictures[first : first + BATCH], self.bits, self.device)
            values = flows.dequantised(numbers, self.bits)
            *_, again = self.network.states(self.network(values)[0])
            worst = max(worst, float((again - values).abs().max()))
        return worst

    def _generate(self, call: Call) -> Iterator[Event]:
        wanted = conditioning.wanted(call.settings, self._attributes)
        for done, index in enumerate(call.indices):
            latent = self.sample(call.seed, index, temperature=call.settings.temperature, wanted=wanted)
            yield from self._drawn(latent, index, call.settings, shown=len(call.indices) == 1)
            yield Progress(done + 1, len(call.indices), "drawing")

    def _vary(self, call: Call) -> Iterator[Event]:
        centre = latent_or_none(call, "picture", self.spaces()) or self.encode(picture_of(call, "picture"))
        for done, index in enumerate(call.indices):
            latent = self.mix(centre, self.sample(call.seed, index), call.settings.distance)
            yield from self._drawn(latent, index, call.settings)
            yield Progress(done + 1, len(call.indices), "drawing")

    def _reconstruct(self, call: Call) -> Iterator[Event]:
        latent = self.encode(picture_of(call, "picture"))
        yield from self._drawn(latent, 0, call.settings, shown=True)

    def _decode(self, call: Call) -> Iterator[Event]:
        latent = latent_or_none(call, "latent", self.spaces())
        if latent is None:
            raise GeneratorError("Decoding needs a point of this model's latent space.")
        yield from self._drawn(latent, 0, call.settings)

    def _drawn(self, latent: Latent, index: int, settings: Any, *, shown: bool = False) -> Iterator[Event]:
        """The picture of a latent; where it is `shown`, every layer's state on the way."""
        z = torch.from_numpy(self._point(latent))[None].to(self.device)
        with torch.no_grad():
            states = self.network.states(z)
            values = next(states)
        while True:
            with torch.no_grad():
                following = next(states, None)
            if following is None:
                break
            if shown:
                yield Preview(index, flows.painted(values, self.bits)[0])
            values = following
        yield Result(index, self._paint(values, settings)[0], latent)

    def _paint(self, values: Tensor, settings: Any) -> list[Picture]:
        pictures = flows.painted(values, self.bits)
        return self.palette.snap(pictures, settings.colours) if settings.snap_to_palette else pictures

    def _point(self, latent: Latent) -> np.ndarray:
        values = latent.arrays.get("z")
        if values is None or values.shape != self.spaces()["z"]:
            raise GeneratorError(f"This point lies in another model's space; here a point is {4 * self.size**2} numbers called z.")
        return values
