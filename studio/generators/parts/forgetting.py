"""Forgetting attributes at random, so that one network works with and without each (Ho & Salimans 2022, arXiv:2207.12598)."""

from __future__ import annotations

import torch
from torch import Tensor

ALL, SOME = 0.1, 0.4
ANY = -1


def forget(chosen: Tensor) -> Tensor:
    """(B, attributes) → the same with all values of a tenth of the rows, and some of four tenths, replaced by −1 for “any”."""
    fate = torch.rand(len(chosen), 1, device=chosen.device)
    share = torch.where(fate < ALL, 1.0, torch.where(fate < ALL + SOME, torch.rand_like(fate), 0.0))
    return torch.where(torch.rand(chosen.shape, device=chosen.device) < share, ANY, chosen)
