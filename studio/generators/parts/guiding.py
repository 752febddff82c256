"""An encoder E beside a generator G: pictures must come back from G(E(x)), as in VAE/GAN (Larsen et al. 2016, arXiv:1512.09300).

With few pictures of many kinds a critic separates real from generated pictures at once, and its gradient teaches the generator little.
The reconstruction loss gives every kind its colours and shapes within minutes, and ties z to what pictures show. The adversarial loss is
descended all along; only the generator ships.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from studio.generators.parts.equalised import GAIN, LEAK, EqualisedConv, EqualisedLinear, ResidualBlock

KL_WEIGHT = 2.5e-4  # of KL(q(z|x) ‖ N(0, I)) in nats, summed over z, beside the mean absolute error of a pixel
FADED_BY = 0.8  # share of the training after which only the share `stays` of the weight is left


class Guide(nn.Module):
    """q(z|x): pictures (B, channels, any, any) in [-1, 1] → mean and log-variance of z, (B, latent) each.

    `widths` are the generator's, wide to narrow; pictures are average-pooled or repeated to the size that so many make, 4·2ᵏ. The weight of
    its losses falls linearly from `hint` to the share `stays` of it; where that is 0, the adversarial loss alone is left at the end.
    """

    def __init__(self, channels: int, widths: Sequence[int], latent: int, hint: float, stays: float) -> None:
        super().__init__()
        self.hint, self.stays, self.size = hint, stays, 4 * 2 ** (len(widths) - 1)
        rising = tuple(widths)[::-1]
        self.stem = EqualisedConv(channels, rising[0])
        self.blocks = nn.Sequential(*(ResidualBlock(a, b) for a, b in pairwise(rising)))
        self.features = EqualisedLinear(rising[-1] * 16, rising[-1], gain=GAIN)
        self.point = EqualisedLinear(rising[-1], 2 * latent)

    def forward(self, pictures: Tensor) -> tuple[Tensor, Tensor]:
        resized = F.adaptive_avg_pool2d(pictures, self.size)
        hidden = self.blocks(F.leaky_relu(self.stem(resized), LEAK)).flatten(1)
        mean, log_variance = self.point(F.leaky_relu(self.features(hidden), LEAK)).chunk(2, dim=1)
        return mean, log_variance.clamp(-10, 4)

    def encoder_loss(self, generate: Callable[[Tensor], Tensor], real: Tensor, progress: float) -> dict[str, tuple[float, Tensor]]:
        """Name → (weight, loss): `l1` E[|G(z) − x|] a number of a picture for z ~ q(z|x), and `divergence` KL(q(z|x) ‖ N(0, I)) in nats.

        `generate` is G: z (B, latent) → pictures of the shape of `real`; `progress` in [0, 1] fades the weights.
        """
        weight = self.hint * max(self.stays, 1 - progress / FADED_BY)
        if weight <= 0:
            return {}
        mean, log_variance = self(real)
        reconstructed = generate(mean + torch.randn_like(mean) * (log_variance / 2).exp())
        divergence = 0.5 * (mean.square() + log_variance.exp() - 1 - log_variance).sum(1).mean()
        return {"l1": (weight, F.l1_loss(reconstructed, real)), "divergence": (weight * KL_WEIGHT, divergence)}
