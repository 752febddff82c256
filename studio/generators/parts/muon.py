"""Muon (Jordan et al. 2024, kellerjordan.github.io/posts/muon): momentum whose matrices are made orthogonal before the step.

A small transformer needs about two thirds of AdamW's steps. Embeddings, heads and vectors go by AdamW (arXiv:1711.05101) beside it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import torch
from torch import Tensor, nn

A, B, C = 3.4445, -4.7750, 2.0315  # the quintic of the post: singular values end between 0.7 and 1.2
TURNS = 5
ADAM_SHARE = 0.15  # of Muon's rate


class Muon(torch.optim.Optimizer):
    """`matrices` (and convolutions, as matrices) go by Muon with rate `lr`, `others` by AdamW with `lr` · 0.15."""

    def __init__(self, matrices: Iterable[nn.Parameter], others: Iterable[nn.Parameter], lr: float, weight_decay: float = 0.05) -> None:
        groups: list[dict[str, Any]] = [{"params": list(matrices), "muon": True}, {"params": list(others), "muon": False}]
        super().__init__(groups, {"lr": lr, "weight_decay": weight_decay})

    @torch.no_grad()
    def step(self, closure: Callable[[], float] | None = None) -> None:  # type: ignore[override]
        del closure
        for group in self.param_groups:
            rate = group["lr"] if group["muon"] else group["lr"] * ADAM_SHARE
            for parameter in group["params"]:
                if parameter.grad is None:
                    continue
                if parameter.dim() >= 2:
                    parameter.mul_(1 - rate * group["weight_decay"])
                move = _muon if group["muon"] else _adam
                parameter.add_(move(parameter.grad, self.state[parameter]), alpha=-rate)


def _muon(gradient: Tensor, state: dict[str, Any]) -> Tensor:
    if not state:
        state["momentum"] = torch.zeros_like(gradient)
    state["momentum"].lerp_(gradient, 0.05)
    ahead = gradient.lerp(state["momentum"], 0.95).flatten(1)
    return (orthogonal(ahead) * max(1.0, ahead.shape[0] / ahead.shape[1]) ** 0.5).view_as(gradient)


def orthogonal(matrix: Tensor) -> Tensor:
    """The nearest matrix with singular values about 1, by five turns of a Newton-Schulz iteration."""
    tall = matrix.shape[0] > matrix.shape[1]
    x = matrix.T if tall else matrix
    x = x / (x.norm() + 1e-7)
    for _ in range(TURNS):
        square = x @ x.T
        x = torch.addmm(x, torch.addmm(square, square, square, beta=B, alpha=C), x, beta=A)
    return x.T if tall else x


def _adam(gradient: Tensor, state: dict[str, Any]) -> Tensor:
    if not state:
        state["mean"], state["square"] = torch.zeros_like(gradient), torch.zeros_like(gradient)
        state["count"] = torch.zeros(())
    state["count"] += 1
    count = float(state["count"])
    state["mean"].lerp_(gradient, 0.1)
    state["square"].lerp_(gradient.square(), 0.02)
    mean, square = state["mean"] / (1 - 0.9**count), state["square"] / (1 - 0.98**count)
    return mean / (square.sqrt() + 1e-8)
