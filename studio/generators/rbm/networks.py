"""The machine: weights, two biases, and each side's probabilities given the other. Run this file for shapes and times."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from studio.generators.rbm import RbmConfig


class Rbm(nn.Module):
    """E(v, h) = −v·a − h·b − hᵀWv over pixels v (B, size²) and hidden units h (B, hidden), all of them 0 or 1."""

    def __init__(self, config: RbmConfig) -> None:
        super().__init__()
        pixels = config.size**2
        self.weight = nn.Parameter(torch.randn(config.hidden, pixels) * 0.01)
        self.pixel_bias = nn.Parameter(torch.zeros(pixels))
        self.hidden_bias = nn.Parameter(torch.zeros(config.hidden))

    def hidden(self, pixels: Tensor, temperature: float = 1.0) -> Tensor:
        """v (B, size²) → p(h = 1 | v) = σ((Wv + b) / T), (B, hidden)."""
        return torch.sigmoid(F.linear(pixels, self.weight, self.hidden_bias) / temperature)

    def pixels(self, hidden: Tensor, temperature: float = 1.0) -> Tensor:
        """h (B, hidden) → p(v = 1 | h) = σ((Wᵀh + a) / T), (B, size²)."""
        return torch.sigmoid(F.linear(hidden, self.weight.T, self.pixel_bias) / temperature)

    def free_energy(self, pixels: Tensor) -> Tensor:
        """F(v) = −ln Σₕ exp(−E(v, h)), (B,) in nats: −ln p(v) up to the constant ln Z."""
        return -pixels @ self.pixel_bias - F.softplus(F.linear(pixels, self.weight, self.hidden_bias)).sum(1)

    def forward(self, pixels: Tensor) -> Tensor:
        """One round without chance: what the pixels would be, (B, size²)."""
        return self.pixels(self.hidden(pixels))


def bernoulli(probabilities: Tensor, uniforms: Tensor) -> Tensor:
    """1 where a uniform number in [0, 1) is below the probability, else 0; of any one shape."""
    return (uniforms < probabilities).float()


if __name__ == "__main__":
    from studio.generators.parts.report import report

    config = RbmConfig()
    report("machine", Rbm(config), torch.rand(1, config.size**2).round())
