"""StyleGAN2's networks with equalised learning rates everywhere, small to large. Run this file for shapes and times."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from studio.generators.stylegan import StyleGanConfig

LEAK = 0.2
GAIN = 1.4  # about √2: keeps the variance through a leaky ReLU


class EqualisedLinear(nn.Module):
    """Weights of unit variance, scaled as they are used (Karras et al. 2017, §4.1)."""

    def __init__(self, inputs: int, outputs: int, bias: float = 0.0, gain: float = 1.0) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.randn(outputs, inputs))
        self.bias = nn.Parameter(torch.full((outputs,), bias))
        self.scale = gain / math.sqrt(inputs)

    def forward(self, x: Tensor) -> Tensor:
        return F.linear(x, self.weight * self.scale, self.bias)


class EqualisedConv(nn.Module):
    """The same for a convolution that keeps the size."""

    def __init__(self, inputs: int, outputs: int, kernel: int = 3, bias: bool = True, gain: float = GAIN) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.randn(outputs, inputs, kernel, kernel))
        self.bias = nn.Parameter(torch.zeros(outputs)) if bias else None
        self.scale = gain / math.sqrt(inputs * kernel**2)
        self.padding = kernel // 2

    def forward(self, x: Tensor) -> Tensor:
        return F.conv2d(x, self.weight * self.scale, self.bias, padding=self.padding)


class ModulatedConv(nn.Module):
    """A convolution whose input channels are scaled by the style and whose output is brought back to unit variance.

    Scaling activations instead of weights is the same sum and needs no grouped convolution.
    """

    def __init__(self, inputs: int, outputs: int, latent: int, kernel: int = 3, demodulate: bool = True) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.randn(outputs, inputs, kernel, kernel))
        self.bias = nn.Parameter(torch.zeros(outputs))
        self.style = EqualisedLinear(latent, inputs, bias=1.0)
        self.scale = 1 / math.sqrt(inputs * kernel**2)
        self.padding = kernel // 2
        self.demodulate = demodulate

    def forward(self, x: Tensor, w: Tensor) -> Tensor:
        style = self.style(w)  # (B, inputs)
        weight = self.weight * self.scale
        x = F.conv2d(x * style[:, :, None, None], weight, padding=self.padding)
        if self.demodulate:
            energy = style.square() @ weight.square().sum((2, 3)).T  # (B, outputs)
            x = x * torch.rsqrt(energy + 1e-8)[:, :, None, None]
        return x


class StyledLayer(nn.Module):
    """Modulated convolution, noise of a learnt strength, bias, leaky ReLU."""

    def __init__(self, inputs: int, outputs: int, latent: int) -> None:
        super().__init__()
        self.conv = ModulatedConv(inputs, outputs, latent)
        self.noise_strength = nn.Parameter(torch.zeros(()))

    def forward(self, x: Tensor, w: Tensor, noise: Tensor | None) -> Tensor:
        x = self.conv(x, w) + self.conv.bias[:, None, None]
        if noise is not None:
            x = x + self.noise_strength * noise
        return F.leaky_relu(x, LEAK) * GAIN


class ToPixels(nn.Module):
    """1×1 modulated convolution to premultiplied RGBA, without demodulation."""

    def __init__(self, inputs: int, channels: int, latent: int) -> None:
        super().__init__()
        self.conv = ModulatedConv(inputs, channels, latent, kernel=1, demodulate=False)

    def forward(self, x: Tensor, w: Tensor) -> Tensor:
        return self.conv(x, w) + self.conv.bias[:, None, None]


class Listening(nn.Module):
    """One learnt vector a value of each attribute, summed over the attributes: (B, attributes) int64 → (B, latent).

    A vector learns only when its value comes up, so it is scaled by `gain` to learn faster.
    """

    def __init__(self, config: StyleGanConfig, gain: float = 1.0) -> None:
        super().__init__()
        counts = [len(values) for values in config.attributes.values()]
        self.vectors = nn.Parameter(torch.zeros(sum(counts), config.latent))
        self.gain = gain
        self.offsets: Tensor
        self.register_buffer("offsets", torch.tensor([0, *counts[:-1]]).cumsum(0), persistent=False)

    def forward(self, chosen: Tensor) -> Tensor:
        return self.gain * self.vectors[chosen + self.offsets].sum(1)


class Mapping(nn.Module):
    """z, brought to unit length a dimension, and what was asked for → w."""

    def __init__(self, config: StyleGanConfig) -> None:
        super().__init__()
        self.layers = nn.ModuleList(EqualisedLinear(config.latent, config.latent, gain=GAIN) for _ in range(2))
        self.listening = Listening(config, gain=8.0) if config.attributes else None

    def forward(self, z: Tensor, chosen: Tensor | None = None, strictness: float = 1.0) -> Tensor:
        """`strictness` stretches what was asked for, as guidance does for diffusion."""
        w = self.layers[0](z * torch.rsqrt(z.square().mean(1, keepdim=True) + 1e-8))
        if self.listening is not None and chosen is not None:
            w = w + strictness * self.listening(chosen)
        return F.leaky_relu(self.layers[1](F.leaky_relu(w, LEAK)), LEAK)  # (B, latent)


class Synthesis(nn.Module):
    """w+ (B, layers, latent) → (B, channels, size, size), summed up over the sizes."""

    def __init__(self, config: StyleGanConfig) -> None:
        super().__init__()
        widths, latent = config.widths, config.latent
        self.constant = nn.Parameter(torch.randn(1, widths[0], 4, 4))
        self.layers = nn.ModuleList([StyledLayer(widths[0], widths[0], latent)])
        self.outputs = nn.ModuleList([ToPixels(widths[0], config.channels, latent)])
        for narrow, wide in zip(widths[1:], widths[:-1], strict=True):
            self.layers += [StyledLayer(wide, narrow, latent), StyledLayer(narrow, narrow, latent)]
            self.outputs.append(ToPixels(narrow, config.channels, latent))

    @property
    def noise_sizes(self) -> list[int]:
        """The side of each layer's noise map."""
        return [4] + [4 * 2**level for level in range(1, len(self.outputs)) for _ in range(2)]

    def forward(self, w: Tensor, noise: Sequence[Tensor | None]) -> Tensor:
        hidden = self.layers[0](self.constant.expand(len(w), -1, -1, -1), w[:, 0], noise[0])
        pixels = self.outputs[0](hidden, w[:, 0])
        for level in range(1, len(self.outputs)):
            first, second = 2 * level - 1, 2 * level
            hidden = self.layers[first](F.interpolate(hidden, scale_factor=2), w[:, first], noise[first])
            hidden = self.layers[second](hidden, w[:, second], noise[second])
            pixels = F.interpolate(pixels, scale_factor=2) + self.outputs[level](hidden, w[:, second])
        return pixels


class Generator(nn.Module):
    """Mapping and synthesis."""

    def __init__(self, config: StyleGanConfig) -> None:
        super().__init__()
        self.mapping = Mapping(config)
        self.synthesis = Synthesis(config)

    def broadcast(self, w: Tensor) -> Tensor:
        """(B, latent) → w+ (B, layers, latent)."""
        return w[:, None].expand(-1, len(self.synthesis.layers), -1)

    def fresh_noise(self, count: int, generator: torch.Generator | None = None) -> list[Tensor]:
        """Noise maps for `count` pictures, from torch's generator or the one given."""
        device = self.synthesis.constant.device
        return [
            torch.randn(count, 1, side, side, generator=generator, device=None if generator else device).to(device)
            for side in self.synthesis.noise_sizes
        ]

    def forward(self, z: Tensor, chosen: Tensor | None = None) -> Tensor:
        return self.synthesis(self.broadcast(self.mapping(z, chosen)), self.fresh_noise(len(z)))


class ResidualBlock(nn.Module):
    """Two convolutions and a halving, with a shortcut."""

    def __init__(self, inputs: int, outputs: int) -> None:
        super().__init__()
        self.first = EqualisedConv(inputs, inputs)
        self.second = EqualisedConv(inputs, outputs)
        self.shortcut = EqualisedConv(inputs, outputs, kernel=1, bias=False, gain=1.0)

    def forward(self, x: Tensor) -> Tensor:
        hidden = F.avg_pool2d(F.leaky_relu(self.first(x), LEAK), 2)
        hidden = F.leaky_relu(self.second(hidden), LEAK)
        return (hidden + self.shortcut(F.avg_pool2d(x, 2))) / math.sqrt(2)


class Discriminator(nn.Module):
    """Pictures → one number each; the last block sees how much a group of four varies (minibatch deviation).

    Attributes speak as a projection of the last features (Miyato & Koyama 2018, arXiv:1802.05637).
    """

    GROUP = 4

    def __init__(self, config: StyleGanConfig) -> None:
        super().__init__()
        widths = config.widths[::-1]
        self.stem = EqualisedConv(config.channels, widths[0])
        self.blocks = nn.Sequential(*(ResidualBlock(a, b) for a, b in pairwise(widths)))
        self.last = EqualisedConv(widths[-1] + 1, widths[-1])
        self.head = nn.Sequential(
            EqualisedLinear(widths[-1] * 16, config.latent, gain=GAIN), nn.LeakyReLU(LEAK), EqualisedLinear(config.latent, 1)
        )
        self.listening = Listening(config) if config.attributes else None

    def forward(self, pictures: Tensor, chosen: Tensor | None = None) -> Tensor:
        hidden = self.blocks(F.leaky_relu(self.stem(pictures), LEAK))  # (B, widths[-1], 4, 4)
        groups = hidden.view(-1, self.GROUP, *hidden.shape[1:])
        deviation = groups.var(1, unbiased=False).add(1e-8).sqrt().mean((1, 2, 3))
        spread = deviation.repeat_interleave(self.GROUP).view(-1, 1, 1, 1).expand(-1, 1, *hidden.shape[2:])
        hidden = F.leaky_relu(self.last(torch.cat([hidden, spread], dim=1)), LEAK)
        features = self.head[:2](hidden.flatten(1))  # (B, latent)
        judged = self.head[2](features)[:, 0]
        if self.listening is not None and chosen is not None:
            judged = judged + (features * self.listening(chosen)).sum(1) / math.sqrt(features.shape[1])
        return judged  # (B,)


if __name__ == "__main__":
    from studio.generators.parts.report import report

    config = StyleGanConfig()
    report("generator", Generator(config), torch.randn(1, config.latent))
    report("discriminator", Discriminator(config), torch.randn(4, config.channels, config.size, config.size))
