"""Our samplers against diffusers' schedulers, on the same noise."""

from itertools import pairwise

import pytest
import torch
from torch import Tensor

from studio.generators.parts import samplers

SHAPE = (2, 3, 8, 8)


def denoise(x: Tensor, sigma: Tensor) -> Tensor:
    """An estimate that bends with x and with the noise level, so that a wrong step shows."""
    return torch.tanh(x / (1 + sigma) * 1.7 + 0.1) * 0.8


def noise() -> Tensor:
    return torch.randn(SHAPE, generator=torch.Generator().manual_seed(0))


def last(steps) -> Tensor:
    *_, final = steps
    return final.sample


def vp_run(scheduler, steps: int, **extra) -> tuple[Tensor, Tensor]:
    """Run a variance-preserving scheduler of diffusers; its result, and the noise levels in our coordinates."""
    scheduler.set_timesteps(steps)
    kept = scheduler.alphas_cumprod[scheduler.timesteps].double()
    sigmas = torch.cat([((1 - kept) / kept).sqrt(), torch.zeros(1, dtype=torch.float64)])
    x = noise().double() * sigmas[0] / (1 + sigmas[0] ** 2).sqrt()
    for t, sigma in zip(scheduler.timesteps, sigmas, strict=False):
        scale = (1 + sigma**2).sqrt()
        epsilon = (x * scale - denoise(x * scale, sigma)) / sigma
        x = scheduler.step(epsilon, t, x, **extra).prev_sample
    return x, sigmas


@pytest.mark.parametrize("steps", [10, 25])
def test_ddim_agrees_with_diffusers(steps: int) -> None:
    from diffusers import DDIMScheduler

    theirs, sigmas = vp_run(DDIMScheduler(clip_sample=False, set_alpha_to_one=True), steps)
    torch.testing.assert_close(last(samplers.ddim(denoise, noise().double(), sigmas)), theirs, atol=1e-4, rtol=0)


def test_ddpm_agrees_with_diffusers() -> None:
    from diffusers import DDPMScheduler

    theirs, sigmas = vp_run(DDPMScheduler(clip_sample=False), 20, generator=torch.Generator().manual_seed(1))
    source = torch.Generator().manual_seed(1)
    ours = last(samplers.ddpm(denoise, noise().double(), sigmas, fresh=lambda: torch.randn(SHAPE, generator=source, dtype=torch.float64)))
    torch.testing.assert_close(ours, theirs, atol=1e-4, rtol=0)


def test_heun_agrees_with_diffusers() -> None:
    from diffusers import HeunDiscreteScheduler

    scheduler = HeunDiscreteScheduler(use_karras_sigmas=True)
    scheduler.set_timesteps(12)
    x = noise() * scheduler.sigmas[0]
    sigmas = torch.unique_consecutive(scheduler.sigmas)
    for t, sigma in zip(scheduler.timesteps, scheduler.sigmas, strict=False):
        x = scheduler.step((x - denoise(x, sigma)) / sigma, t, x).prev_sample
    torch.testing.assert_close(last(samplers.heun(denoise, noise(), sigmas)), x, atol=1e-4, rtol=1e-5)


@pytest.mark.parametrize("steps", [8, 20])
def test_dpm_solver_and_the_schedule_agree_with_diffusers(steps: int) -> None:
    from diffusers import EDMDPMSolverMultistepScheduler

    scheduler = EDMDPMSolverMultistepScheduler(sigma_min=0.01, sigma_max=80.0)
    scheduler.set_timesteps(steps)
    sigmas = samplers.karras(steps)
    torch.testing.assert_close(sigmas, scheduler.sigmas, atol=1e-4, rtol=1e-5)
    x = noise() * scheduler.sigmas[0]
    data = scheduler.config.sigma_data
    for t, sigma in zip(scheduler.timesteps, scheduler.sigmas, strict=False):
        skip, out = data**2 / (sigma**2 + data**2), sigma * data / (sigma**2 + data**2) ** 0.5
        x = scheduler.step((denoise(x, sigma) - skip * x) / out, t, x).prev_sample
    torch.testing.assert_close(last(samplers.dpm_solver(denoise, noise(), sigmas)), x, atol=1e-4, rtol=1e-4)


def test_repaint_leaves_what_is_known() -> None:
    known = torch.full(SHAPE, 0.3)
    hole = torch.zeros(SHAPE)
    hole[..., :4] = 1
    source = torch.Generator().manual_seed(2)
    fresh = lambda: torch.randn(SHAPE, generator=source)  # noqa: E731
    steps = list(samplers.repaint(denoise, noise(), samplers.karras(8), known=known, hole=hole, fresh=fresh, again=2))
    assert [step.number for step in steps] == list(range(1, steps[-1].total + 1))
    torch.testing.assert_close(steps[-1].sample[..., 4:], known[..., 4:])
    assert (steps[-1].sample[..., :4] - 0.3).abs().mean() > 0.01


def test_repaint_adds_to_all_of_the_picture_the_noise_that_belongs_to_its_level() -> None:
    """With an estimate of nothing, x is noise alone: of the level just reached, or of the one before where the step is taken again."""
    source = torch.Generator().manual_seed(3)
    fresh = lambda: torch.randn(4, 3, 32, 32, generator=source)  # noqa: E731
    hole = torch.zeros(4, 3, 32, 32)
    hole[..., :16] = 1
    sigmas = samplers.karras(6)
    known = torch.full((4, 3, 32, 32), 0.3)
    steps = list(samplers.repaint(lambda x, sigma: 0 * x, fresh(), sigmas, known=known, hole=hole, fresh=fresh, again=2))
    levels = [level for now, then in pairwise(sigmas[:-1]) for level in (now, then)]
    for step, level in zip(steps[:-1], levels, strict=True):
        inside, outside = step.sample[..., :16], step.sample[..., 16:] - 0.3
        assert float(inside.std()) == pytest.approx(float(level), rel=0.05)
        assert float(outside.std()) == pytest.approx(float(level), rel=0.05)


def test_repaint_draws_the_noise_of_each_step_anew() -> None:
    """Of x only the share then/now is left one step on, as in DDPM's forward process."""
    source = torch.Generator().manual_seed(5)
    fresh = lambda: torch.randn(4, 3, 32, 32, generator=source)  # noqa: E731
    sigmas = samplers.karras(6)
    everywhere, nothing = torch.ones(4, 3, 32, 32), torch.zeros(4, 3, 32, 32)
    steps = list(samplers.repaint(lambda x, sigma: 0 * x, fresh(), sigmas, known=nothing, hole=everywhere, fresh=fresh, again=1))
    for before, after, now, then in zip(steps[:-2], steps[1:-1], sigmas[1:], sigmas[2:], strict=False):
        together = torch.corrcoef(torch.stack([before.sample.flatten(), after.sample.flatten()]))[0, 1]
        assert float(together) == pytest.approx(float(then / now), abs=0.03)
