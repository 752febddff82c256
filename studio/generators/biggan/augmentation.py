"""Differentiable augmentation (Zhao et al. 2020, arXiv:2006.10738): the critic sees real and drawn pictures changed alike, so that it
cannot learn a small set by heart, and what it says still reaches the generator.

Pictures are moved around the edge, not off it: critics then see seams in the middle, and what should tile learns to.
"""

from __future__ import annotations

import torch
from torch import Tensor

SHIFT = 1 / 8
HOLE = 1 / 2
BRIGHTNESS, SATURATION, CONTRAST = 0.25, 0.5, 0.25


def augment(pictures: Tensor, strength: float = 1.0) -> Tensor:
    """(B, 4, h, w) premultiplied in [-1, 1] → the same shape: colours changed, moved, and a hole cut; 0 leaves all as it is."""
    if strength <= 0:
        return pictures
    unit = (pictures + 1) / 2
    return cut(move(recolour(unit, strength), SHIFT * strength), HOLE * strength) * 2 - 1


def recolour(unit: Tensor, strength: float = 1.0) -> Tensor:
    """(B, 4, h, w) premultiplied in [0, 1] → brightness, saturation and contrast changed; what is transparent stays so."""
    colours, alpha = unit[:, :3], unit[:, 3:]
    bright, dull, hard = strength * (2 * torch.rand(3, len(unit), 1, 1, 1, device=unit.device) - 1)
    colours = colours + BRIGHTNESS * bright * alpha
    grey = colours.mean(1, keepdim=True)
    colours = grey + (colours - grey) * (1 + SATURATION * dull)
    middle = colours.sum((1, 2, 3), keepdim=True) / (3 * alpha.sum((1, 2, 3), keepdim=True) + 1e-3) * alpha
    return torch.cat([middle + (colours - middle) * (1 + CONTRAST * hard), alpha], dim=1)


def move(unit: Tensor, share: float) -> Tensor:
    """Each picture by up to `share` of its side, what leaves at one edge comes in at the other."""
    side = unit.shape[-1]
    most = round(side * share)
    down, right = torch.randint(-most, most + 1, (2, len(unit), 1), device=unit.device)
    places = torch.arange(side, device=unit.device)
    rows, columns = (places + down) % side, (places + right) % side  # (B, side)
    each = torch.arange(len(unit), device=unit.device)[:, None, None]
    return unit.permute(0, 2, 3, 1)[each, rows[:, :, None], columns[:, None, :]].permute(0, 3, 1, 2)


def cut(unit: Tensor, share: float) -> Tensor:
    """A square of `share` of the side made transparent in each picture; it may lie partly outside."""
    side = unit.shape[-1]
    hole = round(side * share)
    corner = torch.randint(-(hole // 2), side - hole // 2, (2, len(unit), 1), device=unit.device)
    places = torch.arange(side, device=unit.device)
    within = (places >= corner) & (places < corner + hole)  # (2, B, side)
    return unit * ~(within[0][:, :, None] & within[1][:, None, :])[:, None]
