"""What is heard of a model's work, from the family to the widget: an action yields these, and the engine passes them on.

What the engine adds of its own (a job began, was stored, ended) stands in `studio.engine.jobs`. Nothing here imports torch.
"""

from __future__ import annotations

from dataclasses import dataclass

from studio.media import Latent, Media


@dataclass(frozen=True)
class Progress:
    """`done` of `total` units of work; `label` says what is being done, in a word or two.

    `seconds_left` is the engine's estimate; None while there is nothing to estimate from.
    """

    done: float
    total: float
    label: str = ""
    seconds_left: float | None = None


@dataclass(frozen=True)
class Preview:
    """Item `index` as it stands now: shown, never stored."""

    index: int
    media: Media


@dataclass(frozen=True)
class Delta:
    """What was just appended to item `index`: a score that holds the new events alone, on the item's own ticks and tracks.

    The first one of an item is what it begins from (the source's tracks, maps and kept notes), so that the sum of an item's deltas
    is always the item as it stands: that is shown, and kept as a partial result when the job is stopped. A `Result` still ends it.
    Yield one a note, or more: the engine gathers them to one a frame.
    """

    index: int
    media: Media


@dataclass(frozen=True)
class Result:
    """Item `index`, finished. `latent` is the point it was decoded from, where there is one."""

    index: int
    media: Media
    latent: Latent | None = None
    partial: bool = False


Event = Progress | Preview | Delta | Result

__all__ = ["Delta", "Event", "Media", "Preview", "Progress", "Result"]
