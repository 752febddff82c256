"""The energy of a picture, and the chain that walks down it. Run this file for shapes and times."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import pairwise

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from studio.generators.ebm import EbmConfig


class SmoothBlock(nn.Module):
    """Two convolutions and a halving with a shortcut; SiLU, because a walk needs a slope that does not jump."""

    def __init__(self, inputs: int, outputs: int) -> None:
        super().__init__()
        self.first = nn.Conv2d(inputs, inputs, 3, padding=1)
        self.second = nn.Conv2d(inputs, outputs, 3, padding=1)
        self.shortcut = nn.Conv2d(inputs, outputs, 1, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        hidden = F.silu(self.second(F.avg_pool2d(F.silu(self.first(x)), 2)))
        return hidden + self.shortcut(F.avg_pool2d(x, 2))


class Energy(nn.Module):
    """(B, channels, size, size) in [-1, 1] → (B,): low where a picture is likely, without a zero of its own."""

    def __init__(self, config: EbmConfig) -> None:
        super().__init__()
        widths = config.widths
        self.stem = nn.Conv2d(config.channels, widths[0], 4, stride=2, padding=1)
        self.blocks = nn.Sequential(*(SmoothBlock(a, b) for a, b in pairwise(widths)))
        side = config.size // 2 ** len(widths)
        self.last = nn.Conv2d(widths[-1], widths[-1], 3, padding=1)
        self.head = nn.Linear(widths[-1] * side**2, 1)

    def forward(self, pictures: Tensor) -> Tensor:
        hidden = self.blocks(F.silu(self.stem(pictures)))  # (B, widths[-1], size / 8, size / 8)
        return self.head(F.silu(self.last(hidden)).flatten(1))[:, 0]

    def slope(self, pictures: Tensor) -> Tensor:
        """∂energy / ∂pictures, of the same shape."""
        with torch.enable_grad():
            pictures = pictures.detach().requires_grad_(True)
            (found,) = torch.autograd.grad(self(pictures).sum(), pictures)
        return found


def walk(
    energy: Energy, pictures: Tensor, steps: int, config: EbmConfig, shaken: Callable[[], Tensor], heat: float = 1.0
) -> Iterator[Tensor]:  # fmt: skip
    """Langevin dynamics: downhill and shaken, `steps` times; yields where it is after each. `shaken` draws noise of pictures' shape."""
    for _ in range(steps):
        down = (config.rate * energy.slope(pictures)).clamp(-config.stride, config.stride)
        pictures = (pictures - down + heat * config.shake * shaken()).clamp(-1, 1)
        yield pictures


if __name__ == "__main__":
    from studio.generators.parts.report import report

    config = EbmConfig()
    report("energy", Energy(config), torch.randn(4, config.channels, config.size, config.size))
