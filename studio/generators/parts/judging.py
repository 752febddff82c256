"""What a generator and its critic want of each other: two rules, each with its penalty on how steep the critic is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

import torch
import torch.nn.functional as F
from torch import Tensor

PENALTY_EVERY = 4  # steps, of pairs
DRIFT = 1e-3  # keeps what a Wasserstein critic says near 0 (Karras et al. 2017, appendix A.1)


class Rule(Protocol):
    """`critic(pictures, chosen)` gives one number a picture; pictures are as the critic sees them, `step` counts from 0."""

    learning_rate: float

    def judge(self, critic: Any, real: Tensor, fake: Tensor, chosen: Tensor | None, step: int) -> tuple[Tensor, dict[str, float]]:
        """The critic's loss, and what of it is told."""
        ...

    def unbelieved(self, critic: Any, real: Tensor, fake: Tensor, chosen: Tensor | None) -> Tensor:
        """The generator's loss: how far the critic is from taking what is drawn for real."""
        ...


class Pairs:
    """Relativistic pairs with R1 and R2 penalties every fourth step (R3GAN, Huang et al. 2025, arXiv:2501.05441)."""

    learning_rate = 2e-3

    def __init__(self, penalty: float) -> None:
        self.penalty = penalty

    def judge(self, critic: Any, real: Tensor, fake: Tensor, chosen: Tensor | None, step: int) -> tuple[Tensor, dict[str, float]]:
        penalised = step % PENALTY_EVERY == 0
        if penalised:
            real, fake = real.detach().requires_grad_(True), fake.detach().requires_grad_(True)
        judged_real, judged_fake = critic(real, chosen), critic(fake, chosen)
        loss = relativistic(judged_real, judged_fake)
        measured = {"discriminator": loss.item()}
        if penalised:
            penalty = slopes(judged_real.sum() + judged_fake.sum(), (real, fake))
            loss = loss + PENALTY_EVERY * 0.5 * self.penalty * penalty
            measured["penalty"] = float(penalty.detach())
        return loss, measured

    def unbelieved(self, critic: Any, real: Tensor, fake: Tensor, chosen: Tensor | None) -> Tensor:
        judged_real = critic(real, chosen)
        return relativistic(critic(fake, chosen), judged_real)


class Wasserstein:
    """The Wasserstein distance as the critic sees it, its slope held at 1 between real and drawn (Gulrajani et al. 2017, 1704.00028).

    `critic` among what is told is that estimate, E[D(real)] − E[D(drawn)]. The critic takes one step for one of the generator, as in
    progressive GANs, not the paper's five: on a processor the generator would hardly ever learn.
    """

    learning_rate = 1e-3

    def __init__(self, penalty: float) -> None:
        self.penalty = penalty

    def judge(self, critic: Any, real: Tensor, fake: Tensor, chosen: Tensor | None, step: int) -> tuple[Tensor, dict[str, float]]:
        del step
        judged = critic(real, chosen)
        distance = judged.mean() - critic(fake, chosen).mean()
        penalty = unevenness(critic, real, fake, chosen)
        told = {"critic": float(distance.detach()), "penalty": float(penalty.detach())}
        return -distance + self.penalty * penalty + DRIFT * judged.square().mean(), told

    def unbelieved(self, critic: Any, real: Tensor, fake: Tensor, chosen: Tensor | None) -> Tensor:
        del real
        return -critic(fake, chosen).mean()


def relativistic(judged: Tensor, other: Tensor) -> Tensor:
    """How far `judged` (B,) is from standing above `other` (B,), pair by pair (Jolicoeur-Martineau 2018, arXiv:1807.00734)."""
    return F.softplus(other - judged).mean()


def slopes(judged: Tensor, pictures: Sequence[Tensor]) -> Tensor:
    """The squared slope of the critic at each of `pictures`, mean over a batch, summed: R1 and R2 (Mescheder et al. 2018)."""
    found = torch.autograd.grad(judged, tuple(pictures), create_graph=True)
    return torch.stack([slope.square().sum((1, 2, 3)).mean() for slope in found]).sum()


def unevenness(critic: Any, real: Tensor, fake: Tensor, chosen: Tensor | None = None) -> Tensor:
    """(‖∇D‖ − 1)² at points on the lines between pairs (Gulrajani et al. 2017, algorithm 1), mean over a batch."""
    share = torch.rand(len(real), 1, 1, 1, device=real.device)
    between = (share * real + (1 - share) * fake).requires_grad_(True)
    (slope,) = torch.autograd.grad(critic(between, chosen).sum(), between, create_graph=True)
    return (slope.square().sum((1, 2, 3)).add(1e-12).sqrt() - 1).square().mean()
