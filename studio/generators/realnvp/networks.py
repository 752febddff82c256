"""RealNVP's network. Run this file for shapes, parameter counts and a forward's time."""

from __future__ import annotations

from itertools import pairwise

import torch
from torch import Tensor, nn

from studio.generators.parts.flows import ActNorm, ChannelCoupling, CouplingNet, FactorOut, MultiScaleFlow, Squeeze, stretch
from studio.generators.realnvp import RealNvpConfig


class CheckerboardCoupling(nn.Module):
    """Affine coupling by a checkerboard mask b: y = b ∘ x + (1 − b) ∘ ((x + t(b ∘ x)) ∘ exp s(b ∘ x)) (after RealNVP, equation 9).

    `transformed` is 1 − b, (side, side): where row + column is odd, or with `odd` False even.
    """

    transformed: Tensor

    def __init__(self, channels: int, width: int, side: int, odd: bool) -> None:
        super().__init__()
        self.net = CouplingNet(channels, width, 2 * channels, side)
        rows, columns = torch.meshgrid(torch.arange(side), torch.arange(side), indexing="ij")
        self.register_buffer("transformed", ((rows + columns) % 2 == int(odd)).float(), persistent=False)

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        shift, log_scale = self._answer(x)
        return (x + shift) * log_scale.exp(), log_scale.sum((1, 2, 3))

    def inverse(self, y: Tensor) -> Tensor:
        shift, log_scale = self._answer(y)
        return y * (-log_scale).exp() - shift

    def _answer(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """t and s, (B, channels, side, side) each; 0 where b is 1."""
        shift, raw = self.net(x * (1 - self.transformed)).chunk(2, dim=1)
        return shift * self.transformed, stretch(raw) * self.transformed


def realnvp(config: RealNvpConfig) -> MultiScaleFlow:
    """Checkerboards, a squeeze and channels at each of two scales, half of the channels leaving after each; checkerboards at the last."""
    layers: list[nn.Module] = [ActNorm(4)]
    channels, side = 4, config.size
    for width, next_width in pairwise(config.widths):
        for odd in (False, True, False):
            layers += [CheckerboardCoupling(channels, width, side, odd), ActNorm(channels)]
        channels, side = channels * 4, side // 2
        layers.append(Squeeze())
        for first in (False, True, False):
            layers += [ChannelCoupling(channels, next_width, side, first), ActNorm(channels)]
        channels //= 2
        layers.append(FactorOut())
    for odd in (False, True, False, True):
        layers += [CheckerboardCoupling(channels, config.widths[-1], side, odd), ActNorm(channels)]
    return MultiScaleFlow((4, config.size, config.size), layers)


if __name__ == "__main__":
    from studio.generators.parts.report import report

    report("realnvp", realnvp(RealNvpConfig()), torch.randn(1, 4, 32, 32))
