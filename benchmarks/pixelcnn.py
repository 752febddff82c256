"""Painting pixel by pixel with a cache against a whole forward a pixel, for 32×32 pictures; random weights paint as fast as learnt ones."""

from __future__ import annotations

import time
from statistics import median
from typing import Any

import torch

from benchmarks.common import report
from studio.generators.parts import autoregressive
from studio.generators.parts.nucleus import SamplingParams
from studio.generators.pixelcnn import PixelCnnConfig
from studio.generators.pixelcnn.networks import PixelCnn
from studio.generators.pixelrnn import PixelRnnConfig
from studio.generators.pixelrnn.networks import PixelRnn

SIDE = 32
TOGETHER = 16
COLOURS = PixelCnnConfig.colours
RUNS = 3
ROW = 16  # the row whose pixels are painted the slow way: one is like another
TRIED = 8  # of that row's pixels


def main() -> None:
    figures: dict[str, float] = {}
    for short, network in (("pixelcnn", PixelCnn(PixelCnnConfig())), ("pixelrnn", PixelRnn(PixelRnnConfig()))):
        network.eval().requires_grad_(False)
        one = median(_cached(network, 1) for _ in range(RUNS))
        sheet = median(_cached(network, TOGETHER) for _ in range(RUNS))
        figures[f"{short}_one"] = one * 1000
        figures[f"{short}_sixteen"] = sheet * 1000
        figures[f"{short}_faster"] = _whole(network) / one
    report(figures)


def _cached(network: Any, count: int) -> float:
    """Seconds to paint `count` pictures at once with the cache."""
    indices = torch.zeros(count, SIDE, SIDE, dtype=torch.long)
    everywhere = torch.ones(SIDE, SIDE, dtype=torch.bool)
    began = time.perf_counter()
    for _ in autoregressive.paint(network, indices, everywhere, None, torch.rand(count, SIDE, SIDE), SamplingParams(), COLOURS):
        pass
    return time.perf_counter() - began


@torch.no_grad()
def _whole(network: Any) -> float:
    """Seconds to paint one picture with a forward of the whole picture for each pixel, from a few of its pixels."""
    indices = torch.zeros(1, SIDE, SIDE, dtype=torch.long)
    network(indices)
    times = []
    for column in range(TRIED):
        began = time.perf_counter()
        logits = network(indices)[:, :, ROW, column]
        indices[:, ROW, column] = autoregressive.sample(logits, torch.rand(1), SamplingParams(), COLOURS)
        times.append(time.perf_counter() - began)
    return median(times) * SIDE * SIDE


if __name__ == "__main__":
    main()
