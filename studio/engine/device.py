"""Which device and number format the models run on."""

from __future__ import annotations

import ctypes
import importlib.util
import os
import sys
from dataclasses import dataclass
from pathlib import Path

from studio.engine.errors import EngineError

LIBRARIES = ("libc10.so", "libtorch_cpu.so", "libtorch.so", "libtorch_python.so")
CHOICES = ("auto", "cpu", "cuda", "mps")


@dataclass(frozen=True)
class Device:
    """`name` as torch says it; `dtype` is what is computed in (float32, bfloat16, float16)."""

    name: str
    dtype: str

    @property
    def label(self) -> str:
        return self.name.upper()


def _load_libraries() -> None:
    """Load torch's libraries through a foreign call, which lets other threads run; `import torch` would hold them up for 0.2 s."""
    found = importlib.util.find_spec("torch")
    if sys.platform != "linux" or "torch" in sys.modules or found is None or found.origin is None:
        return
    folder = Path(found.origin).parent / "lib"
    dlopen = ctypes.CDLL(None).dlopen
    dlopen.restype = ctypes.c_void_p
    for name in LIBRARIES:
        if (folder / name).exists():
            dlopen(str(folder / name).encode(), os.RTLD_NOW)


def choose(wanted: str = "auto") -> Device:
    """The device for `wanted` (auto, cpu, cuda, mps). Imports torch. Raises EngineError when it is not there."""
    _load_libraries()
    import torch

    if wanted not in CHOICES:
        raise EngineError(f"There is no device “{wanted[:40]}”. Choose one of {', '.join(CHOICES)}.")
    has = {"cuda": torch.cuda.is_available(), "mps": torch.backends.mps.is_available(), "cpu": True}
    if wanted != "auto" and not has[wanted]:
        raise EngineError(f"This machine has no {wanted} device that torch can use. Choose auto or cpu.")
    name = wanted if wanted != "auto" else next(each for each in ("cuda", "mps", "cpu") if has[each])
    if name == "cuda":
        return Device(name, "bfloat16" if torch.cuda.is_bf16_supported() else "float16")
    # Small convolutions in half precision are slower than float32 on a processor, and no faster on mps.
    return Device(name, "float32")
