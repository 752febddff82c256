"""One more step of one row through a decoder, in as few operations as there can be.

Decoding a token at a time waits for weights, but no less for the two dozen small operations of each layer: with modules, masks and
general shapes SmolLM2 wrote 47 tokens a second, so 59 (two threads, by turns in one run; the same tokens).
"""

from __future__ import annotations

import math
from collections.abc import Callable

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from studio.generators.parts.decoder import Decoder, Layer, Memory, Turn

Step = Callable[[Tensor], Tensor]  # (1, D) → (1, D')


class OneStep:
    """Does what the decoder does for x (1, 1, D) on a processor. Its linear layers may be packed before, not after, this is made."""

    def __init__(self, decoder: Decoder) -> None:
        self.decoder, self.config = decoder, decoder.config
        self.layers = [_parts(layer) for layer in decoder.layers if isinstance(layer, Layer)]
        self.norm = _norm(decoder.norm)

    def __call__(self, x: Tensor, positions: Tensor | None, memory: Memory) -> Tensor:
        """(1, 1, D) → (1, 1, D), with the memory grown by one step."""
        turn = self.decoder.turn(positions)
        stream = x.view(1, -1).clone()
        for number, (attention_norm, inward, outward, feed_norm, feed) in enumerate(self.layers):
            stream += outward(self._seen(inward(attention_norm(stream)), turn, memory, number))
            stream += feed(feed_norm(stream))
        memory.length += 1
        return self.norm(stream).view(x.shape)

    def _seen(self, mixed: Tensor, turn: Turn | None, memory: Memory, layer: int) -> Tensor:
        """What attention finds, (1, D), when queries, keys and values of this step are `mixed`, (1, (H + 2K) · d)."""
        heads, key_heads, end = self.config.heads, self.config.key_heads, memory.length + 1
        mixed = mixed.view(1, heads + 2 * key_heads, 1, -1)
        both = mixed.narrow(1, 0, heads + key_heads)
        if turn is not None:
            cos, sin = turn
            both = torch.addcmul(both * cos, both.roll(both.shape[-1] // 2, -1), sin)
        keys, values = memory.keys[layer].narrow(2, 0, end), memory.values[layer].narrow(2, 0, end)
        keys.narrow(2, end - 1, 1).copy_(both.narrow(1, heads, key_heads))
        values.narrow(2, end - 1, 1).copy_(mixed.narrow(1, heads + key_heads, key_heads))
        found = F.scaled_dot_product_attention(both.narrow(1, 0, heads), keys, values, enable_gqa=heads != key_heads)
        return found.view(1, -1)


def _parts(layer: Layer) -> tuple[Step, Step, Step, Step, Step]:
    # `forward` itself: a module's call looks for hooks first, which takes as long as a small operation.
    attention, feed = layer.attention, layer.feed
    inner, outer = feed.inward.forward, feed.outward.forward

    def gated(x: Tensor) -> Tensor:
        gate, up = inner(x).chunk(2, dim=-1)
        return outer(F.silu(gate).mul_(up))

    def plain(x: Tensor) -> Tensor:
        return outer(F.gelu(inner(x), approximate="tanh"))

    feeding = gated if feed.gated else plain
    return _norm(layer.attention_norm), attention.inward.forward, attention.outward.forward, _norm(layer.feed_norm), feeding


def _norm(norm: nn.Module) -> Step:
    if not isinstance(norm, nn.RMSNorm):
        return norm.forward
    weight, width = norm.weight.view(1, -1), norm.weight.numel()
    nothing, epsilon = torch.zeros_like(weight), float(norm.eps or 0)

    def root_mean_square(x: Tensor) -> Tensor:
        flat = x.view(-1)
        return torch.addcmul(nothing, x, weight, value=1 / math.sqrt(flat.dot(flat).item() / width + epsilon))

    return root_mean_square
