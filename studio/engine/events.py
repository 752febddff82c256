"""What is heard of a job: what the family said (Progress, Preview, Delta, Result), and what the engine has to say of its own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from studio.generators.events import Delta, Preview, Progress, Result
from studio.project import Asset, Recipe


@dataclass(frozen=True)
class Started:
    """The worker has begun."""


@dataclass(frozen=True, kw_only=True)
class Kept(Result):
    """A result with its recipe, on disk where `asset` is not None.

    It is a class of its own because assets and recipes belong to the project, which families do not know.
    """

    asset: Asset | None
    recipe: Recipe


@dataclass(frozen=True)
class Frame(Preview):
    """Frame number `index` of something that runs. Where it was not seen yet when a newer one comes, nobody misses it."""


@dataclass(frozen=True)
class Stepped:
    """A training has come to step `number`; losses and pictures a second are means since it was told last.

    `seconds` and `pictures` count from the training's very beginning.
    """

    number: int
    pictures: int
    seconds: float
    losses: Mapping[str, float]
    pictures_a_second: float


@dataclass(frozen=True)
class Answer:
    """One value that a question's work yielded."""

    value: Any


@dataclass(frozen=True)
class Finished:
    """The job is done; `items` results came of it in `seconds`."""

    items: int
    seconds: float


@dataclass(frozen=True)
class Failed:
    """The job ended with a sentence for a person and `details` to copy; `cause` is the name of the exception."""

    sentence: str
    details: str
    cause: str = ""


@dataclass(frozen=True)
class Cancelled:
    """The worker has let go of the job; what was finished stays."""


@dataclass(frozen=True)
class Dropped:
    """A newer request of the same channel took its place before it began."""


JobEvent = Started | Progress | Preview | Delta | Kept | Answer | Stepped | Finished | Failed | Cancelled | Dropped
ENDINGS = (Finished, Failed, Cancelled, Dropped)

__all__ = [
    "ENDINGS",
    "Answer",
    "Cancelled",
    "Delta",
    "Dropped",
    "Failed",
    "Finished",
    "Frame",
    "JobEvent",
    "Kept",
    "Preview",
    "Progress",
    "Result",
    "Started",
    "Stepped",
]
