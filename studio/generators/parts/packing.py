"""Weights laid out for reading a row at a time: float32, float16, bfloat16, or whole numbers of 8 bits with one scale a row.

Decoding waits for weights to be read. One row through float32 weights kept as (in, out) took 33 µs where `nn.Linear` took 76 (256 to
768, one thread); that is best where the weights fit into the caches. One row through all 135 million weights of SmolLM2 took 35 ms in
float32, 28 in bfloat16, 11.5 in int8 and 10.5 in float16 as FBGEMM packs it, two threads; 256 rows took 510, –, 890 and 410 ms.
"""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn

_fp16 = torch.ops.quantized.linear_dynamic_fp16.default  # the overload itself: choosing one takes as long as a small product
WEIGHTS = ("fp32", "fp16", "bf16", "int8")


class Int8Linear(nn.Module):
    """A linear layer with weights (out, in) in int8, each row's largest at ±127, and products in bfloat16."""

    weight: Tensor
    scale: Tensor
    bias: Tensor | None

    def __init__(self, linear: nn.Linear) -> None:
        super().__init__()
        weight = linear.weight.detach().float()
        scale = (weight.abs().amax(1).clamp(min=1e-8) / 126.5).bfloat16()  # rounded first, so that no row is scaled wrongly
        self.register_buffer("weight", (weight / scale.float()[:, None]).round().clamp(-127, 127).to(torch.int8))
        self.register_buffer("scale", scale)
        self.register_buffer("bias", None if linear.bias is None else linear.bias.detach())

    def forward(self, x: Tensor) -> Tensor:
        flat = x.reshape(-1, x.shape[-1]).bfloat16()
        made = torch._weight_int8pack_mm(flat, self.weight, self.scale).to(x.dtype).view(*x.shape[:-1], -1)
        return made if self.bias is None else made + self.bias


class Fp32Linear(nn.Module):
    """A linear layer whose weights lie as (in, out)."""

    weight: Tensor
    bias: Tensor | None

    def __init__(self, linear: nn.Linear) -> None:
        super().__init__()
        self.register_buffer("weight", linear.weight.detach().float().T.contiguous())
        self.register_buffer("bias", None if linear.bias is None else linear.bias.detach().float())

    def forward(self, x: Tensor) -> Tensor:
        made = x @ self.weight
        return made if self.bias is None else made + self.bias


class Fp16Linear(nn.Module):
    """A linear layer with weights in float16, as FBGEMM packs them; products and sums are float32."""

    def __init__(self, linear: nn.Linear) -> None:
        super().__init__()
        self.packed = torch.ops.quantized.linear_prepack_fp16(linear.weight.detach().float(), None)
        self.bias = None if linear.bias is None else linear.bias.detach().float()  # no buffer: those are slow to look up

    def forward(self, x: Tensor) -> Tensor:
        if x.dim() == 1:
            return self.forward(x[None])[0]
        made: Tensor = _fp16(x, self.packed)
        return made if self.bias is None else made + self.bias


class Bf16Linear(nn.Module):
    """A linear layer with weights in bfloat16; what comes in and goes out keeps its type."""

    weight: Tensor
    bias: Tensor | None

    def __init__(self, linear: nn.Linear) -> None:
        super().__init__()
        self.register_buffer("weight", linear.weight.detach().bfloat16())
        self.register_buffer("bias", None if linear.bias is None else linear.bias.detach().bfloat16())

    def forward(self, x: Tensor) -> Tensor:
        return F.linear(x.bfloat16(), self.weight, self.bias).to(x.dtype)


def pack(module: nn.Module, weights: str) -> None:
    """Replace every linear layer inside `module` by one with these weights (one of WEIGHTS). For reading only: it trains no more."""
    kinds = {"fp32": Fp32Linear, "fp16": Fp16Linear if _fbgemm() else Bf16Linear, "bf16": Bf16Linear, "int8": Int8Linear}
    for parent in list(module.modules()):
        for name, child in list(parent.named_children()):
            if isinstance(child, nn.Linear):
                setattr(parent, name, kinds[weights](child))


def _fbgemm() -> bool:
    """Whether this processor's torch packs float16 weights; elsewhere bfloat16 stands in."""
    return "fbgemm" in torch.backends.quantized.supported_engines
