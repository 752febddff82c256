"""An animation is frames of one size, each with a time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from studio.media.errors import MediaError
from studio.media.picture.gif import FRAMES_LIMIT
from studio.media.picture.model import PIXELS_LIMIT, Picture

PIXELS_IN_ALL = 128 * 10**6  # of all frames together: half a gigabyte of memory
LONGEST = 655_350  # milliseconds that a frame stays: as long as a GIF can say


@dataclass(frozen=True, eq=False)
class Animation:
    """`frames` is (N, height, width, 4) uint8 with straight alpha, fully transparent pixels 0 in every channel; `milliseconds` says how
    long each of the N stays, 1 to 655,350; `loops` how often it is played, 0 for ever. Raises MediaError for anything else."""

    frames: np.ndarray
    milliseconds: tuple[int, ...]
    loops: int = 0

    def __post_init__(self) -> None:
        frames = np.asarray(self.frames)
        if frames.ndim != 4 or frames.shape[3] != 4 or frames.dtype != np.uint8 or 0 in frames.shape:
            raise MediaError(f"An animation is frames × height × width × 4 bytes; this array is {frames.dtype} {frames.shape}.")
        check_size(len(frames), frames.shape[2], frames.shape[1], "This animation")
        times = tuple(int(each) for each in self.milliseconds)
        if len(times) != len(frames) or not all(1 <= each <= LONGEST for each in times):
            raise MediaError(f"Each frame of an animation stays from 1 to {LONGEST:,} milliseconds.")
        if self.loops < 0:
            raise MediaError("An animation is played a number of times, or for ever (0).")
        frames = np.ascontiguousarray(frames)
        packed = frames.view("<u4")  # alpha is the highest byte
        if ((packed < 1 << 24) & (packed != 0)).any():
            frames = np.where(frames[..., 3:] == 0, np.uint8(0), frames)
        frames = frames.view()
        frames.setflags(write=False)
        object.__setattr__(self, "frames", frames)
        object.__setattr__(self, "milliseconds", times)

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, Animation)
            and (self.milliseconds, self.loops) == (other.milliseconds, other.loops)
            and np.array_equal(self.frames, other.frames)
        )

    def __hash__(self) -> int:
        return hash((self.milliseconds, self.loops, self.frames.shape))

    @classmethod
    def of(cls, pictures: Sequence[Picture], milliseconds: Sequence[int], loops: int = 0) -> Animation:
        """From pictures, each laid into the middle of the largest."""
        if not pictures:
            raise MediaError("An animation has at least one frame.")
        width, height = max(each.width for each in pictures), max(each.height for each in pictures)
        check_size(len(pictures), width, height, "This animation")
        fitted = [each if (each.width, each.height) == (width, height) else each.fitted(width, height) for each in pictures]
        return cls(np.stack([each.pixels for each in fitted]), tuple(milliseconds), loops)

    @property
    def width(self) -> int:
        return int(self.frames.shape[2])

    @property
    def height(self) -> int:
        return int(self.frames.shape[1])

    def __len__(self) -> int:
        return len(self.frames)

    def picture(self, number: int) -> Picture:
        """One frame."""
        return Picture(self.frames[number])

    def pictures(self) -> list[Picture]:
        return [Picture(each) for each in self.frames]


def check_size(count: int, width: int, height: int, name: str) -> None:
    """Raise MediaError naming `name` where an animation of `count` frames of that size is more than Atelier takes."""
    if count > FRAMES_LIMIT:
        raise MediaError(f"{name} has {count:,} frames; Atelier takes animations of up to {FRAMES_LIMIT:,}.")
    if width * height > PIXELS_LIMIT:
        raise MediaError(f"{name} is {width}×{height} pixels; Atelier takes pictures up to 64 megapixels.")
    if count * width * height > PIXELS_IN_ALL:
        raise MediaError(
            f"{name} has {count:,} frames of {width}×{height}, {count * width * height / 10**6:.0f} megapixels together; "
            f"Atelier takes {PIXELS_IN_ALL // 10**6}. Make it smaller, or shorter."
        )


def joined(animation: Animation, more: Animation) -> Animation:
    """`animation` with the frames of `more` behind it."""
    return Animation.of([*animation.pictures(), *more.pictures()], (*animation.milliseconds, *more.milliseconds), animation.loops)
