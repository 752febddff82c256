"""The row LSTM, and the cache that paints with it. Run this file for shapes, parameter counts and a forward's time."""

from __future__ import annotations

from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from studio.generators.parts.autoregressive import ConditionMap, Embedding
from studio.generators.pixelrnn import PixelRnnConfig


def advanced(gates: Tensor, cell: Tensor) -> tuple[Tensor, Tensor]:
    """Gates (…, 4c) and the cell state above (…, c) → hidden state and cell state, (…, c) each (equation 3)."""
    output, forget, take, new = gates.chunk(4, dim=-1)
    cell = torch.sigmoid(forget) * cell + torch.sigmoid(take) * torch.tanh(new)
    return torch.sigmoid(output) * torch.tanh(cell), cell


def around(states: Tensor) -> Tensor:
    """A row (B, w, c) → (B, w, 3c): each pixel with its neighbours; a product with these is faster than a small convolution."""
    padded = F.pad(states, (0, 0, 1, 1))
    return torch.cat([padded[:, :-2], states, padded[:, 2:]], dim=2)


class RowLstm(nn.Module):
    """Input to state looks at the left neighbour and the pixel itself, state to state at three pixels of the row above."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.from_input = nn.Conv2d(width, 4 * width, (1, 2))
        self.from_above = nn.Linear(3 * width, 4 * width, bias=False)
        self.out = nn.Conv2d(width, width, 1)

    def forward(self, x: Tensor) -> Tensor:
        """(B, width, h, w) → the same, row by row."""
        gates = self.from_input(F.pad(x, (1, 0))).permute(2, 0, 3, 1)  # (h, B, w, 4 · width)
        state = cell = x.new_zeros(*gates.shape[1:3], x.shape[1])
        said = []
        for row in gates.unbind(0):
            state, cell = advanced(row + self.from_above(around(state)), cell)
            said.append(state)
        return x + self.out(torch.stack(said, dim=1).permute(0, 3, 1, 2))


class PixelRnn(nn.Module):
    """Palette indices (B, h, w) → logits of each pixel given those before it, (B, colours + 1, h, w)."""

    def __init__(self, config: PixelRnnConfig) -> None:
        super().__init__()
        self.embedding = Embedding(config.colours, config.width)
        self.condition_map = ConditionMap(config.size, config.width, [len(values) for values in config.attributes.values()])
        self.layers = nn.ModuleList(RowLstm(config.width) for _ in range(config.layers))
        self.head = nn.Conv2d(config.width, config.colours + 1, 1)

    def forward(self, indices: Tensor, chosen: Tensor | None = None) -> Tensor:
        embedded = self.embedding(indices).permute(0, 3, 1, 2)
        hidden = F.pad(embedded, (1, 0))[:, :, :, :-1] + self.condition_map(len(indices), chosen)
        for layer in self.layers:
            hidden = layer(hidden)
        return self.head(F.relu(hidden))

    def cache(self, count: int, chosen: Tensor | None = None) -> PixelRnnCache:
        return PixelRnnCache(self, count, chosen)


class PixelRnnCache:
    """Implements `Cache`: states and memories of the row above and of this row so far, and the last pixel that went into each layer."""

    def __init__(self, network: PixelRnn, count: int, chosen: Tensor | None) -> None:
        self.network = network
        self.layers: list[Any] = list(network.layers)
        self.plan = network.condition_map(count, chosen)  # (B, width, h, w)
        self.nothing = self.plan.new_zeros(count, self.plan.shape[1])
        side = self.plan.shape[3]
        self.states = [[self.nothing] * side for _ in self.layers]
        self.cells = [[self.nothing] * side for _ in self.layers]

    def start_row(self, row: int, above: Tensor | None) -> None:
        self.fed = [layer.from_above(around(torch.stack(said, dim=1))) for layer, said in zip(self.layers, self.states, strict=True)]
        self.plans = self.plan[:, :, row].unbind(2)
        self.pixels = [self.nothing] * len(self.layers)

    def pixel(self, column: int, left: Tensor | None) -> Tensor:
        hidden = self.plans[column] if left is None else self.plans[column] + self.network.embedding(left)
        for number, layer in enumerate(self.layers):
            weight = layer.from_input.weight[:, :, 0]
            gates = F.linear(self.pixels[number], weight[:, :, 0]) + F.linear(hidden, weight[:, :, 1], layer.from_input.bias)
            self.pixels[number] = hidden
            state, cell = advanced(gates + self.fed[number][:, column], self.cells[number][column])
            self.states[number][column], self.cells[number][column] = state, cell
            hidden = hidden + F.linear(state, layer.out.weight[:, :, 0, 0], layer.out.bias)
        head = self.network.head
        return F.linear(F.relu(hidden), head.weight[:, :, 0, 0], head.bias)


if __name__ == "__main__":
    from studio.generators.parts.report import report

    report("pixelrnn", PixelRnn(PixelRnnConfig()), torch.zeros(1, 32, 32, dtype=torch.long))
