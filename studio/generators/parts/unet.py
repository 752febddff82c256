"""A small U-Net for denoising: residual blocks modulated by the noise level and the condition, attention at the two smallest sizes.

After Ho et al. 2020 (arXiv:2006.11239) and Dhariwal & Nichol 2021 (arXiv:2105.05233), sized for two processor cores.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from studio.generators.parts.condition_embedding import ConditionEmbedding

GROUPS = 8
HEADS = 4
FREQUENCIES = 32


class ResidualBlock(nn.Module):
    """Two 3×3 convolutions with adaptive group normalisation, norm(h) · (1 + scale) + shift, in between. Starts as the identity."""

    def __init__(self, inputs: int, outputs: int, embedding: int) -> None:
        super().__init__()
        self.norm_in, self.conv_in = nn.GroupNorm(GROUPS, inputs), nn.Conv2d(inputs, outputs, 3, 1, 1)
        self.embed = nn.Linear(embedding, 2 * outputs)
        self.norm_out, self.conv_out = nn.GroupNorm(GROUPS, outputs), nn.Conv2d(outputs, outputs, 3, 1, 1)
        nn.init.zeros_(self.conv_out.weight)
        self.shortcut = nn.Conv2d(inputs, outputs, 1) if inputs != outputs else nn.Identity()

    def forward(self, x: Tensor, modulation: Tensor) -> Tensor:
        """(B, inputs, h, w) → (B, outputs, h, w); `modulation` (B, 2 · outputs) is scale and shift, `embed` of the embedding."""
        hidden = self.conv_in(F.silu(self.norm_in(x)))
        scale, shift = modulation[:, :, None, None].chunk(2, dim=1)
        return self.shortcut(x) + self.conv_out(F.silu(self.norm_out(hidden) * (1 + scale) + shift))


class Attention(nn.Module):
    """Self-attention over all positions, four heads. Starts as the identity."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.norm = nn.GroupNorm(GROUPS, width)
        self.queries_keys_values = nn.Conv2d(width, 3 * width, 1)
        self.output = nn.Conv2d(width, width, 1)
        nn.init.zeros_(self.output.weight)

    def forward(self, x: Tensor) -> Tensor:
        batch, width, height, across = x.shape
        packed = self.queries_keys_values(self.norm(x)).reshape(batch, 3, HEADS, width // HEADS, height * across)
        query, key, value = packed.transpose(3, 4).unbind(1)  # (B, heads, positions, width / heads)
        mixed = F.scaled_dot_product_attention(query, key, value).transpose(2, 3).reshape(batch, width, height, across)
        return x + self.output(mixed)


class UNet(nn.Module):
    """(B, channels, h, w), a noise number (B,) and values (B, attributes) → (B, channels, h, w).

    `widths` are the channels at full, half and quarter size; h and w are multiples of 4.
    """

    def __init__(self, channels: int, widths: tuple[int, int, int], counts: Sequence[int]) -> None:
        super().__init__()
        full, half, quarter = widths
        embedding = 4 * full
        self.frequencies: Tensor
        self.register_buffer("frequencies", torch.randn(FREQUENCIES, generator=torch.Generator().manual_seed(0)) * 2)
        self.embed = nn.Sequential(nn.Linear(2 * FREQUENCIES, embedding), nn.SiLU(), nn.Linear(embedding, embedding))
        self.condition_embedding = ConditionEmbedding(counts, embedding) if counts else None
        self.stem = nn.Conv2d(channels, full, 3, 1, 1)
        self.down_full = ResidualBlock(full, full, embedding)
        self.down_half, self.look_half = ResidualBlock(full, half, embedding), Attention(half)
        self.middle_in, self.look_middle = ResidualBlock(half, quarter, embedding), Attention(quarter)
        self.middle_out = ResidualBlock(quarter, quarter, embedding)
        self.up_half, self.look_up = ResidualBlock(quarter + half, half, embedding), Attention(half)
        self.up_full, self.last = ResidualBlock(half + full, full, embedding), ResidualBlock(full, full, embedding)
        last = nn.Conv2d(full, channels, 3, 1, 1)
        nn.init.zeros_(last.weight)
        self.head = nn.Sequential(nn.GroupNorm(GROUPS, full), nn.SiLU(), last)

    def forward(self, x: Tensor, noise: Tensor, chosen: Tensor | None = None) -> Tensor:
        return self.denoise(x, self.embed_conditioning(noise, chosen))

    def embed_conditioning(self, noise: Tensor, chosen: Tensor | None) -> list[Tensor]:
        """Noise numbers (B,) or (S, 1) and values (B, attributes) → each block's modulation, (B, 2 · its width) or (S, B, 2 · its width).

        B is 1 in the latter where nothing is chosen. The noise number's embedding is of random Fourier features (Tancik et al. 2020,
        arXiv:2006.10739), that of the values is added to it.
        """
        angles = noise[..., None] * self.frequencies * 2 * math.pi
        embedded = self.embed(torch.cat([angles.sin(), angles.cos()], dim=-1))
        if self.condition_embedding is not None and chosen is not None:
            embedded = embedded + self.condition_embedding(chosen)
        embedded = F.silu(embedded)
        blocks = self.down_full, self.down_half, self.middle_in, self.middle_out, self.up_half, self.up_full, self.last
        return [block.embed(embedded) for block in blocks]

    def denoise(self, x: Tensor, modulations: Sequence[Tensor]) -> Tensor:
        """(B, channels, h, w) → the same shape; `modulations` are `embed_conditioning`'s, for many steps at once."""
        down_full, down_half, middle_in, middle_out, up_half, up_full, last = modulations
        full = self.down_full(self.stem(x), down_full)
        half = self.look_half(self.down_half(F.avg_pool2d(full, 2), down_half))
        middle = self.look_middle(self.middle_in(F.avg_pool2d(half, 2), middle_in))
        middle = self.middle_out(middle, middle_out)
        up = self.look_up(self.up_half(torch.cat([F.interpolate(middle, scale_factor=2), half], dim=1), up_half))
        up = self.up_full(torch.cat([F.interpolate(up, scale_factor=2), full], dim=1), up_full)
        return self.head(self.last(up, last))
