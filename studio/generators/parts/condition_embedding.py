"""Attributes as a network is given them: (B, attributes) int64, NULL_LABEL for any value; dropped at random while it learns."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor, nn

NULL_LABEL = -1
ALL_DROPPED, SOME_DROPPED = 0.1, 0.4  # shares of the rows


class ConditionEmbedding(nn.Module):
    """The sum of one learnt vector for each attribute's value, NULL_LABEL among them: (B, attributes) int64 → (B, width).

    `counts` are how many values each attribute has.
    """

    def __init__(self, counts: Sequence[int], width: int) -> None:
        super().__init__()
        self.vectors = nn.Parameter(torch.randn(sum(counts) + len(counts), width) * 0.1)
        self.starts: Tensor
        starts = torch.tensor([0, *(count + 1 for count in counts[:-1])]).cumsum(0)
        self.register_buffer("starts", starts, persistent=False)

    def forward(self, chosen: Tensor) -> Tensor:
        return self.vectors[chosen + 1 + self.starts].sum(1)


def condition_dropout(chosen: Tensor) -> Tensor:
    """(B, attributes) → the same with NULL_LABEL for all values of a tenth of the rows, and for some of four tenths.

    So one network models p(x | c) for every subset of the attributes, as classifier-free guidance needs it (Ho & Salimans 2022,
    arXiv:2207.12598, algorithm 1).
    """
    fate = torch.rand(len(chosen), 1, device=chosen.device)
    share = torch.where(fate < ALL_DROPPED, 1.0, torch.where(fate < ALL_DROPPED + SOME_DROPPED, torch.rand_like(fate), 0.0))
    return torch.where(torch.rand(chosen.shape, device=chosen.device) < share, NULL_LABEL, chosen)


def dropped_conditions(attributes: np.ndarray, device: torch.device) -> Tensor:
    """A batch's attributes (B, k) on `device`, after condition dropout."""
    return condition_dropout(torch.from_numpy(attributes.astype(np.int64)).to(device))
