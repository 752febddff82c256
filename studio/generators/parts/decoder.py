"""One fast transformer decoder: what plays `musenet` reads GPT-2 and Llama-like checkpoints too; its config chooses the parts.

Vaswani et al. 2017 (arXiv:1706.03762); rotary positions, Su et al. 2021 (2104.09864); RMSNorm, Zhang & Sennrich 2019 (1910.07467);
SwiGLU and GeGLU, Shazeer 2020 (2002.05202); grouped queries, Ainslie et al. 2023 (2305.13245); a sliding window, Beltagy et al. 2020
(2004.05150); norms of queries and keys, Henry et al. 2020 (2010.04245). It knows vectors only: words and notes are
what surrounds it (`words.py`, `musenet/networks.py`). Shapes: B rows, T new steps, D width, H query heads, K key heads, d head width.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn

Rotation = tuple[Tensor, Tensor]  # cosines and signed sines (B or 1, 1, T, d)


@dataclass(frozen=True)
class DecoderConfig:
    """`norm` is rms or layer, `activation` swiglu, geglu or gelu; `head` is a head's width, 0 for an equal share of the stream's.

    `rotary` holds, for each axis of the positions, how many of a head's d/2 pairs are rotated by it and the base of their frequencies;
    empty where positions are learned, which then happens outside; `stretch` divides each pair's frequency, empty for none. `windows` are
    how many steps back each layer sees, itself counted; 0 or none at all for every one. `bias` is everywhere, `qkv_bias` on queries, keys
    and values alone; `head_norm` norms each query and key. `dropout` is the share of what a half layer adds that is left out
    while it trains (Srivastava et al. 2014, jmlr.org/papers/v15/srivastava14a.html).
    """

    width: int = 256
    layers: int = 6
    heads: int = 4
    key_heads: int = 4
    hidden: int = 688
    norm: str = "rms"
    activation: str = "swiglu"
    rotary: tuple[tuple[int, float], ...] = ((32, 10_000.0),)
    bias: bool = False
    epsilon: float = 1e-5
    dropout: float = 0.0
    head: int = 0
    qkv_bias: bool = False
    head_norm: bool = False
    stretch: tuple[float, ...] = ()
    windows: tuple[int, ...] = ()

    @property
    def head_width(self) -> int:
        return self.head or self.width // self.heads

    def window(self, layer: int) -> int:
        """How many steps back a layer sees; 0 for all."""
        return self.windows[layer] if self.windows else 0


def norm_of(config: DecoderConfig) -> nn.Module:
    if config.norm == "layer":
        return nn.LayerNorm(config.width, config.epsilon)
    return nn.RMSNorm(config.width, config.epsilon)


class KVCache:
    """Keys and values of the steps read so far, each (layers, rows, K, room, d): `length` of `room` steps are filled.

    Truncating sets `length` alone; what lies behind it is written over.
    """

    def __init__(self, config: DecoderConfig, rows: int, room: int, like: Tensor) -> None:
        shape = (config.layers, rows, config.key_heads, room, config.head_width)
        self.keys, self.values = like.new_zeros(shape), like.new_zeros(shape)
        self.room, self.length = room, 0

    def truncate(self, length: int) -> None:
        """Drop all but the first `length` steps; raises ValueError where it holds fewer."""
        if not 0 <= length <= self.length:
            raise ValueError(f"The cache holds {self.length} steps; it cannot go back to {length}.")
        self.length = length

    def expand(self, rows: int, more: int | None = None) -> KVCache:
        """A copy of a cache of one row for `rows` candidates that continue it, with room for `more` steps, or as much as there is."""
        made = object.__new__(KVCache)
        made.room = self.room if more is None else min(self.room, self.length + more)
        made.keys, made.values = (
            each[..., : made.room, :].expand(-1, rows, -1, -1, -1).contiguous() for each in (self.keys, self.values)
        )  # fmt: skip
        made.length = self.length
        return made

    def reorder(self, rows: Sequence[int], first: int) -> None:
        """Give every row what another one, `rows`, has read since step `first`; before that all have read the same."""
        chosen = torch.tensor(rows, device=self.keys.device)
        for each in (self.keys, self.values):
            since = each[..., first : self.length, :]
            since.copy_(since.index_select(1, chosen))

    def append(self, layer: int, keys: Tensor, values: Tensor) -> tuple[Tensor, Tensor]:
        """Store keys and values (B, K, T, d) of T new steps; returns all of this layer's so far, (B, K, length + T, d)."""
        end = self.length + keys.shape[2]
        self.keys[layer, :, :, self.length : end] = keys
        self.values[layer, :, :, self.length : end] = values
        return self.keys[layer, :, :, :end], self.values[layer, :, :, :end]


def mask_of(steps: int, before: int, window: int, device: torch.device) -> Tensor | None:
    """(T, before + T) which of T new steps sees which, `window` of them at most; None where causal order alone says it."""
    narrow = 0 < window < before + steps
    if not narrow and (steps == 1 or before == 0):
        return None
    seen = torch.ones(steps, before + steps, dtype=torch.bool, device=device).tril(before)
    return seen.triu(before - window + 1) if narrow else seen


class RotaryEmbedding(nn.Module):
    """Rotary position embedding (Su et al. 2021, equation 34) along one axis or several.

    Pair j of a head's numbers is rotated by position · θⱼ, θⱼ = base^(−j / pairs); each axis of the positions has its own pairs and base.
    """

    frequencies: Tensor
    axes: Tensor

    def __init__(self, rotary: Sequence[tuple[int, float]], stretch: Sequence[float] = ()) -> None:
        super().__init__()
        parts = [base ** (-torch.arange(count, dtype=torch.float32) / count) for count, base in rotary]
        axes = [torch.full((count,), axis) for axis, (count, _) in enumerate(rotary)]
        frequencies = torch.cat(parts) / torch.tensor(stretch) if stretch else torch.cat(parts)
        self.register_buffer("frequencies", frequencies, persistent=False)
        self.register_buffer("axes", torch.cat(axes), persistent=False)

    def forward(self, positions: Tensor) -> Rotation:
        """(B or 1, T, axes) → cosines and signed sines (B or 1, 1, T, d), as `rotate` takes them."""
        angles = (positions.float()[..., self.axes] * self.frequencies)[:, None]
        cos, sin = angles.cos(), angles.sin()
        return torch.cat([cos, cos], dim=-1), torch.cat([-sin, sin], dim=-1)


def rotate(x: Tensor, rotation: Rotation) -> Tensor:
    """(B, heads, T, d) with numbers i and i + d/2 rotated as a pair: (a, b) → (a cos − b sin, b cos + a sin)."""
    cos, sin = rotation
    return torch.addcmul(x * cos, x.roll(x.shape[-1] // 2, dims=-1), sin)


class Attention(nn.Module):
    """Causal self-attention, softmax(QKᵀ / √d) V, with K ≤ H key heads that query heads share; `qkv_proj` is all three projections."""

    def __init__(self, config: DecoderConfig, layer: int) -> None:
        super().__init__()
        self.heads, self.key_heads, self.layer = config.heads, config.key_heads, layer
        inner = (config.heads + 2 * config.key_heads) * config.head_width
        self.qkv_proj = nn.Linear(config.width, inner, config.bias or config.qkv_bias)
        self.out_proj = nn.Linear(config.heads * config.head_width, config.width, config.bias)
        self.query_norm, self.key_norm = (
            nn.RMSNorm(config.head_width, config.epsilon) if config.head_norm else None for _ in range(2)
        )  # fmt: skip

    def forward(self, x: Tensor, rotation: Rotation | None, cache: KVCache | None, mask: Tensor | None) -> Tensor:
        rows, steps, _ = x.shape
        mixed = self.qkv_proj(x).view(rows, steps, self.heads + 2 * self.key_heads, -1).transpose(1, 2)
        both, values = mixed.split([self.heads + self.key_heads, self.key_heads], dim=1)
        both = self.normed(both)
        if rotation is not None:
            both = rotate(both, rotation)
        queries, keys = both.split([self.heads, self.key_heads], dim=1)
        if cache is not None:
            keys, values = cache.append(self.layer, keys, values)
        alone = steps > 1 and mask is None
        seen = F.scaled_dot_product_attention(
            queries, keys, values, mask, is_causal=alone, enable_gqa=self.heads != self.key_heads
        )  # (B, H, T, d)
        return self.out_proj(seen.transpose(1, 2).reshape(rows, steps, -1))

    def normed(self, both: Tensor) -> Tensor:
        """Queries and keys (B, H + K, T, d), each brought to the same length where the config says so."""
        if self.query_norm is None or self.key_norm is None:
            return both
        queries, keys = both.float().split([self.heads, self.key_heads], dim=1)
        return torch.cat([self.query_norm(queries), self.key_norm(keys)], dim=1).to(both.dtype)


def gelu(x: Tensor) -> Tensor:
    return F.gelu(x, approximate="tanh")


def silu(x: Tensor) -> Tensor:
    return F.silu(x)


class Feed(nn.Module):
    """The feed-forward half: down(g(gate) ∘ up) with g SiLU (SwiGLU) or GELU (GeGLU), or down(GELU(up)).

    `up_proj` gives gate and up side by side, (B, T, 2 · hidden), where there is a gate. GELU is GPT-2's tanh approximation.
    """

    def __init__(self, config: DecoderConfig) -> None:
        super().__init__()
        self.gated, self.gate = config.activation != "gelu", silu if config.activation == "swiglu" else gelu
        self.up_proj = nn.Linear(config.width, config.hidden * (2 if self.gated else 1), config.bias)
        self.down_proj = nn.Linear(config.hidden, config.width, config.bias)

    def forward(self, x: Tensor) -> Tensor:
        inner = self.up_proj(x)
        if self.gated:
            gate, up = inner.chunk(2, dim=-1)
            return self.down_proj(self.gate(gate) * up)
        return self.down_proj(gelu(inner))


class Layer(nn.Module):
    """A pre-norm layer: x + attention(norm(x)), then x + feed(norm(x))."""

    def __init__(self, config: DecoderConfig, number: int) -> None:
        super().__init__()
        self.attention_norm, self.attention = norm_of(config), Attention(config, number)
        self.feed_norm, self.feed = norm_of(config), Feed(config)
        self.dropout = config.dropout

    def forward(self, x: Tensor, rotation: Rotation | None, cache: KVCache | None, mask: Tensor | None) -> Tensor:
        x = x + self._kept(self.attention(self.attention_norm(x), rotation, cache, mask))
        return x + self._kept(self.feed(self.feed_norm(x)))

    def _kept(self, x: Tensor) -> Tensor:
        return F.dropout(x, self.dropout) if self.training and self.dropout else x


class Decoder(nn.Module):
    """Vectors (B, T, D) → vectors (B, T, D), each from itself and those before it."""

    def __init__(self, config: DecoderConfig) -> None:
        super().__init__()
        self.config = config
        self.rotary = RotaryEmbedding(config.rotary, config.stretch) if config.rotary else None
        self.layers = nn.ModuleList(Layer(config, number) for number in range(config.layers))
        self.norm = norm_of(config)
        for name, parameter in self.named_parameters():
            if parameter.dim() == 2:  # what leads back into the stream starts smaller the more layers there are (GPT-2)
                nn.init.normal_(
                    parameter, std=0.02 / (2 * config.layers) ** 0.5 if name.split(".")[-2] in ("out_proj", "down_proj") else 0.02
                )

    def forward(self, x: Tensor, positions: Tensor | None = None, cache: KVCache | None = None) -> Tensor:
        """`positions` is (B or 1, T, axes) where the config is rotary; `cache` holds the steps before, and takes these in."""
        rotation = self.rotation(positions)
        before = 0 if cache is None else cache.length
        windows = [self.config.window(number) for number in range(self.config.layers)]
        masks = {window: mask_of(x.shape[1], before, window, x.device) for window in set(windows)}
        for layer, window in zip(self.layers, windows, strict=True):
            x = layer(x, rotation, cache, masks[window])
        if cache is not None:
            cache.length += x.shape[1]
        return self.norm(x)

    def rotation(self, positions: Tensor | None) -> Rotation | None:
        """The rotation of positions (B or 1, T, axes); None where the config has no rotary embedding."""
        return self.rotary(positions) if self.rotary is not None and positions is not None else None

    def cache(self, rows: int, room: int) -> KVCache:
        """An empty cache for `rows` rows of at most `room` steps."""
        return KVCache(self.config, rows, room, next(self.norm.parameters()))


if __name__ == "__main__":
    from studio.generators.parts.report import report

    config = DecoderConfig()
    report("decoder", Decoder(config), torch.zeros(1, 64, config.width), torch.arange(64)[None, :, None])
