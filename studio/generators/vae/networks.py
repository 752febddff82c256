"""The VAE's networks, small to large. Run this file for shapes, parameter counts and a forward's time."""

from __future__ import annotations

from itertools import pairwise

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from studio.generators.vae import VaeConfig

WIDTHS = (128, 96, 48)


class ConvBlock(nn.Sequential):
    """3×3 convolution, group norm, SiLU."""

    def __init__(self, inputs: int, outputs: int, stride: int = 1) -> None:
        super().__init__(nn.Conv2d(inputs, outputs, 3, stride, 1), nn.GroupNorm(8, outputs), nn.SiLU())


class Encoder(nn.Module):
    """q(z|x): premultiplied RGBA (B, 4, size, size) in [-1, 1] → mean and log variance of z, (B, latent) each."""

    def __init__(self, config: VaeConfig) -> None:
        super().__init__()
        self.blocks = nn.Sequential(
            ConvBlock(4, 32),
            ConvBlock(32, 64, 2),
            ConvBlock(64, 64),
            ConvBlock(64, 128, 2),
            ConvBlock(128, 128),
            ConvBlock(128, 128, 2),
        )
        self.head = nn.Linear(128 * (config.size // 8) ** 2, 2 * config.latent)

    def forward(self, pictures: Tensor) -> tuple[Tensor, Tensor]:
        features = self.blocks(pictures)  # (B, 128, size/8, size/8)
        mean, log_variance = self.head(features.flatten(1)).chunk(2, dim=1)  # (B, latent) each
        return mean, log_variance.clamp(-8, 4)


class Decoder(nn.Module):
    """p(x|z): z (B, latent) → logits (B, colours + 1, size, size). z also scales and shifts the features of every size."""

    def __init__(self, config: VaeConfig) -> None:
        super().__init__()
        self.start = config.size // 8
        self.stem = nn.Linear(config.latent, WIDTHS[0] * self.start**2)
        widths = (WIDTHS[0], *WIDTHS)
        self.first = nn.ModuleList(ConvBlock(a, b) for a, b in pairwise(widths))
        self.second = nn.ModuleList(ConvBlock(width, width) for width in WIDTHS)
        self.styles = nn.ModuleList(nn.Linear(config.latent, 2 * width) for width in WIDTHS)
        self.head = nn.Conv2d(WIDTHS[-1], config.colours + 1, 1)

    def forward(self, latents: Tensor) -> Tensor:
        hidden = self.stem(latents).view(-1, WIDTHS[0], self.start, self.start)
        for first, second, style in zip(self.first, self.second, self.styles, strict=True):
            hidden = first(F.interpolate(hidden, scale_factor=2))
            scale, shift = style(latents)[:, :, None, None].chunk(2, dim=1)
            hidden = second(hidden * (1 + scale) + shift)
        return self.head(hidden)  # (B, colours + 1, size, size)


class Vae(nn.Module):
    """Encoder and decoder together."""

    def __init__(self, config: VaeConfig) -> None:
        super().__init__()
        self.config = config
        self.encoder = Encoder(config)
        self.decoder = Decoder(config)


def kl_to_standard_normal(mean: Tensor, log_variance: Tensor) -> Tensor:
    """KL(N(μ, σ²) ‖ N(0, I)) = ½ Σ (μ² + σ² − 1 − ln σ²) in nats, (B, d) → (B,) (Kingma & Welling 2013, appendix B)."""
    return 0.5 * (mean.square() + log_variance.exp() - 1 - log_variance).sum(1)


if __name__ == "__main__":
    from studio.generators.parts.report import report

    network = Vae(VaeConfig())
    report("encoder", network.encoder, torch.randn(1, 4, 32, 32))
    report("decoder", network.decoder, torch.randn(1, 64))
