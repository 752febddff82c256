"""An encoder that leads a generator at the beginning: pictures it has pointed at must come back (Larsen et al. 2016, arXiv:1512.09300).

A forger with few pictures of many kinds learns little from its critic at first, which tells it from the real ones at a glance. Asked to
draw what an encoder points at, it knows the colours and shapes of every kind after minutes, and z means something from then on.
The critic is heard all along. What ships is the generator.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from studio.generators.parts.equalised import GAIN, LEAK, EqualisedConv, EqualisedLinear, ResidualBlock

NARROWNESS = 2.5e-4  # of the divergence from N(0, 1), summed over z, beside the mean difference of a pixel
LED_UNTIL = 0.8  # share of the training after which the guide says no more than what stays


class Guide(nn.Module):
    """Pictures (B, channels, any, any) → mean and log-variance of z, (B, latent) each; `widths` as the generator's, wide to narrow.

    It looks at the size that so many widths make, 4·2ᵏ: what it is shown is shrunk or enlarged to it. Its weight falls from `hint` to
    the share `stays` of it; where that is 0, only the critic speaks at the end.
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
        looked_at = F.adaptive_avg_pool2d(pictures, self.size)
        hidden = self.blocks(F.leaky_relu(self.stem(looked_at), LEAK)).flatten(1)
        mean, spread = self.point(F.leaky_relu(self.features(hidden), LEAK)).chunk(2, dim=1)
        return mean, spread.clamp(-10, 4)

    def wish(self, draw: Callable[[Tensor], Tensor], real: Tensor, progress: float) -> dict[str, tuple[float, Tensor]]:
        """The wish that `draw` gives back `real` from where the guide points: name → (weight, loss)."""
        weight = self.hint * max(self.stays, 1 - progress / LED_UNTIL)
        if weight <= 0:
            return {}
        mean, spread = self(real)
        drawn = draw(mean + torch.randn_like(mean) * (spread / 2).exp())
        divergence = 0.5 * (mean.square() + spread.exp() - 1 - spread).sum(1).mean()
        return {"apart": (weight, F.l1_loss(drawn, real)), "divergence": (weight * NARROWNESS, divergence)}
