"""A model that draws pictures from normal points `z`, loaded: generates with truncation, varies, searches, decodes."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping, Sequence
from collections.abc import Generator as Steps
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
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
from studio.generators.parts.pixels import as_pictures, as_tensor, difference, opaque
from studio.media import Latent, Picture

Files = Mapping[str, tuple[Mapping[str, np.ndarray], Mapping[str, str]]]
Attributes = Mapping[str, Sequence[str]]
Points = Mapping[str, Tensor]
TRUNCATION = 1.5
PREVIEW_EVERY = 10
GUESSES = 48
SEARCH_RATE = 0.05
SEARCH_STEPS = 150
PAIRS, AT_ONCE = 512, 64
LOOKED_AT = 8  # pixels a side of the pictures that directions are found in


class LoadedPointModel(ABC):
    """Implements Performs, Decodes, Encodes and Conditions; the one space is `z`.

    `snaps` says whether pictures come in the palette's colours where no settings say so, `colours` how many one has at most.

    A family gives `paint`, and `given`: what a latent carries beside z, such as the vector of its class.
    """

    snaps = True
    colours = 48

    def __init__(
        self, network: Any, size: int, latent: int, attributes: Attributes, tensors: Mapping[str, Tensor], files: Files,
        device: torch.device,
    ) -> None:  # fmt: skip
        self.size, self.latent, self.device = size, latent, device
        self.network = loaded(network, tensors, device, torch.channels_last)
        self.palette = Palette(files["palette"][0]["colours"])
        self._directions = principal_directions.from_tensors(*files["directions"])
        self._attributes = attributes
        self.attributes = AttributeShares(files["attributes"][0]["shares"], attributes) if attributes else None

    @abstractmethod
    def paint(self, points: Points, settings: Any) -> Tensor:
        """Points (each array (B, …)) → (B, channels, size, size) in [-1, 1]."""

    def given(self, chosen: Sequence[int] | None) -> dict[str, np.ndarray]:
        """What a latent with the values `chosen` carries beside z; without any, what stands for no condition."""
        del chosen
        return {}

    def perform(self, call: Call) -> Iterator[Event]:
        actions = {"generate": self._generate, "vary": self._vary, "reconstruct": self._reconstruct, "decode": self._decode}
        return actions[call.action](call)

    def memory(self) -> int:
        return memory_of(self.network)

    def spaces(self) -> dict[str, tuple[int, ...]]:
        return {"z": (self.latent,)}

    def conditions(self) -> Attributes:
        return self._attributes

    def sample(
        self, seed: int, index: int = 0, *, truncation: float = TRUNCATION, wanted: Mapping[str, str] | None = None
    ) -> Latent:  # fmt: skip
        """The point of item `index` of `seed`; `wanted` names attributes' values, the others are drawn as they occur."""
        source = item_generator(seed, index)
        z = truncated_normal(torch.rand(self.latent, generator=source, dtype=torch.float64), truncation)
        chosen = None if self.attributes is None else self.attributes.choose(source, wanted)
        return Latent("z", {"z": z.float().numpy(), **self.given(chosen)})

    @torch.no_grad()
    def decode(self, latents: Sequence[Latent], settings: Any = None) -> list[Picture]:
        pictures = as_pictures(opaque(self.paint(self._points(latents), settings)))
        if not getattr(settings, "snap_to_palette", self.snaps):
            return pictures
        return self.palette.snap(pictures, getattr(settings, "colours", self.colours))

    def mix(self, a: Latent, b: Latent, t: float) -> Latent:
        first, second = self._arrays(a), self._arrays(b)
        mixed = {name: (1 - t) * first[name] + t * second[name] for name in first if name != "z"}
        return Latent("z", {"z": principal_directions.slerp(first["z"], second["z"], t), **mixed})

    def distance(self, a: Latent, b: Latent) -> float:
        first, second = self._arrays(a), self._arrays(b)
        return float(np.sqrt(np.mean(np.concatenate([(first[name] - second[name]).ravel() for name in first]) ** 2)))

    def directions(self) -> Directions:
        return self._directions

    def encode(self, picture: Picture) -> Latent:
        search = self._search(picture, SEARCH_STEPS)
        while True:
            try:
                next(search)
            except StopIteration as found:
                return found.value

    def _generate(self, call: Call) -> Iterator[Event]:
        wanted = conditioning.wanted(call.settings, self._attributes)
        for done, index in enumerate(call.indices):
            latent = self.sample(call.seed, index, truncation=call.settings.truncation, wanted=wanted)
            yield Result(index, self.decode([latent], call.settings)[0], latent)
            yield Progress(done + 1, len(call.indices), "drawing")

    def _vary(self, call: Call) -> Iterator[Event]:
        known = latent_or_none(call, "picture", self.spaces())
        centre = known if known is not None else (yield from self._search(picture_of(call, "picture"), SEARCH_STEPS))
        carried = {name: array for name, array in self._arrays(centre).items() if name != "z"}
        for done, index in enumerate(call.indices):
            other = self.sample(call.seed, index)
            latent = self.mix(centre, Latent("z", {"z": other.values, **carried}), call.settings.distance)
            yield Result(index, self.decode([latent], call.settings)[0], latent)
            yield Progress(done + 1, len(call.indices), "drawing")

    def _reconstruct(self, call: Call) -> Iterator[Event]:
        latent = yield from self._search(picture_of(call, "picture"), call.settings.steps)
        yield Result(0, self.decode([latent], call.settings)[0], latent)

    def _decode(self, call: Call) -> Iterator[Event]:
        latent = latent_or_none(call, "latent", self.spaces())
        if latent is None:
            raise GeneratorError("Decoding needs a point of this model's latent space.")
        yield Result(0, self.decode([latent], call.settings)[0], latent)

    def _search(self, picture: Picture, steps: int) -> Steps[Event, None, Latent]:
        """Descent from the best of some guesses, with pixels at three sizes for a loss. Returns the point."""
        target = as_tensor(picture.fitted(self.size, self.size).pixels[None], self.device)
        guesses = [self.sample(0, index) for index in range(GUESSES)]
        errors = []
        for guess in guesses:
            with torch.no_grad():
                errors.append(difference(opaque(self.paint(self._points([guess]), None)), target).item())
            yield Progress(len(errors) / GUESSES * 0.1 * steps, steps, "looking around")
        best = guesses[int(np.argmin(errors))]
        points = {name: value.clone().requires_grad_(True) for name, value in self._points([best]).items()}
        optimiser = torch.optim.Adam(list(points.values()), lr=SEARCH_RATE)
        for step in range(steps):
            with torch.enable_grad():
                painted = opaque(self.paint(points, None))
                loss = difference(painted, target) + 1e-4 * points["z"].square().mean()
                optimiser.zero_grad()
                loss.backward()  # type: ignore[no-untyped-call]
            optimiser.param_groups[0]["lr"] = SEARCH_RATE * min(1.0, (steps - step) / (0.3 * steps))
            optimiser.step()
            yield Progress(0.1 * steps + 0.9 * (step + 1), steps, "coming nearer")
            if step % PREVIEW_EVERY == 0:
                yield Preview(0, as_pictures(painted.detach())[0])
        return Latent("z", {name: value.detach()[0].cpu().numpy() for name, value in points.items()})

    def _arrays(self, latent: Latent) -> dict[str, np.ndarray]:
        """z and what belongs beside it, checked."""
        wanted = {"z": np.zeros(self.latent, np.float32), **self.given(None)}
        found = {name: latent.arrays.get(name, plain) for name, plain in wanted.items()}
        if latent.space != "z" or any(found[name].shape != plain.shape for name, plain in wanted.items()):
            raise GeneratorError("This point lies in another model's space.")
        return found

    def _points(self, latents: Sequence[Latent]) -> dict[str, Tensor]:
        arrays = [self._arrays(latent) for latent in latents]
        return {name: torch.from_numpy(np.stack([each[name] for each in arrays])).float().to(self.device) for name in arrays[0]}


def truncated_normal(chances: Tensor, threshold: float) -> Tensor:
    """Uniform chances in [0, 1) → normal numbers, none beyond `threshold` (Brock et al. 2018, §3.1).

    By the inverse of the distribution, not by drawing again: the same chances move smoothly as the threshold moves.
    """
    low = torch.special.ndtr(torch.tensor(-threshold, dtype=chances.dtype))
    return torch.special.ndtri(low + (1 - 2 * low) * chances.clamp(1e-9, 1 - 1e-9))


def responses(z: Tensor, other: Tensor, change: Tensor, count: int = 12) -> Directions:
    """Directions of z along which pictures change most (after GANSpace, Härkönen et al. 2020, arXiv:2004.02546).

    `z` and `other` (n, d) are pairs of points whose pictures differ by `change` (n, p): principal directions of the change, and the
    step of z that by least squares belongs to each.
    """
    _, _, axes = torch.pca_lowrank(change, q=min(count + 8, *change.shape))
    coordinates = change @ axes[:, :count]  # (n, count)
    vectors = torch.linalg.lstsq(coordinates / coordinates.std(0).clamp(min=1e-6), z - other).solution  # (count, d)
    vectors = principal_directions.unit(vectors.numpy())
    vectors = vectors * np.sign(vectors[np.arange(len(vectors)), np.abs(vectors).argmax(1)])[:, None]
    names = tuple(f"Direction {number + 1}" for number in range(len(vectors)))
    return Directions("z", names, vectors.astype(np.float32), np.ones(len(vectors), np.float32), np.zeros(z.shape[1], np.float32))


@torch.no_grad()
def found_directions(paint: Callable[[Tensor, int], Tensor], latent: int) -> Directions:
    """The directions of the generator `paint(z, k)`: z (b, latent) → pictures; equal `k` mean equal conditions, whatever they are."""
    z, other = torch.randn(2, PAIRS, latent, generator=torch.Generator().manual_seed(0))
    changes = []
    for k, (a, b) in enumerate(zip(z.split(AT_ONCE), other.split(AT_ONCE), strict=True)):
        changes.append(F.adaptive_avg_pool2d(paint(a, k) - paint(b, k), LOOKED_AT).flatten(1))
    return responses(z, other, torch.cat(changes))
