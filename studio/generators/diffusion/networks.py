"""The denoiser: a U-Net with EDM preconditioning (Karras et al. 2022, arXiv:2206.00364, table 1). Run this file for shapes and times."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from studio.generators.diffusion import DiffusionConfig
from studio.generators.parts.condition_embedding import NULL_LABEL
from studio.generators.parts.former_keys import renamed
from studio.generators.parts.unet import UNet


class Denoiser(nn.Module):
    """D(x; σ) = c_skip x + c_out F(c_in x; c_noise), an estimate of the clean picture of x = picture + σ · noise.

    c_skip = σ_d² / (σ² + σ_d²), c_out = σ σ_d / √(σ² + σ_d²), c_in = 1 / √(σ² + σ_d²), c_noise = ln(σ) / 4 (EDM, equation 7 and table 1).
    σ_d is the config's `deviation`. Pixels are folded by `patch` first, so that the U-Net F works at 1/patch of the side.
    """

    def __init__(self, config: DiffusionConfig) -> None:
        super().__init__()
        counts = [len(values) for values in config.attributes.values()]
        self.network = UNet(config.channels * config.patch**2, config.widths, counts)
        self.patch, self.deviation = config.patch, config.deviation

    def forward(self, noisy: Tensor, sigma: Tensor, chosen: Tensor | None = None) -> Tensor:
        """(B, channels, size, size), noise levels (B,) and values (B, attributes) → (B, channels, size, size)."""
        return self.denoise(noisy, sigma.view(-1, 1, 1, 1), self.network.embed_conditioning(sigma.log() / 4, chosen))

    def embed_conditioning(self, sigmas: Tensor, rows: int, chosen: Tensor | None) -> dict[float, tuple[Tensor, ...]]:
        """σ → the modulation of each block for `rows` pictures, (rows, 2 · its width), for all of (S,) noise levels above 0 at once.

        `chosen` is (rows, attributes) or None. The dict raises KeyError for another level.
        """
        levels = sigmas[sigmas > 0]
        blocks = [each.expand(-1, rows, -1).unbind() for each in self.network.embed_conditioning((levels.log() / 4)[:, None], chosen)]
        return dict(zip(levels.tolist(), zip(*blocks, strict=True), strict=True))

    def denoise(self, noisy: Tensor, sigma: Tensor, modulations: Sequence[Tensor]) -> Tensor:
        """D(x; σ) for `sigma`, a scalar or (B, 1, 1, 1), and the blocks' modulations there: (B, channels, size, size) → the same shape."""
        both = (sigma.square() + self.deviation**2).sqrt()
        folded = F.pixel_unshuffle(noisy / both, self.patch) if self.patch > 1 else noisy / both
        raw = self.network.denoise(folded, modulations)
        raw = F.pixel_shuffle(raw, self.patch) if self.patch > 1 else raw
        return torch.addcmul(noisy * (self.deviation / both) ** 2, raw, sigma * self.deviation / both)


@torch.no_grad()
def unconditional_weights(config: DiffusionConfig, weights: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """The weights of a conditional denoiser with this config → those of one without conditions that estimates the same for NULL_LABEL.

    The embedding of NULL_LABEL is added to the bias of the noise embedding's last layer.
    """
    weights, bias = renamed(weights), "network.embed.2.bias"
    kept = {key: value for key, value in weights.items() if not key.startswith("network.condition_embedding.")}
    if len(kept) == len(weights):
        return kept
    network = Denoiser(config)
    network.load_state_dict({key: value.float() for key, value in weights.items()})
    null = network.network.condition_embedding(torch.full((1, len(config.attributes)), NULL_LABEL))  # type: ignore[misc]
    return kept | {bias: kept[bias].float() + null[0]}


if __name__ == "__main__":
    from studio.generators.parts.report import report

    config = DiffusionConfig()
    report("denoiser", Denoiser(config), torch.randn(1, 4, 32, 32), torch.ones(1))
