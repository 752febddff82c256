"""BigGAN's networks with equalised learning rates everywhere, small to large. Run this file for shapes and times."""

from __future__ import annotations

import math
from itertools import pairwise

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from studio.generators.biggan import BigGanConfig
from studio.generators.parts.equalised import (
    GAIN,
    LEAK,
    EqualisedConv,
    EqualisedEmbedding,
    EqualisedLinear,
    ResidualBlock,
    pixel_norm,
)


class ConditionalNorm(nn.Module):
    """Pixels brought to unit mean square, then scaled and moved, a channel at a time, as the condition says (B, condition).

    Batch normalisation, as in the paper, would let one picture of a request depend on the others.
    """

    def __init__(self, channels: int, condition: int) -> None:
        super().__init__()
        self.scale = EqualisedLinear(condition, channels, bias=1.0, gain=0.5)
        self.shift = EqualisedLinear(condition, channels, gain=0.5)

    def forward(self, x: Tensor, condition: Tensor) -> Tensor:
        return pixel_norm(x) * self.scale(condition)[:, :, None, None] + self.shift(condition)[:, :, None, None]


class RisingBlock(nn.Module):
    """(B, inputs, h, w) → (B, outputs, 2h, 2w): normalise, convolve, double, twice but for the doubling, and a shortcut around it."""

    def __init__(self, inputs: int, outputs: int, condition: int) -> None:
        super().__init__()
        self.norms = nn.ModuleList([ConditionalNorm(inputs, condition), ConditionalNorm(outputs, condition)])
        self.first = EqualisedConv(inputs, outputs)  # at the smaller size, where it costs a quarter
        self.second = EqualisedConv(outputs, outputs)
        self.shortcut = EqualisedConv(inputs, outputs, kernel=1, bias=False, gain=1.0)

    def forward(self, x: Tensor, condition: Tensor, tileable: bool) -> Tensor:
        hidden = self.first(F.leaky_relu(self.norms[0](x, condition), LEAK), tileable)
        hidden = F.interpolate(hidden, scale_factor=2)
        hidden = self.second(F.leaky_relu(self.norms[1](hidden, condition), LEAK), tileable)
        return (hidden + F.interpolate(self.shortcut(x), scale_factor=2)) / math.sqrt(2)


class Generator(nn.Module):
    """z (B, latent) and a vector for what is asked for (B, embedding) → (B, channels, size, size).

    `tileable` continues every convolution at the opposite edge; doubling repeats pixels, and norms look at one pixel, so that
    nothing in the network knows where the edge is but the 4×4 beginning.
    """

    def __init__(self, config: BigGanConfig) -> None:
        super().__init__()
        widths = config.widths
        self.part = config.latent // len(widths)
        self.embedding = config.embedding
        condition = config.embedding + self.part
        self.condition_embedding = EqualisedEmbedding(config.attributes, config.embedding, deviation=1.0) if config.attributes else None
        self.first = EqualisedLinear(condition, widths[0] * 16)
        self.blocks = nn.ModuleList(RisingBlock(wide, narrow, condition) for wide, narrow in pairwise(widths))
        self.norm = ConditionalNorm(widths[-1], condition)
        self.pixels = EqualisedConv(widths[-1], config.channels, gain=1.0)

    def embed(self, chosen: Tensor | None, count: int) -> Tensor:
        """(B, attributes) int64 → (B, embedding); zeros for an unconditional model."""
        if self.condition_embedding is None or chosen is None:
            return self.first.weight.new_zeros(count, self.embedding)
        return self.condition_embedding(chosen)

    def forward(self, z: Tensor, embedding: Tensor, tileable: bool = False) -> Tensor:
        conditions = [torch.cat([embedding, part], dim=1) for part in z.split(self.part, dim=1)]
        hidden = self.first(conditions[0]).view(len(z), -1, 4, 4)
        for block, condition in zip(self.blocks, conditions[1:], strict=True):
            hidden = block(hidden, condition, tileable)
        hidden = F.leaky_relu(self.norm(hidden, conditions[-1]), LEAK)
        return self.pixels(hidden, tileable)

    def orthogonality(self) -> Tensor:
        """How far filters are from standing at right angles, lengths left free: ‖WWᵀ ∘ (1 − I)‖² (Brock et al. 2018, equation 3)."""
        found = []
        for layer in self.modules():
            if isinstance(layer, EqualisedConv) and layer.padding:
                weight = layer.weight.flatten(1) * layer.scale
                gram = weight @ weight.T
                found.append((gram - gram.diagonal().diag()).square().sum())
        return torch.stack(found).sum()


class Discriminator(nn.Module):
    """D(x, c) = w · φ(x) + v · ⟨e(c), φ(x)⟩ / √d, (B,): a projection discriminator (Miyato & Koyama 2018, arXiv:1802.05637).

    φ(x) are `features` (B, d), v is `condition_weight`, a buffer in [0, 1]. Nothing here looks at two pictures at once, since the gradient
    penalty is of each alone.
    """

    def __init__(self, config: BigGanConfig) -> None:
        super().__init__()
        self.condition_weight: Tensor
        self.register_buffer("condition_weight", torch.ones(()))
        widths = config.widths[::-1]
        self.stem = EqualisedConv(config.channels, widths[0])
        self.blocks = nn.Sequential(*(ResidualBlock(a, b) for a, b in pairwise(widths)))
        self.features = EqualisedLinear(widths[-1] * 16, widths[-1], gain=GAIN)
        self.score = EqualisedLinear(widths[-1], 1)
        self.condition_embedding = EqualisedEmbedding(config.attributes, widths[-1]) if config.attributes else None

    def forward(self, pictures: Tensor, chosen: Tensor | None = None) -> Tensor:
        hidden = self.blocks(F.leaky_relu(self.stem(pictures), LEAK))  # (B, widths[-1], 4, 4)
        features = F.leaky_relu(self.features(hidden.flatten(1)), LEAK)  # (B, widths[-1])
        score = self.score(features)[:, 0]
        if self.condition_embedding is not None and chosen is not None:
            score = score + self.condition_weight * (features * self.condition_embedding(chosen)).sum(1) / math.sqrt(features.shape[1])
        return score  # (B,)


if __name__ == "__main__":
    from studio.generators.parts.report import report

    config = BigGanConfig()
    report("generator", Generator(config), torch.randn(1, config.latent), torch.zeros(1, config.embedding))
    report("discriminator", Discriminator(config), torch.randn(4, config.channels, config.size, config.size))
