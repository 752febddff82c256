"""A journey: points of one latent space, and the beat at which each is reached. Stored as safetensors."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from studio.media.errors import MediaError
from studio.media.latent import Latent
from studio.media.tensors import packed, unpacked

STOPS_LIMIT = 256


@dataclass(frozen=True)
class Journey:
    """`stops` are (beat, point), the first at 0 and each later than the one before; raises MediaError for other ones."""

    stops: tuple[tuple[float, Latent], ...]

    def __post_init__(self) -> None:
        beats = [beat for beat, _ in self.stops]
        if not 2 <= len(beats) <= STOPS_LIMIT:
            raise MediaError(f"A journey has 2 to {STOPS_LIMIT} stops, not {len(beats)}.")
        if beats[0] != 0 or not np.isfinite(beats).all() or any(a >= b for a, b in pairwise(beats)):
            raise MediaError("The stops of a journey begin at beat 0, and each is later than the one before.")
        if len({(point.space, *sorted((name, array.shape) for name, array in point.arrays.items())) for _, point in self.stops}) > 1:
            raise MediaError("The stops of a journey lie in different spaces.")

    @classmethod
    def evenly(cls, points: Sequence[Latent], beats: float) -> Journey:
        """From point to point, each `beats` after the one before."""
        return cls(tuple((number * beats, point) for number, point in enumerate(points)))

    @property
    def end(self) -> float:
        """The beat of the last stop."""
        return self.stops[-1][0]

    def at(self, beat: float) -> tuple[Latent, Latent, float]:
        """The two stops that `beat` lies between, and how far it is from the first to the second, 0 to 1."""
        number = min(max(bisect_right([at for at, _ in self.stops], beat), 1), len(self.stops) - 1)
        (first, a), (second, b) = self.stops[number - 1], self.stops[number]
        return a, b, min(1.0, max(0.0, (beat - first) / (second - first)))

    def to_bytes(self) -> bytes:
        first = self.stops[0][1]
        arrays = {f"stops.{name}": np.stack([point.arrays[name] for _, point in self.stops]) for name in first.arrays}
        return packed({"beats": np.array([beat for beat, _ in self.stops], np.float64), **arrays}, "journey", first.space)

    @classmethod
    def from_bytes(cls, data: bytes) -> Journey:
        """Raise MediaError when `data` is not a journey written by `to_bytes`."""
        arrays, space = unpacked(data, "journey", "journey")
        try:
            beats = arrays.pop("beats").astype(float).tolist()
            named = {name.removeprefix("stops."): array for name, array in arrays.items()}
            points = [Latent(space, {name: array[number] for name, array in named.items()}) for number in range(len(beats))]
        except (ValueError, KeyError, TypeError, IndexError) as error:
            raise MediaError(f"This is not a journey: {error}.") from error
        return cls(tuple(zip(beats, points, strict=True)))
