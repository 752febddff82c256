"""The energy of a picture, and Langevin dynamics down its gradient. Run this file for shapes and times."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from studio.generators.ebm import EbmConfig

GROUPS = 8
FOLD = 2


@dataclass(frozen=True)
class Around:
    """What a chain is held to: `known` (1, channels, size, size) where `hole` (size, size) is False."""

    known: Tensor
    hole: Tensor


class Block(nn.Module):
    """Two 3×3 convolutions beside a shortcut; SiLU, because Langevin dynamics needs a continuous gradient."""

    def __init__(self, inputs: int, outputs: int) -> None:
        super().__init__()
        self.norm_in, self.conv_in = nn.GroupNorm(GROUPS, inputs), nn.Conv2d(inputs, outputs, 3, padding=1)
        self.norm_out, self.conv_out = nn.GroupNorm(GROUPS, outputs), nn.Conv2d(outputs, outputs, 3, padding=1)
        self.shortcut = nn.Conv2d(inputs, outputs, 1) if inputs != outputs else nn.Identity()

    def forward(self, x: Tensor) -> Tensor:
        hidden = self.conv_in(F.silu(self.norm_in(x)))
        return self.shortcut(x) + self.conv_out(F.silu(self.norm_out(hidden)))


class Energy(nn.Module):
    """E(x) = ½ ‖x − f(x)‖², (B, channels, size, size) → (B,), with f a small U-Net that removes noise.

    So E ≥ 0, and ∇E is close to the noise in x (Salimans & Ho 2021, Should EBMs model the energy or the score?).
    """

    def __init__(self, config: EbmConfig) -> None:
        super().__init__()
        half, quarter, eighth = config.widths
        channels = config.channels * FOLD**2
        self.stem = nn.Conv2d(channels, half, 3, padding=1)
        self.down_half, self.down_quarter, self.middle = Block(half, half), Block(half, quarter), Block(quarter, eighth)
        self.up_quarter, self.up_half = Block(eighth + quarter, quarter), Block(quarter + half, half)
        last = nn.Conv2d(half, channels, 3, padding=1)
        nn.init.zeros_(last.weight)
        self.head = nn.Sequential(nn.GroupNorm(GROUPS, half), nn.SiLU(), last)

    def forward(self, pictures: Tensor) -> Tensor:
        return 0.5 * (pictures - self.restored(pictures)).square().sum((1, 2, 3))

    def restored(self, pictures: Tensor) -> Tensor:
        """What the picture would be without its noise, of the same shape."""
        half = self.down_half(self.stem(F.pixel_unshuffle(pictures, FOLD)))
        quarter = self.down_quarter(F.avg_pool2d(half, 2))
        up = self.middle(F.avg_pool2d(quarter, 2))
        up = self.up_quarter(torch.cat([F.interpolate(up, scale_factor=2), quarter], dim=1))
        up = self.up_half(torch.cat([F.interpolate(up, scale_factor=2), half], dim=1))
        return F.pixel_shuffle(self.head(up), FOLD)

    def slope(self, pictures: Tensor, keep: bool = False) -> Tensor:
        """∂energy / ∂pictures, of the same shape; with `keep` it can itself be learnt from."""
        with torch.enable_grad():
            pictures = pictures.detach().requires_grad_(True)
            (found,) = torch.autograd.grad(self(pictures).sum(), pictures, create_graph=keep)
        return found


def langevin_dynamics(
    slope: Callable[[Tensor], Tensor], pictures: Tensor, steps: int, config: EbmConfig, fresh: Callable[[], Tensor],
    noise_scale: float = 1.0, around: Around | None = None,
) -> Iterator[Tensor]:  # fmt: skip
    """x ← x − h ∇E(x) + γ σ ε, `steps` times from `pictures` (B, channels, size, size); yields x after each.

    h is the config's `rate`; σ = ‖∇E(x)‖ / √d estimates the noise that is left in x, so that the added noise falls with it; and
    γ² = (1 − β h)² − (1 − h)² with β = 1 − min(1, noise_scale · config.shake) (Kadkhodaie & Simoncelli 2020, arXiv:2007.13640, algorithms 1
    and 2). Where β is 0, the noise level never falls. ε is drawn by `fresh`, standard normal of x's shape.

    Outside the hole of `around`, ∇E is replaced by x − known, so that both parts come out of the noise together.
    """
    rate = config.rate
    shake = min(1.0, noise_scale * config.shake)
    share = ((1 - (1 - shake) * rate) ** 2 - (1 - rate) ** 2) ** 0.5
    for _ in range(steps):
        steep = slope(pictures)
        if around is not None:
            steep = torch.where(around.hole, steep, pictures - around.known)
        level = steep.square().mean((1, 2, 3), keepdim=True).sqrt()
        pictures = pictures - rate * steep + share * level * fresh().to(pictures.device)
        yield pictures


if __name__ == "__main__":
    from studio.generators.parts.report import report

    config = EbmConfig()
    report("energy", Energy(config), torch.randn(4, config.channels, config.size, config.size))
