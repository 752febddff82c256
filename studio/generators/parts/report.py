"""`python -m studio.generators.NAME.networks`: shapes, parameters and a forward's time."""

from __future__ import annotations

import statistics
import time

import torch
from torch import Tensor, nn


@torch.no_grad()
def report(name: str, network: nn.Module, *inputs: Tensor) -> None:
    """Print one line: input and output shapes, parameters, median time of a forward."""
    output = network(*inputs)
    times = []
    for _ in range(20):
        start = time.perf_counter()
        network(*inputs)
        times.append(time.perf_counter() - start)
    shapes = [tuple(each.shape) for each in (output if isinstance(output, tuple) else (output,))]
    parameters = sum(parameter.numel() for parameter in network.parameters())
    print(
        f"{name}: {[tuple(each.shape) for each in inputs]} → {shapes}, {parameters:,} parameters, {statistics.median(times) * 1e3:.1f} ms"
    )
