"""A point in a latent space: named float32 arrays and the name of their space. Stored as safetensors."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import safetensors
import safetensors.numpy

from studio.media.errors import MediaError

BYTES_LIMIT = 64 * 2**20


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
        return safetensors.numpy.save(dict(self.arrays), metadata={"space": self.space})

    @classmethod
    def from_bytes(cls, data: bytes) -> Latent:
        """Raise MediaError when `data` is not a latent written by `to_bytes`."""
        if len(data) > BYTES_LIMIT:
            raise MediaError(f"A latent of {len(data) // 2**20} MB is larger than the {BYTES_LIMIT // 2**20} MB that one may have.")
        try:
            arrays = safetensors.numpy.load(data)
        except (safetensors.SafetensorError, ValueError, KeyError, TypeError) as error:
            raise MediaError(f"This is not a latent: {error}.") from error
        return cls(_space_of(data), arrays)


def _space_of(data: bytes) -> str:
    length = int.from_bytes(data[:8], "little")
    space = json.loads(data[8 : 8 + length]).get("__metadata__", {}).get("space")
    if not isinstance(space, str) or not space:
        raise MediaError("This is not a latent: it does not name its space.")
    return space
