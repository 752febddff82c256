"""Seeded noise: item i of a request takes its noise from (seed, i) alone, on the CPU, whatever the device or batch."""

from __future__ import annotations

import hashlib

import torch


def item_generator(seed: int, index: int) -> torch.Generator:
    """A CPU generator for item `index` of `seed`; picture 7 of 16 is the same when asked for alone."""
    digest = hashlib.sha256(f"{seed}:{index}".encode()).digest()
    return torch.Generator().manual_seed(int.from_bytes(digest[:8], "little") >> 1)
