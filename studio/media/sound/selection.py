"""A stretch of a sound, in seconds."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass

from studio.media.errors import MediaError
from studio.media.sound.model import Sound


@dataclass(frozen=True)
class SoundSelection:
    """From second `start` up to second `end`, counted from the beginning of the sound; raises MediaError for what is no stretch."""

    start: float
    end: float

    def __post_init__(self) -> None:
        if not (math.isfinite(self.start) and math.isfinite(self.end) and 0 <= self.start <= self.end):
            raise MediaError("A selection of sound begins at second 0 or later and does not end before its beginning.")

    def frames(self, sound: Sound) -> tuple[int, int]:
        """The first frame of `sound` that lies in it, and the one behind the last; both within the sound."""
        first, last = (min(round(each * sound.rate), len(sound.samples)) for each in (self.start, self.end))
        return first, last

    def part(self, sound: Sound) -> Sound:
        """What of `sound` lies in it; raises MediaError where nothing does."""
        first, last = self.frames(sound)
        if first >= last:
            raise MediaError("Nothing of the sound lies in this selection.")
        return Sound(sound.samples[first:last], sound.rate)

    def to_bytes(self) -> bytes:
        return json.dumps({"seconds": [self.start, self.end]}).encode()

    @classmethod
    def from_bytes(cls, data: bytes) -> SoundSelection:
        """Raises MediaError when `data` is no selection."""
        try:
            start, end = json.loads(data)["seconds"]
            return cls(float(start), float(end))
        except (ValueError, TypeError, KeyError, RecursionError) as error:
            raise MediaError("This is no selection of a sound.") from error
