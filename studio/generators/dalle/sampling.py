"""Writing a picture's codes one after another, with classifier-free guidance (Ho & Salimans 2022, arXiv:2207.12598)."""

from __future__ import annotations

from collections.abc import Iterator

import torch
from torch import Tensor

from studio.generators.dalle.networks import Dalle, Prompt
from studio.generators.parts.nucleus import SamplingParams, nucleus

TOGETHER = 64  # pictures that are read at once


def sample(logits: Tensor, uniforms: Tensor, params: SamplingParams) -> Tensor:
    """(B, V) logits and uniform numbers (B,) in [0, 1) → (B,) values by inverse transform sampling, the likeliest first."""
    likely, order = (logits.float() / params.temperature).softmax(-1).sort(dim=-1, descending=True, stable=True)
    kept = nucleus(likely, params.top_p, params.min_p)
    until = (likely * kept).cumsum(-1)
    found = torch.searchsorted(until, (uniforms.to(until.device) * until[:, -1])[:, None], right=True)
    last = kept.sum(-1, keepdim=True) - 1
    return order.gather(1, torch.minimum(found, last))[:, 0]


@torch.no_grad()
def nats_per_code(network: Dalle, prompt: Prompt, codes: Tensor) -> Tensor:
    """(B,) the mean of −ln p over each picture's codes."""
    parts = [slice(first, first + TOGETHER) for first in range(0, len(codes), TOGETHER)]
    return torch.cat([network.surprise(prompt.rows(some), codes[some]).mean(1) for some in parts]) if parts else torch.zeros(0)


@torch.no_grad()
def write(network: Dalle, prompt: Prompt, chances: Tensor, guidance: float, params: SamplingParams) -> Iterator[Tensor]:
    """Yields the codes so far, (B, 1 … g · g). `chances` (B, g · g) in [0, 1) decide each; guidance 1 is p(code | prompt)."""
    guided = guidance != 1.0
    both = prompt.joined(prompt.unconditional(network.no_style)) if guided else prompt
    logits, cache = network.begun(both)
    codes: list[Tensor] = []
    for place in range(network.length):
        if guided:
            conditional, unconditional = logits.chunk(2)
            logits = unconditional + guidance * (conditional - unconditional)
        code = sample(logits, chances[:, place], params)
        codes.append(code)
        yield torch.stack(codes, 1)
        if place + 1 < network.length:
            logits = network.after(torch.cat([code, code]) if guided else code, place + 1, cache)
