"""A generator and a critic that grow, with equalised learning rates. Run this file for shapes and times."""

from __future__ import annotations

from itertools import pairwise

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from studio.generators.parts.equalised import GAIN, LEAK, EqualisedConv, EqualisedLinear, pixel_norm, with_deviation
from studio.generators.progan import ProGanConfig


def stage(grown: Tensor) -> tuple[int, float]:
    """`grown` sizes beyond 4×4, such as 2.3, as the level that is there or fading in (3) and how far in it is (0.3)."""
    reached = float(grown)
    level = int(-(-reached // 1))
    return level, reached - level + 1 if level else 1.0


class RisingBlock(nn.Module):
    """(B, inputs, h, w) → (B, outputs, 2h, 2w)."""

    def __init__(self, inputs: int, outputs: int) -> None:
        super().__init__()
        self.first = EqualisedConv(inputs, outputs)
        self.second = EqualisedConv(outputs, outputs)

    def forward(self, x: Tensor) -> Tensor:
        hidden = pixel_norm(F.leaky_relu(self.first(F.interpolate(x, scale_factor=2)), LEAK))
        return pixel_norm(F.leaky_relu(self.second(hidden), LEAK))


class Generator(nn.Module):
    """z (B, latent) → (B, channels, size, size), whatever size it has grown to: smaller pictures are enlarged.

    `grown` is part of the weights, so that a checkpoint goes on at its stage.
    """

    def __init__(self, config: ProGanConfig) -> None:
        super().__init__()
        widths = config.widths
        self.size = config.size
        self.grown: Tensor
        self.register_buffer("grown", torch.zeros(()))
        self.first = EqualisedLinear(config.latent, widths[0] * 16, gain=GAIN)
        self.second = EqualisedConv(widths[0], widths[0])
        self.blocks = nn.ModuleList(RisingBlock(wide, narrow) for wide, narrow in pairwise(widths))
        self.pixels = nn.ModuleList(EqualisedConv(width, config.channels, kernel=1, gain=1.0) for width in widths)

    def stages(self, z: Tensor) -> list[Tensor]:
        """The picture as each size up to the one reached would have it, (B, channels, 4·2ᵏ, 4·2ᵏ), the last one faded in."""
        level, fade = stage(self.grown)
        z = z * torch.rsqrt(z.square().mean(1, keepdim=True) + 1e-8)
        hidden = pixel_norm(F.leaky_relu(self.first(z).view(len(z), -1, 4, 4), LEAK))
        hidden = pixel_norm(F.leaky_relu(self.second(hidden), LEAK))
        found = [self.pixels[0](hidden)]
        for k in range(1, level + 1):
            hidden = self.blocks[k - 1](hidden)
            found.append(self.pixels[k](hidden))
        if level and fade < 1:
            found[-1] = torch.lerp(F.interpolate(found[-2], scale_factor=2), found[-1], fade)
        return found

    def small(self, z: Tensor) -> Tensor:
        """The picture at the size that was reached."""
        return self.stages(z)[-1]

    def forward(self, z: Tensor) -> Tensor:
        return F.interpolate(self.small(z), size=(self.size, self.size))


class FallingBlock(nn.Module):
    """(B, inputs, 2h, 2w) → (B, outputs, h, w)."""

    def __init__(self, inputs: int, outputs: int) -> None:
        super().__init__()
        self.first = EqualisedConv(inputs, inputs)
        self.second = EqualisedConv(inputs, outputs)

    def forward(self, x: Tensor) -> Tensor:
        return F.avg_pool2d(F.leaky_relu(self.second(F.leaky_relu(self.first(x), LEAK)), LEAK), 2)


class Discriminator(nn.Module):
    """Pictures of the size that was reached → one number each; it grows as the generator does, at the other end."""

    GROUP = 4

    def __init__(self, config: ProGanConfig) -> None:
        super().__init__()
        widths = config.widths
        self.grown: Tensor
        self.register_buffer("grown", torch.zeros(()))
        self.stems = nn.ModuleList(EqualisedConv(config.channels, width, kernel=1) for width in widths)
        self.blocks = nn.ModuleList(FallingBlock(narrow, wide) for wide, narrow in pairwise(widths))
        self.last = EqualisedConv(widths[0] + 1, widths[0])
        self.features = EqualisedLinear(widths[0] * 16, widths[0], gain=GAIN)
        self.score = EqualisedLinear(widths[0], 1)

    def forward(self, pictures: Tensor, chosen: Tensor | None = None) -> Tensor:
        del chosen
        level, fade = stage(self.grown)
        hidden = F.leaky_relu(self.stems[level](pictures), LEAK)
        for k in range(level, 0, -1):
            hidden = self.blocks[k - 1](hidden)
            if k == level and fade < 1:
                before = F.leaky_relu(self.stems[k - 1](F.avg_pool2d(pictures, 2)), LEAK)
                hidden = torch.lerp(before, hidden, fade)
        hidden = F.leaky_relu(self.last(with_deviation(hidden, self.GROUP)), LEAK)  # (B, widths[0], 4, 4)
        return self.score(F.leaky_relu(self.features(hidden.flatten(1)), LEAK))[:, 0]  # (B,)


if __name__ == "__main__":
    from studio.generators.parts.report import report

    config = ProGanConfig()
    generator, discriminator = Generator(config), Discriminator(config)
    for reached in range(len(config.widths)):
        generator.grown.fill_(reached)
        discriminator.grown.fill_(reached)
        report(f"generator at {4 * 2**reached}", generator, torch.randn(1, config.latent))
        report(f"discriminator at {4 * 2**reached}", discriminator, torch.randn(4, config.channels, *[4 * 2**reached] * 2))
