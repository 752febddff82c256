"""Glow's network, small to large. Run this file for shapes, parameter counts and a forward's time."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from studio.generators.glow import GlowConfig
from studio.generators.parts.flows import ActNorm, ChannelCoupling, FactorOut, MultiScaleFlow, Squeeze, stretch


class InvertibleConv(nn.Module):
    """One square matrix over the channels, the same at every place; it starts as a rotation (section 3.2)."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        rotation, _ = torch.linalg.qr(torch.randn(channels, channels))
        self.weight = nn.Parameter(rotation.contiguous())

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        change = torch.linalg.slogdet(self.weight).logabsdet * x[0, 0].numel()
        return F.conv2d(x, self.weight[:, :, None, None]), change.expand(len(x))

    def inverse(self, y: Tensor) -> Tensor:
        back = torch.linalg.inv(self.weight.double()).float()
        return F.conv2d(y, back[:, :, None, None])


class Step(nn.Module):
    """ActNorm, 1×1 convolution, affine coupling: one step of the flow."""

    def __init__(self, channels: int, width: int, side: int) -> None:
        super().__init__()
        self.norm = ActNorm(channels)
        self.mix = InvertibleConv(channels)
        self.couple = ChannelCoupling(channels, width, side)

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        x, normed = self.norm(x)
        x, mixed = self.mix(x)
        x, coupled = self.couple(x)
        return x, normed + mixed + coupled

    def inverse(self, y: Tensor) -> Tensor:
        return self.norm.inverse(self.mix.inverse(self.couple.inverse(y)))


class PredictedFactorOut(FactorOut):
    """Half of the channels leave, as their deviation from what the other half predicts."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.predict = nn.Conv2d(channels // 2, channels, 3, 1, 1)
        nn.init.zeros_(self.predict.weight)
        nn.init.zeros_(self.predict.bias)  # type: ignore[arg-type]

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        kept, left = x.chunk(2, dim=1)
        mean, raw = self.predict(kept).chunk(2, dim=1)
        log_scale = stretch(raw)
        return kept, (left - mean) * (-log_scale).exp(), -log_scale.sum((1, 2, 3))

    def inverse(self, kept: Tensor, left: Tensor) -> Tensor:
        mean, raw = self.predict(kept).chunk(2, dim=1)
        return torch.cat([kept, left * stretch(raw).exp() + mean], dim=1)


def glow(config: GlowConfig) -> MultiScaleFlow:
    """(B, 4, size, size) → z; at each scale a squeeze and steps, after all but the last half of the channels leave."""
    layers: list[nn.Module] = []
    channels, side = 4, config.size
    for level, (steps, width) in enumerate(zip(config.steps, config.widths, strict=True)):
        channels, side = channels * 4, side // 2
        layers += [Squeeze(), *(Step(channels, width, side) for _ in range(steps))]
        if level < len(config.steps) - 1:
            layers.append(PredictedFactorOut(channels))
            channels //= 2
    return MultiScaleFlow((4, config.size, config.size), layers, [len(values) for values in config.attributes.values()])


if __name__ == "__main__":
    from studio.generators.parts.report import report

    report("glow", glow(GlowConfig()), torch.randn(1, 4, 32, 32))
