"""Layers with equalised learning rates (Karras et al. 2017, arXiv:1710.10196, §4.1) and what adversarial critics are built of."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import torch
import torch.nn.functional as F
from torch import Tensor, nn

LEAK = 0.2
GAIN = 1.4  # about √2: keeps the variance through a leaky ReLU


class EqualisedLinear(nn.Module):
    """Weights of unit variance, scaled as they are used (Karras et al. 2017, §4.1)."""

    def __init__(self, inputs: int, outputs: int, bias: float = 0.0, gain: float = 1.0) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.randn(outputs, inputs))
        self.bias = nn.Parameter(torch.full((outputs,), bias))
        self.scale = gain / math.sqrt(inputs)

    def forward(self, x: Tensor) -> Tensor:
        return F.linear(x, self.weight * self.scale, self.bias)


class EqualisedConv(nn.Module):
    """The same for a convolution that keeps the size. `circular` continues the picture at its opposite edge, so that it tiles."""

    def __init__(self, inputs: int, outputs: int, kernel: int = 3, bias: bool = True, gain: float = GAIN) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.randn(outputs, inputs, kernel, kernel))
        self.bias = nn.Parameter(torch.zeros(outputs)) if bias else None
        self.scale = gain / math.sqrt(inputs * kernel**2)
        self.padding = kernel // 2

    def forward(self, x: Tensor, circular: bool = False) -> Tensor:
        if circular and self.padding:
            return F.conv2d(F.pad(x, (self.padding,) * 4, mode="circular"), self.weight * self.scale, self.bias)
        return F.conv2d(x, self.weight * self.scale, self.bias, padding=self.padding)


class ResidualBlock(nn.Module):
    """Two convolutions and a halving, with a shortcut: (B, inputs, h, w) → (B, outputs, h / 2, w / 2)."""

    def __init__(self, inputs: int, outputs: int) -> None:
        super().__init__()
        self.first = EqualisedConv(inputs, inputs)
        self.second = EqualisedConv(inputs, outputs)
        self.shortcut = EqualisedConv(inputs, outputs, kernel=1, bias=False, gain=1.0)

    def forward(self, x: Tensor) -> Tensor:
        hidden = F.avg_pool2d(F.leaky_relu(self.first(x), LEAK), 2)
        hidden = F.leaky_relu(self.second(hidden), LEAK)
        return (hidden + self.shortcut(F.avg_pool2d(x, 2))) / math.sqrt(2)


class EqualisedEmbedding(nn.Module):
    """gain · Σₖ vectorₖ[cₖ], one learnt vector for each attribute's value: (B, attributes) int64 → (B, width).

    A vector has a gradient only when its value comes up, so `gain` scales it to learn faster. `deviation` is that of its initial numbers.
    """

    def __init__(self, attributes: Mapping[str, Sequence[str]], width: int, gain: float = 1.0, deviation: float = 0.0) -> None:
        super().__init__()
        counts = [len(values) for values in attributes.values()]
        start = torch.randn(sum(counts), width) * deviation if deviation else torch.zeros(sum(counts), width)
        self.vectors = nn.Parameter(start)
        self.gain = gain
        self.offsets: Tensor
        self.register_buffer("offsets", torch.tensor([0, *counts[:-1]]).cumsum(0), persistent=False)

    def forward(self, chosen: Tensor) -> Tensor:
        return self.gain * self.vectors[chosen + self.offsets].sum(1)


def with_deviation(hidden: Tensor, group: int) -> Tensor:
    """(B, C, h, w) → (B, C + 1, h, w): the last channel says how much a group varies (Karras et al. 2017, §3)."""
    groups = hidden.view(-1, group, *hidden.shape[1:])
    deviation = groups.var(1, unbiased=False).add(1e-8).sqrt().mean((1, 2, 3))
    spread = deviation.repeat_interleave(group).view(-1, 1, 1, 1).expand(-1, 1, *hidden.shape[2:])
    return torch.cat([hidden, spread], dim=1)


def pixel_norm(x: Tensor) -> Tensor:
    """Each pixel's channels brought to unit mean square (Karras et al. 2017, §4.2); knows nothing of edges or of the batch."""
    return x * torch.rsqrt(x.square().mean(1, keepdim=True) + 1e-8)
