"""From noise to a picture, as plain generator functions: each yields after every step.

All work in the coordinates of Karras et al. 2022 (arXiv:2206.00364): x = picture + σ · noise. A variance-preserving model's x is
the same divided by √(1 + σ²), so DDPM and DDIM are stated here too: with σ² = (1 − ᾱ) / ᾱ their steps agree to rounding.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise

import torch
from torch import Tensor

Denoise = Callable[[Tensor, Tensor], Tensor]  # (x, σ as a scalar tensor) → an estimate of the picture
Fresh = Callable[[], Tensor]  # noise of x's shape, anew at each call


@dataclass(frozen=True)
class Step:
    """`sample` is x at the noise level that this step reached, `estimate` what the picture is thought to be."""

    number: int
    total: int
    sample: Tensor
    estimate: Tensor


def karras(steps: int, low: float = 0.01, high: float = 80.0, rho: float = 7.0) -> Tensor:
    """(steps + 1,) falling noise levels, the last 0 (their equation 5)."""
    ramp = torch.linspace(0, 1, steps)
    levels = (high ** (1 / rho) + ramp * (low ** (1 / rho) - high ** (1 / rho))) ** rho
    return torch.cat([levels, levels.new_zeros(1)])


def ddim(denoise: Denoise, noise: Tensor, sigmas: Tensor, *, eta: float = 0.0, fresh: Fresh | None = None) -> Iterator[Step]:
    """DDIM (Song et al. 2020, arXiv:2010.02502) from x = σ₀ · noise; `eta` = 1 is DDPM (Ho et al. 2020, arXiv:2006.11239)."""
    x = noise * sigmas[0]
    for number, (now, then) in enumerate(pairwise(sigmas)):
        estimate = denoise(x, now)
        x = ddim_step(x, estimate, now, then, eta, fresh)
        yield Step(number + 1, len(sigmas) - 1, x, estimate)


def ddim_step(x: Tensor, estimate: Tensor, now: Tensor, then: Tensor, eta: float = 0.0, fresh: Fresh | None = None) -> Tensor:
    """From noise level `now` to `then`; of the noise that stays, the share that `eta` says is drawn anew."""
    renewed = eta * (then.square() * (now.square() - then.square()) / now.square()).sqrt()
    kept = (then.square() - renewed.square()).clamp(min=0).sqrt()
    moved = estimate + kept * (x - estimate) / now
    return moved + renewed * fresh() if fresh is not None and eta > 0 and then > 0 else moved


def ddpm(denoise: Denoise, noise: Tensor, sigmas: Tensor, *, fresh: Fresh) -> Iterator[Step]:
    """The ancestral sampler of DDPM: as much noise drawn anew as the forward process says."""
    return ddim(denoise, noise, sigmas, eta=1.0, fresh=fresh)


def heun(denoise: Denoise, noise: Tensor, sigmas: Tensor, *, fresh: Fresh | None = None) -> Iterator[Step]:
    """The second-order sampler of Karras et al. (algorithm 1 without churn): two looks a step."""
    x = noise * sigmas[0]
    for number, (now, then) in enumerate(pairwise(sigmas)):
        estimate = denoise(x, now)
        slope = (x - estimate) / now
        moved = x + (then - now) * slope
        if then > 0:
            again = (moved - denoise(moved, then)) / then
            moved = x + (then - now) * 0.5 * (slope + again)
        x = moved
        yield Step(number + 1, len(sigmas) - 1, x, estimate)


def dpm_solver(denoise: Denoise, noise: Tensor, sigmas: Tensor, *, fresh: Fresh | None = None) -> Iterator[Step]:
    """DPM-Solver++(2M) (Lu et al. 2022, arXiv:2211.01095): one look a step, the one before remembered; last step of first order."""
    x = noise * sigmas[0]
    before: Tensor | None = None
    last_stride = sigmas.new_zeros(())
    for number, (now, then) in enumerate(pairwise(sigmas)):
        estimate = denoise(x, now)
        if then == 0:
            x = estimate
        else:
            stride = (now / then).log()
            ahead = estimate
            if before is not None:
                ahead = torch.lerp(before, estimate, 1 + 0.5 * stride / last_stride)
            x = torch.lerp(ahead, x, then / now)
            before, last_stride = estimate, stride
        yield Step(number + 1, len(sigmas) - 1, x, estimate)


SAMPLERS = {"dpm-solver++": dpm_solver, "heun": heun, "ddim": ddim, "ddpm": ddpm}
LOOKS = {"heun": 2}  # of the network in one step, where it is not one


def repaint(
    denoise: Denoise, noise: Tensor, sigmas: Tensor, *, known: Tensor, hole: Tensor, fresh: Fresh, again: int = 3
) -> Iterator[Step]:
    """RePaint (Lugmayr et al. 2022, arXiv:2201.09865): `known` stays where `hole` (0 to 1) is 0, the rest is drawn to fit.

    Every step is taken `again` times, with noise added back between, so that both parts agree.
    """
    x, number, total = noise * sigmas[0], 0, again * (len(sigmas) - 2) + 1
    for now, then in pairwise(sigmas):
        for last in [False] * (again - 1) + [True] if then > 0 else [True]:
            estimate = denoise(x, now)
            drawn = ddim_step(x, estimate, now, then, 1.0, fresh)
            x = torch.lerp(known + then * fresh(), drawn, hole)
            if not last:
                x = x + (now.square() - then.square()).sqrt() * fresh()
            number += 1
            yield Step(number, total, x, torch.lerp(known, estimate, hole))
