"""The autoencoder's encoder and decoder. Run this file for shapes, parameter counts and times."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from studio.generators.autoencoder import AutoencoderConfig

GROUPS = 8
LAST = 16  # channels at full size


class Residual(nn.Module):
    """Two 3×3 convolutions beside a shortcut. Starts as the identity."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.norm_in, self.conv_in = nn.GroupNorm(GROUPS, width), nn.Conv2d(width, width, 3, 1, 1)
        self.norm_out, self.conv_out = nn.GroupNorm(GROUPS, width), nn.Conv2d(width, width, 3, 1, 1)
        nn.init.zeros_(self.conv_out.weight)

    def forward(self, x: Tensor) -> Tensor:
        hidden = self.conv_in(F.silu(self.norm_in(x)))
        return x + self.conv_out(F.silu(self.norm_out(hidden)))


class Encoder(nn.Sequential):
    """(B, channels, size, size) → (B, 2 · latent, size/4, size/4): means, then log variances."""

    def __init__(self, config: AutoencoderConfig) -> None:
        half, quarter = config.widths
        super().__init__(
            nn.PixelUnshuffle(2),
            nn.Conv2d(4 * config.channels, half, 3, 1, 1),
            Residual(half),
            nn.Conv2d(half, quarter, 3, 2, 1),
            Residual(quarter),
            nn.GroupNorm(GROUPS, quarter),
            nn.SiLU(),
            nn.Conv2d(quarter, 2 * config.latent, 3, 1, 1),
        )


class Decoder(nn.Sequential):
    """(B, latent, size/4, size/4) → (B, channels, size, size). Ends with convolutions at full size, against checkerboards."""

    def __init__(self, config: AutoencoderConfig) -> None:
        half, quarter = config.widths
        super().__init__(
            nn.Conv2d(config.latent, quarter, 3, 1, 1),
            Residual(quarter),
            Residual(quarter),
            nn.Upsample(scale_factor=2),
            nn.Conv2d(quarter, half, 3, 1, 1),
            Residual(half),
            nn.Conv2d(half, 4 * LAST, 3, 1, 1),
            nn.PixelShuffle(2),
            Residual(LAST),
            nn.GroupNorm(GROUPS, LAST),
            nn.SiLU(),
            nn.Conv2d(LAST, config.channels, 3, 1, 1),
        )


class Autoencoder(nn.Module):
    """Encoder and decoder; the map of a picture is the encoder's mean."""

    def __init__(self, config: AutoencoderConfig) -> None:
        super().__init__()
        self.encoder, self.decoder = Encoder(config), Decoder(config)

    def encode(self, pictures: Tensor) -> tuple[Tensor, Tensor]:
        """(B, channels, size, size) in [-1, 1] → means and log variances, (B, latent, size/4, size/4) each."""
        means, log_variances = self.encoder(pictures).chunk(2, dim=1)
        return means, log_variances.clamp(-20, 4)


if __name__ == "__main__":
    from studio.generators.parts.report import report

    config = AutoencoderConfig()
    network = Autoencoder(config)
    report("encoder", network.encoder, torch.randn(1, 3, 64, 64))
    report("decoder", network.decoder, torch.randn(1, 4, 16, 16))
