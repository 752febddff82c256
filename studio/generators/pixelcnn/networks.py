"""The gated PixelCNN, and the cache that paints with it. Run this file for shapes, parameter counts and a forward's time."""

from __future__ import annotations

from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from studio.generators.parts.autoregressive import ConditionMap, Embedding
from studio.generators.pixelcnn import PixelCnnConfig


def gated(x: Tensor) -> Tensor:
    """(B, 2c, …) → (B, c, …): tanh of one half times the sigmoid of the other (equation 2)."""
    a, b = x.chunk(2, dim=1)
    return torch.tanh(a) * torch.sigmoid(b)


class Layer(nn.Module):
    """A gated layer of two masked stacks (figure 2): the vertical one covers this row of its map and the one above, the horizontal one
    a pixel and its left neighbour.

    The maps that come in are shifted by a pixel, so that no pixel depends on itself.
    """

    def __init__(self, width: int, dropout: float) -> None:
        super().__init__()
        self.above = nn.Conv2d(width, 2 * width, (2, 3))
        self.down = nn.Conv2d(width, 2 * width, 1)
        self.left = nn.Conv2d(width, 2 * width, (1, 2))
        self.drop = nn.Dropout(dropout)
        self.out = nn.Conv2d(width, width, 1)

    def forward(self, vertical: Tensor, horizontal: Tensor) -> tuple[Tensor, Tensor]:
        """(B, width, h, w) each, and the same back."""
        seen = gated(self.above(F.pad(vertical, (1, 1, 1, 0))))
        chosen = gated(self.left(F.pad(horizontal, (1, 0))) + self.down(seen))
        return vertical + seen, horizontal + self.out(self.drop(chosen))


class PixelCnn(nn.Module):
    """Palette indices (B, h, w) → logits of each pixel given those before it, (B, colours + 1, h, w)."""

    def __init__(self, config: PixelCnnConfig) -> None:
        super().__init__()
        self.embedding = Embedding(config.colours, config.width)
        self.condition_map = ConditionMap(config.size, config.width, [len(values) for values in config.attributes.values()])
        self.layers = nn.ModuleList(Layer(config.width, config.dropout) for _ in range(config.layers))
        self.head = nn.Conv2d(config.width, config.colours + 1, 1)

    def forward(self, indices: Tensor, chosen: Tensor | None = None) -> Tensor:
        embedded = self.embedding(indices).permute(0, 3, 1, 2)
        plan = self.condition_map(len(indices), chosen)
        vertical = F.pad(embedded, (0, 0, 1, 0))[:, :, :-1] + plan
        horizontal = F.pad(embedded, (1, 0))[:, :, :, :-1] + plan
        for layer in self.layers:
            vertical, horizontal = layer(vertical, horizontal)
        return self.head(F.relu(horizontal))

    def cache(self, count: int, chosen: Tensor | None = None) -> PixelCnnCache:
        return PixelCnnCache(self, count, chosen)


class PixelCnnCache:
    """Implements `Cache`: the vertical stack's last row a layer, and the horizontal stack's last pixel a layer."""

    def __init__(self, network: PixelCnn, count: int, chosen: Tensor | None) -> None:
        self.network = network
        self.layers: list[Any] = list(network.layers)
        self.plan = network.condition_map(count, chosen)  # (B, width, h, w)
        width, side = self.plan.shape[1], self.plan.shape[3]
        self.rows = [self.plan.new_zeros(count, width, 1, side) for _ in self.layers]
        self.nothing = self.plan.new_zeros(count, width)
        self.left = [_pixel_weights(layer.left) for layer in self.layers]
        self.out = [_pixel_weights(layer.out) for layer in self.layers]
        self.head = _pixel_weights(network.head)

    def start_row(self, row: int, above: Tensor | None) -> None:
        plan = self.plan[:, :, row : row + 1]
        vertical = plan if above is None else plan + self.network.embedding(above).transpose(1, 2)[:, :, None]
        self.downs = []
        for number, layer in enumerate(self.layers):
            window = torch.cat([self.rows[number], vertical], dim=2)
            self.rows[number] = vertical
            seen = gated(layer.above(F.pad(window, (1, 1))))
            self.downs.append(layer.down(seen)[:, :, 0].permute(2, 0, 1).contiguous())
            vertical = vertical + seen
        self.plans = plan[:, :, 0].permute(2, 0, 1).contiguous()  # (w, B, width)
        self.pixels = [self.nothing] * len(self.layers)

    def pixel(self, column: int, left: Tensor | None) -> Tensor:
        horizontal = self.plans[column] if left is None else self.plans[column] + self.network.embedding(left)
        for number, (weight, bias) in enumerate(self.left):
            window = torch.cat([self.pixels[number], horizontal], dim=1)
            self.pixels[number] = horizontal
            chosen = gated(torch.addmm(self.downs[number][column] + bias, window, weight))
            out_weight, out_bias = self.out[number]
            horizontal = horizontal + torch.addmm(out_bias, chosen, out_weight)
        return torch.addmm(self.head[1], F.relu(horizontal), self.head[0])


def _pixel_weights(conv: nn.Conv2d) -> tuple[Tensor, Tensor]:
    """A convolution over a row as one matrix (taps · inputs, outputs) and its bias."""
    taps = conv.weight[:, :, 0].permute(2, 1, 0)  # (taps, inputs, outputs)
    assert conv.bias is not None
    return taps.reshape(-1, taps.shape[2]).contiguous(), conv.bias


if __name__ == "__main__":
    from studio.generators.parts.report import report

    report("pixelcnn", PixelCnn(PixelCnnConfig()), torch.zeros(1, 32, 32, dtype=torch.long))
