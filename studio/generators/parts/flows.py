"""Invertible layers, and the multi-scale flow built of them.

Every layer has `forward(x) → (y, log |det ∂y/∂x|)`, the second (B,) in nats, and `inverse(y) → x`.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from studio.generators.parts.condition_embedding import NULL_LABEL
from studio.generators.parts.pixels import as_pictures, as_tensor
from studio.media import Picture

STRETCH = 2.0  # a coupling's log-scale stays within ± this, or training blows up


def quantised(pictures: np.ndarray, bits: int, device: torch.device) -> Tensor:
    """(B, h, w, 4) uint8 straight alpha → (B, 4, h, w) premultiplied whole numbers from 0 to 2^bits − 1."""
    unit = as_tensor(pictures, device) * 0.5 + 0.5
    return (unit * (2**bits - 1)).round().contiguous()


def dequantised(numbers: Tensor, bits: int, noise: Tensor | float = 0.5) -> Tensor:
    """Whole numbers → [−1, 1] with noise in [0, 1) within each step; 0.5 is a step's middle.

    Every channel gets noise, the transparent ones too: without it a constant pixel would have a density without bound.
    """
    return (numbers + noise) / 2 ** (bits - 1) - 1


def painted(values: Tensor, bits: int) -> list[Picture]:
    """What `dequantised` came from, as pictures; values outside [−1, 1] are cut off."""
    top = 2**bits - 1
    numbers = ((values + 1) * 2 ** (bits - 1)).floor().clamp(0, top)
    return as_pictures(numbers / top * 2 - 1)


def bits_a_dimension(nats: Tensor, numbers: int, bits: int) -> Tensor:
    """ln p of dequantised pictures in nats (B,) → bits per dimension, (B,): −ln p / (D ln 2) + log₂ of the steps of one unit of [−1, 1].

    D is `numbers`; a step is 2^(1 − bits) wide (Theis et al. 2016, arXiv:1511.01844).
    """
    return -nats / (numbers * math.log(2)) + bits - 1


def _gaussian_log_density(x: Tensor) -> Tensor:
    """x (B, d) → ln N(x; 0, I) in nats, (B,)."""
    return -0.5 * (x.square() + math.log(2 * math.pi)).sum(1)


class Squeeze(nn.Module):
    """(B, c, h, w) ↔ (B, 4c, h/2, w/2)."""

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        return F.pixel_unshuffle(x, 2), x.new_zeros(len(x))

    def inverse(self, y: Tensor) -> Tensor:
        return F.pixel_shuffle(y, 2)


class FactorOut(nn.Module):
    """Multi-scale factoring out (RealNVP, section 3.6): x (B, c, h, w) → (kept, left, 0), c/2 channels each; `left` becomes part of z."""

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        kept, left = x.chunk(2, dim=1)
        return kept, left, x.new_zeros(len(x))

    def inverse(self, kept: Tensor, left: Tensor) -> Tensor:
        return torch.cat([kept, left], dim=1)


class ActNorm(nn.Module):
    """A scale and a shift a channel, set by the first batch so that it leaves with mean 0 and variance 1 (Glow, section 3.1)."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.shift = nn.Parameter(torch.zeros(1, channels, 1, 1))
        self.log_scale = nn.Parameter(torch.zeros(1, channels, 1, 1))
        self.waits = False

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        if self.waits:
            self._fit(x)
        change = self.log_scale.sum() * x[0, 0].numel()
        return (x + self.shift) * self.log_scale.exp(), change.expand(len(x))

    def inverse(self, y: Tensor) -> Tensor:
        return y * (-self.log_scale).exp() - self.shift

    @torch.no_grad()
    def _fit(self, x: Tensor) -> None:
        self.shift.copy_(-x.mean((0, 2, 3), keepdim=True))
        self.log_scale.copy_(-(x.std((0, 2, 3), keepdim=True) + 1e-2).log())
        self.waits = False


class CouplingNet(nn.Module):
    """3×3, 1×1 and 3×3 convolution, with a learnt bias a place since our pictures are aligned. Starts by answering 0."""

    def __init__(self, inputs: int, width: int, outputs: int, side: int) -> None:
        super().__init__()
        self.look = nn.Conv2d(inputs, width, 3, 1, 1)
        self.place = nn.Parameter(torch.zeros(width, side, side))
        self.think = nn.Conv2d(width, width, 1)
        self.answer = nn.Conv2d(width, outputs, 3, 1, 1)
        nn.init.zeros_(self.answer.weight)
        nn.init.zeros_(self.answer.bias)  # type: ignore[arg-type]

    def forward(self, x: Tensor) -> Tensor:
        hidden = F.relu(self.look(x) + self.place)
        return self.answer(F.relu(self.think(hidden)))


def stretch(raw: Tensor) -> Tensor:
    """A log-scale within ± STRETCH, equal to `raw` near 0."""
    return STRETCH * torch.tanh(raw / STRETCH)


class ChannelCoupling(nn.Module):
    """Affine coupling of two halves of the channels: y₁ = x₁, y₂ = (x₂ + t(x₁)) ∘ exp s(x₁); log |det| = Σ s (RealNVP, equations 4 and 5).

    x₁, the conditioning half, is the first half of (B, channels, side, side), or with `first` the second; s stays within ± STRETCH.
    """

    def __init__(self, channels: int, width: int, side: int, first: bool = False) -> None:
        super().__init__()
        self.first = first
        self.net = CouplingNet(channels // 2, width, channels, side)

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        conditioning_half, transformed_half = self._halves(x)
        shift, raw = self.net(conditioning_half).chunk(2, dim=1)
        log_scale = stretch(raw)
        return self._joined(conditioning_half, (transformed_half + shift) * log_scale.exp()), log_scale.sum((1, 2, 3))

    def inverse(self, y: Tensor) -> Tensor:
        conditioning_half, transformed_half = self._halves(y)
        shift, raw = self.net(conditioning_half).chunk(2, dim=1)
        return self._joined(conditioning_half, transformed_half * (-stretch(raw)).exp() - shift)

    def _halves(self, x: Tensor) -> tuple[Tensor, Tensor]:
        a, b = x.chunk(2, dim=1)
        return (b, a) if self.first else (a, b)

    def _joined(self, conditioning_half: Tensor, transformed_half: Tensor) -> Tensor:
        return torch.cat([transformed_half, conditioning_half] if self.first else [conditioning_half, transformed_half], dim=1)


class Prior(nn.Module):
    """p(z | c): independent normals over z (B, numbers), standard but for the last `top`, whose μ(c) and σ(c) are learnt.

    μ and ln σ are sums of a vector for each attribute's value, NULL_LABEL among them; `counts` are how many values each attribute has.
    """

    starts: Tensor

    def __init__(self, numbers: int, top: int, counts: Sequence[int] = ()) -> None:
        super().__init__()
        self.numbers, self.top = numbers, top
        self.vectors = nn.Parameter(torch.zeros(sum(counts) + len(counts), 2 * top)) if counts else None
        self.register_buffer("starts", torch.tensor([0, *(count + 1 for count in counts[:-1])]).cumsum(0), persistent=False)

    def forward(self, z: Tensor, chosen: Tensor | None = None) -> Tensor:
        """z (B, numbers) and values (B, attributes), None for NULL_LABEL → ln p(z | c) in nats, (B,)."""
        mean, log_scale = self._mean_and_log_scale(chosen, z)
        return _gaussian_log_density((z - mean) * (-log_scale).exp()) - log_scale.sum(1)

    def draw(self, noise: Tensor, temperature: float, chosen: Tensor | None = None) -> Tensor:
        """Standard normal noise ε (B, numbers) → z = μ(c) + T · σ(c) · ε; T is `temperature` (Glow, section 6)."""
        mean, log_scale = self._mean_and_log_scale(chosen, noise)
        return mean + temperature * log_scale.exp() * noise

    def _mean_and_log_scale(self, chosen: Tensor | None, like: Tensor) -> tuple[Tensor, Tensor]:
        """μ(c) and ln σ(c), (B, numbers) each, on the device of `like`."""
        if self.vectors is None:
            return torch.zeros_like(like), torch.zeros_like(like)
        if chosen is None:
            chosen = torch.full((len(like), len(self.starts)), NULL_LABEL, device=like.device)
        mean, raw = self.vectors[chosen + 1 + self.starts].sum(1).chunk(2, dim=1)
        rest = (self.numbers - self.top, 0)
        return F.pad(mean, rest), F.pad(stretch(raw), rest)


class MultiScaleFlow(nn.Module):
    """Layers one after another; at each FactorOut some channels leave, and z is what left, end to end, and what is left at the end."""

    def __init__(self, shape: tuple[int, int, int], layers: Sequence[nn.Module], counts: Sequence[int] = ()) -> None:
        super().__init__()
        self.layers = nn.ModuleList(layers)
        self.shapes: list[tuple[int, int, int]] = []  # of the parts of z, the top last
        channels, height, width = shape
        for layer in layers:
            if isinstance(layer, Squeeze):
                channels, height, width = channels * 4, height // 2, width // 2
            elif isinstance(layer, FactorOut):
                channels //= 2
                self.shapes.append((channels, height, width))
        self.shapes.append((channels, height, width))
        self.prior = Prior(math.prod(shape), math.prod(self.shapes[-1]), counts)

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """(B, channels, h, w) → z (B, channels · h · w) and the log-determinant (B,)."""
        total, left = x.new_zeros(len(x)), []
        for layer in self.layers:
            if isinstance(layer, FactorOut):
                x, out, change = layer(x)
                left.append(out.flatten(1))
            else:
                x, change = layer(x)
            total = total + change
        return torch.cat([*left, x.flatten(1)], dim=1), total

    def states(self, z: Tensor) -> Iterator[Tensor]:
        """The way back, a layer at a time, each state laid out as pixels; the last is the picture."""
        parts = [part.view(-1, *shape) for part, shape in zip(z.split([math.prod(s) for s in self.shapes], 1), self.shapes, strict=True)]
        x = parts.pop()
        for place in reversed(range(len(self.layers))):
            layer: nn.Module = self.layers[place]
            x = layer.inverse(x, parts.pop()) if isinstance(layer, FactorOut) else layer.inverse(x)  # type: ignore[operator]
            yield self._laid_out(x, place, list(parts))

    def _laid_out(self, x: Tensor, place: int, parts: list[Tensor]) -> Tensor:
        """A state before layer `place` as pixels: only channels are joined and unfolded, nothing is painted any more."""
        for layer in reversed(self.layers[:place]):
            if isinstance(layer, FactorOut):
                x = torch.cat([x, parts.pop()], dim=1)
            elif isinstance(layer, Squeeze):
                x = layer.inverse(x)
        return x


def await_first_batch(network: nn.Module) -> None:
    """The next forward sets every ActNorm."""
    for module in network.modules():
        if isinstance(module, ActNorm):
            module.waits = True
