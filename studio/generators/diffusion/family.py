"""A diffusion model, loaded: generates, fills a selection, redraws, varies, finishes a half-drawn picture."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import torch
from torch import Tensor

from studio.generators.capabilities import Call
from studio.generators.diffusion import DenoiseSettings, DiffusionConfig
from studio.generators.diffusion.networks import Denoiser, unconditional_weights
from studio.generators.diffusion.training import export_artifacts, start
from studio.generators.events import Event, Preview, Progress, Result
from studio.generators.parts import conditioning, samplers
from studio.generators.parts.attributes import AttributeShares
from studio.generators.parts.condition_embedding import NULL_LABEL
from studio.generators.parts.filling import hole_in, only_within
from studio.generators.parts.inputs import picture_of, selection_of
from studio.generators.parts.loaded import loaded, memory_of
from studio.generators.parts.noise import item_generator
from studio.generators.parts.palette import Palette
from studio.generators.parts.pixels import as_pictures
from studio.generators.parts.space import Space, space_of
from studio.media import Picture

__all__ = ["LoadedDiffusion", "config_of", "export_artifacts", "load", "start", "unconditional_weights"]

Files = Mapping[str, tuple[Mapping[str, np.ndarray], Mapping[str, str]]]
TOGETHER = 16  # looks of the network in one step, so that other jobs come between: these take about 40 ms on one core
SHOWN = 8  # pictures a step, on average: a whole contact sheet shows each in every second step, or what is shown would cost what it shows
GUIDED = (0.2, 6.0)  # noise levels where guidance helps; elsewhere it narrows or burns (Kynkäänniemi et al. 2024, arXiv:2404.07724)

config_of = DiffusionConfig.of
Steps = Callable[[samplers.Denoise, Tensor, Tensor, samplers.Fresh], Iterator[samplers.Step]]  # noise, then the levels of noise


def load(
    config: Mapping[str, Any], tensors: Mapping[str, Tensor], files: Files, device: torch.device, required: Mapping[str, Any] | None = None
) -> LoadedDiffusion:
    """The model from its card's config, its weights, the files `palette` and `attributes`, and the autoencoder that it draws through."""
    made = config_of(config)
    return LoadedDiffusion(made, tensors, files, device, space_of(made, device, required or {}))


class LoadedDiffusion:
    """Implements Performs and Conditions."""

    def __init__(self, config: DiffusionConfig, tensors: Mapping[str, Tensor], files: Files, device: torch.device, space: Space) -> None:
        self.config, self.device, self.space = config, device, space
        self.network = loaded(Denoiser(config), tensors, device, torch.channels_last)
        self.palette = Palette(files["palette"][0]["colours"])
        self.attributes = AttributeShares(files["attributes"][0]["shares"], config.attributes) if config.attributes else None

    def perform(self, call: Call) -> Iterator[Event]:
        actions = {
            "generate": self._generate,
            "infill": self._infill,
            "redraw": self._redraw,
            "vary": self._vary,
            "finish": self._finish,
        }
        return actions[call.action](call)

    def memory(self) -> int:
        return memory_of(self.network) + self.space.memory()

    def conditions(self) -> Mapping[str, Sequence[str]]:
        return self.config.attributes

    def _generate(self, call: Call) -> Iterator[Event]:
        def steps(denoise: samplers.Denoise, noise: Tensor, sigmas: Tensor, fresh: samplers.Fresh) -> Iterator[samplers.Step]:
            return samplers.SAMPLERS[call.settings.sampler](denoise, noise, sigmas, fresh=fresh)

        return self._draw(call, steps, samplers.karras(call.settings.steps), composed=True)

    def _redraw(self, call: Call) -> Iterator[Event]:
        return self._from_picture(call, call.settings.strength)

    def _vary(self, call: Call) -> Iterator[Event]:
        return self._from_picture(call, call.settings.distance)

    def _from_picture(self, call: Call, strength: float) -> Iterator[Event]:
        """SDEdit (Meng et al. 2021, arXiv:2108.01073): noise of a strength between nothing and everything, then denoise."""
        sigmas = samplers.karras(max(2, round(call.settings.steps / max(strength, 0.25))))
        sigmas = sigmas[min(round((1 - strength) * (len(sigmas) - 1)), len(sigmas) - 3) :]
        known = self._tensor(picture_of(call, "picture"))

        def steps(denoise: samplers.Denoise, noise: Tensor, sigmas: Tensor, fresh: samplers.Fresh) -> Iterator[samplers.Step]:
            return samplers.dpm_solver(denoise, noise + known / sigmas[0], sigmas)

        return self._draw(call, steps, sigmas)

    def _infill(self, call: Call) -> Iterator[Event]:
        picture = picture_of(call, "picture")
        selection = selection_of(call, "mask", picture)
        return self._fill(call, picture, selection.mask)

    def _finish(self, call: Call) -> Iterator[Event]:
        picture = picture_of(call, "picture").fitted(self.config.size, self.config.size)
        rows = np.arange(picture.height)[:, None] >= round(call.settings.kept * picture.height)
        return self._fill(call, picture, np.broadcast_to(rows, picture.pixels.shape[:2]))

    def _fill(self, call: Call, picture: Picture, mask: np.ndarray) -> Iterator[Event]:
        """RePaint inside `mask`; outside it the picture stays as it is, to the pixel."""
        known = self._tensor(picture)
        hole = hole_in(mask, self.config.size)
        within = self.space.hole(hole)

        def steps(denoise: samplers.Denoise, noise: Tensor, sigmas: Tensor, fresh: samplers.Fresh) -> Iterator[samplers.Step]:
            return samplers.repaint(denoise, noise, sigmas, known=known, hole=within, fresh=fresh, again=call.settings.rounds)

        return only_within(self._draw(call, steps, samplers.karras(call.settings.steps)), picture, hole)

    def _draw(self, call: Call, steps: Steps, sigmas: Tensor, composed: bool = False) -> Iterator[Event]:
        """Denoise the items of a call, some at once, showing each step. `composed` draws the attributes that nobody asked for."""
        looks = samplers.LOOKS.get(getattr(call.settings, "sampler", ""), 1) * (1 if call.settings.guidance == 1 else 2)
        together = TOGETHER // looks
        for first in range(0, len(call.indices), together):
            indices = call.indices[first : first + together]
            yield from self._draw_together(call, indices, first, steps, sigmas, composed)

    @torch.inference_mode()
    def _draw_together(
        self, call: Call, indices: Sequence[int], first: int, steps: Steps, sigmas: Tensor, composed: bool
    ) -> Iterator[Event]:
        sources = [item_generator(call.seed, index) for index in indices]

        def fresh() -> Tensor:
            return torch.stack([torch.randn(self.space.shape, generator=source) for source in sources]).to(self.device)

        noise = fresh()
        denoise = self._denoiser(sigmas, len(indices), self._chosen(call, sources, composed), call.settings.guidance)
        estimate, every = noise, max(self.space.every, len(indices) // SHOWN)
        for step in steps(denoise, noise, sigmas, fresh):
            yield Progress(first + len(indices) * step.number / step.total, len(call.indices), "denoising")
            estimate = step.sample if step.number == step.total else step.estimate
            if step.number < step.total and step.number % every == 0:
                yield from map(Preview, indices, as_pictures(self.space.pixels(estimate)))
        yield from map(Result, indices, self._painted(estimate, call.settings))

    def _denoiser(self, sigmas: Tensor, rows: int, chosen: Tensor | None, guidance: float) -> samplers.Denoise:
        """D(x; σ, c) at `sigmas` for `rows` pictures; with guidance g > 1, D(x; σ, ∅) + g (D(x; σ, c) − D(x; σ, ∅)) within GUIDED."""
        modulations = self.network.embed_conditioning(sigmas.to(self.device), rows, chosen)

        def plain(x: Tensor, sigma: Tensor) -> Tensor:
            return self.network.denoise(x, sigma, modulations[float(sigma)])

        if guidance == 1 or chosen is None:
            return plain
        both_chosen = torch.cat([torch.full_like(chosen, NULL_LABEL), chosen])
        both = self.network.embed_conditioning(sigmas.to(self.device), 2 * rows, both_chosen)

        def guided(x: Tensor, sigma: Tensor) -> Tensor:
            if not GUIDED[0] < sigma < GUIDED[1]:
                return plain(x, sigma)
            unconditional, conditional = self.network.denoise(torch.cat([x, x]), sigma, both[float(sigma)]).chunk(2)
            return unconditional + guidance * (conditional - unconditional)

        return guided

    def _chosen(self, call: Call, sources: Sequence[torch.Generator], composed: bool) -> Tensor | None:
        """(B, attributes): what was asked for; the rest as it occurs (`composed`), or unknown, so that the picture itself decides."""
        if self.attributes is None:
            return None
        wanted = conditioning.wanted(call.settings, self.config.attributes)
        rows = [self.attributes.choose(source, wanted) for source in sources]
        if not composed:
            asked = [name in wanted for name in self.config.attributes]
            rows = [[value if known else NULL_LABEL for value, known in zip(row, asked, strict=True)] for row in rows]
        return torch.tensor(rows, device=self.device)

    def _tensor(self, picture: Picture) -> Tensor:
        """The picture's map, alone in its batch."""
        return self.space.of(picture.fitted(self.config.size, self.config.size).pixels[None])

    def _painted(self, estimates: Tensor, settings: DenoiseSettings) -> list[Picture]:
        """One by one out of their space: what they are drawn with has rounded them already, and no more shall."""
        pictures = as_pictures(torch.cat([self.space.pixels(one) for one in estimates.split(1)]))
        return self.palette.snap(pictures, settings.colours) if settings.snap_to_palette else pictures
