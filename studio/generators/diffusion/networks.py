"""The denoiser: a U-Net with EDM preconditioning (Karras et al. 2022, arXiv:2206.00364, table 1). Run this file for shapes and times."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from studio.generators.diffusion import DiffusionConfig
from studio.generators.parts.forgetting import ANY
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
        return self.drawn(noisy, sigma.view(-1, 1, 1, 1), self.network.hear(sigma.log() / 4, chosen))

    def heard(self, sigmas: Tensor, rows: int, chosen: Tensor | None) -> dict[float, tuple[Tensor, ...]]:
        """For each of (S,) noise levels above 0 what `rows` pictures' blocks hear there, (rows, 2 · its width) each: all steps of a
        drawing in one go. Asked for another level than these, the dict raises KeyError."""
        levels = sigmas[sigmas > 0]
        blocks = [each.expand(-1, rows, -1).unbind() for each in self.network.hear((levels.log() / 4)[:, None], chosen)]
        return dict(zip(levels.tolist(), zip(*blocks, strict=True), strict=True))

    def drawn(self, noisy: Tensor, sigma: Tensor, heard: Sequence[Tensor]) -> Tensor:
        """`sigma` one number, or (B, 1, 1, 1); `heard` is what the blocks hear there."""
        both = (sigma.square() + self.deviation**2).sqrt()
        folded = F.pixel_unshuffle(noisy / both, self.patch) if self.patch > 1 else noisy / both
        raw = self.network.drawn(folded, heard)
        raw = F.pixel_shuffle(raw, self.patch) if self.patch > 1 else raw
        return torch.addcmul(noisy * (self.deviation / both) ** 2, raw, sigma * self.deviation / both)


@torch.no_grad()
def asked_nothing(config: DiffusionConfig, weights: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """The weights of a denoiser with this config as one that listens to nothing and draws what that one draws when asked for nothing."""
    listening, said = "network.listening.", "network.embed.2.bias"
    kept = {key: value for key, value in weights.items() if not key.startswith(listening)}
    if len(kept) == len(weights):
        return kept
    network = Denoiser(config)
    network.load_state_dict({key: value.float() for key, value in weights.items()})
    anything = network.network.listening(torch.full((1, len(config.attributes)), ANY))  # type: ignore[misc]
    return kept | {said: kept[said].float() + anything[0]}


if __name__ == "__main__":
    from studio.generators.parts.report import report

    config = DiffusionConfig()
    report("denoiser", Denoiser(config), torch.randn(1, 4, 32, 32), torch.ones(1))
