"""StyleGAN2's networks with equalised learning rates everywhere, small to large. Run this file for shapes and times."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from studio.generators.parts.equalised import GAIN, LEAK, EqualisedConv, EqualisedEmbedding, EqualisedLinear, ResidualBlock, with_deviation
from studio.generators.stylegan import StyleGanConfig


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


class Mapping(nn.Module):
    """z (B, latent), normalised to unit mean square, and values (B, attributes) → w (B, latent)."""

    def __init__(self, config: StyleGanConfig) -> None:
        super().__init__()
        self.layers = nn.ModuleList(EqualisedLinear(config.latent, config.latent, gain=GAIN) for _ in range(2))
        self.condition_embedding = EqualisedEmbedding(config.attributes, config.latent, gain=8.0) if config.attributes else None

    def forward(self, z: Tensor, chosen: Tensor | None = None, strictness: float = 1.0) -> Tensor:
        """`strictness` scales the condition's embedding."""
        w = self.layers[0](z * torch.rsqrt(z.square().mean(1, keepdim=True) + 1e-8))
        if self.condition_embedding is not None and chosen is not None:
            w = w + strictness * self.condition_embedding(chosen)
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


class Discriminator(nn.Module):
    """D(x, c) = w · φ(x) + ⟨e(c), φ(x)⟩ / √d, (B,), with features φ(x) (B, d): a projection discriminator (arXiv:1802.05637).

    The last block is given the deviation within groups of four pictures as a channel (Karras et al. 2017, section 3).
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
        self.condition_embedding = EqualisedEmbedding(config.attributes, config.latent) if config.attributes else None

    def forward(self, pictures: Tensor, chosen: Tensor | None = None) -> Tensor:
        hidden = self.blocks(F.leaky_relu(self.stem(pictures), LEAK))  # (B, widths[-1], 4, 4)
        hidden = F.leaky_relu(self.last(with_deviation(hidden, self.GROUP)), LEAK)
        features = self.head[:2](hidden.flatten(1))  # (B, latent)
        score = self.head[2](features)[:, 0]
        if self.condition_embedding is not None and chosen is not None:
            score = score + (features * self.condition_embedding(chosen)).sum(1) / math.sqrt(features.shape[1])
        return score  # (B,)


if __name__ == "__main__":
    from studio.generators.parts.report import report

    config = StyleGanConfig()
    report("generator", Generator(config), torch.randn(1, config.latent))
    report("discriminator", Discriminator(config), torch.randn(4, config.channels, config.size, config.size))
