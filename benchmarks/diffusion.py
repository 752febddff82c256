"""A contact sheet of heroes through the studio and through diffusers' scheduler, with one network and the same steps."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from statistics import median
from typing import Any

import torch
from diffusers import EDMDPMSolverMultistepScheduler
from PIL import Image

from benchmarks.common import report
from studio.engine import malloc
from studio.generators import family
from studio.generators.capabilities import Call
from studio.generators.events import Result
from studio.shelf import Shelf, load

PICTURES, STEPS, RUNS = 16, 16, 9


def main() -> None:
    with ThreadPoolExecutor(1) as worker:  # as in the studio: a thread has a heap of its own
        report(worker.submit(_measured).result())


def _measured() -> dict[str, float]:
    torch.set_num_threads(1)  # this and the next as the worker does
    malloc.keep_freed()
    card = Shelf().card("heroes-diffusion")
    model = load(card)
    settings = family("diffusion").action(card.config, "generate").checked({"steps": STEPS, "guidance": 1.0})
    ours, theirs = [], []
    for seed in range(RUNS):
        began = time.perf_counter()
        call = Call("generate", settings, seed, range(PICTURES))
        made = [event for event in model.perform(call) if isinstance(event, Result)]
        between = time.perf_counter()
        images = _pipeline(model, seed)
        theirs.append(time.perf_counter() - between)
        ours.append(between - began)
        assert len(made) == len(images) == PICTURES
    return {"studio": median(ours) * 1000, "diffusers": median(theirs) * 1000, "ratio": median(ours) / median(theirs)}


@torch.no_grad()
def _pipeline(model: Any, seed: int) -> list[Image.Image]:
    """What diffusers' pipelines do: noise, the scheduler's steps around the U-Net, pictures at the end; nothing is shown on the way."""
    scheduler = EDMDPMSolverMultistepScheduler(sigma_min=0.01, sigma_max=80.0, sigma_data=model.config.deviation)
    scheduler.set_timesteps(STEPS)
    network, patch, size = model.network.network, model.config.patch, model.config.size
    x = torch.randn(PICTURES, 4, size, size, generator=torch.Generator().manual_seed(seed)) * scheduler.init_noise_sigma
    chosen = torch.full((PICTURES, len(model.config.attributes)), -1)
    for t in scheduler.timesteps:
        scaled = torch.nn.functional.pixel_unshuffle(scheduler.scale_model_input(x, t), patch)
        raw = torch.nn.functional.pixel_shuffle(network(scaled, t.expand(PICTURES), chosen), patch)
        x = scheduler.step(raw, t, x).prev_sample
    pixels = ((x / 2 + 0.5).clamp(0, 1) * 255).round().to(torch.uint8).permute(0, 2, 3, 1).numpy()
    return [Image.fromarray(each) for each in pixels]


if __name__ == "__main__":
    main()
