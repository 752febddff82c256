"""The denoiser: a U-Net with EDM preconditioning (Karras et al. 2022, arXiv:2206.00364, table 1). Run this file for shapes and times."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from studio.generators.diffusion import DiffusionConfig
from studio.generators.parts.unet import UNet


class Denoiser(nn.Module):
    """(x + σ·noise, σ) → an estimate of x. Pixels are folded by `patch`, so that the U-Net works at half the side."""

    def __init__(self, config: DiffusionConfig) -> None:
        super().__init__()
        counts = [len(values) for values in config.attributes.values()]
        self.network = UNet(config.channels * config.patch**2, config.widths, counts)
        self.patch, self.deviation = config.patch, config.deviation

    def forward(self, noisy: Tensor, sigma: Tensor, chosen: Tensor | None = None) -> Tensor:
        """(B, channels, size, size), (B,) → the same shape."""
        sigma = sigma.view(-1, 1, 1, 1)
        both = (sigma.square() + self.deviation**2).sqrt()
        folded = F.pixel_unshuffle(noisy / both, self.patch) if self.patch > 1 else noisy / both
        raw = self.network(folded, sigma.flatten().log() / 4, chosen)
        raw = F.pixel_shuffle(raw, self.patch) if self.patch > 1 else raw
        return noisy * (self.deviation / both) ** 2 + raw * sigma * self.deviation / both


if __name__ == "__main__":
    from studio.generators.parts.report import report

    config = DiffusionConfig()
    report("denoiser", Denoiser(config), torch.randn(1, 4, 32, 32), torch.ones(1))
