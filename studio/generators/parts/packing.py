"""Weights laid out for reading a row at a time: float32, float16, bfloat16, or whole numbers of 8 bits with one scale a row or of 4.

Decoding waits for weights to be read. One row through float32 weights kept as (in, out) took 33 µs where `nn.Linear` took 76 (256 to
768, one thread); that is best where the weights fit into the caches. One row through all 135 million weights of SmolLM2 took 35 ms in
float32, 28 in bfloat16, 11.5 in int8 and 10.5 in float16 as FBGEMM packs it, two threads; 256 rows took 510, –, 890 and 410 ms.
What llama.cpp keeps at four bits is best read so: all layers but the head in 5.7 ms where int8 took 10.6 and float16 15.0 (another
machine, with AVX-512); 64 rows in 104 ms where float16 took 65.
"""

from __future__ import annotations

from collections.abc import Mapping

import torch
import torch.nn.functional as F
from torch import Tensor, nn

_fp16 = torch.ops.quantized.linear_dynamic_fp16.default  # the overload itself: choosing one takes as long as a small product
_int4 = torch.ops.aten._weight_int4pack_mm_for_cpu.default
WEIGHTS = ("fp32", "fp16", "bf16", "int8", "int4")
GROUP, LEVELS = 32, 16  # weights that share their levels, as in llama.cpp's Q4_0 and Q4_1
OUTPUTS = 64  # the four-bit product wants rows by so many
LOOKED_AT = 8  # rows, to tell whether weights lie on levels
OFF_LEVEL = 0.1  # of the distance between two levels, which float16 may have moved a weight
ALIGNED, WHOLE = 64, 16  # bytes that whole numbers lie at, and what a row of them is a multiple of, for torch's product
FEW = 16  # rows at once; more are read faster in float16


class Int8Linear(nn.Module):
    """A linear layer with weights (out, in) in int8, each row's largest at ±127, and products in bfloat16."""

    weight: Tensor
    scale: Tensor
    bias: Tensor | None
    reads = torch.bfloat16

    def __init__(self, linear: nn.Linear, scale: Tensor | None = None) -> None:
        """Of a layer in floating point, or with a `scale` (out,) of one whose weights are whole numbers already."""
        super().__init__()
        weight, scale = whole_numbers(linear.weight.detach()) if scale is None else (linear.weight.detach(), scale)
        if weight.device.type == "cpu" and weight.data_ptr() % ALIGNED:  # a file's bytes lie where they lie; torch's product crashes there
            weight = weight.clone()
        self.register_buffer("weight", weight)
        self.register_buffer("scale", scale)
        self.register_buffer("bias", None if linear.bias is None else linear.bias.detach())

    def forward(self, x: Tensor) -> Tensor:
        flat = x.reshape(-1, x.shape[-1]).bfloat16()
        if flat.is_cpu and not flat.shape[1] % WHOLE:
            made = torch._weight_int8pack_mm(flat, self.weight, self.scale)
        else:
            made = F.linear(flat, self.weight.bfloat16()) * self.scale
        made = made.to(x.dtype).view(*x.shape[:-1], -1)
        return made if self.bias is None else made + self.bias


class Int8Embedding(nn.Module):
    """An embedding whose vectors (N, D) are int8 with a scale (N,) each."""

    weight: Tensor
    scale: Tensor

    def __init__(self, weight: Tensor, scale: Tensor) -> None:
        super().__init__()
        self.register_buffer("weight", weight)
        self.register_buffer("scale", scale)

    def forward(self, numbers: Tensor) -> Tensor:
        return self.weight[numbers].float() * self.scale[numbers][..., None].float()


def whole_numbers(weight: Tensor) -> tuple[Tensor, Tensor]:
    """Weights (out, in) → int8 and the scale (out,) of each row, in bfloat16; a row's largest is at ±127."""
    weight = weight.float()
    scale = (weight.abs().amax(1).clamp(min=1e-8) / 126.5).bfloat16()  # rounded first, so that no row is scaled wrongly
    return (weight / scale.float()[:, None]).round_().clamp_(-127, 127).to(torch.int8), scale


class Int4Linear(nn.Module):
    """A linear layer whose weights (out, in) lie on sixteen levels in each group of 32 along a row, which loses nothing but what
    bfloat16 rounds off the levels and the products. Many rows at once are read in float16, which is made when they first come."""

    reads = torch.bfloat16

    def __init__(self, linear: nn.Linear) -> None:
        super().__init__()
        codes, step, lowest = _levels(linear.weight.detach())
        self.packed = torch.ops.aten._convert_weight_to_int4pack_for_cpu(codes.flatten(1).int(), 1)
        zero = lowest + step * (LEVELS // 2)  # the product counts from the middle
        self.levels = torch.stack([step, zero], dim=-1).transpose(0, 1).bfloat16().contiguous()  # (groups, out, 2)
        self.bias = None if linear.bias is None else linear.bias.detach().float()  # no buffers: those are slow to look up
        self._linear, self._many = [linear], list[Fp16Linear]()  # in lists, so that they are no modules of their own

    def forward(self, x: Tensor) -> Tensor:
        flat = x.reshape(-1, x.shape[-1])
        if len(flat) > FEW and _fbgemm():
            return self._float16(x)
        return self.row(flat).to(x.dtype).view(*x.shape[:-1], -1)

    def row(self, x: Tensor) -> Tensor:
        """(1, in), at best in bfloat16 → (1, out) in bfloat16, with nothing done that need not be."""
        made = _int4(x.bfloat16(), self.packed, GROUP, self.levels)
        return made if self.bias is None else made + self.bias

    def _float16(self, x: Tensor) -> Tensor:
        if not self._many:
            self._many.append(Fp16Linear(self._linear.pop()))
        return self._many[0].forward(x.float()).to(x.dtype)


class Fp32Linear(nn.Module):
    """A linear layer whose weights lie as (in, out)."""

    weight: Tensor
    bias: Tensor | None
    reads = torch.float32

    def __init__(self, linear: nn.Linear) -> None:
        super().__init__()
        self.register_buffer("weight", linear.weight.detach().float().T.contiguous())
        self.register_buffer("bias", None if linear.bias is None else linear.bias.detach().float())

    def forward(self, x: Tensor) -> Tensor:
        made = x @ self.weight
        return made if self.bias is None else made + self.bias


class Fp16Linear(nn.Module):
    """A linear layer with weights in float16, as FBGEMM packs them; products and sums are float32."""

    reads = torch.float32

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
    reads = torch.bfloat16

    def __init__(self, linear: nn.Linear) -> None:
        super().__init__()
        self.register_buffer("weight", linear.weight.detach().bfloat16())
        self.register_buffer("bias", None if linear.bias is None else linear.bias.detach().bfloat16())

    def forward(self, x: Tensor) -> Tensor:
        return F.linear(x.bfloat16(), self.weight, self.bias).to(x.dtype)


def pack(module: nn.Module, weights: str, device: torch.device | None = None) -> None:
    """Replace every linear layer inside `module` by one with these weights (one of WEIGHTS). For reading only: it trains no more.

    int4 is for weights that come from a four-bit file; layers that do not lie on sixteen levels are packed as fp16. Both lie as the
    processor wants them: for another `device`, to which the module goes later, they are bfloat16.
    """
    elsewhere = device is not None and device.type != "cpu"
    half = Fp16Linear if _fbgemm() and not elsewhere else Bf16Linear
    kinds = {"fp32": Fp32Linear, "fp16": half, "bf16": Bf16Linear, "int8": Int8Linear, "int4": half}
    for parent in list(module.modules()):
        for name, child in list(parent.named_children()):
            if isinstance(child, nn.Linear):
                four = weights == "int4" and not elsewhere and lies_on_levels(child.weight)
                setattr(parent, name, Int4Linear(child) if four else kinds[weights](child))


def put_whole_numbers(words: nn.Module, scales: Mapping[str, Tensor]) -> None:
    """Put layers of whole numbers where `scales` has a scale for a layer's name; their weights are int8 already."""
    for parent_name, parent in list(words.named_modules()):
        for name, child in list(parent.named_children()):
            scale = scales.get(f"{parent_name}.{name}".lstrip("."))
            if scale is not None and isinstance(child, nn.Embedding):
                setattr(parent, name, Int8Embedding(child.weight.detach(), scale))
            elif scale is not None and isinstance(child, nn.Linear):
                setattr(parent, name, Int8Linear(child, scale))


def lies_on_levels(weight: Tensor) -> bool:
    """Whether weights (out, in) are those of a four-bit file, so that packing them at four bits keeps them; their first rows tell."""
    if weight.shape[0] % OUTPUTS or weight.shape[1] % GROUP:
        return False
    some = weight.detach()[:LOOKED_AT]
    codes, step, lowest = _levels(some)
    off = (codes * step[..., None] + lowest[..., None] - some.float().view_as(codes)).abs()
    return bool((off <= OFF_LEVEL * step[..., None]).all())


def _levels(weight: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Weights (out, in) → codes (out, groups, 32) of 0 to 15, the step between two levels and the lowest (out, groups), all float32."""
    groups = weight.float().view(len(weight), -1, GROUP)
    if groups.data_ptr() == weight.data_ptr():
        groups = groups.clone()
    lowest, highest = groups.aminmax(dim=-1)
    step = (highest - lowest) / (LEVELS - 1)
    return groups.sub_(lowest[..., None]).div_(step.clamp(min=1e-12)[..., None]).round_(), step, lowest  # in place: it takes half as long


def _fbgemm() -> bool:
    """Whether this processor's torch packs float16 weights; elsewhere bfloat16 stands in."""
    return "fbgemm" in torch.backends.quantized.supported_engines
