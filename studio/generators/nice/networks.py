"""NICE's network. Run this file for shapes, parameter counts and a forward's time."""

from __future__ import annotations

from collections.abc import Iterator

import torch
from torch import Tensor, nn

from studio.generators.nice import NiceConfig
from studio.generators.parts.flows import Prior


class AdditiveCoupling(nn.Module):
    """y₂ = x₂ + m(x₁), y₁ = x₁ with m a perceptron (NICE, section 3.2); both halves (B, d / 2). Its log-determinant is 0."""

    def __init__(self, numbers: int, width: int) -> None:
        super().__init__()
        half = numbers // 2
        self.net = nn.Sequential(
            nn.Linear(half, width), nn.ReLU(), nn.Linear(width, width), nn.ReLU(), nn.Linear(width, half),
        )  # fmt: skip
        nn.init.zeros_(self.net[-1].weight)  # type: ignore[arg-type]

    def forward(self, conditioning_half: Tensor, transformed_half: Tensor) -> Tensor:
        return transformed_half + self.net(conditioning_half)

    def inverse(self, conditioning_half: Tensor, transformed_half: Tensor) -> Tensor:
        return transformed_half - self.net(conditioning_half)


class Nice(nn.Module):
    """Couplings in turn from even to odd numbers and back, then one scale a number; z is normal."""

    def __init__(self, config: NiceConfig) -> None:
        super().__init__()
        self.size = config.size
        numbers = 4 * config.size**2
        self.couplings = nn.ModuleList(AdditiveCoupling(numbers, config.width) for _ in range(config.couplings))
        self.log_scale = nn.Parameter(torch.zeros(numbers))
        self.prior = Prior(numbers, 0)

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """(B, 4, size, size) → z (B, 4 · size²) and the log-determinant (B,)."""
        flat = x.flatten(1)
        even, odd = flat[:, 0::2], flat[:, 1::2]
        for number, coupling in enumerate(self.couplings):
            even, odd = (even, coupling(even, odd)) if number % 2 == 0 else (coupling(odd, even), odd)
        return _woven(even, odd) * self.log_scale.exp(), self.log_scale.sum().expand(len(x))

    def states(self, z: Tensor) -> Iterator[Tensor]:
        """The way back, a coupling at a time, as pixels; the last is the picture."""
        flat = z * (-self.log_scale).exp()
        even, odd = flat[:, 0::2], flat[:, 1::2]
        for number in reversed(range(len(self.couplings))):
            back = self.couplings[number].inverse
            even, odd = (even, back(even, odd)) if number % 2 == 0 else (back(odd, even), odd)  # type: ignore[operator]
            yield _woven(even, odd).view(-1, 4, self.size, self.size)


def _woven(even: Tensor, odd: Tensor) -> Tensor:
    return torch.stack([even, odd], dim=2).flatten(1)


if __name__ == "__main__":
    from studio.generators.parts.report import report

    report("nice", Nice(NiceConfig()), torch.randn(1, 4, 32, 32))
