"""A plain generator and a plain critic with equalised learning rates. Run this file for shapes and times."""

from __future__ import annotations

from itertools import pairwise

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from studio.generators.parts.equalised import GAIN, LEAK, EqualisedConv, EqualisedLinear, ResidualBlock, pixel_norm
from studio.generators.wgan import WganConfig


class Generator(nn.Module):
    """z (B, latent) → (B, channels, size, size): double, convolve, normalise, once a size."""

    def __init__(self, config: WganConfig) -> None:
        super().__init__()
        widths = config.widths
        self.first = EqualisedLinear(config.latent, widths[0] * 16, gain=GAIN)
        self.rising = nn.ModuleList(EqualisedConv(wide, narrow) for wide, narrow in pairwise(widths))
        self.pixels = EqualisedConv(widths[-1], config.channels, gain=1.0)

    def forward(self, z: Tensor) -> Tensor:
        hidden = pixel_norm(F.leaky_relu(self.first(z).view(len(z), -1, 4, 4), LEAK))
        for conv in self.rising:
            hidden = pixel_norm(F.leaky_relu(conv(F.interpolate(hidden, scale_factor=2)), LEAK))
        return self.pixels(hidden)


class Critic(nn.Module):
    """Pictures → one number each. Nothing here looks at two pictures at once, since the gradient penalty is of each alone."""

    def __init__(self, config: WganConfig) -> None:
        super().__init__()
        widths = config.widths[::-1]
        self.stem = EqualisedConv(config.channels, widths[0])
        self.blocks = nn.Sequential(*(ResidualBlock(a, b) for a, b in pairwise(widths)))
        self.features = EqualisedLinear(widths[-1] * 16, widths[-1], gain=GAIN)
        self.score = EqualisedLinear(widths[-1], 1)

    def forward(self, pictures: Tensor, chosen: Tensor | None = None) -> Tensor:
        del chosen
        hidden = self.blocks(F.leaky_relu(self.stem(pictures), LEAK))  # (B, widths[-1], 4, 4)
        return self.score(F.leaky_relu(self.features(hidden.flatten(1)), LEAK))[:, 0]  # (B,)


if __name__ == "__main__":
    from studio.generators.parts.report import report

    config = WganConfig()
    report("generator", Generator(config), torch.randn(1, config.latent))
    report("critic", Critic(config), torch.randn(4, config.channels, config.size, config.size))
