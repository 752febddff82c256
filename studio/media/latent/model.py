"""A point in a latent space: named float32 arrays and the name of their space. Stored as safetensors."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from studio.media.errors import MediaError
from studio.media.tensors import packed, unpacked


@dataclass(frozen=True, eq=False)
class Latent:
    """`arrays` maps a name to a float32 array; `space` names what they mean (`z`, `w`, `w+`, …)."""

    space: str
    arrays: Mapping[str, np.ndarray] = field(default_factory=dict)

    def __post_init__(self) -> None:
        clean = {name: np.ascontiguousarray(array, dtype=np.float32) for name, array in self.arrays.items()}
        for name, array in clean.items():
            if not np.isfinite(array).all():
                raise MediaError(f"The latent's “{name}” holds numbers that are not finite.")
        object.__setattr__(self, "arrays", clean)

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, Latent)
            and self.space == other.space
            and self.arrays.keys() == other.arrays.keys()
            and all(np.array_equal(array, other.arrays[name]) for name, array in self.arrays.items())
        )

    @classmethod
    def of(cls, space: str, values: np.ndarray) -> Latent:
        """A latent of one array that bears its space's own name, as most spaces are."""
        return cls(space, {space: values})

    @property
    def values(self) -> np.ndarray:
        """The array that bears the space's name."""
        return self.arrays[self.space]

    def to_bytes(self) -> bytes:
        return packed(self.arrays, "space", self.space)

    @classmethod
    def from_bytes(cls, data: bytes) -> Latent:
        """Raise MediaError when `data` is not a latent written by `to_bytes`."""
        arrays, space = unpacked(data, "space", "latent")
        return cls(space, arrays)
