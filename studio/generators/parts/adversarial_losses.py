"""Losses of a critic D and of a generator G, with penalties on D's gradient: relativistic pairing (R3GAN) and Wasserstein (WGAN-GP).

Shapes: x real and x̂ = G(z) generated pictures (B, channels, h, w) as the critic is given them, c condition values (B, attributes) int64
or None, D(x, c) (B,). Every loss is a scalar, a mean over the batch.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

import torch
import torch.nn.functional as F
from torch import Tensor

PENALTY_EVERY = 4  # steps, of the relativistic loss (lazy regularisation, Karras et al. 2019, arXiv:1912.04958, appendix B)
DRIFT = 1e-3  # weight of E[D(x)²], which keeps D(x) near 0 (Karras et al. 2017, arXiv:1710.10196, appendix A.1)


class AdversarialLoss(Protocol):
    """A pair of losses for `critic(pictures, chosen) → (B,)`; `learning_rate` is Adam's, of both networks."""

    learning_rate: float

    def discriminator_loss(
        self, critic: Any, real: Tensor, fake: Tensor, chosen: Tensor | None, step: int
    ) -> tuple[Tensor, dict[str, float]]:
        """What the critic descends, its penalties included, and metrics for the log; `step` counts from 0."""
        ...

    def generator_loss(self, critic: Any, real: Tensor, fake: Tensor, chosen: Tensor | None) -> Tensor:
        """What the generator descends through D(x̂)."""
        ...


class RelativisticPairing:
    """R3GAN (Huang et al. 2025, arXiv:2501.05441, section 2).

    L_D = E[f(D(x̂) − D(x))] + γ/2 (R₁ + R₂), L_G = E[f(D(x) − D(x̂))] with f = softplus; γ is `penalty`. R₁ and R₂ are taken every fourth
    step with four times the weight.
    """

    learning_rate = 2e-3

    def __init__(self, penalty: float) -> None:
        self.penalty = penalty

    def discriminator_loss(
        self, critic: Any, real: Tensor, fake: Tensor, chosen: Tensor | None, step: int
    ) -> tuple[Tensor, dict[str, float]]:
        penalised = step % PENALTY_EVERY == 0
        if penalised:
            real, fake = real.detach().requires_grad_(True), fake.detach().requires_grad_(True)
        at_real, at_fake = critic(real, chosen), critic(fake, chosen)
        loss = relativistic(at_real, at_fake)
        metrics = {"discriminator": loss.item()}
        if penalised:
            penalty = zero_centred_penalty(at_real.sum() + at_fake.sum(), (real, fake))
            loss = loss + PENALTY_EVERY * 0.5 * self.penalty * penalty
            metrics["penalty"] = float(penalty.detach())
        return loss, metrics

    def generator_loss(self, critic: Any, real: Tensor, fake: Tensor, chosen: Tensor | None) -> Tensor:
        at_real = critic(real, chosen)
        return relativistic(critic(fake, chosen), at_real)


class Wasserstein:
    """WGAN-GP (Gulrajani et al. 2017, arXiv:1704.00028, equation 3), with the drift term of progressive GANs.

    L_D = E[D(x̂)] − E[D(x)] + λ E[(‖∇D(x̃)‖₂ − 1)²] + ε E[D(x)²], L_G = −E[D(x̂)]; λ is `penalty`. The metric `critic` is the estimate of the
    Wasserstein distance, E[D(x)] − E[D(x̂)]. The critic takes one step for one of the generator, as in progressive GANs, not the paper's
    five: on a processor the generator would hardly ever learn.
    """

    learning_rate = 1e-3

    def __init__(self, penalty: float) -> None:
        self.penalty = penalty

    def discriminator_loss(
        self, critic: Any, real: Tensor, fake: Tensor, chosen: Tensor | None, step: int
    ) -> tuple[Tensor, dict[str, float]]:
        del step
        at_real = critic(real, chosen)
        distance = at_real.mean() - critic(fake, chosen).mean()
        penalty = gradient_penalty(critic, real, fake, chosen)
        metrics = {"critic": float(distance.detach()), "penalty": float(penalty.detach())}
        return -distance + self.penalty * penalty + DRIFT * at_real.square().mean(), metrics

    def generator_loss(self, critic: Any, real: Tensor, fake: Tensor, chosen: Tensor | None) -> Tensor:
        del real
        return -critic(fake, chosen).mean()


def relativistic(higher: Tensor, lower: Tensor) -> Tensor:
    """E[softplus(lower − higher)] of critic outputs (B,) in pairs (Jolicoeur-Martineau 2018, arXiv:1807.00734): 0 where higher ≫ lower."""
    return F.softplus(lower - higher).mean()


def zero_centred_penalty(outputs: Tensor, pictures: Sequence[Tensor]) -> Tensor:
    """Σ E[‖∂outputs / ∂picture‖²] over `pictures`: R₁ at real ones, R₂ at generated ones (Mescheder et al. 2018, 1801.04406, eq. 9)."""
    found = torch.autograd.grad(outputs, tuple(pictures), create_graph=True)
    return torch.stack([gradient.square().sum((1, 2, 3)).mean() for gradient in found]).sum()


def gradient_penalty(critic: Any, real: Tensor, fake: Tensor, chosen: Tensor | None = None) -> Tensor:
    """E[(‖∇D(x̃)‖₂ − 1)²] at x̃ = u x + (1 − u) x̂ with u uniform in [0, 1) for each pair (Gulrajani et al. 2017, algorithm 1)."""
    share = torch.rand(len(real), 1, 1, 1, device=real.device)
    between = (share * real + (1 - share) * fake).requires_grad_(True)
    (gradient,) = torch.autograd.grad(critic(between, chosen).sum(), between, create_graph=True)
    return (gradient.square().sum((1, 2, 3)).add(1e-12).sqrt() - 1).square().mean()
