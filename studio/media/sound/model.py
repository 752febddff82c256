"""Sound is samples at a rate."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from studio.media.errors import MediaError
from studio.media.picture.model import Picture

FRAMES_LIMIT = 2**31 // 8
SIDE = 128
COLOUR = (104, 181, 245, 255)


@dataclass(frozen=True, eq=False)
class Sound:
    """`samples` is (frames, channels) float32, full scale from -1 to 1; `rate` in frames a second."""

    samples: np.ndarray
    rate: int

    def __post_init__(self) -> None:
        samples = np.asarray(self.samples)
        if samples.ndim == 1:
            samples = samples[:, None]
        if samples.ndim != 2 or not 1 <= samples.shape[1] <= 64 or not 1_000 <= self.rate <= 400_000:
            raise MediaError(f"Sound is frames × channels at some rate; this is {samples.shape} at {self.rate}.")
        if samples.size > FRAMES_LIMIT:
            raise MediaError("This sound is longer than Atelier takes.")
        samples = np.asarray(samples, np.float32).view()  # what is float32 already is not copied
        samples.setflags(write=False)
        object.__setattr__(self, "samples", samples)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sound) and self.rate == other.rate and np.array_equal(self.samples, other.samples)

    def __hash__(self) -> int:
        return hash((self.rate, self.samples.shape))

    @property
    def seconds(self) -> float:
        return len(self.samples) / self.rate


def appended(sound: Sound, more: Sound) -> Sound:
    """`sound` with `more` behind it; raises MediaError where their rates or channels differ."""
    if (sound.rate, sound.samples.shape[1]) != (more.rate, more.samples.shape[1]):
        one, other = (f"{each.samples.shape[1]} channels at {each.rate}" for each in (sound, more))
        raise MediaError(f"A sound of {one} goes on as such, not with {other}.")
    return Sound(np.concatenate([sound.samples, more.samples]), sound.rate)


def envelope(sound: Sound, columns: int, first: int = 0, last: int | None = None) -> np.ndarray:
    """(columns, 2) float32: the lowest and the highest sample of any channel in each of so many equal stretches of the frames from `first`
    up to `last`; 0 where a stretch holds none."""
    samples = sound.samples[first:last]
    found = np.zeros((columns, 2), np.float32)
    edges = np.linspace(0, len(samples), columns + 1).astype(np.int64)
    for column in range(columns if len(samples) else 0):
        part = samples[edges[column] : max(edges[column + 1], edges[column] + 1)]
        found[column] = (part.min(), part.max()) if len(part) else (0, 0)
    return found


def drawn(sound: Sound, width: int = SIDE, height: int = SIDE) -> Picture:
    """Its envelope as a small picture."""
    pixels = np.zeros((height, width, 4), np.uint8)
    if len(sound.samples):
        edges = np.linspace(0, len(sound.samples), width + 1).astype(np.int64)
        for column in range(width):
            part = np.abs(sound.samples[edges[column] : max(edges[column + 1], edges[column] + 1)])
            reach = max(1, round(min(1.0, float(part.max(initial=0))) * (height // 2 - 4)))
            pixels[height // 2 - reach : height // 2 + reach, column] = COLOUR
    return Picture(pixels)
