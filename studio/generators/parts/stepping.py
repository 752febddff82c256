"""One more step of one row through a decoder, in as few operations as there can be.

Decoding a token at a time waits for weights, but no less for the two dozen small operations of each layer: with modules, masks and
general shapes SmolLM2 wrote 47 tokens a second, so 59 (two threads, by turns in one run; the same tokens).
"""

from __future__ import annotations

import math
from collections.abc import Callable

import torch
from torch import Tensor, nn

from studio.generators.parts.decoder import Decoder, KVCache, Layer, Rotation, gelu

Step = Callable[[Tensor], Tensor]  # (1, D) → (1, D')


class OneStep:
    """Does what the decoder does for x (1, 1, D) on a processor. Its linear layers may be packed before, not after, this is made."""

    def __init__(self, decoder: Decoder) -> None:
        self.decoder, self.config = decoder, decoder.config
        self.layers = [_parts(layer) for layer in decoder.layers if isinstance(layer, Layer)]
        self.attentions = [layer.attention for layer in decoder.layers if isinstance(layer, Layer)]
        self.norm = _norm(decoder.norm)
        self.scale, self.nothing = decoder.config.head_width**-0.5, torch.zeros(())

    def __call__(self, x: Tensor, positions: Tensor | None, cache: KVCache) -> Tensor:
        """(1, 1, D) → (1, 1, D), with the cache grown by one step."""
        rotation = self.decoder.rotation(positions)
        stream = x.view(1, -1).clone()
        # Views of all layers are made at once: a narrow() takes as long as a small sum.
        ends = (cache.keys[:, :, :, cache.length, None].unbind(), cache.values[:, :, :, cache.length, None].unbind())
        cache.length += 1
        known = (cache.keys.narrow(3, 0, cache.length).unbind(), cache.values.narrow(3, 0, cache.length).unbind())
        places = zip(*ends, *known, strict=True)
        for number, ((attention_norm, qkv_proj, out_proj, feed_norm, feed), place) in enumerate(zip(self.layers, places, strict=True)):
            stream += out_proj(self._attended(number, qkv_proj(attention_norm(stream)), rotation, *place))
            stream += feed(feed_norm(stream))
        return self.norm(stream).view(x.shape)

    def _attended(
        self, number: int, mixed: Tensor, rotation: Rotation | None, key: Tensor, value: Tensor, keys: Tensor, values: Tensor
    ) -> Tensor:
        """What attention finds, (1, D), when queries, keys and values of this step are `mixed`, (1, (H + 2K) · d).

        Its own are put where `key` and `value` stand (1, K, 1, d), the last of `keys` and `values` (1, K, T, d).
        """
        heads, key_heads = self.config.heads, self.config.key_heads
        mixed = mixed.view(1, heads + 2 * key_heads, 1, -1)
        both, own = mixed.split([heads + key_heads, key_heads], dim=1)
        if self.config.head_norm:
            both = self.attentions[number].normed(both)
        if rotation is not None:
            cos, sin = rotation
            both = torch.addcmul(both * cos, both.roll(both.shape[-1] // 2, -1), sin)
        query, new = both.split([heads, key_heads], dim=1)
        key.copy_(new)
        value.copy_(own)
        window = self.config.windows[number] if self.config.windows else 0
        if 0 < window < keys.shape[2]:
            keys, values = keys[:, :, -window:], values[:, :, -window:]
        # Few queries against the keys that they share: two products, which take two thirds of the time of the general way.
        query = query.view(key_heads, -1, query.shape[-1])
        weights = torch.baddbmm(self.nothing, query, keys[0].mT, beta=0, alpha=self.scale).softmax(-1)
        return torch.bmm(weights, values[0]).view(1, -1)


def _parts(layer: Layer) -> tuple[Step, Step, Step, Step, Step]:
    # `forward` itself: a module's call looks for hooks first, which takes as long as a small operation.
    attention, feed = layer.attention, layer.feed
    inner, outer = _row(feed.up_proj), _row(feed.down_proj)

    def gated(x: Tensor) -> Tensor:
        gate, up = inner(x).chunk(2, dim=-1)
        return outer(feed.gate(gate).mul_(up))

    def plain(x: Tensor) -> Tensor:
        return outer(gelu(inner(x)))

    before = _norm(layer.attention_norm, _reads(attention.qkv_proj)), _norm(layer.feed_norm, _reads(feed.up_proj))
    return before[0], _row(attention.qkv_proj), _row(attention.out_proj), before[1], gated if feed.gated else plain


def _row(linear: nn.Module) -> Step:
    step: Step = getattr(linear, "row", linear.forward)
    return step


def _reads(linear: nn.Module) -> torch.dtype:
    """The numbers that a linear layer works with: given those, it need not make them first."""
    return getattr(linear, "reads", torch.float32)


def _norm(norm: nn.Module, wanted: torch.dtype = torch.float32) -> Step:
    if not isinstance(norm, nn.RMSNorm):
        return norm.forward
    weight, width = norm.weight.view(1, -1), norm.weight.numel()
    nothing, epsilon = torch.zeros_like(weight), float(norm.eps or 0)

    def root_mean_square(x: Tensor) -> Tensor:
        flat = x.view(-1)
        return torch.addcmul(nothing, x, weight, value=1 / math.sqrt(flat.dot(flat).item() / width + epsilon)).to(wanted)

    return root_mean_square
